//! The table of fault kinds: a kind is one row here and one verdict in `verdict.rs`. Everything else about a
//! kind is made from its row by `table.rs`; nothing else may list them.
//!
//! A row has, in this order: what the kind means; its number, its name, where it can be, and by which fields
//! a scenario gives its timing (`every` it hits, `from` when and how long it `lasts`, the time `at` which it
//! happens); its own parameters with their bounds; how a campaign draws one, each value from the stream of
//! the kind at its machine, in the order written; and what a correct line does about it: by what its outcome
//! is judged, and in words, as in `docs/faults.md`.
//!
//! The numbers stand in traces and digests: a new kind takes the next one, none is ever given again. Names
//! are in the keys of random streams and do not change. Within a place the order is that in which a
//! campaign draws.

use serde::{Deserialize, Serialize};

use linetwin_base::{Distribution, SimSpan};
use linetwin_symbol::Defect;

use super::dice::Dice;
use super::kind::{FaultPlace, RightAnswer};
use super::parameters::{ParameterError, TimingMut, any, sound_defect, within};
use super::rate::{Occurrence, Rate};

fault_kinds! {
    dice;

    // --- Printing ---

    /// The printed symbol has a defect.
    0 Misprint: Printer(at every) {
        /// What is wrong with it.
        defect: Defect, sound_defect;
    }
    drawn { every: dice.rate(), defect: dice.defect() }
    answer GoodOrRejected, "what is unreadable or below the grade is rejected, its serial number \
        scrapped; a defect that leaves the grade is harmless";

    /// Nothing is printed on the product although the printer reports it.
    1 MissingPrint: Printer(at every) {}
    drawn { every: dice.rate() }
    answer GoodOrRejected, "rejected, serial number scrapped";

    /// The printer repeats the code of the product before.
    2 SerialPrintedTwice: Printer(at every) {}
    drawn { every: dice.rate() }
    answer GoodOrRejected, "the second pack is rejected; the record stays single";

    /// One character of the serial number is printed wrong.
    20 WrongText: Printer(at every) {}
    drawn { every: dice.rate() }
    answer GoodOrRejected, "the code is not the one that was sent: rejected";

    /// The printer prints the last jobs of its buffer once more, in their order.
    22 BufferReplayed: Printer(at every) {
        /// So many jobs.
        jobs: u32, within(1..=100, "1 to 100 jobs");
    }
    drawn { every: dice.nth(500), jobs: dice.up_to(20) }
    answer GoodOrRejected, "the packs with old codes are rejected; no code is sold twice";

    /// The ink is used up: nothing is printed on the products, and the printer does not detect it.
    19 InkOut: Printer(at from lasts) {}
    drawn { from: dice.from(), lasts: dice.lasts() }
    answer GoodOrRejected, "everything is rejected until the ink is refilled";

    /// The printer uses the layout of another order: the end of the content is wrong.
    21 StaleLayout: Printer(at from lasts) {}
    drawn { from: dice.from(), lasts: dice.lasts() }
    answer GoodOrRejected, "every such pack is rejected";

    // --- Reading and rejecting ---

    /// The camera is triggered twice by one product.
    3 DuplicateRead: Camera(at every) {}
    drawn { every: dice.rate() }
    answer Unaffected, "no second commissioning, no second count, and the pack is not rejected \
        for it";

    /// The camera reads nothing on a good symbol.
    4 NoRead: Camera(at every) {}
    drawn { every: dice.rate() }
    answer Rejected, "rejected: what is not verified does not pass";

    /// A result comes so much later than it would.
    25 LateResult: Camera(at every) {
        /// So much later.
        delay: SimSpan, any;
    }
    drawn { every: dice.rate(), delay: dice.few_seconds() }
    answer GoodOrRejected, "at the gate there is no result: rejected";

    /// The camera gives no results for a while.
    23 CameraOffline: Camera(at from lasts) {}
    drawn { from: dice.from(), lasts: dice.lasts() }
    answer Rejected, "nothing passes";

    /// The camera gives its last result again and again for a while.
    24 FrozenImage: Camera(at from lasts) {}
    drawn { from: dice.from(), lasts: dice.lasts() }
    answer GoodOrRejected, "a result with the code of another pack counts as no result: rejected";

    /// The reject gate fires without a command.
    26 GoodUnitEjected: RejectGate(at every) {}
    drawn { every: dice.rate() }
    answer Missed, "missed behind the gate, made again";

    /// The reject gate does not move for a while.
    8 GateFailsToFire: RejectGate(at from lasts) {}
    drawn { from: dice.from(), lasts: dice.lasts() }
    answer Rejected, "the sensor behind the gate sees the pack, the belt stops, an operator \
        takes it off";

    /// The confirm sensor in the bin of a reject gate sees no fall for a while.
    9 ConfirmSensorStuck: RejectGate(at from lasts) {}
    drawn { from: dice.from(), lasts: dice.lasts() }
    answer GoodOrRejected, "an unconfirmed reject stops the belt until an operator has inspected it";

    // --- Belts and manual interference ---

    /// A product comes on so close behind another that no sensor sees a gap between them.
    35 ProductsTouch: TrackedBelt(at every) {}
    drawn { every: dice.rate() }
    answer GoodOrRejected, "the second passes the devices unseen and without a code: missing, or removed downstream of the gate, never packed unread";

    /// The encoder of a belt counts more or less than the belt moves, for a while.
    34 EncoderSlip: TrackedBelt(at from lasts) {
        /// So much of the way more, or less if it is below zero.
        share: f64, within(-0.9..=1.0, "a share of the way from -0.9 to 1.0");
    }
    drawn { share: dice.slip(), from: dice.from(), lasts: dice.lasts() }
    answer GoodOrRejected, "the register finds no product, or another one, where it looks: \
        rejected, serial number scrapped; consecutive rejects stop the belt";

    /// A person takes a product off a belt without reporting it.
    5 UnitRemoved: Belt(at every) {}
    drawn { every: dice.rate() }
    answer Missed, "missed at the next reading station, replaced";

    /// A person puts a product onto the beginning of a belt: half of them bare, half with a copy of a code
    /// that is on the belt.
    6 UnitInserted: Belt(at every) {}
    drawn { every: dice.rate() }
    answer GoodOrRejected, "untracked, or its code is unknown: rejected";

    /// Two neighbours on a belt change places.
    7 UnitsSwapped: Belt(at every) {}
    drawn { every: dice.rate() }
    answer GoodOrRejected, "both are read: packed or rejected, never mistaken for each other";

    /// A person puts a pack of another lot onto the beginning of a belt.
    30 AlienInserted: Belt(at every) {}
    drawn { every: dice.rate() }
    answer GoodOrRejected, "another lot gets into no container";

    /// A person puts a product onto the beginning of a belt that carries the code of one which left the belt
    /// long ago.
    31 PackedInserted: Belt(at every) {}
    drawn { every: dice.rate() }
    answer GoodOrRejected, "what was packed before gets into no container again";

    // --- Aggregation ---

    /// A product falls beside its place in the layer, or a person takes it out before it is read.
    32 LayerShort: UnitPacker(at every) {}
    drawn { every: dice.rate() }
    answer Missed, "a layer of the wrong number closes no container";

    /// Two products are put where one belongs: the layer holds one too many.
    33 LayerOver: UnitPacker(at every) {}
    drawn { every: dice.rate() }
    answer TrueRecord, "a layer of the wrong number closes no container";

    /// The labeller reports a label as applied and none is on the container.
    27 LabelMissing: Labeller(at every) {}
    drawn { every: dice.every_few() }
    answer TrueRecord, "a container leaves only with its own label";

    /// The labeller applies the label of the container before once more.
    28 LabelRepeated: Labeller(at every) {}
    drawn { every: dice.every_few() }
    answer TrueRecord, "a container leaves only with its own label";

    /// The layer camera takes one code for another: that of its neighbour, or one that was never printed.
    /// Counted in layers.
    29 LayerMisread: Packer(at every) {}
    drawn { every: dice.rate() }
    answer TrueRecord, "the layer is not accepted: no container closes with a code that is not in it";

    // --- Link, ledger, power, clock ---

    /// A message or an answer gets lost on the link.
    13 MessageLost: Line(every) {}
    drawn { every: dice.rate() }
    answer TrueRecord, "repeated until it is acknowledged";

    /// A message or an answer arrives twice.
    14 MessageRepeated: Line(every) {}
    drawn { every: dice.rate() }
    answer TrueRecord, "what arrives twice counts once";

    /// A message or an answer is overtaken by later ones.
    15 MessageOvertaken: Line(every) {
        /// It comes so much later.
        delay: SimSpan, any;
    }
    drawn { every: dice.rate(), delay: dice.few_seconds() }
    answer TrueRecord, "processed in sequence";

    /// Messages and answers take longer for a while.
    12 LinkSlow: Line(from lasts) {
        /// So much longer, each way.
        delay: SimSpan, any;
    }
    drawn { from: dice.from(), lasts: dice.lasts(), delay: dice.few_seconds() }
    answer TrueRecord, "the line goes on; only the end of the order waits";

    /// The link between line and ledger is down for a while.
    11 LinkOutage: Line(from lasts) {}
    drawn { from: dice.any_time(), lasts: dice.lasts() }
    answer TrueRecordIfCutOff, "the line goes on from its own pool; nothing lost, nothing twice";

    /// The ledger's process is killed at the worst moment from `from` on: right after it has made a command
    /// durable, before its answer leaves. It starts again from what is durable.
    16 LedgerKilled: Line(from lasts) {}
    drawn { from: dice.any_time(), lasts: dice.lasts() }
    answer TrueRecordIfCutOff, "what was acknowledged is known afterwards";

    /// The disk of the ledger is full for a while: a command that it cannot store gets no answer. When there
    /// is space again it is started again from what it has stored.
    17 DiskFull: Line(from lasts) {}
    drawn { from: dice.any_time(), lasts: dice.lasts() }
    answer TrueRecordIfCutOff, "a command that cannot be stored is not acknowledged; nothing acknowledged is lost";

    /// No numbers are given out for a while: a line's requests are refused.
    36 NumbersWithheld: Line(from lasts) {}
    drawn { from: dice.start_or_any_time(), lasts: dice.lasts() }
    answer TrueRecord, "the line works from its own pool, waits when that is empty, requests again, and goes on";

    /// A person starts another order on the line: one that is released, but for another line.
    37 WrongBatchStarted: Line(at) {}
    drawn { at: dice.from() }
    answer OrderRefused, "an order that is released for another line is refused";

    /// The line controller has no power for a while, or has not started yet. The cut comes at the worst
    /// moment from `from` on: right after the controller has recorded an input, before its output takes
    /// effect.
    10 ControllerPowerCut: Line(from lasts) {}
    drawn { from: dice.any_time(), lasts: dice.lasts() }
    answer TrueRecordIfCutOff, "its state is restored; products between two sensors are rejected";

    /// The clock of the line controller, from which its messages take their times, is set.
    18 ClockStep: Line(at) {
        /// Forward by so many seconds, or back by a number below zero.
        offset_s: f64, within(-86_400.0..=86_400.0, "-86400 to 86400 seconds, a day");
    }
    drawn { at: dice.from(), offset_s: dice.clock_offset_s() }
    answer TrueRecord, "only time stamps change";
}
