//! Writes all changes of a file into it, each behind a switch: `if on(17) { a <= b } else { a < b }`. The changed
//! texts are those of the original, without switches, so a file grows by its depth and not more.

use std::ops::Range;

use super::point::{Point, Shape};

/// Where a change stands in the text that was written.
#[derive(Clone, Debug)]
pub struct Written {
    /// Number of the mutant.
    pub id: u32,
    /// Bytes of the changed text.
    pub change: Range<usize>,
    /// Bytes of everything at its point.
    pub point: Range<usize>,
}

/// A file with its switches.
#[derive(Debug, Default)]
pub struct Rewritten {
    /// The text.
    pub text: String,
    /// Its changes.
    pub written: Vec<Written>,
}

/// Writes the points of a file; `ids` are the numbers of a point's changes, nothing for one that is left out.
pub fn rewrite(text: &str, points: &[(Point, Vec<Option<u32>>)]) -> Rewritten {
    let mut out = Rewritten::default();
    let mut next = 0;
    render(text, points, 0..text.len(), &mut next, &mut out);
    assert_eq!(next, points.len(), "points lie in one another or apart");
    out
}

fn on(id: u32) -> String {
    format!("::linetwin_mutant::on({id})")
}

/// Writes a stretch of the original and the points in it, from point `next` on.
fn render(
    text: &str,
    points: &[(Point, Vec<Option<u32>>)],
    range: Range<usize>,
    next: &mut usize,
    out: &mut Rewritten,
) {
    let mut at = range.start;
    while let Some((point, ids)) = points.get(*next) {
        let inside = point.range.start >= at && point.range.end <= range.end;
        // A point without length at the end of the stretch belongs to what comes behind it.
        if !inside
            || (point.range.is_empty() && point.range.start == range.end && range.end != text.len())
        {
            break;
        }
        out.text.push_str(&text[at..point.range.start]);
        at = point.range.end;
        *next += 1;
        of_point(text, points, point, ids, next, out);
    }
    out.text.push_str(&text[at..range.end]);
}

fn of_point(
    text: &str,
    points: &[(Point, Vec<Option<u32>>)],
    point: &Point,
    ids: &[Option<u32>],
    next: &mut usize,
    out: &mut Rewritten,
) {
    let begin = out.text.len();
    let first = out.written.len();
    let live: Vec<(u32, &str)> = (ids.iter().zip(&point.changes))
        .filter_map(|(id, change)| id.map(|id| (id, change.text.as_str())))
        .collect();
    let mut marks = Vec::new();
    let inner = |next: &mut usize, out: &mut Rewritten| {
        render(text, points, point.range.clone(), next, out);
    };
    if live.is_empty() {
        return inner(next, out);
    }
    match point.shape {
        Shape::Expression => {
            out.text.push('(');
            for (id, change) in &live {
                out.text.push_str(&format!("if {} {{ ", on(*id)));
                let from = out.text.len();
                out.text.push_str(change);
                marks.push((*id, from..out.text.len()));
                out.text.push_str(" } else ");
            }
            out.text.push_str("{ ");
            inner(next, out);
            out.text.push_str(" })");
        }
        Shape::Statement => {
            let all: Vec<String> = live.iter().map(|(id, _)| format!("!{}", on(*id))).collect();
            out.text.push_str(&format!("if {} {{ ", all.join(" && ")));
            inner(next, out);
            out.text.push_str(" }");
            marks.extend(live.iter().map(|(id, _)| (*id, begin..out.text.len())));
        }
        Shape::Body => {
            for (id, change) in &live {
                let from = out.text.len();
                out.text.push_str(&format!(" if {} {{ return {change}; }}", on(*id)));
                marks.push((*id, from..out.text.len()));
            }
            inner(next, out);
        }
        Shape::Arm => {
            let all: Vec<String> = live.iter().map(|(id, _)| format!("!{}", on(*id))).collect();
            out.text.push_str(&format!(" if {} ", all.join(" && ")));
            marks.extend(live.iter().map(|(id, _)| (*id, begin..out.text.len())));
            inner(next, out);
        }
        Shape::Guard => {
            let of =
                |value: &str| live.iter().find(|(_, text)| *text == value).map(|(id, _)| on(*id));
            let never = of("false").map_or("false".into(), |on| on);
            let always = of("true").map_or("false".into(), |on| on);
            out.text.push_str(&format!("({always} || (!{never} && ("));
            inner(next, out);
            out.text.push_str(")))");
            marks.extend(live.iter().map(|(id, _)| (*id, begin..out.text.len())));
        }
    }
    let whole = begin..out.text.len();
    let written =
        marks.into_iter().map(|(id, change)| Written { id, change, point: whole.clone() });
    out.written.splice(first..first, written);
}
