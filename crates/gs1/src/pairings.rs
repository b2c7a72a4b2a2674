//! Which elements belong together: what one needs beside it, what it excludes, and that a repeated one has
//! the same value (General Specifications 4.13 and 4.14). Judged over all symbols of an item together, so a
//! symbol alone may break it and be right.

use super::elements::{Element, ElementString};

/// Elements that do not belong together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PairingError {
    /// Something must stand beside it.
    #[error("AI {ai} stands without what it needs, expected {}", alternatives(.needs))]
    Needs {
        /// The Application Identifier.
        ai: &'static str,
        /// Alternatives, each of which must be there wholly; `n` is any digit.
        needs: Vec<Vec<&'static str>>,
    },
    /// Something must not stand beside it.
    #[error("AI {ai} and AI {other} stand together, expected one of them at most")]
    Excludes {
        /// One.
        ai: &'static str,
        /// The other.
        other: &'static str,
    },
    /// Two values.
    #[error("AI {ai} stands there twice with different values, expected the same")]
    Contradicts {
        /// The Application Identifier.
        ai: &'static str,
    },
}

/// Why elements may not be put into a symbol or link, although such a one would be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MakeError {
    /// They contradict or exclude one another, which no other symbol of the item can correct.
    #[error(transparent)]
    Pairing(PairingError),
    /// An expiry date without a day.
    #[error(
        "AI 17: found {0} without a day, expected a full date: day 00 may not be made any more (GSCN 21-040)"
    )]
    Day00(String),
}

fn alternatives(needs: &[Vec<&str>]) -> String {
    let groups: Vec<String> = needs.iter().map(|group| group.join(" with ")).collect();
    groups.join(" or ")
}

/// `n` in a pattern stands for any digit.
fn matches(pattern: &str, digits: &str) -> bool {
    let pairs = pattern.bytes().zip(digits.bytes());
    pattern.len() == digits.len() && pairs.into_iter().all(|(p, d)| p == b'n' || p == d)
}

/// The other Application Identifiers.
fn others<'a>(all: &'a [Element], ai: &'a str) -> impl Iterator<Item = &'static str> + 'a {
    all.iter().map(|other| other.ai().digits()).filter(move |other| *other != ai)
}

impl ElementString {
    /// Checks that the elements belong together.
    ///
    /// # Errors
    /// The first pair, or missing one, that breaks a rule.
    pub fn check_pairings(&self) -> Result<(), PairingError> {
        let all = self.elements();
        // What no other symbol can correct comes first.
        for element in all {
            let ai = element.ai().digits();
            let same = |other: &&Element| other.ai().digits() == ai;
            if all.iter().filter(same).any(|other| other.value() != element.value()) {
                return Err(PairingError::Contradicts { ai });
            }
            let mut others = others(all, ai);
            let shut_out = |other: &&str| {
                element.ai().excludes().iter().any(|pattern| matches(pattern, other))
            };
            if let Some(other) = others.find(shut_out) {
                return Err(PairingError::Excludes { ai, other });
            }
        }
        for element in all {
            let ai = element.ai().digits();
            let there = |pattern: &&str| others(all, ai).any(|other| matches(pattern, other));
            let needs = element.ai().needs();
            if !needs.is_empty() && !needs.iter().any(|group| group.iter().all(&there)) {
                return Err(PairingError::Needs { ai, needs: needs.to_vec() });
            }
        }
        Ok(())
    }
}

impl ElementString {
    /// Checks that the elements may be made into a symbol or link. What stands without what it needs
    /// passes: that can be on another symbol of the item.
    ///
    /// # Errors
    /// Elements that contradict or exclude one another; an expiry date with day 00.
    pub fn check_makeable(&self) -> Result<(), MakeError> {
        match self.check_pairings() {
            Ok(()) | Err(PairingError::Needs { .. }) => {}
            Err(error) => return Err(MakeError::Pairing(error)),
        }
        let expiries = self.elements().iter().filter(|element| element.ai().digits() == "17");
        match expiries.map(Element::value).find(|expiry| expiry.ends_with("00")) {
            Some(expiry) => Err(MakeError::Day00(expiry.to_owned())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_that_belong_together_are_accepted_and_others_named() {
        let judge = |text: &str| {
            let elements = ElementString::parse_bracketed(text).unwrap();
            elements.check_pairings().map_err(|error| error.to_string())
        };
        let gtin = "(01)06291041500213";
        assert_eq!(judge(&format!("{gtin}(21)A(17)280930(10)B")), Ok(()));
        assert_eq!(judge(&format!("{gtin}(21)A{gtin}")), Ok(()));
        let refused = [
            ("(21)A".to_owned(), "AI 21 stands without what it needs, expected 01 or 03 or 8006"),
            (
                format!("{gtin}(21)A(235)B"),
                "AI 21 and AI 235 stand together, expected one of them at most",
            ),
            (
                format!("{gtin}(10)A(10)B"),
                "AI 10 stands there twice with different values, expected the same",
            ),
            (
                "(02)06291041500213(37)5".to_owned(),
                "AI 37 stands without what it needs, expected 00 with 02 or 00 with 8026",
            ),
            (
                format!("{gtin}(250)A"),
                "AI 250 stands without what it needs, expected 01 with 21 or 03 with 21 or 8006 \
                 with 21",
            ),
            (
                format!("{gtin}(3102)000001(3103)000001"),
                "AI 3102 and AI 3103 stand together, expected one of them at most",
            ),
        ];
        for (text, expected) in refused {
            assert_eq!(judge(&text).unwrap_err(), expected, "{text}");
        }
        assert_eq!(judge("(00)106141412345678908(02)06291041500213(37)5"), Ok(()));
    }
}
