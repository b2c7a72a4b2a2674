//! A mutation point: a place in a source file, and the changes that can be made there.

use std::ops::Range;

/// A change of the program.
#[derive(Clone, Debug)]
pub struct Change {
    /// The text that takes the place of the original; for [`Shape::Body`] the value that is returned.
    pub text: String,
    /// In words: `< to <=`.
    pub what: String,
}

/// How the changes at a point are written around the original.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An expression takes the place of another.
    Expression,
    /// A statement is left out.
    Statement,
    /// A function returns at once; the point is the place behind its opening brace.
    Body,
    /// An arm of a `match` is never taken; the point is the place behind its pattern.
    Arm,
    /// The guard of an arm, which has one: the arm is never taken, or the guard is true or false.
    Guard,
}

/// A place and its changes.
#[derive(Clone, Debug)]
pub struct Point {
    /// Bytes of the original.
    pub range: Range<usize>,
    /// How they are written.
    pub shape: Shape,
    /// What can be changed.
    pub changes: Vec<Change>,
    /// The function that it is in: `Packer::close`.
    pub function: String,
}
