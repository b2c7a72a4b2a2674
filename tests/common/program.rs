//! The program, as a user starts it.

use std::process::{Command, Output};

use super::project;

/// Runs it in the project's folder.
pub fn linetwin(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_linetwin"))
        .args(arguments)
        .current_dir(project(""))
        .output()
        .expect("the program starts")
}
