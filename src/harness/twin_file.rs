//! A line's twin file by itself, without a scenario: reading and checking it, and its text when the values
//! have changed. Comments of the file that was read are not in the new text.

use std::path::Path;

use ron::extensions::Extensions;
use ron::ser::PrettyConfig;

use linetwin_line::{TwinSpec, check};

use super::ron_file::{FileErrors, RonFile};

/// Reads a twin that can be built.
///
/// # Errors
/// Every mistake found, each with its place.
pub fn read_twin_file(path: &Path) -> Result<TwinSpec, FileErrors> {
    let file: RonFile<TwinSpec> = RonFile::read(path)?;
    let errors = file.errors(&check(&file.value, &[]));
    if errors.is_empty() { Ok(file.value) } else { Err(FileErrors(errors)) }
}

/// The text of a twin file; each line of `heading` becomes a comment at its top.
///
/// # Panics
/// When the text would not read as the same twin: a bug.
pub fn twin_text(twin: &TwinSpec, heading: &str) -> String {
    let options = ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
    let pretty = PrettyConfig::new().depth_limit(4).new_line("\n");
    let body = options.to_string_pretty(twin, pretty).expect("a twin can be written as RON");
    let heading: String = heading.lines().map(|line| format!("// {line}\n")).collect();
    let text = format!("{heading}Twin{body}\n");
    let again: Result<TwinSpec, _> = options.from_str(&text);
    assert!(again.as_ref() == Ok(twin), "a twin file that is not its twin: {again:?}\n{text}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_twin_that_is_shipped_comes_back_from_its_text() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("twins");
        let mut read = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if RonFile::<TwinSpec>::kind(&path).as_deref() == Some("Twin") {
                let twin = read_twin_file(&path).unwrap();
                let text = twin_text(&twin, "one\ntwo");
                assert!(text.starts_with("// one\n// two\nTwin("), "{text}");
                read += 1;
            }
        }
        assert!(read > 2);
    }
}
