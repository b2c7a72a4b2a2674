//! A packaging line as data: the twin file, who follows whom, engineering checks, where machines stand.
//! It knows no engine, no codes and no Bevy; it opens no file and moves no time.

mod check;
mod fault_places;
mod geometry;
pub mod motion;
mod spec;
mod topology;
mod work_log;

pub use check::{Problem, check, check_people, slow};
pub use geometry::{
    Bounds, Connection, Layout, MachineLayout, Path, Point, Port, Pose, Rectangle, places_m,
};
pub use spec::{
    BeltSpeedSpec, Between, Blocking, BreakSpec, ControllerSpec, DivertRule, FailureSpec,
    HandworkSpec, LabelSpec, LayoutSpec, LinkSpec, MachineSpec, MaterialSpec, Occasion,
    PackingSpec, PathPiece, PersonSpec, PlaceSpec, PlannedKind, PlannedSpec, PoolRule, PrintSpec,
    ScanMode, ShiftSpec, SizeSpec, SlowSpec, StartupSpec, TableOrder, TwinSpec, UpkeepSpec,
    one_person,
};
pub use topology::Topology;
pub use work_log::{Task, WorkEvent, WorkRecord};
