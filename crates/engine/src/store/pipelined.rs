//! A journal whose blocks are made durable by a thread of its own, so that the next commands are
//! decided on while the disk works. Blocks become durable in the order in which they were begun.

use std::ops::ControlFlow;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use super::{Head, Journal, StoreError};

/// Blocks that may wait for the disk; then the next one waits to be begun.
const WAITING: usize = 4;

/// What the thread has done so far.
#[derive(Debug)]
struct Progress {
    head: Head,
    failed: Option<StoreError>,
}

/// The thread's end of the progress. A waiting caller is woken even if the thread panics.
struct ThreadEnd(Arc<(Mutex<Progress>, Condvar)>);

impl ThreadEnd {
    fn report(&self, written: Result<Head, StoreError>) {
        let mut progress = lock(&self.0.0);
        match written {
            Ok(head) => progress.head = head,
            Err(error) => _ = progress.failed.get_or_insert(error),
        }
        drop(progress);
        self.0.1.notify_all();
    }
}

impl Drop for ThreadEnd {
    fn drop(&mut self) {
        self.report(Err(StoreError::Unusable));
    }
}

/// See the module's first lines.
#[derive(Debug)]
pub struct PipelinedJournal<J> {
    journal: Arc<Mutex<J>>,
    start: Head,
    progress: Arc<(Mutex<Progress>, Condvar)>,
    /// Blocks that were begun.
    begun: u64,
    /// None once it is being dropped.
    blocks: Option<SyncSender<Vec<u8>>>,
    thread: Option<JoinHandle<()>>,
}

impl<J: Journal + 'static> PipelinedJournal<J> {
    /// Puts a thread before a journal.
    pub fn new(journal: J) -> Self {
        let (start, head) = (journal.start(), journal.head());
        let journal = Arc::new(Mutex::new(journal));
        let progress = Arc::new((Mutex::new(Progress { head, failed: None }), Condvar::new()));
        let (blocks, taken) = sync_channel::<Vec<u8>>(WAITING);
        let (writing, thread_end) = (Arc::clone(&journal), ThreadEnd(Arc::clone(&progress)));
        let thread = std::thread::spawn(move || {
            for block in taken {
                let written = lock(&writing).append(&block);
                let failed = written.is_err();
                thread_end.report(written);
                if failed {
                    return;
                }
            }
        });
        let (blocks, thread) = (Some(blocks), Some(thread));
        Self { journal, start, progress, begun: head.blocks, blocks, thread }
    }
}

impl<J: Journal + 'static> Journal for PipelinedJournal<J> {
    fn start(&self) -> Head {
        self.start
    }

    fn head(&self) -> Head {
        lock(&self.progress.0).head
    }

    fn append(&mut self, block: &[u8]) -> Result<Head, StoreError> {
        self.begin(block.to_vec())?;
        self.finish()
    }

    fn begin(&mut self, block: Vec<u8>) -> Result<u64, StoreError> {
        if let Some(error) = &lock(&self.progress.0).failed {
            return Err(error.clone());
        }
        let blocks = self.blocks.as_ref().expect("there until it is dropped");
        if blocks.send(block).is_err() {
            // The thread has ended, and has reported why.
            return self.finish().map(|head| head.blocks);
        }
        self.begun += 1;
        Ok(self.begun)
    }

    fn finish(&mut self) -> Result<Head, StoreError> {
        let (progress, changed) = &*self.progress;
        let mut progress = lock(progress);
        loop {
            if let Some(error) = &progress.failed {
                return Err(error.clone());
            }
            if progress.head.blocks == self.begun {
                return Ok(progress.head);
            }
            progress = changed.wait(progress).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn read(
        &self,
        from: &Head,
        visit: &mut dyn FnMut(&Head, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        lock(&self.journal).read(from, visit)
    }
}

impl<J> Drop for PipelinedJournal<J> {
    fn drop(&mut self) {
        self.blocks = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been reported as a failure.
            let _ = thread.join();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
