//! Twin files of the project and what the engineering checks say about them.

mod engineering;
