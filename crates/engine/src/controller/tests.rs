//! The controller on its own: what it commands and sends after an input.

use std::collections::VecDeque;
use std::sync::Arc;

use linetwin_base::{Level, MachineId, SimSpan};
use linetwin_gs1::{CompanyPrefix, Gtin, Sscc, UnitCode};

use crate::coverage::CoveragePoint;
use crate::ledger::{Command, DecommissionReason, ObjectCode, Refusal};
use crate::order::{LineLayout, PoolRule, Product, Samples, SectionLayout, Serials};
use crate::order::{Order, StationLayout};
use crate::protocol::{DeviceCommand, JobId, Message, OperatorTask, Read, StopCause};

use super::input::{Answer, Input};
use super::register::pack_code;
use super::*;

const INFEED: MachineId = MachineId(0);
const STATION: MachineId = MachineId(30);
const LABELLER: MachineId = MachineId(31);

/// No message requests SSCCs.
const NONE: [u32; 0] = [];

/// Belt, printer, camera and gate of a section are numbered from ten times its place.
fn device(section: u16, n: u16) -> MachineId {
    MachineId(10 * (section + 1) + n)
}

/// Printer at 100 mm, camera at 300 mm, gate at 600 mm, sensor behind it at 800 mm.
pub(super) fn section(n: u16) -> SectionLayout {
    let at = |device, mm: u64| (device, mm * 1_000);
    SectionLayout {
        belt: device(n, 0),
        printer: (n == 0).then(|| at(device(n, 1), 100)),
        camera: at(device(n, 2), 300),
        gate: at(device(n, 3), 600),
        exit_um: 800_000,
        confirm_timeout: SimSpan::from_millis(150),
        tolerance_um: 50_000,
    }
}

pub(super) fn order(quantity: u32) -> Order {
    Order {
        product: Product {
            gtin: Gtin::parse("06291041500213").unwrap(),
            name: "Test".to_owned(),
            company_prefix: 7,
            serials: Serials::default(),
            lot_and_expiry: true,
        },
        lot: "L7".parse().unwrap(),
        expiry: "2028-09-30".parse().unwrap(),
        quantity,
        samples: Samples::default(),
        packaging: Vec::new(),
    }
}

/// Cases of three at the end of so many tracked belts; a printer that holds two jobs.
pub(super) fn layout(sections: u16) -> LineLayout {
    let (station, labeller) = (STATION, LABELLER);
    LineLayout {
        line: Arc::from("line-1"),
        infeed: INFEED,
        sections: (0..sections).map(section).collect(),
        stations: vec![StationLayout {
            station,
            labeller,
            level: Level::Case,
            children: 3,
            layer: 3,
        }],
        rework: None,
        printer_buffer_jobs: 2,
        minimum_grade_tenths: 15,
        max_consecutive_rejects: 0,
        serial_reserve: 1.0,
        pool: PoolRule::WholeOrder,
        inactivity_timeout_s: 3_600.0,
        retry_s: 10_000.0,
    }
}

/// A controller, and a ledger that answers at once.
struct Line {
    controller: LineController,
    now: SimTime,
    jobs: VecDeque<(JobId, Arc<str>)>,
    unanswered: VecDeque<Message>,
    numbers: u64,
    /// The ledger gives no SSCCs.
    no_ssccs: bool,
}

impl Line {
    fn of(order: Order, layout: LineLayout) -> Self {
        let mut line = Self::with_journal(order, layout, Box::new(RetainedMemory::default()));
        line.receive(Input::Started);
        line
    }

    fn with_journal(order: Order, layout: LineLayout, journal: Box<dyn LineJournal>) -> Self {
        Self {
            controller: LineController::with_journal(OrderId(1), order, layout, journal).unwrap(),
            now: SimTime::START,
            jobs: VecDeque::new(),
            unanswered: VecDeque::new(),
            numbers: 0,
            no_ssccs: false,
        }
    }

    /// What the controller does after this input, and after every answer of the ledger that follows.
    fn receive(&mut self, input: Input) -> Vec<Action> {
        let mut actions = Vec::new();
        self.controller.receive(self.now, input, &mut actions);
        let mut seen = 0;
        loop {
            for action in &actions[seen..] {
                match action {
                    Action::Device(DeviceCommand::Print { job, text, .. }) => {
                        self.jobs.push_back((*job, Arc::clone(text)));
                    }
                    Action::Send(message) => self.unanswered.push_back(message.clone()),
                    _ => {}
                }
            }
            seen = actions.len();
            let Some(message) = self.unanswered.pop_front() else { return actions };
            let answer = self.answer(&message);
            self.controller.receive(self.now, Input::Answered(answer), &mut actions);
        }
    }

    fn answer(&mut self, message: &Message) -> Answer {
        let given = match message.command {
            Command::AllocateSsccs { .. } if self.no_ssccs => {
                Err(Refusal::SpaceExhausted { asked: 1, left: 0 })
            }
            Command::AllocateSsccs { count, .. } => Ok(self.make(count, |n| {
                let prefix = CompanyPrefix::parse("6291041").unwrap();
                Sscc::build(0, prefix, n).unwrap().into()
            })),
            Command::AllocateSerials { count, .. } => Ok(self.make(count, |n| {
                let serial = format!("{n:06}").parse().unwrap();
                UnitCode { gtin: order(0).product.gtin, serial }.into()
            })),
            _ => Ok(Vec::new()),
        };
        Answer { sequence: message.sequence, given, crypto_codes: Vec::new() }
    }

    fn make(&mut self, count: u32, number: impl Fn(u64) -> ObjectCode) -> Vec<ObjectCode> {
        let from = self.numbers;
        self.numbers += u64::from(count);
        (from..self.numbers).map(number).collect()
    }

    fn tell(&mut self, event: DeviceEvent) -> Vec<Action> {
        self.receive(Input::Device(event))
    }

    fn wake_after(&mut self, seconds: u64) -> Vec<Action> {
        self.now += SimSpan::from_secs(seconds);
        self.receive(Input::TimerExpired)
    }

    fn enter(&mut self, section: u16, mm: u64) {
        self.tell(DeviceEvent::ProductEntered { belt: device(section, 0), at_um: mm * 1_000 });
    }

    /// Prints the next job on the product that came on there, and returns what its symbol reads as.
    fn print(&mut self, mm: u64) -> Read {
        let (job, text) = self.jobs.pop_front().expect("a job");
        let (printer, at_um) = (device(0, 1), (mm + 100) * 1_000);
        self.tell(DeviceEvent::Printed { printer, job, at_um });
        Read::Symbol { text, grade_tenths: 40 }
    }

    fn read(&mut self, section: u16, mm: u64, read: &Read) -> Vec<Action> {
        let (camera, at_um) = (device(section, 2), (mm + 300) * 1_000);
        self.tell(DeviceEvent::SymbolRead { camera, at_um, read: read.clone() })
    }

    fn at_gate(&mut self, section: u16, mm: u64) -> Vec<Action> {
        let (gate, at_um) = (device(section, 3), (mm + 600) * 1_000);
        self.tell(DeviceEvent::ProductAtGate { gate, at_um })
    }

    fn leave(&mut self, section: u16, mm: u64) -> Vec<Action> {
        let (belt, at_um) = (device(section, 0), (mm + 800) * 1_000);
        self.tell(DeviceEvent::ProductLeft { belt, at_um })
    }

    /// A good product comes on there, is printed on, and leaves the first section.
    fn make_one(&mut self, mm: u64) -> (Read, Vec<Action>) {
        self.enter(0, mm);
        let read = self.print(mm);
        self.read(0, mm, &read);
        assert_eq!(self.at_gate(0, mm), []);
        (read, self.leave(0, mm))
    }

    /// Three good products come on from there, and fill a case.
    fn fill_case(&mut self, mm: u64) {
        let made = [0, 1_000, 2_000].map(|after| self.make_one(mm + after).0);
        let layer = DeviceEvent::LayerRead { station: STATION, reads: made.to_vec() };
        let accept = DeviceCommand::AcceptLayer { station: STATION };
        assert!(commands(&self.tell(layer)).contains(&accept));
    }

    fn case_is_ready(&mut self) -> Vec<Action> {
        self.tell(DeviceEvent::ContainerReady { labeller: LABELLER })
    }

    /// Labels the case that is ready, as the actions command it.
    fn label(&mut self, actions: &[Action]) -> Vec<Action> {
        let texts = commands(actions).into_iter().filter_map(|command| match command {
            DeviceCommand::PrintLabel { text, .. } => Some(text),
            _ => None,
        });
        let text = texts.last().expect("a label");
        let read = Read::Symbol { text, grade_tenths: 40 };
        self.tell(DeviceEvent::LabelRead { labeller: LABELLER, read })
    }
}

fn commands(actions: &[Action]) -> Vec<DeviceCommand> {
    let command = |action: &Action| match action {
        Action::Device(command) => Some(command.clone()),
        _ => None,
    };
    actions.iter().filter_map(command).collect()
}

fn sent(actions: &[Action]) -> Vec<Command> {
    let command = |action: &Action| match action {
        Action::Send(message) => Some(message.command.clone()),
        _ => None,
    };
    actions.iter().filter_map(command).collect()
}

/// How many SSCCs each message requests, of those that do.
fn ssccs_requested(actions: &[Action]) -> Vec<u32> {
    let count = |command: &Command| match command {
        Command::AllocateSsccs { count, .. } => Some(*count),
        _ => None,
    };
    sent(actions).iter().filter_map(count).collect()
}

fn reached(actions: &[Action], point: CoveragePoint) -> bool {
    actions.contains(&Action::Covered(point))
}

/// The code that was read.
fn unit(read: &Read) -> ObjectCode {
    pack_code(read).expect("the code of a pack").unit.into()
}

fn release_quota(actions: &[Action]) -> Vec<u64> {
    let total = |command: &DeviceCommand| match command {
        DeviceCommand::SetReleaseQuota { total, .. } => Some(*total),
        _ => None,
    };
    commands(actions).iter().filter_map(total).collect()
}

fn tasks(actions: &[Action]) -> Vec<OperatorTask> {
    let task = |command: &DeviceCommand| match command {
        DeviceCommand::CallOperator(task) => Some(*task),
        _ => None,
    };
    commands(actions).iter().filter_map(task).collect()
}

#[test]
fn a_printer_is_given_no_more_jobs_than_it_holds() {
    let mut line = Line::of(order(6), layout(1));
    assert_eq!(line.jobs.len(), 2);
    for n in 0..4 {
        line.enter(0, 1_000 * n);
        line.print(1_000 * n);
        assert_eq!(line.jobs.len(), 2, "one for the one that was printed");
    }
}

#[test]
fn ssccs_that_were_refused_are_requested_again_once_and_in_time() {
    let mut line = Line::with_journal(order(7), layout(1), Box::<RetainedMemory>::default());
    line.no_ssccs = true;
    let actions = line.receive(Input::Started);
    assert_eq!(ssccs_requested(&actions), [3]);
    assert!(reached(&actions, CoveragePoint::SerialsRefused));
    line.fill_case(0);
    assert_eq!(ssccs_requested(&line.case_is_ready()), NONE, "it is too early to request again");
    assert_eq!(ssccs_requested(&line.wake_after(29)), NONE);
    let actions = line.wake_after(1);
    assert_eq!(ssccs_requested(&actions), [3], "one case waits, two are still to be filled");
    assert!(reached(&actions, CoveragePoint::SerialsRefused));
    line.no_ssccs = false;
    let actions = line.wake_after(30);
    assert_eq!(ssccs_requested(&actions), [3]);
    let again = DeviceCommand::RepeatStatus { machine: LABELLER };
    assert!(commands(&actions).contains(&again), "the case waits there");
    let actions = line.case_is_ready();
    assert_eq!(ssccs_requested(&actions), NONE);
    let release = DeviceCommand::ReleaseContainer { labeller: LABELLER };
    assert!(commands(&line.label(&actions)).contains(&release));
    assert_eq!(ssccs_requested(&line.case_is_ready()), NONE, "nothing waits for a label");
}

#[test]
fn power_comes_back_and_the_infeed_gets_its_release_quota_again() {
    let mut line = Line::of(order(6), layout(1));
    assert_eq!(release_quota(&line.receive(Input::PowerBack)), [6]);
    let mut ended = Line::of(order(6), layout(1));
    ended.tell(DeviceEvent::OrderEnded);
    assert_eq!(release_quota(&ended.receive(Input::PowerBack)), [0], "no more units are released");
    let mut full = Line::of(order(3), layout(1));
    full.fill_case(0);
    assert_eq!(
        release_quota(&full.receive(Input::PowerBack)),
        [0],
        "all that was ordered is packed"
    );
    let mut idle = Line::with_journal(order(6), layout(1), Box::<RetainedMemory>::default());
    assert_eq!(release_quota(&idle.receive(Input::PowerBack)), [6], "once, when the order begins");
}

#[test]
fn power_comes_back_and_people_are_called_for_the_same_as_before() {
    let mut order = order(6);
    order.samples = Samples { first: 1, every: 0 };
    let mut line = Line::of(order, layout(1));
    let belt = device(0, 0);
    let sample = OperatorTask::TakeSample { belt, entered_um: 0 };
    let (_, actions) = line.make_one(0);
    assert_eq!(tasks(&actions), [sample]);
    // And one that should have been rejected passes the gate.
    line.enter(0, 1_000);
    line.print(1_000);
    let remove = OperatorTask::RemoveFromBelt { belt, entered_um: 1_000_000 };
    assert_eq!(tasks(&line.leave(0, 1_000)), [remove]);
    let actions = line.receive(Input::PowerBack);
    assert_eq!(tasks(&actions)[..2], [sample, remove]);
    assert!(reached(&actions, CoveragePoint::PowerBackWithStop));
}

#[test]
fn power_comes_back_and_it_is_known_what_was_going_on() {
    let mut line = Line::of(order(6), layout(1));
    line.enter(0, 0);
    assert!(!reached(&line.receive(Input::PowerBack), CoveragePoint::PowerBackWhileFalling));
    line.at_gate(0, 0);
    let actions = line.receive(Input::PowerBack);
    assert!(reached(&actions, CoveragePoint::PowerBackWhileFalling));
    assert!(!reached(&actions, CoveragePoint::PowerBackWithLayer));
    let reads = vec![Read::NoRead; 3];
    line.tell(DeviceEvent::LayerRead { station: STATION, reads });
    assert!(reached(&line.receive(Input::PowerBack), CoveragePoint::PowerBackWithLayer));
}

/// A journal that takes so many inputs and no more.
struct Full(RetainedMemory, u32);

impl LineJournal for Full {
    fn begin(&mut self, snapshot: &[u8]) -> Result<(), StoreError> {
        self.0.begin(snapshot)
    }
    fn append(&mut self, input: &[u8]) -> Result<(), StoreError> {
        self.1 = self.1.checked_sub(1).ok_or(StoreError::Full)?;
        self.0.append(input)
    }
    fn read(&self) -> Result<Option<Recording>, StoreError> {
        self.0.read()
    }
}

#[test]
fn without_a_journal_every_belt_stands_and_nothing_more_is_sent() {
    let journal = Box::new(Full(RetainedMemory::default(), 5));
    let mut line = Line::with_journal(order(6), layout(2), journal);
    line.receive(Input::Started);
    assert_eq!(line.controller.failure().map(ToString::to_string), None);
    line.enter(0, 0);
    let actions = line.tell(DeviceEvent::OrderEnded);
    let why = StopCause::Controller;
    let stop = |n| DeviceCommand::StopBelt { belt: device(n, 0), why };
    assert_eq!(commands(&actions), [stop(0), stop(1)]);
    assert_eq!(sent(&actions), []);
    assert!(line.controller.failure().is_some());
    assert_eq!(line.at_gate(0, 0), [], "nor does it say that this product is good");
}

/// Two good products on a second section; the first never comes out.
#[test]
fn what_vanishes_is_missing_and_what_is_rejected_failed() {
    let mut line = Line::of(order(6), layout(2));
    let made = [0, 1_000, 2_000].map(|mm| line.make_one(mm).0);
    for (mm, read) in [(0, &made[0]), (200, &made[1])] {
        line.enter(1, mm);
        line.read(1, mm, read);
    }
    let actions = sent(&line.leave(1, 200));
    let (object, reason) = (unit(&made[0]), DecommissionReason::Missing);
    assert_eq!(actions[0], Command::Decommission { object, reason });
    let bad = Read::Symbol {
        text: match &made[2] {
            Read::Symbol { text, .. } => Arc::clone(text),
            other => panic!("{other:?}"),
        },
        grade_tenths: 10,
    };
    line.enter(1, 400);
    line.read(1, 400, &bad);
    assert!(
        commands(&line.at_gate(1, 400)).contains(&DeviceCommand::Reject { gate: device(1, 3) })
    );
    let actions = sent(&line.tell(DeviceEvent::RejectConfirmed { gate: device(1, 3) }));
    let (object, reason) = (unit(&bad), DecommissionReason::FailedCheck);
    assert_eq!(actions[0], Command::Decommission { object, reason });
}

#[test]
fn a_sample_that_is_owed_is_taken_where_codes_are_printed_and_none_is_due() {
    let mut order = order(6);
    order.samples = Samples { first: 1, every: 0 };
    let mut line = Line::of(order, layout(2));
    line.controller.state.samples_owed = 1;
    let (read, actions) = line.make_one(0);
    let [task] = tasks(&actions)[..] else { panic!("the first one is due: {actions:?}") };
    assert_eq!(line.controller.state.samples_owed, 1, "and another one is still owed");
    line.tell(DeviceEvent::OperatorDone { task, read });
    let (read, actions) = line.make_one(1_000);
    let [task] = tasks(&actions)[..] else { panic!("this is that one: {actions:?}") };
    assert_eq!(line.controller.state.samples_owed, 0);
    line.tell(DeviceEvent::OperatorDone { task, read });
    let (read, actions) = line.make_one(2_000);
    assert_eq!(tasks(&actions), []);
    line.controller.state.samples_owed = 1;
    line.enter(1, 0);
    line.read(1, 0, &read);
    assert_eq!(tasks(&line.leave(1, 0)), [], "no sample is taken from the second section");
}

#[test]
fn a_product_on_a_belt_is_on_the_way() {
    let mut line = Line::of(order(3), layout(2));
    assert!(line.controller.state.nothing_is_on_the_way());
    line.enter(1, 0);
    assert!(!line.controller.state.nothing_is_on_the_way());
}
