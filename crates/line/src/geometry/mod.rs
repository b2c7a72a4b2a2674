//! Where machines stand: along the line, for walking, and on the floor, for drawing. Nothing here draws, and
//! nothing that is drawn changes a run.

mod check;
mod hall;
mod lanes;
mod layout;
mod path;
mod pose;
mod rectangle;
mod size;
mod walking;

pub(crate) use check::check_layout;
pub use hall::{Bounds, Connection};
pub use layout::{Layout, MachineLayout, Port};
pub use path::Path;
pub use pose::{Point, Pose};
pub use rectangle::Rectangle;
pub use walking::places_m;

#[cfg(test)]
mod tests;
