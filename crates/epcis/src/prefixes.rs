//! Namespaces and the short prefixes that stand for them in JSON keys and XML names. It gives every
//! namespace one prefix within a document and never redefines those that GS1 has defined.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::event::{EpcisEvent, What};
use super::tree::{MASTER_DATA, Name, Node, Scalar};

/// Prefixes that GS1's own JSON-LD context defines, and XML's; they may not mean anything else.
const DEFINED: &[(&str, &str)] = &[
    ("epcis", "https://ref.gs1.org/epcis/"),
    ("cbv", "https://ref.gs1.org/cbv/"),
    ("cbvmda", MASTER_DATA),
    ("gs1", "https://gs1.org/voc/"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ("dcterms", "http://purl.org/dc/terms/"),
];
const TAKEN: &[&str] = &["id", "type", "xml", "xmlns", "xsi", "epcisq"];

/// So many of the prefixes of a text are remembered.
pub(super) const MOST_WISHES: usize = 256;

/// Prefix by namespace.
#[derive(Debug, Default)]
pub(super) struct Prefixes<'a> {
    by_namespace: BTreeMap<&'a str, Cow<'a, str>>,
    used: BTreeSet<Cow<'a, str>>,
    made: usize,
}

impl<'a> Prefixes<'a> {
    /// The prefixes that events need; those that are `wished` if they are free.
    pub(super) fn of(events: &'a [EpcisEvent], wished: &'a [(String, String)]) -> Self {
        let mut prefixes = Self::default();
        for event in events {
            prefixes.spare_schemes(event);
        }
        for event in events {
            for node in trees(event) {
                prefixes.add(node, wished);
            }
        }
        prefixes
    }

    /// A reader takes `example:x` in a word for a prefix and a name if there is such a prefix. What was no
    /// prefix when it was read must not become one now.
    fn spare_schemes(&mut self, event: &'a EpcisEvent) {
        let parties = [&event.biz_transactions, &event.sources, &event.destinations];
        let kinds = parties.into_iter().flatten().flat_map(|party| &party.kind);
        let states = event.persistent.set.iter().chain(&event.persistent.unset);
        let reason = event.error.iter().flat_map(|error| &error.reason);
        let steps = event.biz_step.iter().chain(&event.disposition);
        for word in steps.chain(states).chain(kinds).chain(reason) {
            self.spare_scheme(word.as_str());
        }
        for sensor in &event.sensors {
            self.spare_schemes_within(sensor);
        }
    }

    fn spare_schemes_within(&mut self, node: &'a Node) {
        if let Some(Scalar::Text(text)) = &node.value {
            self.spare_scheme(text);
        }
        for child in &node.children {
            self.spare_schemes_within(child);
        }
    }

    fn spare_scheme(&mut self, text: &'a str) {
        if let Some((scheme, _)) = text.split_once(':') {
            self.used.insert(Cow::Borrowed(scheme));
        }
    }

    fn add(&mut self, node: &'a Node, wished: &'a [(String, String)]) {
        let namespace = node.name.namespace.as_ref();
        if node.name.is_extension() && !self.by_namespace.contains_key(namespace) {
            let prefix = self.choose(namespace, wished);
            self.used.insert(prefix.clone());
            self.by_namespace.insert(namespace, prefix);
        }
        for child in &node.children {
            self.add(child, wished);
        }
    }

    fn choose(&mut self, namespace: &str, wished: &'a [(String, String)]) -> Cow<'a, str> {
        if let Some((prefix, _)) = DEFINED.iter().find(|(_, defined)| *defined == namespace) {
            return Cow::Borrowed(prefix);
        }
        let wish = wished.iter().find(|(prefix, wished)| {
            wished == namespace && is_xml_name(prefix) && self.is_free(prefix)
        });
        if let Some((prefix, _)) = wish {
            return Cow::Borrowed(prefix);
        }
        loop {
            self.made += 1;
            let prefix = format!("ns{}", self.made);
            if self.is_free(&prefix) {
                return Cow::Owned(prefix);
            }
        }
    }

    fn is_free(&self, prefix: &str) -> bool {
        DEFINED.iter().all(|(defined, _)| *defined != prefix)
            && !TAKEN.contains(&prefix)
            && !self.used.contains(prefix)
    }

    /// Namespace and prefix of each that has to be declared. In JSON GS1's context declares its own.
    pub(super) fn declared(&self) -> impl Iterator<Item = (&str, &str)> {
        self.by_namespace.iter().map(|(namespace, prefix)| (*namespace, prefix.as_ref()))
    }

    /// Those whose declaration is not GS1's.
    pub(super) fn own(&self) -> impl Iterator<Item = (&str, &str)> {
        self.declared().filter(|(namespace, _)| DEFINED.iter().all(|(_, known)| known != namespace))
    }

    /// `prefix:local`, or the local name of the standard.
    pub(super) fn short<'n>(&self, name: &'n Name) -> Cow<'n, str> {
        if !name.is_extension() {
            return Cow::Borrowed(&name.local);
        }
        match self.by_namespace.get(name.namespace.as_ref()) {
            Some(prefix) => Cow::Owned([prefix, ":", &name.local].concat()),
            None => Cow::Borrowed(&name.local),
        }
    }
}

/// Everything in an event that users may have named.
fn trees(event: &EpcisEvent) -> impl Iterator<Item = &Node> {
    let ilmd: &[Node] = match &event.what {
        What::Object { ilmd, .. } | What::Transformation { ilmd, .. } => ilmd,
        What::Aggregation { .. } | What::Transaction { .. } | What::Association { .. } => &[],
    };
    let places = [&event.read_point, &event.biz_location].into_iter().flatten();
    let places = places.flat_map(|place| &place.extensions);
    let errors = event.error.iter().flat_map(|error| &error.extensions);
    ilmd.iter().chain(places).chain(errors).chain(&event.sensors).chain(&event.extensions)
}

/// The prefixes in force at a place of a JSON document: its own, those around it, GS1's.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    own: BTreeMap<String, String>,
    outer: Option<&'a Self>,
}

impl Scope<'_> {
    /// A scope in which nothing more is declared yet.
    pub(super) fn within<'b>(outer: &'b Scope<'b>) -> Scope<'b> {
        Scope { own: BTreeMap::new(), outer: Some(outer) }
    }

    pub(super) fn declare(&mut self, prefix: String, namespace: String) {
        self.own.insert(prefix, namespace);
    }

    fn namespace(&self, prefix: &str) -> Option<&str> {
        match (self.own.get(prefix), self.outer) {
            (Some(namespace), _) => Some(namespace),
            (None, Some(outer)) => outer.namespace(prefix),
            (None, None) => {
                DEFINED.iter().find(|(defined, _)| *defined == prefix).map(|(_, name)| *name)
            }
        }
    }

    /// What a JSON key stands for: a prefix and a name, or a whole URI, of which everything up to its
    /// last delimiter is the namespace.
    pub(super) fn name(&self, key: &str) -> Name {
        let Some((prefix, local)) = key.split_once(':') else {
            return Name::read("", key);
        };
        match self.namespace(prefix).filter(|_| !local.starts_with("//")) {
            Some(namespace) => Name::read(namespace.to_owned(), local),
            None => {
                let end = key.rfind(['/', '#', ':']).map_or(0, |at| at + 1);
                Name::read(key[..end].to_owned(), &key[end..])
            }
        }
    }

    /// A word or URI with its prefix, if that is one, replaced by the namespace.
    pub(super) fn expanded(&self, text: &str) -> Option<String> {
        let (prefix, local) = text.trim().split_once(':')?;
        let namespace = self.namespace(prefix).filter(|_| !local.starts_with("//"))?;
        Some(format!("{namespace}{local}"))
    }
}

/// Whether a name can stand in XML without a prefix (Namespaces in XML 1.0, NCName).
pub(super) fn is_xml_name(name: &str) -> bool {
    let starts = |c: char| {
        matches!(c, 'A'..='Z' | 'a'..='z' | '_' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}'
            | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}'
            | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}'
            | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
            | '\u{10000}'..='\u{effff}')
    };
    let continues = |c: char| {
        starts(c)
            || matches!(c, '0'..='9' | '-' | '.' | '\u{b7}' | '\u{300}'..='\u{36f}'
                | '\u{203f}'..='\u{2040}')
    };
    name.starts_with(starts) && name.chars().all(continues)
}
