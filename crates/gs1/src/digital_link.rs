//! GS1 Digital Link URIs (GS1 Digital Link Standard: URI Syntax 1.4), to and from Application
//! Identifiers: the primary key and its qualifiers as a path, everything else in the query.

use super::ai::ApplicationIdentifier;
use super::elements::{Element, ElementError, ElementString, LONGEST, shorten};

/// The stem of links that give no other.
const CANONICAL_STEM: &str = "https://id.gs1.org";

/// Names for Application Identifiers that earlier editions allowed; read, never written.
const NAMES: &[(&str, &str)] = &[
    ("sscc", "00"),
    ("gtin", "01"),
    ("lot", "10"),
    ("ser", "21"),
    ("cpv", "22"),
    ("tpx", "235"),
    ("gdti", "253"),
    ("glnx", "254"),
    ("gcn", "255"),
    ("ginc", "401"),
    ("gsin", "402"),
    ("gln", "414"),
    ("payTo", "415"),
    ("party", "417"),
    ("grai", "8003"),
    ("giai", "8004"),
    ("itip", "8006"),
    ("cpid", "8010"),
    ("cpsn", "8011"),
    ("gmn", "8013"),
    ("gsrnp", "8017"),
    ("gsrn", "8018"),
    ("srin", "8019"),
    ("refno", "8020"),
];

/// A link that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigitalLink {
    /// Everything before the primary key, without a slash at the end.
    pub stem: String,
    /// Key, qualifiers, then attributes, in the order of the link.
    pub elements: ElementString,
    /// Other entries of the query, decoded.
    pub other: Vec<(String, String)>,
}

/// Why a text is no Digital Link, or elements make none. Positions are byte offsets in the URI.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Not of the shape of a link.
    #[error("found `{found}` at position {position}, expected {expected}")]
    Shape {
        /// What was found.
        found: String,
        /// Where.
        position: usize,
        /// What was expected.
        expected: &'static str,
    },
    /// A value breaks a rule.
    #[error(transparent)]
    Element(#[from] ElementError),
    /// None of the elements can be a primary key.
    #[error("found {0}, expected a primary key such as 01, 00 or 414")]
    NoKey(String),
    /// An element has no place in a link with this key.
    #[error("AI {ai} has no place in a link for AI {key}")]
    NoPlace {
        /// The element.
        ai: &'static str,
        /// The key.
        key: &'static str,
    },
    /// An element stands twice with different values.
    #[error("AI {ai} stands there twice with different values, expected the same")]
    Contradicts {
        /// The element.
        ai: &'static str,
    },
}

fn shape(found: &str, position: usize, expected: &'static str) -> LinkError {
    LinkError::Shape { found: shorten(found), position, expected }
}

impl ElementString {
    /// The link for these elements, behind `stem` (`https://example.com/some/path`) or at GS1's own
    /// resolver. The first element that can be one is the primary key.
    ///
    /// # Errors
    /// No primary key, elements without a place, contradictions.
    pub fn digital_link(&self, stem: Option<&str>) -> Result<String, LinkError> {
        let mut elements: Vec<&Element> = Vec::new();
        for element in self.elements() {
            match elements.iter().find(|known| known.ai() == element.ai()) {
                None => elements.push(element),
                Some(known) if known.value() == element.value() => {}
                Some(_) => return Err(LinkError::Contradicts { ai: element.ai().digits() }),
            }
        }
        let key = elements.iter().find(|element| element.ai().qualifiers().is_some());
        let key = *key.ok_or_else(|| LinkError::NoKey(self.to_string()))?;
        let alternatives = key.ai().qualifiers().expect("keys have qualifiers, or none of them");
        let present = |sequence: &Vec<&'static str>| -> Vec<&Element> {
            let of = |ai: &&str| elements.iter().find(|element| element.ai().digits() == *ai);
            sequence.iter().filter_map(of).copied().collect()
        };
        let qualifiers: Vec<Vec<&Element>> = alternatives.iter().map(present).collect();
        let used: Vec<&Vec<&Element>> = qualifiers.iter().filter(|q| !q.is_empty()).collect();
        if let [_, second, ..] = used[..] {
            return Err(LinkError::NoPlace { ai: second[0].ai().digits(), key: key.ai().digits() });
        }
        let path: Vec<&Element> = used.first().map_or_else(Vec::new, |first| (*first).clone());
        let (mut query, later): (Vec<&Element>, Vec<&Element>) = elements
            .iter()
            .copied()
            .filter(|element| *element != key && !path.contains(element))
            .partition(|element| element.ai().is_predefined());
        query.extend(later);
        if let Some(misplaced) = query.iter().find(|element| !element.ai().is_attribute()) {
            let (ai, key) = (misplaced.ai().digits(), key.ai().digits());
            return Err(LinkError::NoPlace { ai, key });
        }
        let mut uri = stem.unwrap_or(CANONICAL_STEM).trim_end_matches('/').to_owned();
        for element in std::iter::once(key).chain(path) {
            uri.push_str(&format!("/{}/{}", element.ai().digits(), encoded(element.value())));
        }
        for (at, element) in query.iter().enumerate() {
            uri.push(if at == 0 { '?' } else { '&' });
            uri.push_str(&format!("{}={}", element.ai().digits(), encoded(element.value())));
        }
        Ok(uri)
    }

    /// The link that names the thing and nothing else, as event hashes use it (CBV 2.0, 8.9.1): the
    /// key with its finest qualifier. `None` without a key.
    pub fn canonical_link(&self) -> Option<String> {
        let key = self.elements().iter().find(|element| element.ai().qualifiers().is_some())?;
        let finest: &[&str] = match key.ai().digits() {
            "01" => &["21", "235", "10"],
            "8006" => &["21", "10"],
            "414" => &["254"],
            "8010" => &["8011"],
            "8017" | "8018" => &["8019"],
            "415" => &["8020"],
            _ => &[],
        };
        let of = |ai: &&str| self.elements().iter().find(|element| element.ai().digits() == *ai);
        let finest = finest.iter().find_map(of);
        let named = std::iter::once(key).chain(finest);
        let path =
            named.map(|element| format!("/{}/{}", element.ai().digits(), encoded(element.value())));
        Some(format!("{CANONICAL_STEM}{}", path.collect::<String>()))
    }
}

/// Everything but unreserved characters as %XX (RFC 3986, 2.3).
fn encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Undoes %XX, and in a query `+` for a space.
fn decoded(text: &str, at: usize, query: bool) -> Result<String, LinkError> {
    let mut bytes = Vec::with_capacity(text.len());
    let raw = text.as_bytes();
    let mut position = 0;
    while position < raw.len() {
        match raw[position] {
            b'%' => {
                let code = text.get(position + 1..position + 3);
                let code = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
                let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok());
                let wrong = || shape(&text[position..], at + position, "%XX");
                bytes.push(byte.ok_or_else(wrong)?);
                position += 3;
                continue;
            }
            b'+' if query => bytes.push(b' '),
            byte => bytes.push(byte),
        }
        position += 1;
    }
    String::from_utf8(bytes).map_err(|_| shape(text, at, "UTF-8 behind its %XX"))
}

impl DigitalLink {
    /// Reads a link. Any domain and any path before the key will do; names of earlier editions
    /// (`/gtin/.../ser/...`) and GTINs without their leading zeros are understood.
    ///
    /// # Errors
    /// Not http or https, no primary key in the path, qualifiers out of order, elements that break
    /// a rule or have no place where they stand.
    pub fn parse(uri: &str) -> Result<Self, LinkError> {
        if uri.len() > LONGEST {
            return Err(LinkError::Element(ElementError::TooLong(uri.len())));
        }
        let schemes = ["https://", "http://", "HTTPS://", "HTTP://"];
        let scheme = schemes.into_iter().find(|scheme| uri.starts_with(scheme));
        let scheme = scheme.ok_or_else(|| shape(uri, 0, "http:// or https://"))?;
        let link = uri.split('#').next().unwrap_or_default();
        let (path, query) = link.split_once('?').map_or((link, None), |(p, q)| (p, Some(q)));
        let domain_end = path[scheme.len()..].find('/').map(|at| scheme.len() + at);
        let domain_end = domain_end
            .filter(|end| *end > scheme.len())
            .ok_or_else(|| shape(&uri[scheme.len()..], scheme.len(), "a domain and a path"))?;
        // Segments with their places, the first behind the domain.
        let mut at = domain_end + 1;
        let mut segments = Vec::new();
        for segment in path[domain_end + 1..].split('/') {
            segments.push((segment, at));
            at += segment.len() + 1;
        }
        // A slash at the end means nothing.
        segments.pop_if(|(segment, _)| segment.is_empty());
        let (key_at, mut elements) = read_path(&segments)?;
        let mut other = Vec::new();
        if let Some(query) = query {
            read_query(query, path.len() + 1, &mut elements, &mut other)?;
        }
        let stem = uri[..segments[key_at].1 - 1].to_owned();
        Ok(Self { stem, elements: ElementString::new(elements)?, other })
    }
}

fn identifier(name: &str) -> Option<&'static ApplicationIdentifier> {
    let digits = NAMES.iter().find(|(known, _)| *known == name).map_or(name, |(_, ai)| ai);
    ApplicationIdentifier::find(digits)
}

/// The key nearest to the end from which pairs lead to the end, and the pairs as elements.
fn read_path(segments: &[(&str, usize)]) -> Result<(usize, Vec<Element>), LinkError> {
    let is_key = |at: &usize| {
        let ai = identifier(segments[*at].0);
        (segments.len() - at).is_multiple_of(2) && ai.is_some_and(|ai| ai.qualifiers().is_some())
    };
    let Some(key_at) = (0..segments.len()).rev().find(is_key) else {
        let (found, position) = segments.last().copied().unwrap_or(("", 0));
        return Err(shape(found, position, "a primary key and its value in the path"));
    };
    let mut elements = Vec::new();
    for pair in segments[key_at..].chunks_exact(2) {
        let [(name, at), (value, value_at)] = [pair[0], pair[1]];
        let ai = identifier(name).ok_or_else(|| shape(name, at, "a qualifier of the key"))?;
        let value = with_zeros(ai.digits(), decoded(value, value_at, false)?);
        elements.push(element(ai.digits(), &value, value_at)?);
    }
    let key = elements[0].ai();
    let given: Vec<&str> = elements[1..].iter().map(|element| element.ai().digits()).collect();
    let in_order = |sequence: &Vec<&'static str>| {
        let mut rest = sequence.iter();
        given.iter().all(|ai| rest.any(|known| known == ai))
    };
    let alternatives = key.qualifiers().unwrap_or(&[]);
    if given.is_empty() || alternatives.iter().any(in_order) {
        return Ok((key_at, elements));
    }
    let (found, position) = segments[key_at + 2];
    Err(shape(found, position, "the key's qualifiers, in their order"))
}

fn read_query(
    query: &str,
    mut at: usize,
    elements: &mut Vec<Element>,
    other: &mut Vec<(String, String)>,
) -> Result<(), LinkError> {
    for pair in query.split(['&', ';']) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value_at = at + name.len() + 1;
        let value = decoded(value, value_at, true)?;
        let numeric = (2..=4).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_digit());
        // Names stand for Application Identifiers in the path only: here they may mean anything.
        match ApplicationIdentifier::find(name) {
            Some(ai) if ai.is_attribute() => {
                let value = with_zeros(ai.digits(), value);
                elements.push(element(ai.digits(), &value, value_at)?);
            }
            Some(_) => {
                return Err(shape(name, at, "an attribute; this one belongs into the path"));
            }
            None if numeric => return Err(shape(name, at, "an Application Identifier")),
            None if pair.is_empty() => {}
            None => other.push((decoded(name, at, true)?, value)),
        }
        at += pair.len() + 1;
    }
    Ok(())
}

/// GTIN-8, -12 and -13 are the same key with leading zeros.
fn with_zeros(ai: &str, value: String) -> String {
    let short = ai == "01" && matches!(value.len(), 8 | 12 | 13);
    if short { format!("{value:0>14}") } else { value }
}

/// Positions of a refusal count in the URI; escapes before it shift them to the start of the value.
fn element(ai: &str, value: &str, at: usize) -> Result<Element, LinkError> {
    Element::new(ai, value).map_err(|error| match error {
        ElementError::Value { ai, fault, .. } => {
            LinkError::Element(ElementError::Value { ai, position: at, fault })
        }
        other => LinkError::Element(other),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_whatever_stands_before_the_key() {
        let uri = "https://shop.example/de/01/06291041500213/10/L7/21/A%2FB?17=280930&utm=x+y#top";
        let link = DigitalLink::parse(uri).unwrap();
        assert_eq!(link.stem, "https://shop.example/de");
        assert_eq!(link.elements.to_string(), "(01)06291041500213(10)L7(21)A/B(17)280930");
        assert_eq!(link.other, [("utm".to_owned(), "x y".to_owned())]);
        let canonical = "https://id.gs1.org/01/06291041500213/21/A%2FB";
        assert_eq!(link.elements.canonical_link().unwrap(), canonical);
    }

    #[test]
    fn refusals_name_the_mistake_and_its_place() {
        let refusal = |uri: &str| DigitalLink::parse(uri).unwrap_err().to_string();
        let gtin = "https://id.gs1.org/01/06291041500213";
        let cases = [
            ("ftp://a/01/1".to_owned(), "found `ftp://a/01/1` at position 0, expected http://"),
            ("hTTps://a.b/01/06291041500213".to_owned(), "found `hTTps://a.b/` at position 0"),
            (
                "https://id.gs1.org/01/06291041500214".to_owned(),
                "AI 01 at position 22: expected the right check digit",
            ),
            (format!("{gtin}?21=A"), "found `21` at position 37, expected an attribute"),
            (format!("{gtin}/21/A/10/B"), "found `21` at position 37, expected the key's qual"),
            (format!("{gtin}?ser=A&21=B"), "found `21` at position 43, expected an attribute"),
            (format!("{gtin}?05=A"), "found `05` at position 37, expected an Application"),
            (format!("{gtin}/21/%2"), "found `%2` at position 40, expected %XX"),
            ("https://a.b/x/y".to_owned(), "found `y` at position 14, expected a primary key"),
            ("https:///01/1".to_owned(), "found `/01/1` at position 8, expected a domain"),
        ];
        for (uri, expected) in cases {
            let found = refusal(&uri);
            assert!(found.starts_with(expected), "{uri}: {found}");
        }
    }
}
