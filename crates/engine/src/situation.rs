//! Situations in which a line controller may find itself and which it has to handle: those that a campaign
//! can bring about. The rest is for tests.

use linetwin_base::situations;

use super::order::LineLayout;

situations! {
    /// A situation of the line controller. It says so with [`super::Action::Reached`].
    SecondResult: "a camera result for a product that has one",
    SecondResultWhileBinFull: "a camera result for a product that has one, while the reject bin is full",
    ResultForNobody: "a camera result where no product should be",
    CopyRead: "a product with the code of another one",
    NoResultInTime: "a product at the gate whose camera result has not come",
    JobsSkipped: "a print job reported before older ones",
    PrintedOnNothing: "a print reported where no product should be",
    PrintedTwice: "a second print on a product that has a code",
    StrangerAtGate: "a product at the gate where none should be",
    StrangerBehindGate: "a product behind the gate where none should be",
    PassedTheGate: "a product behind the gate that should have been thrown out",
    FallNotConfirmed: "a product thrown out that nobody saw fall in time",
    FallOfNobody: "a product seen to fall although none was thrown out",
    BinFull: "the reject bin is full",
    RejectsInARow: "so many products thrown out one after the other that the belt stands",
    VanishedBeforeExit: "a good product that never came by the exit sensor",
    VanishedBetweenSections: "a product that set out and did not come to the next section",
    UnreadBetweenSections: "a product taken out unread on a later section, known by the next that comes",
    SampleDue: "a good product to be taken as a sample",
    WrongSample: "a sample taken that is another product, or none",
    LayerReadAgain: "a layer with a code that was not read",
    ChildScannedByHand: "a child that has to be read by hand",
    ChildTakenOut: "a child that has to be taken out of a layer",
    LayerAcceptedTwice: "a layer reported again that was accepted before",
    UnreadFromLayer: "a child taken out of a layer unread, known by the next that comes",
    VanishedBeforePacking: "a product that set out and did not come to its station",
    LabelPrintedAgain: "a label that is not the one printed",
    LabelReleasedTwice: "a label reported again that was right before",
    NumbersRefused: "numbers asked for and refused",
    NumbersRanOut: "units to be printed on and no serial number",
    SentAgain: "messages not answered in time",
    AnswerNotAwaited: "an answer to a message that was answered before, or out of turn",
    LineSilent: "a line that should run and says nothing",
    LineFoundEmpty: "a silent line on which nothing is found although something should be there",
    LineFoundBusy: "a silent line on which something is found",
    ReworkedGood: "a product thrown out that is found good at the bench",
    ReworkedBad: "a product at the bench that is bad",
    ReworkedStranger: "a product at the bench that nobody knows",
    ReworkSaidTwice: "a product at the bench reported again that was found good before",
    ReworkGivenUp: "products thrown out that are not examined any more",
    EndedEarly: "an order ended at the panel while it runs",
    PartlyFilled: "a container closed with fewer children than it has room for",
    PowerBackBeforeNumbers: "power back before the first numbers have come",
    PowerBackWhileRunning: "power back while the order runs",
    PowerBackWhileClosing: "power back while the ledger is asked to close the order",
    PowerBackWithProducts: "power back with products on a tracked belt",
    PowerBackWhileFalling: "power back, and nobody knows whether a product has fallen",
    PowerBackWithOpenCase: "power back with an open container",
    PowerBackWithLayer: "power back with a layer that waits for a decision",
    PowerBackWithLabel: "power back with a container before the labeller",
    PowerBackWithStop: "power back with a belt that waits for an operator",
    PowerBackWithRework: "power back with products that may be examined again",
    PowerBackUnanswered: "power back with messages that were not answered",
    LeftBehind: "serial numbers given back at the end of the order",
}

impl Situation {
    /// Whether it can come about on a line of this layout.
    pub fn is_possible(self, layout: &LineLayout) -> bool {
        match self {
            Self::ReworkedGood
            | Self::ReworkedBad
            | Self::ReworkedStranger
            | Self::ReworkSaidTwice
            | Self::ReworkGivenUp
            | Self::PowerBackWithRework => layout.rework.is_some(),
            Self::VanishedBetweenSections | Self::UnreadBetweenSections => {
                layout.sections.len() > 1
            }
            Self::RejectsInARow => layout.rejects_in_a_row > 0,
            _ => true,
        }
    }
}
