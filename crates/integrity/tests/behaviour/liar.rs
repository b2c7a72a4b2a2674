//! Random traces of lines on which anything can go wrong, with records that lie. What is physical is always
//! possible: a unit is in one place. What it carries, what containers hold, and everything that is recorded
//! may be false.

use std::sync::Arc;

use linetwin_base::{Level, SimSpan, SimTime, Stream, Streams};
use linetwin_faults::FaultKind;
use linetwin_gs1::{Gtin, UnitCode};
use linetwin_trace::{CloseReason, Fact, RecordedChild, RecordedFact, TraceRecord};

use super::lines::*;

/// The trace with this number. The higher `lies`, the more of it is false.
pub fn trace(number: u64, lies: f64) -> Vec<TraceRecord> {
    trace_of_line(number, lies, 0)
}

/// The same for a line of a plant. Lines of different numbers have no serial number and no SSCC in common.
pub fn trace_of_line(number: u64, lies: f64, line: u32) -> Vec<TraceRecord> {
    let stream = Streams::new(number).stream("liar", "trace");
    let mut liar = Liar {
        stream,
        lies,
        line,
        facts: Vec::new(),
        units: 0,
        containers: 0,
        on_line: 0,
        used: Vec::new(),
    };
    liar.run();
    liar.lie_about_the_record();
    let step = SimSpan::from_secs(1 + liar.below(600));
    let mut at = SimTime::START;
    let mut records = Vec::new();
    for fact in liar.facts {
        at += step;
        records.push(TraceRecord { at, fact });
    }
    if let Some(last) = records.last_mut()
        && matches!(last.fact, Fact::Closed(_))
    {
        last.at += SimSpan::from_secs(liar.stream.bits() % 7200);
    }
    records
}

struct Liar {
    stream: Stream,
    lies: f64,
    line: u32,
    facts: Vec<Fact>,
    units: u32,
    containers: u32,
    /// Units on the line or in containers on it.
    on_line: u32,
    /// Serial numbers on units so far.
    used: Vec<String>,
}

impl Liar {
    fn serial(&self, number: u32) -> String {
        format!("A{}", 1000 * self.line + number)
    }

    /// The number of the container with this id.
    fn number(&self, container: u32) -> u64 {
        u64::from(1000 * self.line + container)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.stream.bits() % most.max(1)
    }

    fn chance(&mut self, share: f64) -> bool {
        self.stream.unit() < share
    }

    /// Whether something is false here.
    fn lies(&mut self) -> bool {
        let share = self.lies;
        self.chance(share)
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }

    fn say(&mut self, fact: Fact) {
        self.facts.push(fact);
    }

    fn run(&mut self) {
        let cases = self.below(4) as u32;
        let size = 1 + self.below(3) as u32;
        let pallet = self.chance(0.5).then(|| 1 + self.below(2) as u32);
        let numbers: Vec<String> = (0..cases * size + 8).map(|it| self.serial(it)).collect();
        let (first, second) = numbers.split_at(self.below(numbers.len() as u64) as usize);
        for part in [first, second] {
            self.say(allocated(&part.iter().map(String::as_str).collect::<Vec<_>>()));
        }
        let mut on_pallet = Vec::new();
        for _ in 0..cases {
            self.one_lost_on_the_way();
            let case = self.case(size);
            match pallet {
                None => self.goes(case.0, case.2),
                Some(full) => {
                    on_pallet.push(case);
                    if on_pallet.len() as u32 == full {
                        self.pallet(std::mem::take(&mut on_pallet), full);
                    }
                }
            }
        }
        if !on_pallet.is_empty() && self.chance(0.7) {
            let full = on_pallet.len() as u32;
            self.pallet(on_pallet, full);
        }
        for _ in 0..self.below(3) {
            self.one_lost_on_the_way();
        }
        // Numbers that are left go back, or are void; or nothing is said of them.
        let left: Vec<UnitCode> =
            numbers.iter().filter(|it| !self.used.contains(it)).map(|it| unit_code(it)).collect();
        if !self.lies() {
            let (back, void) = left.split_at(self.below(left.len() as u64 + 1) as usize);
            self.say(recorded(RecordedFact::SerialsReturned(back.to_vec())));
            self.say(recorded(RecordedFact::SerialsVoided(void.to_vec())));
        }
        while self.chance(0.2) {
            let forgotten = self.below(2);
            self.say(Fact::LedgerRestarted { forgotten });
        }
        while self.chance(0.2) {
            let started = self.chance(0.3);
            self.say(Fact::WrongBatchTried { started });
        }
        if self.chance(0.1) {
            let fault = self.chance(0.8).then(|| self.below(3) as u16);
            self.say(Fact::MessageLost { fault });
        }
        for _ in 0..self.below(3) {
            let kind = self.one_of(FaultKind::ALL);
            let fault = self.below(3) as u16;
            self.say(Fact::FaultInjected { fault, kind, unit: None });
        }
        if self.lies() {
            // A unit that nobody sees again, or one that comes from nowhere.
            self.on_line =
                if self.chance(0.5) { self.on_line + 1 } else { self.on_line.saturating_sub(1) };
        }
        self.say(still(self.on_line));
        if self.chance(0.9) {
            let reason = self.one_of(&[
                CloseReason::OrderClosed,
                CloseReason::OrderClosed,
                CloseReason::TimeOver,
                CloseReason::TimeOver,
                CloseReason::Stuck,
            ]);
            self.say(Fact::Closed(reason));
        }
    }

    /// A unit with its print and what the record says of it. Returns its serial number.
    fn unit(&mut self) -> (u32, String) {
        self.units += 1;
        self.on_line += 1;
        let unit = self.units;
        self.say(enter(unit));
        let own = self.serial(self.used.len() as u32);
        let text = self.text_for(&own);
        let grade = if self.lies() { self.one_of(&[None, Some(14), Some(15)]) } else { Some(35) };
        self.say(print_text(unit, text, grade));
        self.used.push(own.clone());
        if self.chance(0.15) {
            let kind = self.one_of(FaultKind::ALL);
            let fault = self.below(3) as u16;
            self.say(Fact::FaultInjected { fault, kind, unit: Some(linetwin_base::UnitId(unit)) });
        }
        (unit, own)
    }

    /// What is printed on the unit that should have this serial number.
    fn text_for(&mut self, own: &str) -> Option<Arc<str>> {
        if !self.lies() {
            return Some(pack(own));
        }
        let order = expected();
        match self.below(8) {
            0 => None,
            1 => Some(Arc::from("01062910415002132")),
            2 => Some(symbol(unit_code(own), lot("L8"), order.expiry)),
            3 => Some(symbol(unit_code(own), order.lot, expiry("2027-01-31"))),
            4 => {
                let gtin = Gtin::parse("08901234567890").unwrap();
                Some(symbol(UnitCode { gtin, ..unit_code(own) }, order.lot, order.expiry))
            }
            5 => Some(pack("NEVER")),
            6 => Some(label(self.number(1))),
            _ => {
                let others = self.used.clone();
                let at = self.below(others.len() as u64) as usize;
                Some(pack(others.get(at).map_or("NEVER", String::as_str)))
            }
        }
    }

    fn commission(&mut self, own: &str) {
        let (unit, order) = (unit_code(own), expected());
        let lot = if self.lies() { lot("L8") } else { order.lot };
        let expiry = if self.lies() { expiry("2027-01-31") } else { order.expiry };
        self.say(recorded(RecordedFact::UnitCommissioned { unit, lot, expiry }));
    }

    /// Sometimes a unit that gets into no container: rejected, taken off, a sample, or left where it is.
    fn one_lost_on_the_way(&mut self) {
        if self.chance(0.6) {
            return;
        }
        let (unit, own) = self.unit();
        match self.below(6) {
            0 => {
                self.say(reject(unit));
                self.say(scrapped(&own));
                self.on_line -= 1;
            }
            1 => {
                self.commission(&own);
                self.say(remove(unit));
                self.say(decommissioned(&own));
                self.on_line -= 1;
            }
            2 => {
                self.commission(&own);
                self.say(sample(unit));
                self.say(recorded(RecordedFact::UnitSampled { unit: unit_code(&own) }));
                self.on_line -= 1;
            }
            3 => self.commission(&own),
            4 => {
                self.say(scrapped(&own));
                self.say(Fact::LeftLine { container: None });
                self.on_line -= 1;
            }
            _ => {
                self.say(reject(unit));
                self.say(give_back(unit));
                self.commission(&own);
            }
        }
    }

    /// A closed case with its label: its id, its number, its units.
    fn case(&mut self, size: u32) -> (u32, u64, u32) {
        self.containers += 1;
        let (id, number) = (self.containers, self.number(self.containers));
        let mut inside = Vec::new();
        for _ in 0..size {
            let (unit, own) = self.unit();
            if self.chance(0.1) {
                self.say(reject(unit));
                self.say(give_back(unit));
            }
            self.commission(&own);
            self.say(place(unit, id));
            inside.push(own);
        }
        let target = if self.lies() { size + 1 } else { size };
        let children = if self.lies() { size - 1 } else { size };
        let level = if self.lies() { Level::Bundle } else { Level::Case };
        self.say(close(id, level, target, children));
        self.labels(id, number);
        self.say(packed(number, &inside.iter().map(String::as_str).collect::<Vec<_>>()));
        (id, number, size)
    }

    fn labels(&mut self, id: u32, number: u64) {
        if !self.lies() {
            return self.say(apply(id, label(number)));
        }
        match self.below(4) {
            0 => {}
            1 => self.say(apply(id, Arc::from("no label"))),
            2 => self.say(apply(id, pack("A0"))),
            _ => {
                let other = self.any_sscc();
                self.say(apply(id, label(other)));
            }
        }
    }

    fn pallet(&mut self, cases: Vec<(u32, u64, u32)>, full: u32) {
        self.containers += 1;
        let (id, number) = (self.containers, self.number(self.containers));
        let mut units = 0;
        for (case, _, inside) in &cases {
            self.say(nest(*case, id));
            if self.lies() && self.chance(0.5) {
                self.say(take_out(*case));
                self.on_line -= inside;
            } else {
                units += inside;
            }
        }
        let children = if self.lies() { full + 1 } else { full };
        self.say(close(id, Level::Pallet, full, children));
        self.labels(id, number);
        self.say(palletised(number, &cases.iter().map(|it| it.1).collect::<Vec<_>>()));
        self.goes(id, units);
    }

    /// A container leaves, or stays at the end of the line.
    fn goes(&mut self, id: u32, units: u32) {
        if self.chance(0.85) {
            self.say(leave(id));
            self.on_line -= units;
        }
    }

    /// Changes what is recorded: left out, said twice, said at another time, said of another one.
    fn lie_about_the_record(&mut self) {
        let is_record = |fact: &Fact| matches!(fact, Fact::Recorded { .. });
        let mut lies = 0;
        while self.lies() && lies < 6 {
            lies += 1;
        }
        for _ in 0..lies {
            let places: Vec<usize> =
                (0..self.facts.len()).filter(|at| is_record(&self.facts[*at])).collect();
            if places.is_empty() {
                return;
            }
            let at = places[self.below(places.len() as u64) as usize];
            // The last facts are the count of what is left and the end.
            let anywhere = self.below(self.facts.len() as u64 - 2) as usize;
            match self.below(6) {
                0 => drop(self.facts.remove(at)),
                1 => {
                    let again = self.facts[at].clone();
                    self.facts.insert(anywhere, again);
                }
                2 => {
                    let fact = self.facts.remove(at);
                    self.facts.insert(anywhere.min(self.facts.len()), fact);
                }
                3 => {
                    let fact = self.anything();
                    self.facts.insert(anywhere, fact);
                }
                _ => {
                    let Fact::Recorded { happened, mut fact } = self.facts[at].clone() else {
                        continue;
                    };
                    self.change(&mut fact);
                    self.facts[at] = Fact::Recorded { happened, fact };
                }
            }
        }
    }

    fn any_code(&mut self) -> UnitCode {
        let text = match self.below(10) {
            0 => "NEVER".to_owned(),
            _ => {
                let at = self.below(u64::from(self.units) + 3);
                self.serial(at as u32)
            }
        };
        unit_code(&text)
    }

    fn any_sscc(&mut self) -> u64 {
        self.number(1) + self.below(u64::from(self.containers) + 1)
    }

    fn any_child(&mut self) -> RecordedChild {
        if self.chance(0.7) {
            RecordedChild::Unit(self.any_code())
        } else {
            RecordedChild::Container(sscc(self.any_sscc()))
        }
    }

    /// Any fact of a record, about anything.
    fn anything(&mut self) -> Fact {
        let unit = self.any_code();
        let order = expected();
        let lot = if self.chance(0.5) { order.lot } else { lot("L8") };
        let fact = match self.below(9) {
            0 => RecordedFact::SerialsAllocated(vec![unit]),
            1 => RecordedFact::UnitCommissioned { unit, lot, expiry: order.expiry },
            2 => RecordedFact::LabelScrapped { unit },
            3 => RecordedFact::UnitDecommissioned { unit },
            4 => RecordedFact::UnitSampled { unit },
            5 => RecordedFact::SerialsReturned(vec![unit]),
            6 => RecordedFact::SerialsVoided(vec![unit]),
            7 => RecordedFact::Refused { reason: "no".into() },
            _ => {
                let children = (0..self.below(3)).map(|_| self.any_child()).collect();
                let level = self.one_of(&[Level::Case, Level::Pallet, Level::Bundle]);
                RecordedFact::ContainerPacked { parent: sscc(self.any_sscc()), level, children }
            }
        };
        recorded(fact)
    }

    /// The same fact with something else in it.
    fn change(&mut self, fact: &mut RecordedFact) {
        let other = self.any_code();
        match fact {
            RecordedFact::UnitCommissioned { unit, lot: written, expiry: until } => {
                match self.below(3) {
                    0 => *unit = other,
                    1 => *written = lot("L9"),
                    _ => *until = expiry("2029-12-31"),
                }
            }
            RecordedFact::LabelScrapped { unit }
            | RecordedFact::UnitDecommissioned { unit }
            | RecordedFact::UnitSampled { unit } => *unit = other,
            RecordedFact::SerialsAllocated(units)
            | RecordedFact::SerialsReturned(units)
            | RecordedFact::SerialsVoided(units) => {
                if self.chance(0.5) {
                    units.pop();
                } else {
                    units.push(other);
                }
            }
            RecordedFact::ContainerPacked { parent, level, children } => match self.below(5) {
                0 => *parent = sscc(self.any_sscc()),
                1 => *level = self.one_of(&[Level::Case, Level::Pallet, Level::Bundle]),
                2 => drop(children.pop()),
                3 => children.push(self.any_child()),
                _ => {
                    let child = self.any_child();
                    if let Some(first) = children.first_mut() {
                        *first = child;
                    }
                }
            },
            RecordedFact::OrderClosed | RecordedFact::Refused { .. } => {}
        }
    }
}
