//! Coverage points of the physical line and of the way between line controller and ledger.

use linetwin_base::coverage_points;

coverage_points! {
    /// A coverage point of the twin, written into the trace when it is reached.
    CommandRepeated: "a command comes to the ledger that it has decided on",
    CommandOutOfTurn: "a command comes to the ledger before one that must come first",
    CommandRefused: "the ledger refuses a command",
    CommandWhileLedgerDown: "a command comes while the ledger's process is down",
    DiskFullAtCommand: "the ledger's disk is full when a command is to be written",
    AnswerLostInCrash: "the ledger's process dies between a decision and its answer",
    InputWithoutPower: "an input for a line controller that has no power",
    PowerFailsBeforeOutput: "the line controller loses power before its output takes effect",
    PowerFailsTwice: "power fails again before it is back",
    PowerFailsWhileLedgerDown: "power fails while the ledger's process is down",
    LinkFailsWithoutPower: "the link fails while the line controller has no power",
    PanelWithoutPower: "the order is ended at a panel without power",
    OperatorFindsNothing: "an operator is to take off a product and finds none there",
}
