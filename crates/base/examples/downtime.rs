//! How unlike exponential and log-normal repairs of the same mean are:
//! `cargo run -p linetwin-base --example downtime`.

use linetwin_base::{Distribution, Streams};

fn main() {
    let repairs = [
        ("exponential", Distribution::Exponential { mean: 120.0 }),
        ("log-normal", Distribution::LogNormal { mean: 120.0, sd: 60.0 }),
    ];
    for (name, repair) in repairs {
        // One stream a purpose: another purpose, or another draw elsewhere, changes none of these.
        let mut stream = Streams::new(42).stream("printer-1", "repair");
        let mut drawn: Vec<f64> = (0..10_000).map(|_| repair.value(&mut stream)).collect();
        drawn.sort_by(f64::total_cmp);
        let (median, p95) = (drawn[5_000], drawn[9_500]);
        println!("{name}: mean {:.0} s, median {median:.0} s, 95 % {p95:.0} s", repair.mean_s());
    }
}
