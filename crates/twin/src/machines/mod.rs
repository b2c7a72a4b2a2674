//! The machine kinds, one a file. Each file holds a component with the machine's state, what it
//! does when a moment of its own comes (`due`) or another machine signals (`signal`), and a plugin
//! that spawns the machines of its kind from the twin file.

pub(super) mod belt;
pub(super) mod camera;
pub(super) mod diverter;
pub(super) mod gate;
mod hands;
pub(super) mod infeed;
pub(super) mod inlet;
pub(super) mod label;
pub(super) mod labeller;
pub(super) mod outlet;
pub(super) mod packer;
mod print_head;
pub(super) mod printer;
pub(super) mod rework_bench;
mod speed_losses;
mod startup_rejects;
mod stops;
pub(super) mod table;
pub(super) mod workstation;
