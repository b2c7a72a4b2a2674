//! What finds mistakes and what shows that it can: campaigns, canaries, broken controllers, calibration, exact results.

#[path = "../common/mod.rs"]
mod common;

mod broken_controllers;
mod calibration;
mod campaign;
mod canaries;
mod findings;
mod shrunk;
mod validation;
