//! A packaging line as data: the twin file, who follows whom, engineering checks, where machines stand.
//! It knows no engine, no codes and no Bevy; it opens no file and moves no time.

mod check;
mod geometry;
pub mod motion;
mod spec;
mod work_log;

pub use check::{Problem, check, check_people, slow};
pub use geometry::places_m;
pub use spec::{
    BeltSpeedSpec, Between, Blocking, BreakSpec, ControllerSpec, DivertRule, FailureSpec,
    HandworkSpec, LabelSpec, LinkSpec, MachineSpec, MaterialSpec, Occasion, PackingSpec,
    PersonSpec, PlannedKind, PlannedSpec, PoolRule, PrintSpec, ScanMode, ShiftSpec, SlowSpec,
    StartupSpec, TableOrder, TwinSpec, UpkeepSpec, one_person,
};
pub use work_log::{Task, WorkEvent, WorkRecord};
