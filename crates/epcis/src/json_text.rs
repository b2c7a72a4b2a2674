//! JSON as values, from an untrusted text: bounded in size, depth and number of values, every number exact,
//! no key twice. Free of EPCIS.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};

use super::document::{DEEPEST, LARGEST, MOST_VALUES};
use super::error::{EpcisError, EpcisFault, Place};
use super::values::Decimal;

/// A value.
#[derive(Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Boolean(bool),
    Number(Decimal),
    Text(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Json {
    /// Reads a text, whole.
    ///
    /// # Errors
    /// With line and column: no JSON, too much of it, a key that stands twice in an object, a number
    /// that a double does not hold.
    pub(super) fn parse(text: &str) -> Result<Self, EpcisError> {
        // Some programs put a byte order mark before everything.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.len() > LARGEST {
            let fault = EpcisFault::TooMuch { what: "bytes", limit: LARGEST };
            return Err(EpcisError::at("", fault));
        }
        let left = Cell::new(MOST_VALUES);
        let mut reader = serde_json::Deserializer::from_str(text);
        let value = Any { depth: 0, left: &left }.deserialize(&mut reader);
        let whole = value.and_then(|value| reader.end().map(|()| value));
        whole.map_err(|error| {
            let message = error.to_string();
            // The place is in `place`.
            let end = message.rfind(" at line ").unwrap_or(message.len());
            EpcisError {
                place: Place::Text { line: error.line(), column: error.column() },
                fault: EpcisFault::Syntax(message[..end].to_owned()),
            }
        })
    }

    /// What it is, for a refusal.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Boolean(value) => value.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::List(items) => format!("[{} items]", items.len()),
            Self::Object(fields) => format!("{{{} fields}}", fields.len()),
        }
    }
}

/// Reads any value at some depth, so long as values are left.
#[derive(Copy, Clone)]
struct Any<'a> {
    depth: usize,
    left: &'a Cell<usize>,
}

impl Any<'_> {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth == DEEPEST {
            return Err(E::custom(format!("found more than {DEEPEST} levels")));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Any<'_> {
    type Value = Json;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Json, D::Error> {
        let Some(left) = self.left.get().checked_sub(1) else {
            return Err(D::Error::custom(format!("found more than {MOST_VALUES} values")));
        };
        self.left.set(left);
        reader.deserialize_any(self)
    }
}

fn number<E: serde::de::Error>(number: Option<Decimal>) -> Result<Json, E> {
    let inexact = || E::custom("found a number with more digits than a double holds");
    number.map(Json::Number).ok_or_else(inexact)
}

impl<'de> Visitor<'de> for Any<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Boolean(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Json, E> {
        number(Decimal::parse(&value.to_string()))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Json, E> {
        number(Decimal::parse(&value.to_string()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Json, E> {
        number(Decimal::new(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let seed = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(seed)? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let seed = self.deeper()?;
        let mut fields: Vec<(String, Json)> = Vec::new();
        let mut keys = BTreeSet::new();
        while let Some(key) = entries.next_key::<String>()? {
            if !keys.insert(key.clone()) {
                let key: String = key.chars().take(60).collect();
                return Err(A::Error::custom(format!("`{key}` stands in an object twice")));
            }
            let value = entries.next_value_seed(seed)?;
            fields.push((key, value));
        }
        Ok(Json::Object(fields))
    }
}
