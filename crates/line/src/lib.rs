//! A packaging line as data: the twin file, who follows whom, engineering checks, where machines stand. It
//! imports no engine, no codes and no Bevy; it opens no file and moves no time.

mod check;
mod fault_places;
mod geometry;
mod kinds;
pub mod motion;
mod spec;
mod topology;
mod work_log;

pub use check::{Problem, capacity_warnings, check, check_people};
pub use geometry::{
    Bounds, Connection, Layout, MachineLayout, Path, Point, Port, Pose, Rectangle, places_m,
};
pub use kinds::{
    AccumulationTableSpec, BeltSpec, BundlerSpec, CameraSpec, CaseLabellerSpec, CasePackerSpec,
    DiverterSpec, Drawing, InfeedSpec, MachineSpec, MergeSpec, PalletiserSpec, Placement,
    PrinterSpec, RejectGateSpec, ReworkBenchSpec, WorkstationSpec,
};
pub use spec::{
    BeltSpeedSpec, Blocking, BreakSpec, ConsumableSpec, ControllerSpec, DivertRule, FailureSpec,
    Interval, InterventionSpec, LabelSpec, LayoutSpec, LinkSpec, MaintenanceDue, PackingSpec,
    PathPiece, PersonSpec, PlaceSpec, PlannedStopKind, PlannedStopSpec, PrintSpec, QueueDiscipline,
    ReplenishmentPolicy, ScanMode, ShiftSpec, SizeSpec, SpeedLossSpec, StartupRejectsSpec, Stops,
    TwinSpec, WearSpec, one_person,
};
pub use topology::Topology;
pub use work_log::{Task, WorkEvent, WorkRecord};
