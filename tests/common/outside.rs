//! What does not come with a clone: data that stands beside the project, and programs of others. A test that
//! needs one says so in its `#[ignore]`; `.ci/run` runs it, and it fails where what it needs is absent.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A file of the project, whichever crate asks.
pub fn project(path: &str) -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = own.ancestors().filter(|folder| folder.join("Cargo.lock").exists()).last();
    root.unwrap_or(own).join(path)
}

/// Data that stands beside the project; a clone elsewhere does not have it.
pub fn shared(path: &str) -> PathBuf {
    let path = project("../shared").join(path);
    assert!(path.exists(), "this test needs {}, which is not there", path.display());
    path
}

/// What came of a program of somebody else.
pub fn run(command: &mut Command, from: &str) -> Output {
    command.output().unwrap_or_else(|error| {
        panic!("this test needs {:?} ({from}): {error}", command.get_program())
    })
}
