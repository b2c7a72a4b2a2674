//! The shift register of a tracked belt: one window a product, found by encoder reading. A window opens at
//! the entry sensor, collects what the devices report of its product, and closes when the product is
//! confirmed in the reject bin or seen behind the gate. A product in doubt is rejected.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use linetwin_base::SimTime;
use linetwin_gs1::{CryptoCodeBuf, Label, PackCode, UnitCode, parse_element_string};

use super::super::ledger::{ObjectCode, ScrapReason};
use super::super::order::{Order, SectionLayout};
use super::super::protocol::Read;
use super::awaited::Awaited;

/// What is known of a product's code.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Verdict {
    /// No camera result yet.
    Pending,
    /// Read, and it is the code that should be there.
    Good,
    /// To be rejected.
    Reject(ScrapReason),
    /// Good, and to be taken as a sample.
    Sample,
    /// No product was expected there. It is to be rejected, and has no code.
    Untracked,
}

/// How far a product is on its way off the belt.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Phase {
    /// Between the entry sensor and the gate, or passed by it.
    Travelling,
    /// The gate was fired at this time; the bin has not confirmed.
    Rejecting(SimTime),
    /// An operator is on his way to take it off.
    Removing,
}

/// One product on the belt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Window {
    entered_um: u64,
    /// The code that should be on it, once something was printed, or an awaited code was read.
    pub(super) expected: Option<UnitCode>,
    pub(super) verdict: Verdict,
    pub(super) phase: Phase,
}

impl Window {
    /// The gate was fired at it.
    pub(super) const fn was_rejected(&self) -> bool {
        matches!(self.phase, Phase::Rejecting(_))
    }
}

/// The outcome of a reported print.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum PrintOutcome {
    /// The product has its code.
    Noted,
    /// No product should be there.
    NoWindow,
    /// The product there has a code already.
    SecondCode,
}

/// The outcome of a camera result.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum ReadOutcome {
    /// The window now has its verdict; its product is the awaited one with this code.
    Judged(Option<UnitCode>),
    /// The window now has its verdict; its product has the code of another one.
    Copy,
    /// The window had a verdict already: a double trigger. Nothing changes.
    Repeated,
    /// No product was expected there.
    NoWindow,
}

/// The register of one section.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Register {
    layout: SectionLayout,
    windows: VecDeque<Window>,
}

impl Register {
    pub(super) const fn new(layout: SectionLayout) -> Self {
        Self { layout, windows: VecDeque::new() }
    }

    pub(super) const fn layout(&self) -> &SectionLayout {
        &self.layout
    }

    pub(super) fn is_empty(&self) -> bool {
        self.windows.is_empty()
    }

    /// Products on the belt whose code is known and that may still be good.
    pub(super) fn maybe_good(&self) -> u32 {
        let maybe_good = self.windows.iter().filter(|window| {
            window.expected.is_some() && matches!(window.verdict, Verdict::Pending | Verdict::Good)
        });
        maybe_good.count() as u32
    }

    /// The gate was fired at a product whose fall is not confirmed.
    pub(super) fn has_fired(&self) -> bool {
        self.windows.iter().any(Window::was_rejected)
    }

    /// An operator has looked: none of the products is there.
    pub(super) fn none_there(&mut self) -> Vec<Window> {
        self.windows.drain(..).collect()
    }

    /// Opens a window for the product at the entry sensor.
    pub(super) fn enter(&mut self, at_um: u64) {
        self.windows.push_back(Window {
            entered_um: at_um,
            expected: None,
            verdict: Verdict::Pending,
            phase: Phase::Travelling,
        });
    }

    /// The window whose product stands at `position_um` when the encoder shows `at_um`.
    fn find(&self, at_um: u64, position_um: u64) -> Option<usize> {
        let off_um = |window: &Window| (window.entered_um + position_um).abs_diff(at_um);
        let offs = self.windows.iter().map(off_um).enumerate();
        let near = offs.filter(|(_, off_um)| *off_um <= self.layout.tolerance_um);
        near.min_by_key(|(_, off_um)| *off_um).map(|(index, _)| index)
    }

    /// Notes which code was printed on the product at the printer. A product that has a code already is
    /// rejected: it is not known which of the two it bears.
    pub(super) fn printed(&mut self, at_um: u64, position_um: u64, code: UnitCode) -> PrintOutcome {
        let Some(index) = self.find(at_um, position_um) else {
            return PrintOutcome::NoWindow;
        };
        let window = &mut self.windows[index];
        if window.expected.is_some() {
            if window.phase == Phase::Travelling {
                window.verdict = Verdict::Reject(ScrapReason::WrongCode);
            }
            return PrintOutcome::SecondCode;
        }
        window.expected = Some(code);
        PrintOutcome::Noted
    }

    /// Judges a camera result against what should be on the product.
    pub(super) fn read(&mut self, at_um: u64, read: &Read, check: &Check) -> ReadOutcome {
        let Some(index) = self.find(at_um, self.layout.camera.1) else {
            return ReadOutcome::NoWindow;
        };
        let window = &self.windows[index];
        if window.verdict != Verdict::Pending {
            return ReadOutcome::Repeated;
        }
        let code = pack_code(read);
        let found = code.filter(|code| check.awaits(code)).map(|code| code.unit);
        let expected = window.expected.or(found);
        let verdict = match check.judge(read, expected) {
            Ok(()) => Verdict::Good,
            Err(ScrapReason::WrongCode) if self.is_copy(index, code, check) => {
                Verdict::Reject(ScrapReason::Duplicate)
            }
            Err(reason) => Verdict::Reject(reason),
        };
        let window = &mut self.windows[index];
        (window.expected, window.verdict) = (expected, verdict);
        match verdict {
            Verdict::Reject(ScrapReason::Duplicate) if found.is_none() => ReadOutcome::Copy,
            _ => ReadOutcome::Judged(found),
        }
    }

    /// Whether another product carries this code, or did.
    fn is_copy(&self, index: usize, code: Option<PackCode>, check: &Check) -> bool {
        let Some(PackCode { unit, .. }) = code else { return false };
        let mut others = self.windows.iter().enumerate().filter(|(other, _)| *other != index);
        check.passed.contains(&unit) || others.any(|(_, other)| other.expected == Some(unit))
    }

    /// The product stands before the gate. One that was not expected, or whose result has not come, is
    /// rejected as well.
    pub(super) fn at_gate(&mut self, now: SimTime, at_um: u64) -> GateVerdict {
        let Some(index) = self.find(at_um, self.layout.gate.1) else {
            self.reject_untracked(now, at_um.saturating_sub(self.layout.gate.1));
            return GateVerdict::RejectUntracked;
        };
        let window = &mut self.windows[index];
        let without_result = window.verdict == Verdict::Pending;
        if without_result {
            window.verdict = Verdict::Reject(ScrapReason::NoResult);
        }
        match window.verdict {
            Verdict::Good => return GateVerdict::LetPass,
            Verdict::Pending | Verdict::Reject(_) | Verdict::Sample | Verdict::Untracked => {}
        }
        window.phase = Phase::Rejecting(now);
        let verdict = match window.verdict {
            Verdict::Reject(ScrapReason::InDoubt) => GateVerdict::RejectInDoubt,
            _ if without_result => GateVerdict::RejectWithoutResult,
            _ => GateVerdict::Reject,
        };
        self.set_place(index, at_um.saturating_sub(self.layout.gate.1));
        verdict
    }

    /// This product stood before the gate a moment ago. If its fall is not confirmed, an operator will look
    /// for it downstream of the gate, not where the encoder reading at entry puts it: the encoder may have
    /// slipped since. Products do not overtake each other.
    fn set_place(&mut self, index: usize, entered_um: u64) {
        let place =
            |of: Option<usize>| of.and_then(|of| self.windows.get(of)).map(|w| w.entered_um);
        let from = place(index.checked_sub(1)).unwrap_or(0);
        let to = place(Some(index + 1)).unwrap_or(u64::MAX);
        self.windows[index].entered_um = entered_um.max(from).min(to.max(from));
    }

    /// It has a window from now on: its fall must be confirmed like any other, and a product that comes in
    /// its place must not pass.
    fn reject_untracked(&mut self, now: SimTime, entered_um: u64) {
        let place = self.windows.partition_point(|window| window.entered_um < entered_um);
        self.windows.insert(
            place,
            Window {
                entered_um,
                expected: None,
                verdict: Verdict::Untracked,
                phase: Phase::Rejecting(now),
            },
        );
    }

    /// What happened here for a while is not known: products that have a code are rejected. Those that the
    /// gate was fired at may be in the bin or not; the encoder readings at their entry are returned, an
    /// operator must look.
    pub(super) fn mark_in_doubt(&mut self, reason: ScrapReason) -> Vec<u64> {
        let mut fired_at = Vec::new();
        for window in &mut self.windows {
            match window.phase {
                Phase::Travelling if window.expected.is_some() => {
                    window.verdict = Verdict::Reject(reason);
                }
                Phase::Travelling | Phase::Removing => {}
                Phase::Rejecting(_) => {
                    window.phase = Phase::Removing;
                    fired_at.push(window.entered_um);
                }
            }
        }
        fired_at
    }

    /// Whether the product that came on there is to be a sample.
    pub(super) fn is_sample(&self, entered_um: u64) -> bool {
        let window = self.find(entered_um, 0).map(|index| &self.windows[index]);
        window.is_some_and(|window| window.verdict == Verdict::Sample)
    }

    /// The bin sensor saw a product fall: the one that the gate was fired at no longer ago than a fall takes.
    /// One that was fired at earlier and never confirmed must not be taken for it.
    pub(super) fn confirm_reject(&mut self, now: SimTime) -> Option<Window> {
        let fall = self.layout.confirm_timeout;
        let falling = |window: &Window| match window.phase {
            Phase::Rejecting(fired) => now.since(fired) <= fall,
            Phase::Travelling | Phase::Removing => false,
        };
        let index = self.windows.iter().position(falling)?;
        self.windows.remove(index)
    }

    /// A product was seen behind the gate; `sample` decides whether to keep a good one.
    pub(super) fn leave(&mut self, at_um: u64, sample: impl FnOnce() -> bool) -> Leaving {
        let Some(index) = self.find(at_um, self.layout.exit_um) else {
            return Leaving::Unknown;
        };
        if self.windows[index].verdict != Verdict::Good {
            self.windows[index].phase = Phase::Removing;
            return Leaving::MustNotPass;
        }
        let mut window = self.windows.remove(index).expect("just found");
        // Good products before this one that never arrived have vanished.
        let mut missing = Vec::new();
        while let Some(first) = self.windows.front()
            && first.entered_um < window.entered_um
            && first.phase == Phase::Travelling
        {
            missing.extend(self.windows.pop_front());
        }
        let code = window.expected.expect("a good window has its code");
        if !sample() {
            return Leaving::Good { code, missing };
        }
        window.verdict = Verdict::Sample;
        window.phase = Phase::Removing;
        self.windows.push_front(window);
        Leaving::Sample { code, missing }
    }

    /// A product that the gate was fired at and whose fall was not confirmed in time: the encoder reading at
    /// its entry. It is to be taken off by hand.
    pub(super) fn unconfirmed(&mut self, now: SimTime) -> Option<u64> {
        let fall = self.layout.confirm_timeout;
        let overdue = |window: &&mut Window| match window.phase {
            Phase::Rejecting(fired) => now.since(fired) > fall,
            Phase::Travelling | Phase::Removing => false,
        };
        let window = self.windows.iter_mut().find(overdue)?;
        window.phase = Phase::Removing;
        Some(window.entered_um)
    }

    /// An operator has seen that the product which came on there is off the belt.
    pub(super) fn removed(&mut self, entered_um: u64) -> Option<Window> {
        let index = self.find(entered_um, 0)?;
        self.windows.remove(index)
    }
}

/// What to do about a product before the gate.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum GateVerdict {
    LetPass,
    Reject,
    /// It is rejected because no window expects it.
    RejectUntracked,
    /// It is rejected because its camera result has not come.
    RejectWithoutResult,
    /// It is rejected because of a power cut, which tells nothing about how the line works.
    RejectInDoubt,
}

/// What the sensor behind the gate has seen.
#[derive(Debug)]
pub(super) enum Leaving {
    /// A product that may go on, and those that should have come before it.
    Good {
        /// Its code.
        code: UnitCode,
        /// Windows whose products never came.
        missing: Vec<Window>,
    },
    /// A product to be taken as a sample, and those that should have come before it.
    Sample {
        /// Its code.
        code: UnitCode,
        /// Windows whose products never came.
        missing: Vec<Window>,
    },
    /// A product that should have been rejected.
    MustNotPass,
    /// A product that was not expected.
    Unknown,
}

/// What a camera result is compared with.
#[derive(Copy, Clone, Debug)]
pub(super) struct Check<'a> {
    pub(super) order: &'a Order,
    /// What an issuer has signed.
    pub(super) crypto_codes: &'a BTreeMap<UnitCode, CryptoCodeBuf>,
    pub(super) minimum_grade_tenths: u8,
    /// Codes let pass last.
    pub(super) passed: &'a VecDeque<UnitCode>,
    /// Products on their way here, where codes are not printed here.
    pub(super) awaited: Option<&'a Awaited>,
}

impl Check<'_> {
    fn awaits(&self, code: &PackCode) -> bool {
        self.awaited.is_some_and(|awaited| awaited.awaits(&ObjectCode::Unit(code.unit)))
    }

    /// Whether the product can pass, or why not.
    pub(super) fn judge(&self, read: &Read, expected: Option<UnitCode>) -> Result<(), ScrapReason> {
        let code = pack_code(read);
        let Read::Symbol { grade_tenths, .. } = read else {
            return Err(ScrapReason::NoRead);
        };
        let crypto_code = |unit| self.crypto_codes.get(&unit).map(CryptoCodeBuf::as_crypto_code);
        let right = expected.map(|unit| self.order.pack_code(unit, crypto_code(unit)));
        if code.is_none() || code != right {
            Err(ScrapReason::WrongCode)
        } else if *grade_tenths < self.minimum_grade_tenths {
            Err(ScrapReason::LowGrade)
        } else {
            Ok(())
        }
    }
}

pub(super) fn pack_code(read: &Read) -> Option<PackCode<'_>> {
    let Read::Symbol { text, .. } = read else {
        return None;
    };
    match parse_element_string(text) {
        Ok(Label::Pack(code)) => Some(code),
        Ok(Label::Container(_)) | Err(_) => None,
    }
}

#[cfg(test)]
mod tests;
