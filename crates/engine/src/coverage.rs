//! Coverage points of a line controller, as far as a campaign can reach them. The others are left to tests.

use linetwin_base::coverage_points;

use super::order::LineLayout;

coverage_points! {
    /// A coverage point of the line controller, reported with [`super::Action::Covered`].
    SecondResult: "a camera result for a product that has one",
    SecondResultWhileBinFull: "a camera result for a product that has one, while the reject bin is full",
    ResultWithoutProduct: "a camera result where no product should be",
    CopyRead: "a product with the code of another one",
    NoResultInTime: "a product at the gate whose camera result has not come",
    JobsSkipped: "a print job reported before older ones",
    PrintWithoutProduct: "a print reported where no product should be",
    PrintedTwice: "a second print on a product that has a code",
    UntrackedAtGate: "a product at the gate where none should be",
    UntrackedDownstreamOfGate: "a product behind the gate where none should be",
    RejectPassedGate: "a product behind the gate that should have been rejected",
    RejectNotConfirmed: "a rejected product whose fall was not confirmed in time",
    ConfirmationWithoutReject: "a confirmed fall although no product was rejected",
    BinFull: "the reject bin is full",
    ConsecutiveRejects: "so many consecutive rejects that the belt stands",
    VanishedBeforeExit: "a good product that never reached the exit sensor",
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
    SerialsRefused: "numbers requested and refused",
    SerialsExhausted: "units to be printed on and no serial number",
    SentAgain: "messages not answered in time",
    UnexpectedAnswer: "an answer to a message that was answered before, or out of turn",
    InactivityTimeout: "a line that should run and reports nothing",
    LineFoundEmpty: "a silent line on which nothing is found although something should be there",
    LineFoundBusy: "a silent line on which something is found",
    ReworkedGood: "a rejected product that is found good at the bench",
    ReworkedBad: "a product at the bench that is bad",
    ReworkedUntracked: "an untracked product at the bench",
    ReworkReportedTwice: "a product at the bench reported again that was found good before",
    ReworkGivenUp: "rejected products that are not verified any more",
    EndedEarly: "an order ended at the panel while it runs",
    PartlyFilled: "a container closed with fewer children than its full count",
    PowerBackBeforeNumbers: "power back before the first numbers have come",
    PowerBackWhileRunning: "power back while the order runs",
    PowerBackWhileClosing: "power back while the ledger closes the order",
    PowerBackWithProducts: "power back with products on a tracked belt",
    PowerBackWhileFalling: "power back, and the fall of a product in doubt",
    PowerBackWithOpenCase: "power back with an open container",
    PowerBackWithLayer: "power back with a layer that waits for a decision",
    PowerBackWithLabel: "power back with a container before the labeller",
    PowerBackWithStop: "power back with a belt that waits for an operator",
    PowerBackWithRework: "power back with products that may be verified again",
    PowerBackUnanswered: "power back with messages that were not answered",
    SerialsReturnedAtEnd: "serial numbers returned at the end of the order",
}

impl CoveragePoint {
    /// Whether it can come about on a line of this layout.
    pub fn is_possible(self, layout: &LineLayout) -> bool {
        match self {
            Self::ReworkedGood
            | Self::ReworkedBad
            | Self::ReworkedUntracked
            | Self::ReworkReportedTwice
            | Self::ReworkGivenUp
            | Self::PowerBackWithRework => layout.rework.is_some(),
            Self::VanishedBetweenSections | Self::UnreadBetweenSections => {
                layout.sections.len() > 1
            }
            Self::ConsecutiveRejects => layout.max_consecutive_rejects > 0,
            _ => true,
        }
    }
}
