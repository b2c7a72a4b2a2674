//! A belt run by its formulas through everything that can happen to one: products come on, queue and leave,
//! places behind it become free and full, and its speed changes at any time.

use std::collections::VecDeque;

use proptest::prelude::*;

use linetwin_base::{SimSpan, SimTime};

use super::*;
use crate::motion::{BeltClock, FULL_SPEED};

const MILLI: u64 = 1_000_000;

/// What is done to the belt next, after so many milliseconds.
#[derive(Clone, Debug)]
enum Deed {
    Enter,
    Room(bool),
    Speed(u32),
    Brake,
}

/// A belt, driven as the twin drives one.
struct Driven {
    motion: BeltMotion,
    clock: BeltClock,
    now: SimTime,
    capacity: usize,
    /// Belt times of entry of those on the belt, the first one first, and how far each was seen.
    entered: VecDeque<(BeltNanos, BeltNanos)>,
    last_exit: Option<BeltNanos>,
    seen_at: BeltNanos,
    room: bool,
    target: u32,
    entries: u32,
    exits: u32,
}

impl Driven {
    fn new(measures: BeltMeasures, ramp_ms: u64) -> Self {
        let each_mm = if measures.accumulates { measures.product_mm } else { measures.pitch_mm };
        Self {
            motion: BeltMotion::new(measures),
            clock: BeltClock::new(SimSpan::from_millis(ramp_ms)),
            now: SimTime::START,
            capacity: (measures.length_mm / each_mm) as usize,
            entered: VecDeque::new(),
            last_exit: None,
            seen_at: 0,
            room: true,
            target: FULL_SPEED,
            entries: 0,
            exits: 0,
        }
    }

    fn ran(&self) -> BeltNanos {
        self.clock.at(self.now)
    }

    /// A standing belt whose first product cannot leave stands.
    fn is_blocked(&self) -> bool {
        let head = self.entered.front();
        let waits = head.is_some_and(|(entered, _)| {
            self.motion.reaches_end(*entered, self.last_exit) <= self.ran()
        });
        waits && !self.room
    }

    fn set_speed(&mut self) {
        let held = !self.motion.accumulates() && self.is_blocked();
        self.clock.set_speed(self.now, if held { 0 } else { self.target });
    }

    /// All is where it can be: nothing went back, jumped, or came too close.
    fn look(&mut self) {
        let ran = self.ran();
        let least = if self.motion.accumulates() { self.motion.product } else { self.motion.pitch };
        let mut before = None;
        for (index, (entered, seen)) in self.entered.iter_mut().enumerate() {
            let riding = Riding { entered: *entered, ahead: index as u32 };
            let place = self.motion.place(ran, riding, self.last_exit);
            assert!(place >= *seen, "product {index} went back from {seen} to {place}");
            let most = *seen + (ran - self.seen_at);
            assert!(place <= most, "product {index} jumped from {seen} to {place}, not {most}");
            if let Some(before) = before {
                assert!(before >= place + least, "product {index} at {place} behind {before}");
            }
            (*seen, before) = (place, Some(place));
        }
        self.seen_at = ran;
    }

    /// Lets what leaves by itself leave, up to a moment, and looks on the way.
    fn run_until(&mut self, end: SimTime) {
        loop {
            let head = self.entered.front().filter(|_| self.room);
            let exit = head.and_then(|(entered, _)| {
                self.clock.when(self.motion.reaches_end(*entered, self.last_exit), self.now)
            });
            let Some(exit) = exit.filter(|exit| *exit <= end) else { break };
            self.half_way(exit);
            self.now = exit;
            self.look();
            let (_, seen) = self.entered.pop_front().expect("it leaves");
            assert!(seen >= self.motion.length, "it leaves from the end, not from {seen}");
            if self.motion.accumulates() {
                assert_eq!(seen, self.motion.length);
            }
            self.last_exit = Some(self.ran());
            self.exits += 1;
            self.look();
        }
        if !self.room && !self.motion.accumulates() {
            // It stops when the first one comes to the end and cannot leave.
            let full = self.entered.front().and_then(|(entered, _)| {
                self.clock.when(self.motion.reaches_end(*entered, self.last_exit), self.now)
            });
            if let Some(full) = full.filter(|full| *full <= end) {
                self.now = full;
                self.look();
                self.set_speed();
            }
        }
        self.half_way(end);
        self.now = end;
        self.look();
    }

    fn half_way(&mut self, end: SimTime) {
        let half = end.since(self.now).as_nanos() / 2;
        self.now += SimSpan::from_nanos(half);
        self.look();
    }

    fn act(&mut self, deed: &Deed) {
        match deed {
            Deed::Enter => {
                let last = self.entered.back();
                let free = last.is_none_or(|(last, _)| self.motion.free_from(*last) <= self.ran());
                if free && self.entered.len() < self.capacity {
                    self.entered.push_back((self.ran(), 0));
                    self.entries += 1;
                }
            }
            Deed::Room(room) => {
                self.room = *room;
                self.set_speed();
            }
            Deed::Speed(speed) => {
                self.target = *speed;
                self.set_speed();
            }
            Deed::Brake => self.clock.brake(self.now),
        }
        self.look();
    }
}

fn deeds() -> impl Strategy<Value = Vec<(u64, Deed)>> {
    let deed = prop_oneof![
        6 => Just(Deed::Enter),
        2 => any::<bool>().prop_map(Deed::Room),
        2 => (0..=FULL_SPEED).prop_map(Deed::Speed),
        2 => Just(Deed::Speed(FULL_SPEED)),
        1 => Just(Deed::Brake),
    ];
    prop::collection::vec((1_u64..700, deed), 1..120)
}

proptest! {
    #[test]
    fn products_go_forward_with_the_belt_keep_apart_and_leave_at_its_end(
        accumulates in any::<bool>(),
        ramp_ms in prop_oneof![Just(0_u64), 1_u64..1_500],
        length_mm in 300.0..3_000.0_f64,
        product_mm in 40.0..100.0_f64,
        gap_mm in 0.0..60.0_f64,
        deeds in deeds(),
    ) {
        let pitch_mm = product_mm + gap_mm;
        let measures =
            BeltMeasures { length_mm, speed_mm_s: 500.0, pitch_mm, product_mm, accumulates };
        let mut belt = Driven::new(measures, ramp_ms);
        for (after_ms, deed) in &deeds {
            belt.run_until(belt.now + SimSpan::from_nanos(after_ms * MILLI));
            belt.act(deed);
        }
        // With free places behind it all of them leave.
        (belt.room, belt.target) = (true, FULL_SPEED);
        belt.set_speed();
        belt.run_until(belt.now + SimSpan::from_secs(100));
        prop_assert_eq!(belt.exits, belt.entries);
    }
}

#[test]
fn products_queue_at_the_end_and_move_up_no_faster_than_the_belt() {
    let motion = BeltMotion::new(BeltMeasures {
        length_mm: 1000.0,
        speed_mm_s: 500.0,
        pitch_mm: 100.0,
        product_mm: 50.0,
        accumulates: true,
    });
    // In millimetres, which pass at two milliseconds each.
    let mm = |way_mm: u64| way_mm * 2 * MILLI;
    let place = |ran_mm, entered_mm, ahead, exit_mm: Option<u64>| {
        let riding = Riding { entered: mm(entered_mm), ahead };
        motion.length_mm(motion.place(mm(ran_mm), riding, exit_mm.map(mm)))
    };
    assert_eq!(place(400, 0, 0, None), 400.0, "it rides");
    assert_eq!(place(1400, 0, 0, None), 1000.0, "it waits at the end");
    assert_eq!(place(1400, 100, 1, None), 950.0, "the next one touches it");
    // The first one left when the belt had come 1400 mm.
    assert_eq!(place(1420, 100, 0, Some(1400)), 970.0, "it moves up with the belt");
    assert_eq!(place(1450, 100, 0, Some(1400)), 1000.0);
    assert_eq!(motion.reaches_end(mm(100), Some(mm(1400))), mm(1450));
    let places: Vec<f64> =
        motion.places_mm(mm(1430), &[mm(100), mm(900)], Some(mm(1400))).collect();
    assert_eq!(places, [980.0, 530.0]);
}

#[test]
fn on_a_belt_that_does_not_accumulate_all_stand_when_it_stands() {
    let motion = BeltMotion::new(BeltMeasures {
        length_mm: 1000.0,
        speed_mm_s: 500.0,
        pitch_mm: 100.0,
        product_mm: 50.0,
        accumulates: false,
    });
    let mut clock = BeltClock::new(SimSpan::ZERO);
    let entered = [0, 400 * MILLI];
    let at = |ms: u64| SimTime::from_nanos(ms * MILLI);
    let places = |clock: &BeltClock, ms| {
        let places: Vec<f64> = motion.places_mm(clock.at(at(ms)), &entered, None).collect();
        places
    };
    assert_eq!(places(&clock, 2000), [1000.0, 800.0]);
    clock.set_speed(at(2000), 0);
    assert_eq!(places(&clock, 9000), [1000.0, 800.0]);
    // It coasted for 30 mm: what waited at the end has been pushed out by as much.
    assert_eq!(motion.length_mm(motion.belt_time(30.0)), 30.0);
    let pushed: Vec<f64> = motion.places_mm(2060 * MILLI, &entered, None).collect();
    assert_eq!(pushed, [1030.0, 830.0]);
}
