//! Rates and shares with their units, as an expectation writes them.

use serde::{Deserialize, Serialize};

/// A rate, written as `"225/min"`.
#[derive(Copy, Clone, Debug, PartialEq, PartialOrd)]
pub struct PerMinute(pub f64);

/// A share of a whole, 0.0 to 1.0, written as `"2.5 %"` or as a number.
#[derive(Copy, Clone, Debug, PartialEq, PartialOrd)]
pub struct Share(pub f64);

impl<'de> Deserialize<'de> for PerMinute {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let value = text.strip_suffix("/min").and_then(|value| value.trim().parse().ok());
        match value {
            Some(value) if (0.0..=1e9).contains(&value) => Ok(Self(value)),
            _ => Err(serde::de::Error::custom(format!(
                "found `{text}`, expected a rate as \"225/min\""
            ))),
        }
    }
}

impl Serialize for PerMinute {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{}/min", self.0))
    }
}

/// The two ways to write a share.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Number(f64),
    Text(String),
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (found, value) = match Written::deserialize(from)? {
            Written::Number(number) => (number.to_string(), Some(number)),
            Written::Text(text) => {
                let percent = text.strip_suffix('%').and_then(|value| value.trim().parse().ok());
                (text, percent.map(|percent: f64| percent / 100.0))
            }
        };
        match value {
            Some(value) if (0.0..=1.0).contains(&value) => Ok(Self(value)),
            _ => Err(serde::de::Error::custom(format!(
                "found `{found}`, expected a share as \"85 %\" or 0.85"
            ))),
        }
    }
}

impl Serialize for Share {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

impl std::fmt::Display for PerMinute {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/min", self.0)
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // 0.07 * 100.0 is not 7.0.
        write!(f, "{} %", (self.0 * 1e6).round() / 1e4)
    }
}
