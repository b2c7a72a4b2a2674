//! A packaging line as data: machine kinds and what a twin file has of each, the order of machines, engineering
//! checks, the floor plan in two dimensions, the motion formulas of belts. No engine, no codes, no Bevy, no files,
//! no simulated time.
//!
//! ```
//! use linetwin_line::{Layout, Topology, TwinSpec, check};
//!
//! let options = ron::Options::default()
//!     .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
//! let twin: TwinSpec = options.from_str(
//!     r#"Twin(
//!         name: "Small line", rated_units_per_min: 60, lead_machine: "infeed",
//!         machines: [
//!             Infeed(id: "infeed", cycle_time_s: Fixed(1.0), to: "belt"),
//!             Belt(id: "belt", length_mm: 2000, speed_mm_s: 200, pitch_mm: 150, accumulates: true, to: "packer"),
//!             Machine(id: "packer", service_s: Fixed(0.9), queue_capacity: 5),
//!         ],
//!     )"#,
//! )?;
//! assert!(check(&twin, &[]).is_empty());
//!
//! // The order of machines, and where they are in the hall: the belt leads two metres along x.
//! assert_eq!(Topology::of(&twin).line_order(), [0, 1, 2]);
//! let layout = Layout::of(&twin).expect("it was checked");
//! assert!(layout.warnings().is_empty());
//!
//! // A mistake is refused with its place and with what would do.
//! let mut wrong = twin.clone();
//! wrong.lead_machine = "infed".to_owned();
//! assert!(check(&wrong, &[])[0].to_string().contains("did you mean `infeed`?"));
//! # Ok::<(), ron::error::SpannedError>(())
//! ```
//!
//! `examples/draw_twin.rs` draws the floor plan of any twin file.

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
