//! The nearest valid name, for messages about names that do not exist.

/// The name that looks most like `found`; nothing if there are no names. Names that begin alike are nearer
/// than others (Winkler, 1990), because people forget ends rather than beginnings.
pub fn nearest_name<'a>(found: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names.max_by(|one, two| {
        let likeness = |name| strsim::jaro_winkler(found, name);
        likeness(one).total_cmp(&likeness(two)).then_with(|| two.cmp(one))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_shortened_names_are_understood() {
        let nearest = |found| nearest_name(found, ["id", "length_mm", "speed_mm_s"].into_iter());
        assert_eq!(nearest("lenght_mm"), Some("length_mm"));
        assert_eq!(nearest("len"), Some("length_mm"));
        assert_eq!(nearest("Speed_mm_s"), Some("speed_mm_s"));
        assert_eq!(nearest_name("x", [].into_iter()), None);
    }
}
