//! A fault plan at work: verdicts at the points where the twin asks. Each fault draws from its own
//! stream, so that adding one changes no other.

use linetwin_base::{SimSpan, SimTime, Streams};
use linetwin_symbol::Flaw;

use super::rule::Rule;
use super::spec::{Course, Fault};
use super::verdict::{
    HandVerdict, Inserted, LabelVerdict, LinkVerdict, PlaceVerdict, PrintVerdict, ReadVerdict,
    Stretch,
};

/// All faults of a run.
#[derive(Debug)]
pub struct FaultPlan {
    rules: Vec<Rule>,
}

impl FaultPlan {
    /// A plan at its beginning; nothing happens any more from `until` on. Faults of one kind at one
    /// place are told apart by their order.
    pub fn new(faults: &[Fault], until: SimTime, streams: Streams) -> Self {
        let mut rules: Vec<Rule> = Vec::new();
        for fault in faults {
            let twins = rules.iter().filter(|rule| rule.is_twin_of(fault)).count();
            rules.push(Rule::new(fault, twins, until, streams));
        }
        Self { rules }
    }

    /// Which products or messages each fault of the plan has hit by now, counted from 1.
    pub fn hits(&self) -> Vec<Vec<u32>> {
        self.rules.iter().map(|rule| rule.hit.clone()).collect()
    }

    /// A printer is printing on a product. The first fault of the plan that hits decides.
    pub fn print(&mut self, printer: &str, now: SimTime) -> PrintVerdict {
        let mut verdict = PrintVerdict::Sound;
        for (index, rule) in self.rules.iter_mut().enumerate() {
            let candidate = match &rule.fault {
                Fault::Misprint { at, defect, .. } if at == printer => {
                    PrintVerdict::Misprint(index as u16, Flaw { defect: *defect, place: 0 })
                }
                Fault::MissingPrint { at, .. } if at == printer => {
                    PrintVerdict::Missing(index as u16)
                }
                Fault::SerialPrintedTwice { at, .. } if at == printer => {
                    PrintVerdict::Repeated(index as u16)
                }
                Fault::InkOut { at, .. } if at == printer => PrintVerdict::NoInk(index as u16),
                Fault::StaleLayout { at, .. } if at == printer => PrintVerdict::Stale(index as u16),
                Fault::WrongText { at, .. } if at == printer => {
                    PrintVerdict::WrongText(index as u16, 0)
                }
                Fault::BufferReplayed { at, jobs, .. } if at == printer => {
                    PrintVerdict::Replay(index as u16, *jobs)
                }
                _ => continue,
            };
            // Every rule draws all that it needs, whether or not another one has hit already.
            let hits = rule.hits(now);
            let place = rule.how.bits();
            if hits && verdict == PrintVerdict::Sound {
                verdict = match candidate {
                    PrintVerdict::Misprint(index, flaw) => {
                        PrintVerdict::Misprint(index, Flaw { place, ..flaw })
                    }
                    PrintVerdict::WrongText(index, _) => PrintVerdict::WrongText(index, place),
                    other => other,
                };
            }
        }
        verdict
    }

    /// A camera is triggered by a product.
    pub fn read(&mut self, camera: &str, now: SimTime) -> ReadVerdict {
        let mut verdict = ReadVerdict::Sound;
        for (index, rule) in self.rules.iter_mut().enumerate() {
            let candidate = match &rule.fault {
                Fault::NoRead { at, .. } if at == camera => ReadVerdict::NoRead(index as u16),
                Fault::DuplicateRead { at, .. } if at == camera => ReadVerdict::Twice(index as u16),
                Fault::LateResult { at, by, .. } if at == camera => {
                    ReadVerdict::Late(index as u16, *by)
                }
                Fault::CameraOffline { at, .. } if at == camera => {
                    ReadVerdict::Offline(index as u16)
                }
                Fault::FrozenImage { at, .. } if at == camera => ReadVerdict::Frozen(index as u16),
                _ => continue,
            };
            if rule.hits(now) && verdict == ReadVerdict::Sound {
                verdict = candidate;
            }
        }
        verdict
    }

    /// Whether anybody ever lays a hand on products of this belt.
    pub fn meddles(&self, belt: &str) -> bool {
        self.rules.iter().any(|rule| match &rule.fault {
            Fault::UnitRemoved { at, .. }
            | Fault::UnitInserted { at, .. }
            | Fault::UnitsSwapped { at, .. }
            | Fault::AlienInserted { at, .. }
            | Fault::PackedInserted { at, .. }
            | Fault::ProductsTouch { at, .. } => at == belt,
            _ => false,
        })
    }

    /// Whether the encoder of this belt ever slips.
    pub fn slips(&self, belt: &str) -> bool {
        let slip = |rule: &Rule| matches!(&rule.fault, Fault::EncoderSlip { at, .. } if at == belt);
        self.rules.iter().any(slip)
    }

    /// The encoder of a belt is read: the fault of the plan that makes it slip, and the share of the way
    /// that it counts too much.
    pub fn encoder(&self, belt: &str, now: SimTime) -> Option<(u16, f64)> {
        self.rules.iter().enumerate().find_map(|(index, rule)| match &rule.fault {
            Fault::EncoderSlip { at, share, .. } if at == belt && rule.lasts(now) => {
                Some((index as u16, *share))
            }
            _ => None,
        })
    }

    /// A product comes onto a belt. The first fault of the plan that hits decides.
    pub fn hand(&mut self, belt: &str, now: SimTime) -> HandVerdict {
        let mut verdict = HandVerdict::None;
        for (index, rule) in self.rules.iter_mut().enumerate() {
            let index = index as u16;
            let candidate: fn(u16, u64) -> HandVerdict = match &rule.fault {
                Fault::UnitRemoved { at, .. } if at == belt => HandVerdict::Remove,
                Fault::UnitInserted { at, .. } if at == belt => |fault, which| {
                    let bare = which % 2 == 1;
                    HandVerdict::Insert(fault, if bare { Inserted::Bare } else { Inserted::Copy })
                },
                Fault::AlienInserted { at, .. } if at == belt => {
                    |fault, which| HandVerdict::Insert(fault, Inserted::Alien(which))
                }
                Fault::PackedInserted { at, .. } if at == belt => {
                    |fault, _| HandVerdict::Insert(fault, Inserted::Packed)
                }
                Fault::UnitsSwapped { at, .. } if at == belt => HandVerdict::Swap,
                _ => continue,
            };
            let (hits, which) = (rule.hits(now), rule.how.bits());
            if hits && verdict == HandVerdict::None {
                verdict = candidate(index, which);
            }
        }
        verdict
    }

    /// A product comes onto a belt: the fault of the plan that pushes it up to the one before, if one does.
    pub fn touches(&mut self, belt: &str, now: SimTime) -> Option<u16> {
        self.hit(now, |fault| matches!(fault, Fault::ProductsTouch { at, .. } if at == belt))
    }

    /// A product stands before a gate that nobody told to fire: the fault of the plan that fires it all
    /// the same, if one does.
    pub fn gate_fires(&mut self, gate: &str, now: SimTime) -> Option<u16> {
        self.hit(now, |fault| matches!(fault, Fault::GoodUnitEjected { at, .. } if at == gate))
    }

    /// The first fault of the plan that is meant and hits now.
    fn hit(&mut self, now: SimTime, meant: impl Fn(&Fault) -> bool) -> Option<u16> {
        let mut first = None;
        for (index, rule) in self.rules.iter_mut().enumerate() {
            if meant(&rule.fault) && rule.hits(now) {
                first = first.or(Some(index as u16));
            }
        }
        first
    }

    /// A label is applied to a container. The first fault of the plan that hits decides.
    pub fn label(&mut self, labeller: &str, now: SimTime) -> LabelVerdict {
        let mut verdict = LabelVerdict::Sound;
        for (index, rule) in self.rules.iter_mut().enumerate() {
            let candidate = match &rule.fault {
                Fault::LabelMissing { at, .. } if at == labeller => {
                    LabelVerdict::Missing(index as u16)
                }
                Fault::LabelRepeated { at, .. } if at == labeller => {
                    LabelVerdict::Repeated(index as u16)
                }
                _ => continue,
            };
            if rule.hits(now) && verdict == LabelVerdict::Sound {
                verdict = candidate;
            }
        }
        verdict
    }

    /// Whether children are ever put wrong here.
    pub fn drops(&self, station: &str) -> bool {
        self.rules.iter().any(|rule| match &rule.fault {
            Fault::LayerShort { at, .. } | Fault::LayerOver { at, .. } => at == station,
            _ => false,
        })
    }

    /// A child is put into its layer. The first fault of the plan that hits decides.
    pub fn place(&mut self, station: &str, now: SimTime) -> PlaceVerdict {
        let mut verdict = PlaceVerdict::Sound;
        for (index, rule) in self.rules.iter_mut().enumerate() {
            let candidate = match &rule.fault {
                Fault::LayerShort { at, .. } if at == station => {
                    PlaceVerdict::Dropped(index as u16)
                }
                Fault::LayerOver { at, .. } if at == station => PlaceVerdict::Doubled(index as u16),
                _ => continue,
            };
            if rule.hits(now) && verdict == PlaceVerdict::Sound {
                verdict = candidate;
            }
        }
        verdict
    }

    /// A layer is read: the fault of the plan that misreads it, if one does, and a number that says
    /// how.
    pub fn layer_misread(&mut self, station: &str, now: SimTime) -> Option<(u16, u64)> {
        let mut misread = None;
        for (index, rule) in self.rules.iter_mut().enumerate() {
            let here = matches!(&rule.fault, Fault::LayerMisread { at, .. } if at == station);
            if here {
                let (hits, how) = (rule.hits(now), rule.how.bits());
                misread = misread.or(hits.then_some((index as u16, how)));
            }
        }
        misread
    }

    /// A gate is told to fire: the fault of the plan that keeps it from moving, if one does.
    pub fn gate_stuck(&self, gate: &str, now: SimTime) -> Option<u16> {
        self.lasting(now, |fault| matches!(fault, Fault::GateFailsToFire { at, .. } if at == gate))
    }

    /// A product falls past a confirm sensor: the fault of the plan that makes it blind, if one does.
    pub fn confirm_stuck(&self, gate: &str, now: SimTime) -> Option<u16> {
        self.lasting(
            now,
            |fault| matches!(fault, Fault::ConfirmSensorStuck { at, .. } if at == gate),
        )
    }

    /// The first fault of the plan that is meant and lasts now.
    fn lasting(&self, now: SimTime, meant: impl Fn(&Fault) -> bool) -> Option<u16> {
        let mut rules = self.rules.iter();
        let index = rules.position(|rule| rule.lasts(now) && meant(&rule.fault));
        index.map(|index| index as u16)
    }

    /// A message goes onto the link. The first fault of the plan that hits decides.
    pub fn link(&mut self, now: SimTime) -> LinkVerdict {
        let mut verdict = LinkVerdict::Carried;
        for (index, rule) in self.rules.iter_mut().enumerate() {
            let index = index as u16;
            let candidate = match &rule.fault {
                Fault::LinkOutage { .. } => LinkVerdict::Down(index),
                Fault::MessageLost { .. } => LinkVerdict::Lost(index),
                Fault::MessageRepeated { .. } => LinkVerdict::Repeated(index),
                Fault::MessageOvertaken { by, .. } => LinkVerdict::Overtaken(index, *by),
                _ => continue,
            };
            if rule.hits(now) && verdict == LinkVerdict::Carried {
                verdict = candidate;
            }
        }
        verdict
    }

    /// How much longer a message takes than it would.
    pub fn link_slow(&self, now: SimTime) -> SimSpan {
        let slow = self.rules.iter().filter_map(|rule| match &rule.fault {
            Fault::LinkSlow { by, .. } if rule.lasts(now) => Some(*by),
            _ => None,
        });
        slow.fold(SimSpan::ZERO, |sum, by| sum + by)
    }

    /// When the link is down.
    pub fn link_outages(&self) -> Vec<Stretch> {
        self.stretches(|fault| matches!(fault, Fault::LinkOutage { .. }))
    }

    /// When the link is slow.
    pub fn link_slows(&self) -> Vec<Stretch> {
        self.stretches(|fault| matches!(fault, Fault::LinkSlow { .. }))
    }

    /// When the controller loses power and has it again.
    pub fn power_cuts(&self) -> Vec<Stretch> {
        self.stretches(|fault| matches!(fault, Fault::ControllerPowerCut { .. }))
    }

    /// When the ledger's process is killed and has started again.
    pub fn kills(&self) -> Vec<Stretch> {
        self.stretches(|fault| matches!(fault, Fault::LedgerKilled { .. }))
    }

    /// When the ledger's disk is full.
    pub fn full_disks(&self) -> Vec<Stretch> {
        self.stretches(|fault| matches!(fault, Fault::DiskFull { .. }))
    }

    /// A line asks for numbers: the fault of the plan that keeps them from it, if one does.
    pub fn numbers_withheld(&self, now: SimTime) -> Option<u16> {
        self.lasting(now, |fault| matches!(fault, Fault::NumbersWithheld { .. }))
    }

    /// When somebody starts another order.
    pub fn wrong_starts(&self) -> Vec<(u16, SimTime)> {
        let starts = self.rules.iter().enumerate().filter_map(|(index, rule)| match rule.course {
            Course::Once(at) if matches!(rule.fault, Fault::WrongBatchStarted { .. }) => {
                let at = SimTime::START + at;
                (at < rule.until).then_some((index as u16, at))
            }
            _ => None,
        });
        starts.collect()
    }

    fn stretches(&self, meant: impl Fn(&Fault) -> bool) -> Vec<Stretch> {
        let stretches = self.rules.iter().enumerate().filter_map(|(index, rule)| {
            let (begin, end) = rule.stretch().filter(|_| meant(&rule.fault))?;
            Some(Stretch { fault: index as u16, begin, end })
        });
        stretches.collect()
    }

    /// When the controller's clock is set, and by how many nanoseconds.
    pub fn clock_steps(&self) -> Vec<(u16, SimTime, i64)> {
        let steps = self.rules.iter().enumerate().filter_map(|(index, rule)| match &rule.fault {
            Fault::ClockStep { at, by_s } => {
                let at = SimTime::START + *at;
                (at < rule.until).then_some((index as u16, at, (by_s * 1e9) as i64))
            }
            _ => None,
        });
        steps.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::spec::Rate;
    use super::*;
    use linetwin_base::Distribution;
    use linetwin_symbol::Defect;

    fn misprints(faults: &[Fault]) -> Vec<bool> {
        let mut plan = FaultPlan::new(faults, SimTime::NEVER, Streams::new(5));
        let hit = |_| matches!(plan.print("printer-1", SimTime::START), PrintVerdict::Misprint(..));
        (0..2_000).map(hit).collect()
    }

    #[test]
    fn adding_a_fault_moves_no_other() {
        let at = || "printer-1".to_owned();
        let every = Rate::PerThousand(20.0);
        let misprint =
            Fault::Misprint { at: at(), every, defect: Defect::DeadNozzles { rows: 12 } };
        let missing = Fault::MissingPrint { at: at(), every: Rate::PerThousand(1.0) };
        let alone = misprints(std::slice::from_ref(&misprint));
        assert!(alone.iter().filter(|hit| **hit).count() > 20);
        assert_eq!(alone, misprints(&[misprint.clone(), missing.clone()]));
        let before = misprints(&[missing, misprint]);
        let moved = alone.iter().zip(&before).filter(|(alone, before)| !**alone && **before);
        assert_eq!(moved.count(), 0, "only those that hit a bare product are missing");
    }

    #[test]
    fn what_hit_can_be_written_out_and_hits_in_the_same_way() {
        let every = |every| Fault::UnitInserted { at: "belt-1".to_owned(), every };
        let verdicts = |fault: Fault| {
            let mut plan = FaultPlan::new(&[fault], SimTime::NEVER, Streams::new(5));
            let verdicts: Vec<HandVerdict> =
                (0..500).map(|_| plan.hand("belt-1", SimTime::START)).collect();
            (verdicts, plan.hits().remove(0))
        };
        let (random, hits) = verdicts(every(Rate::PerThousand(40.0)));
        assert!(hits.len() > 10);
        assert_eq!(verdicts(every(Rate::Exactly(hits.clone()))), (random, hits));
    }

    #[test]
    fn a_fault_that_lasts_begins_and_ends() {
        let from = SimSpan::from_secs(10);
        let lasts = SimSpan::from_secs(5);
        let mut plan =
            FaultPlan::new(&[Fault::LinkOutage { from, lasts }], SimTime::NEVER, Streams::new(5));
        let at = |secs| SimTime::START + SimSpan::from_secs(secs);
        assert_eq!(plan.link(at(9)), LinkVerdict::Carried);
        assert_eq!(plan.link(at(10)), LinkVerdict::Down(0));
        assert_eq!(plan.link(at(14)), LinkVerdict::Down(0));
        assert_eq!(plan.link(at(15)), LinkVerdict::Carried);
        assert_eq!(plan.link_outages(), [Stretch { fault: 0, begin: at(10), end: at(15) }]);
    }

    #[test]
    fn faults_come_when_their_rate_says() {
        let hits = |every: Rate| -> Vec<u64> {
            let fault = Fault::NoRead { at: "camera-1".to_owned(), every };
            let mut plan = FaultPlan::new(&[fault], SimTime::NEVER, Streams::new(5));
            let read = |second: &u64| {
                let now = SimTime::START + SimSpan::from_secs(*second);
                plan.read("camera-1", now) != ReadVerdict::Sound
            };
            // One product a second.
            (1..=20).filter(read).collect()
        };
        assert_eq!(hits(Rate::Units(7)), [7, 14]);
        assert_eq!(hits(Rate::Once(5)), [5]);
        assert_eq!(hits(Rate::Exactly(vec![3, 17, 4])), [3, 4, 17]);
        assert_eq!(hits(Rate::Burst { every: 8, length: 3 }), [6, 7, 8, 14, 15, 16]);
        assert_eq!(hits(Rate::At(SimSpan::from_secs(9))), [9]);
        assert_eq!(hits(Rate::Between(Distribution::Fixed(6.5))), [7, 14]);
        assert_eq!(hits(Rate::PerThousand(1000.0)).len(), 20);
        assert_eq!(hits(Rate::PerThousand(0.0)), [] as [u64; 0]);
    }
}
