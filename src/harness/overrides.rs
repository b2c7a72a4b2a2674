//! `path=value` settings: change one value of a scenario or twin after it was read. A list of
//! machines can be entered by name: `machines.printer-1.failures.0.time_to_failure.mean=450`.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use linetwin_base::nearest_name;

use super::retired;

/// Sets the value at a path, written as in RON; a value that is no RON is taken as a text.
///
/// # Errors
/// The path leads nowhere, or the value does not fit there.
pub fn apply_setting<T: Serialize + DeserializeOwned>(
    value: &T,
    setting: &str,
) -> Result<T, String> {
    let (path, new) = setting
        .split_once('=')
        .ok_or_else(|| "expected path=value, for example order.quantity=2000".to_owned())?;
    let mut tree = serde_json::to_value(value).expect("what was read can be written as JSON");
    let place = find(&mut tree, path.trim())?;
    let new = new.trim();
    let text = Value::String(new.to_owned());
    *place = parse(new).unwrap_or_else(|| text.clone());
    serde_json::from_value(tree.clone()).or_else(|error| {
        // A lot or a GTIN may look like a number and be a text.
        *find(&mut tree, path.trim())? = text;
        serde_json::from_value(tree).map_err(|_| error.to_string())
    })
}

/// A value as RON writes it. A kind with its fields, `Uniform(from: 1, to: 2)`, becomes an object
/// with the kind as its only name.
fn parse(text: &str) -> Option<Value> {
    let kind = text.split('(').next().unwrap_or("");
    let is_kind = kind.starts_with(|c: char| c.is_ascii_uppercase())
        && kind.chars().all(|c| c.is_ascii_alphanumeric());
    if !is_kind || kind.len() == text.len() {
        return ron::from_str(text).ok();
    }
    let fields = match ron::from_str(&text[kind.len()..]).ok()? {
        Value::Array(mut list) if list.len() == 1 => list.pop()?,
        fields => fields,
    };
    Some(Value::Object([(kind.to_owned(), fields)].into_iter().collect()))
}

fn find<'a>(tree: &'a mut Value, path: &str) -> Result<&'a mut Value, String> {
    let segments = path.split(['.', '[']).filter(|segment| !segment.is_empty());
    segments.map(|segment| segment.trim_end_matches(']')).try_fold(tree, step)
}

fn step<'a>(value: &'a mut Value, segment: &str) -> Result<&'a mut Value, String> {
    match value {
        Value::Array(list) => {
            let names: Vec<String> = list.iter().filter_map(name_of).map(str::to_owned).collect();
            let index = segment.parse().ok();
            let index = index.or_else(|| list.iter().position(|it| name_of(it) == Some(segment)));
            let length = list.len();
            let expected = if names.is_empty() {
                format!("an index below {length}")
            } else {
                format!("an index below {length} or a name{}", nearest(segment, &names))
            };
            index
                .and_then(|index| list.get_mut(index))
                .ok_or_else(|| format!("found `{segment}`, expected {expected}"))
        }
        Value::Object(fields) => {
            // A kind with its fields is an object with one name: step over it.
            if fields.len() == 1 && !fields.contains_key(segment) {
                let inner = fields.values_mut().next().expect("one field");
                return step(inner, segment);
            }
            let names: Vec<String> = fields.keys().cloned().collect();
            fields.get_mut(segment).ok_or_else(|| {
                if let Some(new) = retired::successor_among(&names, segment) {
                    return retired::refusal(segment, new);
                }
                let nearest = nearest(segment, &names);
                let names = names.join("`, `");
                format!("found field `{segment}`, expected one of `{names}`{nearest}")
            })
        }
        _ => Err(format!("found `{segment}` behind a value that has no fields")),
    }
}

/// The `id` of a machine in a list.
fn name_of(element: &Value) -> Option<&str> {
    let fields = element.as_object()?;
    let fields = match fields.values().next() {
        Some(Value::Object(inner)) if fields.len() == 1 => inner,
        _ => fields,
    };
    fields.get("id")?.as_str()
}

fn nearest(found: &str, names: &[String]) -> String {
    nearest_name(found, names.iter().map(String::as_str))
        .map_or(String::new(), |name| format!("; did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use linetwin_line::TwinSpec;

    fn twin() -> TwinSpec {
        let text = include_str!("../../twins/reference-line.ron");
        let options = ron::Options::default()
            .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
        options.from_str(text).unwrap()
    }

    #[test]
    fn machines_are_found_by_name_and_kinds_are_stepped_over() {
        let changed =
            apply_setting(&twin(), "machines.printer.failures.0.time_to_failure.mean=450").unwrap();
        let text = format!("{:?}", changed.machines[1]);
        assert!(
            text.contains("time_to_failure: CalendarTime(Exponential { mean: 450.0 })"),
            "{text}"
        );
        assert_eq!(
            apply_setting(&changed, "machines[1].failures[0].time_to_failure.mean=1800"),
            Ok(twin())
        );
    }

    #[test]
    fn a_distribution_is_written_as_in_the_file() {
        for (value, expected) in [
            ("Fixed(0.1)", "cycle_time_s: Fixed(0.1)"),
            ("Uniform(from: 0.1, to: 0.3)", "cycle_time_s: Uniform { from: 0.1, to: 0.3 }"),
        ] {
            let changed = apply_setting(&twin(), &format!("machines.infeed.cycle_time_s={value}"));
            let text = format!("{:?}", changed.unwrap().machines[0]);
            assert!(text.contains(expected), "{text}");
        }
    }

    #[test]
    fn a_text_may_look_like_a_number() {
        assert_eq!(apply_setting(&twin(), "name=2026").unwrap().name, "2026");
    }

    #[test]
    fn a_wrong_setting_says_what_is_there() {
        let error = |setting| apply_setting(&twin(), setting).unwrap_err();
        assert!(error("machines.printr.queue_capacity=3").ends_with("did you mean `printer`?"));
        assert!(
            error("machines.printer.queue_capcity=3").ends_with("did you mean `queue_capacity`?")
        );
        assert!(error("machines[99].queue_capacity=3").contains("expected an index below 6"));
        assert_eq!(error("machines.printer.room=3"), "`room` is now `queue_capacity`");
        assert_eq!(error("handwork.look_s=3"), "`handwork` is now `interventions`");
        assert!(error("name.x=3").contains("no fields"));
        assert!(error("name").contains("expected path=value"));
        assert!(error("machines.printer.queue_capacity=-3").contains("invalid value"));
    }
}
