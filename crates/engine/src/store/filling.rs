//! A journal on a disk that can be filled and emptied, for trying what a ledger does then. A real disk takes
//! half a block before it is full: for that see [`super::SimulatedDisk`].

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Head, Journal, StoreError};

/// Fills the disk, and makes space again.
#[derive(Clone, Debug, Default)]
pub struct Space(Arc<AtomicBool>);

impl Space {
    /// Nothing more fits from now on, or it does again.
    pub fn set_full(&self, full: bool) {
        self.0.store(full, Ordering::Relaxed);
    }

    /// Whether anything fits.
    pub fn is_full(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// See the module's first lines.
pub struct FillingJournal {
    inner: Box<dyn Journal>,
    space: Space,
}

impl FillingJournal {
    /// Puts a journal on a disk with this space.
    pub fn new(inner: Box<dyn Journal>, space: Space) -> Self {
        Self { inner, space }
    }

    fn check(&self) -> Result<(), StoreError> {
        if self.space.is_full() { Err(StoreError::Full) } else { Ok(()) }
    }
}

impl Journal for FillingJournal {
    fn start(&self) -> Head {
        self.inner.start()
    }

    fn head(&self) -> Head {
        self.inner.head()
    }

    fn append(&mut self, block: &[u8]) -> Result<Head, StoreError> {
        self.check()?;
        self.inner.append(block)
    }

    fn begin(&mut self, block: Vec<u8>) -> Result<u64, StoreError> {
        self.check()?;
        self.inner.begin(block)
    }

    fn finish(&mut self) -> Result<Head, StoreError> {
        self.inner.finish()
    }

    fn read(
        &self,
        from: &Head,
        visit: &mut dyn FnMut(&Head, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.inner.read(from, visit)
    }
}
