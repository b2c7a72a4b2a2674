//! What a machine does with a finished product for which there is no place downstream.

use serde::{Deserialize, Serialize};

/// What a machine does when there is no place downstream.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Blocking {
    /// It works on one more product and keeps it until there is a place.
    #[default]
    AfterService,
    /// It cannot keep a product: it begins only when there is a place for what it will have done. Until
    /// then, and while it is repaired, the product waits before it.
    BeforeService,
}
