//! Trace, digest, file and words through the front door.

mod every_fact;
mod every_field;
