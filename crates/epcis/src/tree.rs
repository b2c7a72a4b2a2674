//! An ordered tree of named values: the common ground of JSON, XML and event hashes, and the home of what the
//! standard leaves to users (extensions, ILMD, sensor elements). Free of EPCIS fields.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::values::Decimal;

/// The namespace of CBV master data. XML writes it without a colon at its end, JSON with one.
pub const MASTER_DATA: &str = "urn:epcglobal:cbv:mda";
pub(super) const COMMENT: Name = Name::new("http://www.w3.org/2000/01/rdf-schema#", "comment");

/// A name; the namespace is empty for the names of the standard.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// The name within its namespace. Ahead of it, for that is where names differ.
    pub local: Cow<'static, str>,
    /// A URI, without a prefix.
    pub namespace: Cow<'static, str>,
}

impl Name {
    /// A name in a namespace.
    pub const fn new(namespace: &'static str, local: &'static str) -> Self {
        Self { namespace: Cow::Borrowed(namespace), local: Cow::Borrowed(local) }
    }

    /// A name as it was read.
    pub fn read(namespace: impl Into<Cow<'static, str>>, local: impl Into<String>) -> Self {
        let namespace = namespace.into();
        let is_master_data = namespace.strip_suffix(':') == Some(MASTER_DATA);
        let namespace = if is_master_data { Cow::Borrowed(MASTER_DATA) } else { namespace };
        Self { namespace, local: Cow::Owned(local.into()) }
    }

    /// `{namespace}local`, or the local name alone, in parts.
    pub(super) fn parts(&self) -> [&str; 4] {
        match self.is_extension() {
            true => ["{", &self.namespace, "}", &self.local],
            false => ["", "", "", &self.local],
        }
    }

    /// Whether it is the name of a user's, not of the standard.
    pub fn is_extension(&self) -> bool {
        !self.namespace.is_empty()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts().into_iter().try_for_each(|part| f.write_str(part))
    }
}

/// A value without parts.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// A text; everything that XML has in extensions.
    Text(String),
    /// A number.
    Number(Decimal),
    /// True or false.
    Boolean(bool),
}

impl Scalar {
    /// As a text.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(_) | Self::Boolean(_) => Cow::Owned(self.to_string()),
        }
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Boolean(value) => value.fmt(f),
        }
    }
}

/// A name with a value, with parts, or with both (an XML element with attributes). Parts of the same
/// name stand side by side and are what JSON writes as an array.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is called.
    pub name: Name,
    /// Its value, if it has one of its own.
    pub value: Option<Scalar>,
    /// Its parts, in order.
    pub children: Vec<Self>,
}

impl Node {
    /// A value.
    pub fn text(name: Name, text: impl Into<String>) -> Self {
        Self { name, value: Some(Scalar::Text(text.into())), children: Vec::new() }
    }

    /// Parts.
    pub const fn tree(name: Name, children: Vec<Self>) -> Self {
        Self { name, value: None, children }
    }

    /// A value under a name of the standard.
    pub(super) fn field(name: &'static str, text: impl Into<String>) -> Self {
        Self::text(Name::new("", name), text)
    }

    /// Parts under a name of the standard.
    pub(super) const fn list(name: &'static str, children: Vec<Self>) -> Self {
        Self::tree(Name::new("", name), children)
    }
}

/// Nodes with those of the same name side by side, where the first of them stands.
pub(super) fn gathered(nodes: Cow<'_, [Node]>) -> Cow<'_, [Node]> {
    let mut seen = BTreeSet::new();
    let mut groups = nodes.chunk_by(|a, b| a.name == b.name);
    if groups.all(|group| group.len() == nodes.len() || seen.insert(&group[0].name)) {
        return nodes;
    }
    let mut ranks = BTreeMap::new();
    let rank = |node: Node| {
        let next = ranks.len();
        (*ranks.entry(node.name.clone()).or_insert(next), node)
    };
    let mut ranked: Vec<(usize, Node)> = nodes.into_owned().into_iter().map(rank).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, node)| node).collect()
}
