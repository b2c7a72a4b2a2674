//! Compares the line model with exact results: small lines whose throughput, waiting times and shares of time
//! are known by formula or as the solution of a Markov chain are run many times over, and the means compared.
//! Cases are made here, run by `replicate`, judged by [`Estimate`].

mod cases;
mod exact;
mod networks;
mod replicate;

use serde::Serialize;

pub use cases::{Case, Measure, bernoulli_row, cases, exponential_row, queue, slotted_row};
pub use exact::{exponential_tandem, mean_waiting, shared_queue, slotted_pair};
pub use networks::{one_queue, parting_ways, table_between};

/// Replications of a case.
pub const REPLICATIONS: u64 = 10;
/// The 97.5 % quantile of Student's t with nine degrees of freedom.
const STUDENT_T: f64 = 2.262_157_163;
/// Allowed deviation of a finite run of a line without any chance, as a share.
const END_EFFECT: f64 = 1e-4;

/// A measured value beside its exact one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The case.
    pub id: String,
    /// The line.
    pub line: String,
    /// What was measured, with its unit.
    pub measure: String,
    /// What it must be.
    pub exact: f64,
    /// Mean of the replications.
    pub mean: f64,
    /// Half of the 95 % interval.
    pub half_width: f64,
    /// Whether the mean is within 1.5 half-widths of the exact value and the half-width at most 0.5 %
    /// of it.
    pub pass: bool,
}

impl Estimate {
    fn new(case: &Case, measure: &(Measure, f64), values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>();
        let half_width = STUDENT_T * (variance / (n - 1.0) / n).sqrt();
        let (measure, exact) = measure;
        let near = (mean - exact).abs() <= (1.5 * half_width).max(END_EFFECT * exact);
        let pass = near && half_width <= 0.005 * exact.abs();
        let (id, line, measure) = (case.id.clone(), case.line.clone(), measure.to_string());
        Self { id, line, measure, exact: *exact, mean, half_width, pass }
    }
}

/// Runs cases, replications side by side on so many threads, and judges them. `progress` gets how many of all
/// replications are done. The result does not depend on the number of threads.
pub fn validate(
    cases: &[Case],
    threads: usize,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Vec<Estimate> {
    let values = replicate::all(cases, threads, progress);
    let estimates = cases.iter().zip(values).flat_map(|(case, runs)| {
        let measures = case.measures.iter().enumerate();
        let estimates: Vec<Estimate> = measures
            .map(|(at, measure)| {
                let values: Vec<f64> = runs.iter().map(|run| run[at]).collect();
                Estimate::new(case, measure, &values)
            })
            .collect();
        estimates
    });
    estimates.collect()
}
