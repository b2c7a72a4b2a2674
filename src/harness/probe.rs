//! Probes: each reads a line, stretch by stretch. Records that none of them reads are dropped; a run computes
//! the same whatever reads it.

use std::io::Write;

use linetwin_base::{LineId, SimTime};
use linetwin_engine::{EpcisWriter, LedgerEvent};
use linetwin_integrity::Auditor;
use linetwin_line::WorkRecord;
use linetwin_trace::{Digest, TraceRecord, TraceWriter};

use crate::calibration::LogWriter;
use crate::measure::Measurer;

use super::run::Interrupted;

/// The records of a line in a stretch of the run, each list in order.
#[derive(Copy, Clone, Debug)]
pub struct Noted<'a> {
    /// The trace.
    pub records: &'a [TraceRecord],
    /// What the ledger recorded for the line.
    pub ledger: &'a [(SimTime, LedgerEvent)],
    /// What machines logged of their work, where a probe reads that.
    pub work: &'a [WorkRecord],
}

/// Reads a line as it goes by. It is called once a stretch, not once a record.
pub trait Probe {
    /// Reads what was recorded since the last time.
    ///
    /// # Errors
    /// It cannot go on, and so the run ends.
    fn absorb(&mut self, noted: &Noted) -> Result<(), Interrupted>;

    /// Whether it reads what machines log of their work.
    fn reads_work(&self) -> bool {
        false
    }

    /// Whether it has seen enough. A run ends early when all have.
    fn has_enough(&self) -> bool {
        false
    }
}

/// The probes of a run.
#[derive(Default)]
pub struct Probes<'a> {
    on: Vec<(LineId, &'a mut dyn Probe)>,
}

impl<'a> Probes<'a> {
    /// None: a run that only runs.
    pub fn none() -> Self {
        Self::default()
    }

    /// One on the first line.
    pub fn one(probe: &'a mut dyn Probe) -> Self {
        Self { on: vec![(LineId(0), probe)] }
    }

    /// One on each line, in their order.
    pub fn each(probes: impl IntoIterator<Item = &'a mut (impl Probe + 'a)>) -> Self {
        let mut all = Self::none();
        for (line, probe) in (0..).zip(probes) {
            all.push(LineId(line), probe);
        }
        all
    }

    /// Adds one on a line.
    pub fn push(&mut self, line: LineId, probe: &'a mut dyn Probe) {
        self.on.push((line, probe));
    }

    /// Adds all of these.
    pub fn append<'b: 'a>(&mut self, more: Probes<'b>) {
        for (line, probe) in more.on {
            self.push(line, probe);
        }
    }

    /// The lines whose work log is read.
    pub(super) fn read_work(&self) -> impl Iterator<Item = LineId> {
        self.on.iter().filter(|(_, probe)| probe.reads_work()).map(|(line, _)| *line)
    }

    /// Gives all probes of a line what was recorded there.
    pub(super) fn absorb(&mut self, line: LineId, noted: &Noted) -> Result<(), Interrupted> {
        let mut here = self.on.iter_mut().filter(|(of, _)| *of == line);
        here.try_for_each(|(_, probe)| probe.absorb(noted))
    }

    /// Whether all have seen enough.
    pub(super) fn have_enough(&self) -> bool {
        !self.on.is_empty() && self.on.iter().all(|(_, probe)| probe.has_enough())
    }
}

impl Probe for Digest {
    fn absorb(&mut self, noted: &Noted) -> Result<(), Interrupted> {
        Self::absorb(self, noted.records);
        Ok(())
    }
}

impl Probe for Auditor {
    fn absorb(&mut self, noted: &Noted) -> Result<(), Interrupted> {
        Self::absorb(self, noted.records);
        Ok(())
    }
}

impl Probe for Measurer {
    fn absorb(&mut self, noted: &Noted) -> Result<(), Interrupted> {
        Self::absorb(self, noted.records);
        Ok(())
    }
}

impl<W: Write> Probe for EpcisWriter<W> {
    fn absorb(&mut self, noted: &Noted) -> Result<(), Interrupted> {
        for (at, event) in noted.ledger {
            self.write(*at, event)?;
        }
        Ok(())
    }
}

impl<W: Write> Probe for TraceWriter<W> {
    fn absorb(&mut self, noted: &Noted) -> Result<(), Interrupted> {
        Self::absorb(self, noted.records).map_err(Interrupted::Trace)
    }
}

impl<W: Write> Probe for LogWriter<W> {
    fn absorb(&mut self, noted: &Noted) -> Result<(), Interrupted> {
        self.write(noted.work).map_err(Interrupted::Log)
    }

    fn reads_work(&self) -> bool {
        true
    }
}

/// Keeps every record, of short runs.
impl Probe for Vec<TraceRecord> {
    fn absorb(&mut self, noted: &Noted) -> Result<(), Interrupted> {
        self.extend_from_slice(noted.records);
        Ok(())
    }
}
