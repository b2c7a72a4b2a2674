//! Names that faults had in scenarios of earlier versions, for refusing a file that still has one.

/// Where a name stood (the fault, or the type it was a variant of), the name, and the one it has now.
pub const RETIRED: &[(&str, &str, &str)] = &[
    ("Fault", "Again", "Recurring"),
    ("Recurring", "between_s", "interarrival_s"),
    ("Rate", "Units", "EveryNth"),
    ("Rate", "Once", "Nth"),
    ("Rate", "Between", "Interarrival"),
    ("LateResult", "by", "delay"),
    ("LinkSlow", "by", "delay"),
    ("MessageOvertaken", "by", "delay"),
    ("ClockStep", "by_s", "offset_s"),
];
