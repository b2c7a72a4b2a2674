//! What a line does, and what it and its record come to when things go wrong: whole runs through the front door.
//! Nothing here starts the program.

#[path = "../common/mod.rs"]
mod common;

mod belts;
mod consecutive_rejects;
mod determinism;
mod ending_early;
mod expectations;
mod faults_of_devices;
mod figures;
mod foreign_ledger;
mod hands;
mod hard_days;
mod line_journal;
mod line_physics;
mod line_pool;
mod liveness;
mod long_day;
mod network;
mod people;
mod plans_that_broke_it;
mod plant;
mod power_cut;
mod reject_bin;
mod rework;
mod sampling;
mod scenarios;
mod stepping;
mod streams;
mod upkeep;
mod ways;
