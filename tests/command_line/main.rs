//! The program as a person or a build server meets it: commands, refusals, exit codes, files; and the rules of the house.

#[path = "../common/mod.rs"]
mod common;

mod audit_command;
mod bad_input;
mod check_command;
mod code_command;
mod command_line;
mod diff_command;
mod exit_codes;
mod odd_input;
mod outside_controller;
mod pages;
mod stored;
mod tidy;
