//! Element strings: Application Identifiers with their values, read from what a scanner sends, read
//! and printed with brackets as people write them, and put together for a symbol (General
//! Specifications 7.8).

use std::fmt;

use super::ai::{ApplicationIdentifier, Fault};

/// FNC1 within a message, as scanners transmit it: ASCII 29.
pub const SEPARATOR: char = '\u{1d}';
/// Longest text that is read. A symbol holds 3116 digits, a chain of them 8 KiB at most.
pub(super) const LONGEST: usize = 8_192;

/// An Application Identifier and its value, which obeys its rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    ai: &'static ApplicationIdentifier,
    value: String,
}

impl Element {
    /// Puts a value behind an Application Identifier.
    ///
    /// # Errors
    /// No such Application Identifier, or a value that breaks its rules; positions count from the
    /// start of the value.
    pub fn new(ai: &str, value: &str) -> Result<Self, ElementError> {
        let unknown = || ElementError::Unknown { found: shorten(ai), position: 0 };
        let ai = ApplicationIdentifier::find(ai).ok_or_else(unknown)?;
        Self::checked(ai, value, 0)
    }

    fn checked(
        ai: &'static ApplicationIdentifier,
        value: &str,
        position: usize,
    ) -> Result<Self, ElementError> {
        let broken = |fault: Fault| {
            let position = position + fault.at();
            ElementError::Value { ai: ai.digits(), position, fault }
        };
        ai.check(value).map_err(broken)?;
        Ok(Self { ai, value: value.to_owned() })
    }

    /// The Application Identifier.
    pub const fn ai(&self) -> &'static ApplicationIdentifier {
        self.ai
    }

    /// The value.
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// Elements in the order in which they stand. Each obeys its own rules; whether they belong together
/// is another question ([`ElementString::check_pairings`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElementString(Vec<Element>);

/// Why a text is no element string. Positions are byte offsets in the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ElementError {
    /// Nothing there.
    #[error("found nothing, expected at least one element")]
    Empty,
    /// Longer than any symbol.
    #[error("found {0} bytes, expected at most {LONGEST}")]
    TooLong(usize),
    /// The message does not begin with FNC1, so it is plain data.
    #[error("found no FNC1 at position 0, expected `{0}` first")]
    NoFnc1(char),
    /// No Application Identifier begins like this.
    #[error("found `{found}` at position {position}, expected an Application Identifier")]
    Unknown {
        /// What was found.
        found: String,
        /// Where.
        position: usize,
    },
    /// A value breaks a rule of its Application Identifier.
    #[error("AI {ai} at position {position}: {fault}")]
    Value {
        /// The Application Identifier.
        ai: &'static str,
        /// Where the value goes wrong.
        position: usize,
        /// The rule.
        fault: Fault,
    },
    /// Brackets are not as they should be.
    #[error("found {found} at position {position}, expected {expected}")]
    Bracket {
        /// What was found.
        found: String,
        /// Where.
        position: usize,
        /// What was expected.
        expected: &'static str,
    },
}

/// Enough of a text to recognise it.
pub(super) fn shorten(text: &str) -> String {
    text.chars().take(12).collect()
}

impl ElementString {
    /// Puts elements together, in their order.
    ///
    /// # Errors
    /// There are none.
    pub fn new(elements: Vec<Element>) -> Result<Self, ElementError> {
        if elements.is_empty() { Err(ElementError::Empty) } else { Ok(Self(elements)) }
    }

    /// Reads a message as scanners send it: without its first FNC1, further ones as ASCII 29.
    /// Separators that are not needed are tolerated.
    ///
    /// # Errors
    /// The first element that is none.
    pub fn parse(message: &str) -> Result<Self, ElementError> {
        Self::read(message, SEPARATOR, 0)
    }

    /// Reads a message in which FNC1 is written as `fnc1`, the first one included: `^01...21...^10`.
    ///
    /// # Errors
    /// No FNC1 first, or the first element that is none.
    pub fn parse_marked(text: &str, fnc1: char) -> Result<Self, ElementError> {
        let message = text.strip_prefix(fnc1).ok_or(ElementError::NoFnc1(fnc1))?;
        Self::read(message, fnc1, fnc1.len_utf8())
    }

    /// `offset` is where the message begins in the text that the caller has.
    pub(super) fn read(message: &str, fnc1: char, offset: usize) -> Result<Self, ElementError> {
        if message.len() > LONGEST {
            return Err(ElementError::TooLong(message.len()));
        }
        let mut elements = Vec::new();
        let mut rest = message;
        loop {
            rest = rest.trim_start_matches(fnc1);
            if rest.is_empty() {
                return Self::new(elements);
            }
            let position = offset + message.len() - rest.len();
            let unknown = || ElementError::Unknown { found: shorten(rest), position };
            let ai = ApplicationIdentifier::starting(rest).ok_or_else(unknown)?;
            let behind = &rest[ai.digits().len()..];
            let end = behind.find(fnc1).unwrap_or(behind.len());
            let length = if ai.is_predefined() { ai.longest().min(end) } else { end };
            // A value of the wrong characters can be cut within one of them: it is refused whole.
            let value = behind.get(..length).unwrap_or(&behind[..end]);
            let at = position + ai.digits().len();
            elements.push(Element::checked(ai, value, at)?);
            rest = &behind[value.len()..];
        }
    }

    /// Reads the form with brackets, `(01)...(10)...`; a bracket within a value is written `\(`.
    ///
    /// # Errors
    /// The first element that is none.
    pub fn parse_bracketed(text: &str) -> Result<Self, ElementError> {
        if text.len() > LONGEST {
            return Err(ElementError::TooLong(text.len()));
        }
        let mut elements = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let bracket = |position: usize, expected: &'static str| {
                let found = text.get(position..).map_or_else(String::new, shorten);
                let found = if found.is_empty() { "the end".into() } else { format!("`{found}`") };
                ElementError::Bracket { found, position, expected }
            };
            let Some(inside) = text[at..].strip_prefix('(') else {
                return Err(bracket(at, "an Application Identifier in brackets"));
            };
            let Some(width) = inside.find(')') else {
                return Err(bracket(at, "a closing bracket behind it"));
            };
            let unknown =
                || ElementError::Unknown { found: shorten(&inside[..width]), position: at + 1 };
            let ai = ApplicationIdentifier::find(&inside[..width]).ok_or_else(unknown)?;
            let from = at + width + 2;
            let (value, end) = unescape(text, from);
            elements.push(Element::checked(ai, &value, from)?);
            at = end;
        }
        Self::new(elements)
    }

    /// The elements.
    pub fn elements(&self) -> &[Element] {
        &self.0
    }

    /// The value behind an Application Identifier, if it is there.
    pub fn get(&self, ai: &str) -> Option<&str> {
        let found = self.0.iter().find(|element| element.ai.digits() == ai);
        found.map(Element::value)
    }

    /// The message for a symbol, without its first FNC1: separators where they are needed, behind
    /// elements that are not of predefined length, and not at the end.
    pub fn message(&self) -> String {
        self.message_with(SEPARATOR)
    }

    fn message_with(&self, fnc1: char) -> String {
        let mut message = String::new();
        for (at, element) in self.0.iter().enumerate() {
            message.push_str(element.ai.digits());
            message.push_str(&element.value);
            if !element.ai.is_predefined() && at + 1 < self.0.len() {
                message.push(fnc1);
            }
        }
        message
    }

    /// The message with its first FNC1, FNC1 written as `fnc1`.
    pub fn marked(&self, fnc1: char) -> String {
        format!("{fnc1}{}", self.message_with(fnc1))
    }

    /// The same elements, those of predefined length first: the shortest message.
    pub fn predefined_first(&self) -> Self {
        let (mut first, last): (Vec<_>, Vec<_>) =
            self.0.iter().cloned().partition(|element| element.ai.is_predefined());
        first.extend(last);
        Self(first)
    }
}

/// The value from `from` up to the next bracket, with its escapes undone, and where it ends.
fn unescape(text: &str, from: usize) -> (String, usize) {
    let mut value = String::new();
    let mut rest = &text[from..];
    loop {
        let Some(at) = rest.find('(') else {
            value.push_str(rest);
            return (value, text.len());
        };
        match rest[..at].strip_suffix('\\') {
            Some(before) => {
                value.push_str(before);
                value.push('(');
                rest = &rest[at + 1..];
            }
            None => {
                value.push_str(&rest[..at]);
                return (value, text.len() - rest.len() + at);
            }
        }
    }
}

impl fmt::Display for ElementString {
    /// The form with brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for element in &self.0 {
            write!(f, "({}){}", element.ai.digits(), element.value.replace('(', "\\("))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        ElementString::parse_bracketed(text).unwrap_err().to_string()
    }

    #[test]
    fn refusals_name_the_element_the_rule_and_the_position() {
        assert_eq!(refusal(""), "found nothing, expected at least one element");
        assert_eq!(
            refusal("01"),
            "found `01` at position 0, expected an Application Identifier in brackets"
        );
        assert_eq!(
            refusal("(01"),
            "found `(01` at position 0, expected a closing bracket behind it"
        );
        assert_eq!(
            refusal("(05)1"),
            "found `05` at position 1, expected an Application Identifier"
        );
        assert_eq!(
            refusal("(01)06291041500214"),
            "AI 01 at position 17: expected the right check digit"
        );
        assert_eq!(
            refusal("(10)AB(17)281330"),
            "AI 17 at position 12: expected a month from 01 to 12"
        );
        assert_eq!(refusal("(10)"), "AI 10 at position 4: found 0 characters, expected 1 to 20");
        assert_eq!(
            refusal("(10)A B"),
            "AI 10 at position 5: expected a character of GS1 character set 82"
        );
        let scan = ElementString::parse("0106291041500213\u{1d}21é").unwrap_err().to_string();
        assert_eq!(scan, "AI 21 at position 19: expected a character of GS1 character set 82");
        let long = ElementString::parse(&"1".repeat(9_000)).unwrap_err().to_string();
        assert_eq!(long, "found 9000 bytes, expected at most 8192");
    }

    #[test]
    fn separators_stand_only_where_a_length_is_not_known() {
        let text = "(21)AB12(01)06291041500213(422)356(17)280930(10)L7";
        let elements = ElementString::parse_bracketed(text).unwrap();
        assert_eq!(elements.marked('^'), "^21AB12^0106291041500213422356^1728093010L7");
        assert_eq!(
            elements.predefined_first().marked('^'),
            "^01062910415002131728093021AB12^422356^10L7"
        );
        assert_eq!(elements.to_string(), text);
        assert_eq!(elements.get("10"), Some("L7"));
        assert_eq!(elements.get("99"), None);
    }

    #[test]
    fn a_bracket_within_a_value_is_escaped() {
        let elements = ElementString::parse_bracketed("(10)A\\(1\\)(21)B").unwrap_err();
        assert!(matches!(elements, ElementError::Value { .. }), "no backslash is in set 82");
        let elements = ElementString::parse_bracketed("(10)A\\(1)(21)B").unwrap();
        assert_eq!(elements.get("10"), Some("A(1)"));
        assert_eq!(elements.to_string(), "(10)A\\(1)(21)B");
    }
}
