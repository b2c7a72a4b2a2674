//! Keys and kinds of scenario and twin files that have been renamed. A file that has an old name is refused,
//! with the new one at its place. Nothing is read under an old name.

/// `(where, old, new)`: the struct, or the kind, in which the name stood, as reading names it.
pub(super) type RetiredName = (&'static str, &'static str, &'static str);

/// Those of twin files.
const TWIN: &[RetiredName] = &[
    ("Twin", "handwork", "interventions"),
    ("Twin", "places_m", "positions_m"),
    ("ControllerSpec", "quiet_s", "inactivity_timeout_s"),
    ("ControllerSpec", "rejects_in_a_row", "max_consecutive_rejects"),
    ("ReplenishmentPolicy", "Kept", "ReorderPoint(min: ..., max: ...)"),
    ("PersonSpec", "reacts_s", "response_time_s"),
    ("PersonSpec", "walks_m_s", "walking_speed_m_s"),
    ("InterventionSpec", "needs", "required_skill"),
    ("InterventionSpec", "look_s", "inspection_s"),
    ("InterventionSpec", "clear_s", "removal_s"),
    ("InterventionSpec", "scan_s", "handheld_scan_s"),
    ("InterventionSpec", "scan_read_rate", "handheld_read_rate"),
    ("Infeed", "every_s", "cycle_time_s"),
    ("Infeed", "upkeep", DISSOLVED),
    ("Belt", "product_mm", "product_length_mm"),
    ("BeltSpeedSpec", "of", "load_on"),
    ("AccumulationTable", "order", "discipline"),
    ("AccumulationTable", "through_s", "transit_time_s"),
    ("AccumulationTable", "out_every_s", "min_discharge_interval_s"),
    ("Diverter", "room", "queue_capacity"),
    ("DivertRule", "FirstWithRoom", "FirstAvailable"),
    ("DivertRule", "InTurn", "RoundRobin"),
    ("Merge", "first", "priority"),
    ("Machine", "room", "queue_capacity"),
    ("Machine", "upkeep", DISSOLVED),
    ("Printer", "jobs", "buffer_jobs"),
    ("Printer", "upkeep", "consumables, planned_stops"),
    ("CaseLabeller", "room", "queue_capacity"),
    ("CaseLabeller", "upkeep", "consumables, planned_stops"),
    ("PackingSpec", "room", "queue_capacity"),
    ("PackingSpec", "by_hand", "required_skill"),
    ("PackingSpec", "upkeep", "consumables, planned_stops, speed_losses"),
    ("FailureSpec", "between", "time_to_failure"),
    ("FailureSpec", "needs", "required_skill"),
    ("Interval", "Clock", "CalendarTime"),
    ("Interval", "Work", "OperatingTime"),
    ("Interval", "Products", "Cycles"),
    ("ConsumableSpec", "holds", "capacity"),
    ("ConsumableSpec", "uses", "consumption_per_product"),
    ("ConsumableSpec", "low_at", "reorder_level"),
    ("ConsumableSpec", "needs", "required_skill"),
    ("PlannedStopSpec", "needs", "required_skill"),
    ("SpeedLossSpec", "between_s", "interval_s"),
    ("SpeedLossSpec", "speed", "speed_factor"),
    ("StartupRejectsSpec", "rejects", "count"),
    ("StartupRejectsSpec", "after_s", "after_idle_s"),
    ("Geometric", "chance", "probability"),
    ("Optics", "turned_deg", "max_rotation_deg"),
    ("Optics", "tilted_deg", "max_tilt_deg"),
    ("Optics", "light_changes", "illumination_variation"),
];

/// Those of scenarios, besides their faults.
const SCENARIO: &[RetiredName] = &[
    ("Scenario", "stands_at_most", "max_stall"),
    ("Imported", "tails", "crypto_codes"),
    ("PackagingLevel", "carries", "identification_key"),
    ("Expectation", "Reached", "Covered(point: ...)"),
    ("Covered", "situation", "point"),
];

/// One former block became four lists.
const DISSOLVED: &str = "consumables, planned_stops, speed_losses, startup_rejects";

/// All tables; another kind of file adds its own here.
const TABLES: &[&[RetiredName]] = &[TWIN, SCENARIO, linetwin_faults::RETIRED];

fn rows() -> impl Iterator<Item = &'static RetiredName> {
    TABLES.iter().copied().flatten()
}

/// The name that replaces one found in this struct or kind; nothing if it never was one.
pub(super) fn successor(within: Option<&str>, found: &str) -> Option<&'static str> {
    let here = |row: &&RetiredName| Some(row.0) == within && row.1 == found;
    rows().find(here).map(|row| row.2)
}

/// The same where only the valid names of the place are known.
pub(super) fn successor_among(names: &[String], found: &str) -> Option<&'static str> {
    let first = |new: &str| new.split([',', '(']).next().unwrap_or(new).to_owned();
    let here = |row: &&RetiredName| row.1 == found && names.contains(&first(row.2));
    rows().find(here).map(|row| row.2)
}

/// How a retired name is refused.
pub(super) fn refusal(old: &str, new: &str) -> String {
    format!("`{old}` is now `{new}`")
}

#[cfg(test)]
mod tests;
