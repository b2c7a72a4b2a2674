//! A fault plan at work: verdicts at the points where the twin asks. Each fault draws from its own
//! stream, so that adding one changes no other. Names of machines are resolved when the plan is made.

use linetwin_base::{MachineId, SimSpan, SimTime, Streams};

use super::kinds::{Fault, FaultKind};
use super::rate::Occurrence;
use super::rule::Rule;
use super::verdict::{
    FaultPeriod, LabelVerdict, LinkVerdict, ManualVerdict, PlaceVerdict, PrintVerdict, ReadVerdict,
    Verdict,
};

/// All faults of a run.
#[derive(Debug)]
pub struct FaultPlan {
    rules: Vec<Rule>,
    /// The faults of each machine, in the order of the plan.
    at: Vec<Vec<u16>>,
    /// Those of no machine.
    on_line: Vec<u16>,
}

impl FaultPlan {
    /// A plan at its beginning; no fault is injected from `until` on. `machine` finds a machine by its name.
    /// Faults of one kind at one place are distinguished by their order.
    ///
    /// # Panics
    /// A fault is at a machine that is not there, or there are more than 65 536: plans are checked
    /// before.
    pub fn new(
        faults: &[Fault],
        machine: impl Fn(&str) -> Option<MachineId>,
        until: SimTime,
        streams: Streams,
    ) -> Self {
        let (mut at, mut on_line): (Vec<Vec<u16>>, Vec<u16>) = (Vec::new(), Vec::new());
        let mut rules: Vec<Rule> = Vec::new();
        for fault in faults {
            let index = u16::try_from(rules.len()).expect("a plan has at most 65 536 faults");
            match fault.machine() {
                None => on_line.push(index),
                Some(name) => {
                    let id = machine(name);
                    let id = id.unwrap_or_else(|| panic!("a fault at {name}, which is not there"));
                    at.resize_with(at.len().max(id.index() + 1), Vec::new);
                    at[id.index()].push(index);
                }
            }
            let before = rules.iter().filter(|rule| rule.is_same_kind_and_place(fault)).count();
            rules.push(Rule::new(fault, before, until, streams));
        }
        Self { rules, at, on_line }
    }

    /// Which products or messages each fault of the plan has hit by now, counted from 1.
    pub fn hits(&self) -> Vec<Vec<u32>> {
        self.rules.iter().map(|rule| rule.hit.clone()).collect()
    }

    /// The kind of the fault at this place in the plan.
    pub fn kind(&self, fault: u16) -> FaultKind {
        self.rules[usize::from(fault)].kind
    }

    /// A printer is printing on a product. The first fault of the plan that hits decides.
    pub fn print(&mut self, printer: MachineId, now: SimTime) -> PrintVerdict {
        let hit = self.hit(Some(printer), now, |verdict| match verdict {
            Verdict::Print(print) => Some(print),
            _ => None,
        });
        hit.map_or(PrintVerdict::Sound, |(_, print)| print)
    }

    /// A camera is triggered by a product. The first fault of the plan that hits decides.
    pub fn read(&mut self, camera: MachineId, now: SimTime) -> ReadVerdict {
        let hit = self.hit(Some(camera), now, |verdict| match verdict {
            Verdict::Read(read) => Some(read),
            _ => None,
        });
        hit.map_or(ReadVerdict::Sound, |(_, read)| read)
    }

    /// Whether people ever interfere with products of this belt, or products are ever pushed together on it.
    pub fn has_manual_interference(&self, belt: MachineId) -> bool {
        self.has(belt, |verdict| matches!(verdict, Verdict::Manual(_) | Verdict::Touch))
    }

    /// Whether the encoder of this belt ever slips.
    pub fn slips(&self, belt: MachineId) -> bool {
        self.has(belt, |verdict| matches!(verdict, Verdict::Slip(_)))
    }

    /// The encoder of a belt is read: the fault of the plan that makes it slip, and the share of the way
    /// that it counts too much.
    pub fn encoder(&self, belt: MachineId, now: SimTime) -> Option<(u16, f64)> {
        self.lasting(Some(belt), now, |verdict| match verdict {
            Verdict::Slip(share) => Some(share),
            _ => None,
        })
        .next()
    }

    /// A product comes onto a belt. The first fault of the plan that hits decides.
    pub fn manual(&mut self, belt: MachineId, now: SimTime) -> ManualVerdict {
        let hit = self.hit(Some(belt), now, |verdict| match verdict {
            Verdict::Manual(manual) => Some(manual),
            _ => None,
        });
        hit.map_or(ManualVerdict::None, |(_, manual)| manual)
    }

    /// A product comes onto a belt: the fault of the plan that pushes it up to the one before, if one does.
    pub fn touches(&mut self, belt: MachineId, now: SimTime) -> Option<u16> {
        let hit = self.hit(Some(belt), now, |verdict| (verdict == Verdict::Touch).then_some(()));
        hit.map(|(fault, ())| fault)
    }

    /// A product stands before a gate that got no command to fire: the fault of the plan that fires it all
    /// the same, if one does.
    pub fn gate_fires(&mut self, gate: MachineId, now: SimTime) -> Option<u16> {
        let hit = self.hit(Some(gate), now, |verdict| (verdict == Verdict::FireGate).then_some(()));
        hit.map(|(fault, ())| fault)
    }

    /// A label is applied to a container. The first fault of the plan that hits decides.
    pub fn label(&mut self, labeller: MachineId, now: SimTime) -> LabelVerdict {
        let hit = self.hit(Some(labeller), now, |verdict| match verdict {
            Verdict::Label(label) => Some(label),
            _ => None,
        });
        hit.map_or(LabelVerdict::Sound, |(_, label)| label)
    }

    /// Whether children are ever put wrong here.
    pub fn drops(&self, station: MachineId) -> bool {
        self.has(station, |verdict| matches!(verdict, Verdict::Place(_)))
    }

    /// A child is put into its layer. The first fault of the plan that hits decides.
    pub fn place(&mut self, station: MachineId, now: SimTime) -> PlaceVerdict {
        let hit = self.hit(Some(station), now, |verdict| match verdict {
            Verdict::Place(place) => Some(place),
            _ => None,
        });
        hit.map_or(PlaceVerdict::Sound, |(_, place)| place)
    }

    /// A layer is read: the fault of the plan that misreads it, if one does, and a number that decides how.
    pub fn layer_misread(&mut self, station: MachineId, now: SimTime) -> Option<(u16, u64)> {
        self.hit(Some(station), now, |verdict| match verdict {
            Verdict::Misread(how) => Some(how),
            _ => None,
        })
    }

    /// A gate is commanded to fire: the fault of the plan that keeps it from moving, if one does.
    pub fn gate_stuck(&self, gate: MachineId, now: SimTime) -> Option<u16> {
        let held = |verdict| (verdict == Verdict::HoldGate).then_some(());
        self.lasting(Some(gate), now, held).next().map(|(fault, ())| fault)
    }

    /// A product falls past a confirm sensor: the fault of the plan that blinds the sensor, if one does.
    pub fn confirm_stuck(&self, gate: MachineId, now: SimTime) -> Option<u16> {
        let blind = |verdict| (verdict == Verdict::BlindSensor).then_some(());
        self.lasting(Some(gate), now, blind).next().map(|(fault, ())| fault)
    }

    /// A message goes onto the link. The first fault of the plan that hits decides.
    pub fn link(&mut self, now: SimTime) -> LinkVerdict {
        let hit = self.hit(None, now, |verdict| match verdict {
            Verdict::Message(message) => Some(message),
            _ => None,
        });
        hit.map_or(LinkVerdict::Carried, |(_, message)| message)
    }

    /// How much longer a message takes than it would.
    pub fn link_slow(&self, now: SimTime) -> SimSpan {
        let slow = self.lasting(None, now, |verdict| match verdict {
            Verdict::Slow(delay) => Some(delay),
            _ => None,
        });
        slow.fold(SimSpan::ZERO, |sum, (_, delay)| sum + delay)
    }

    /// A line requests numbers: the fault of the plan that withholds them, if one does.
    pub fn numbers_withheld(&self, now: SimTime) -> Option<u16> {
        let withheld = |verdict| (verdict == Verdict::Withhold).then_some(());
        self.lasting(None, now, withheld).next().map(|(fault, ())| fault)
    }

    /// When the link is down.
    pub fn link_outages(&self) -> Vec<FaultPeriod> {
        self.periods(|verdict| matches!(verdict, Verdict::Message(LinkVerdict::Down(_))))
    }

    /// When the link is slow.
    pub fn link_slows(&self) -> Vec<FaultPeriod> {
        self.periods(|verdict| matches!(verdict, Verdict::Slow(_)))
    }

    /// When the controller loses power and has it again.
    pub fn power_cuts(&self) -> Vec<FaultPeriod> {
        self.periods(|verdict| verdict == Verdict::PowerCut)
    }

    /// When the ledger's process is killed and has started again.
    pub fn kills(&self) -> Vec<FaultPeriod> {
        self.periods(|verdict| verdict == Verdict::Kill)
    }

    /// When the ledger's disk is full.
    pub fn full_disks(&self) -> Vec<FaultPeriod> {
        self.periods(|verdict| verdict == Verdict::FillDisk)
    }

    /// When another order is started on the line.
    pub fn wrong_starts(&self) -> Vec<(u16, SimTime)> {
        let starts = self.moments(|verdict| (verdict == Verdict::StartWrongBatch).then_some(()));
        starts.map(|(fault, at, ())| (fault, at)).collect()
    }

    /// When the controller's clock is set, and by how many nanoseconds.
    pub fn clock_steps(&self) -> Vec<(u16, SimTime, i64)> {
        let steps = self.moments(|verdict| match verdict {
            Verdict::SetClock(by_ns) => Some(by_ns),
            _ => None,
        });
        steps.collect()
    }

    /// The faults of a machine, or of none, in the order of the plan.
    fn at(&self, machine: Option<MachineId>) -> &[u16] {
        match machine {
            Some(machine) => self.at.get(machine.index()).map_or(&[], Vec::as_slice),
            None => &self.on_line,
        }
    }

    /// Whether a machine has a fault with such a verdict.
    fn has(&self, machine: MachineId, such: impl Fn(Verdict) -> bool) -> bool {
        let mut faults = self.at(Some(machine)).iter();
        faults.any(|fault| such(self.rules[usize::from(*fault)].fault.verdict(*fault, 0)))
    }

    /// The first fault of the plan with such a verdict that hits now.
    fn hit<V>(
        &mut self,
        machine: Option<MachineId>,
        now: SimTime,
        such: impl Fn(Verdict) -> Option<V>,
    ) -> Option<(u16, V)> {
        let faults = match machine {
            Some(machine) => self.at.get(machine.index()).map_or(&[][..], Vec::as_slice),
            None => &self.on_line,
        };
        let mut first = None;
        for &fault in faults {
            let rule = &mut self.rules[usize::from(fault)];
            if such(rule.fault.verdict(fault, 0)).is_none() {
                continue;
            }
            // Every rule draws everything that it needs, whether or not another one has hit already.
            let (hits, how) = (rule.hits(now), rule.how.bits());
            if hits && first.is_none() {
                first = such(rule.fault.verdict(fault, how)).map(|verdict| (fault, verdict));
            }
        }
        first
    }

    /// The faults with such a verdict that last now.
    fn lasting<V>(
        &self,
        machine: Option<MachineId>,
        now: SimTime,
        such: impl Fn(Verdict) -> Option<V>,
    ) -> impl Iterator<Item = (u16, V)> {
        self.at(machine).iter().filter_map(move |&fault| {
            let rule = &self.rules[usize::from(fault)];
            let verdict = such(rule.fault.verdict(fault, 0)).filter(|_| rule.lasts(now))?;
            Some((fault, verdict))
        })
    }

    /// From when to when the faults with such a verdict last.
    fn periods(&self, such: impl Fn(Verdict) -> bool) -> Vec<FaultPeriod> {
        let periods = self.on_line.iter().filter_map(|&fault| {
            let rule = &self.rules[usize::from(fault)];
            let (begin, end) = rule.period().filter(|_| such(rule.fault.verdict(fault, 0)))?;
            Some(FaultPeriod { fault, begin, end })
        });
        periods.collect()
    }

    /// The moments at which the faults with such a verdict happen.
    fn moments<V>(
        &self,
        such: impl Fn(Verdict) -> Option<V>,
    ) -> impl Iterator<Item = (u16, SimTime, V)> {
        self.on_line.iter().filter_map(move |&fault| {
            let rule = &self.rules[usize::from(fault)];
            let Occurrence::Once(at) = rule.occurrence else { return None };
            let (at, verdict) = (SimTime::START + at, such(rule.fault.verdict(fault, 0))?);
            (at < rule.until).then_some((fault, at, verdict))
        })
    }
}
