//! `--set path=value`: changes one value of a scenario after it was read.

use serde_json::Value;

use super::scenario::Scenario;

/// Sets the value at `path`, written as in RON; a value that is no RON is taken as a text.
///
/// # Errors
/// The path leads nowhere, or the value does not fit there.
pub fn apply_override(scenario: &Scenario, setting: &str) -> Result<Scenario, String> {
    let fail = |message: String| format!("--set {setting}: {message}");
    let (path, value) = setting
        .split_once('=')
        .ok_or_else(|| fail("expected path=value, for example order.quantity=2000".to_owned()))?;
    let mut tree = serde_json::to_value(scenario).expect("a scenario can be written as JSON");
    let place = find(&mut tree, path).map_err(fail)?;
    *place = ron::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
    serde_json::from_value(tree).map_err(|error| fail(error.to_string()))
}

fn find<'a>(tree: &'a mut Value, path: &str) -> Result<&'a mut Value, String> {
    let mut at = tree;
    for segment in path.split(['.', '[']).filter(|segment| !segment.is_empty()) {
        let index = segment.strip_suffix(']').and_then(|index| index.parse::<usize>().ok());
        at = step(at, segment, index)?;
    }
    Ok(at)
}

fn step<'a>(
    value: &'a mut Value,
    segment: &str,
    index: Option<usize>,
) -> Result<&'a mut Value, String> {
    match value {
        Value::Array(list) => {
            let length = list.len();
            index
                .and_then(|index| list.get_mut(index))
                .ok_or_else(|| format!("found `{segment}`, expected an index below {length}"))
        }
        Value::Object(fields) => {
            // An enum is an object with its kind as the only name: step over it.
            if fields.len() == 1 && !fields.contains_key(segment) {
                let inner = fields.values_mut().next().expect("one field");
                return step(inner, segment, index);
            }
            let names: Vec<String> = fields.keys().cloned().collect();
            fields.get_mut(segment).ok_or_else(|| {
                let nearest = names
                    .iter()
                    .min_by_key(|name| strsim::damerau_levenshtein(segment, name))
                    .map_or(String::new(), |name| format!("; did you mean `{name}`?"));
                let names = names.join("`, `");
                format!("found field `{segment}`, expected one of `{names}`{nearest}")
            })
        }
        _ => Err(format!("found `{segment}` behind a value that has no fields")),
    }
}
