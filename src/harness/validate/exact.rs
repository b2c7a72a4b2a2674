//! Exact results for small lines: Markov chains solved numerically, and formulas of queueing theory.

use indexmap::IndexMap;

/// Chains are solved until no probability moves by more than this.
const SETTLED: f64 = 1e-15;
/// Sweeps after which a chain counts as one that does not settle.
const MOST_SWEEPS: usize = 1_000_000;

/// A Markov chain in discrete time: from each state, where it goes and how likely.
#[derive(Default)]
struct Chain {
    steps: Vec<Vec<(usize, f64)>>,
}

impl Chain {
    /// All states that can be reached from `start`; `next` lists where a state goes.
    fn explore<S: Clone + Eq + std::hash::Hash>(
        start: S,
        next: impl Fn(&S) -> Vec<(S, f64)>,
    ) -> (Self, Vec<S>) {
        let mut known: IndexMap<S, usize> = IndexMap::from([(start, 0)]);
        let mut chain = Self::default();
        while chain.steps.len() < known.len() {
            let (state, _) = known.get_index(chain.steps.len()).expect("it is known");
            let to = next(&state.clone()).into_iter().map(|(state, chance)| {
                let fresh = known.len();
                (*known.entry(state).or_insert(fresh), chance)
            });
            let to = to.collect();
            chain.steps.push(to);
        }
        (chain, known.into_keys().collect())
    }

    /// The long-run share of each state. The chain is slowed down by half, which changes no share and
    /// lets chains with a rhythm settle.
    fn shares(&self) -> Vec<f64> {
        let states = self.steps.len();
        let mut shares = vec![1.0 / states as f64; states];
        for _ in 0..MOST_SWEEPS {
            let mut after: Vec<f64> = shares.iter().map(|share| share / 2.0).collect();
            for (share, steps) in shares.iter().zip(&self.steps) {
                for (to, chance) in steps {
                    after[*to] += share * chance / 2.0;
                }
            }
            let total: f64 = after.iter().sum();
            after.iter_mut().for_each(|share| *share /= total);
            let moved = after.iter().zip(&shares).map(|(one, two)| (one - two).abs());
            let moved = moved.fold(0.0, f64::max);
            shares = after;
            if moved < SETTLED {
                return shares;
            }
        }
        panic!("a chain of {states} states does not settle");
    }
}

/// Throughput of exponential machines in a row with `rates`, `capacities` places between neighbours, never
/// starved at the front, never blocked at the end, blocking after service.
///
/// A state is, for each two neighbours, how many products the first has finished that the second has not. A
/// machine is blocked when that fills the places, the next machine, unless that holds a finished product
/// itself, and the machine's own place.
pub fn exponential_tandem(rates: &[f64], capacities: &[u32]) -> f64 {
    assert_eq!(rates.len(), capacities.len() + 1, "places lie between machines");
    let machines = rates.len();
    let blocked = |state: &[u32]| {
        let mut blocked = vec![false; machines];
        for at in (0..machines - 1).rev() {
            blocked[at] = state[at] == capacities[at] + 2 - u32::from(blocked[at + 1]);
        }
        blocked
    };
    let works = |state: &[u32], at: usize| !blocked(state)[at] && (at == 0 || state[at - 1] > 0);
    let total: f64 = rates.iter().sum();
    let (chain, states) = Chain::explore(vec![0u32; machines - 1], |state| {
        let mut to = Vec::new();
        let mut idle = 1.0;
        for (at, rate) in rates.iter().enumerate().filter(|(at, _)| works(state, *at)) {
            let mut after = state.clone();
            if at > 0 {
                after[at - 1] -= 1;
            }
            if at + 1 < machines {
                after[at] += 1;
            }
            to.push((after, rate / total));
            idle -= rate / total;
        }
        to.push((state.clone(), idle));
        to
    });
    let last = machines - 1;
    let shares = chain.shares();
    let busy = shares.iter().zip(&states).filter(|(_, state)| works(state, last));
    busy.map(|(share, _)| share).sum::<f64>() * rates[last]
}

/// Throughput a slot of two machines that take one slot a product, fail with chance `p` in a slot in which
/// they would work, are repaired with chance `r` in a slot, with `n` products at most between them, that in
/// the second machine and one that the first keeps included (Gershwin, Manufacturing Systems Engineering,
/// 3.6).
pub fn slotted_pair((p1, r1): (f64, f64), (p2, r2): (f64, f64), n: u32) -> f64 {
    // State: products between, first machine up, second machine up.
    let fate = |up: bool, works: bool, p: f64, r: f64| match (up, works) {
        (true, true) => vec![(true, 1.0 - p), (false, p)],
        (true, false) => vec![(true, 1.0)],
        (false, _) => vec![(true, r), (false, 1.0 - r)],
    };
    let next = |&(products, up1, up2): &(u32, bool, bool)| {
        let mut to = Vec::new();
        for (up1, chance1) in fate(up1, products < n, p1, r1) {
            for (up2, chance2) in fate(up2, products > 0, p2, r2) {
                let (made, taken) = (up1 && products < n, up2 && products > 0);
                let products = products + u32::from(made) - u32::from(taken);
                to.push(((products, up1, up2), chance1 * chance2));
            }
        }
        to
    };
    let (chain, states) = Chain::explore((0, true, true), next);
    let shares = chain.shares();
    let rate =
        shares.iter().zip(&states).map(|(share, &(products, _, up2))| match (products > 0, up2) {
            (false, _) => 0.0,
            (true, true) => share * (1.0 - p2),
            (true, false) => share * r2,
        });
    rate.sum()
}

/// Throughput and mean number of products of machines with `rates` and one queue, with Poisson arrivals that
/// stop while `system` products are there. The first free machine takes the next product.
pub fn shared_queue(arrivals: f64, rates: &[f64], system: u32) -> (f64, f64) {
    let total = arrivals + rates.iter().sum::<f64>();
    let number = |(busy, waiting): &(u32, u32)| busy.count_ones() + waiting;
    let next = |state: &(u32, u32)| {
        let (busy, waiting) = *state;
        let mut to = Vec::new();
        let mut idle = 1.0;
        if number(state) < system {
            let free = (0..rates.len() as u32).find(|at| busy >> at & 1 == 0);
            let after = free.map_or((busy, waiting + 1), |at| (busy | 1 << at, waiting));
            to.push((after, arrivals / total));
            idle -= arrivals / total;
        }
        for (at, rate) in rates.iter().enumerate().filter(|(at, _)| busy >> at & 1 == 1) {
            let after = match waiting {
                0 => (busy & !(1 << at), 0),
                _ => (busy, waiting - 1),
            };
            to.push((after, rate / total));
            idle -= rate / total;
        }
        to.push((*state, idle));
        to
    };
    let (chain, states) = Chain::explore((0, 0), next);
    let shares = chain.shares();
    let states = shares.iter().zip(&states);
    let open = states.clone().filter(|(_, state)| number(state) < system);
    let throughput = arrivals * open.map(|(share, _)| share).sum::<f64>();
    (throughput, states.map(|(share, state)| share * f64::from(number(state))).sum())
}

/// Mean number waiting before a machine with Poisson arrivals (Pollaczek and Khinchine). `mean` and
/// `second` are the first two moments of its service time.
pub fn mean_waiting(arrivals: f64, mean: f64, second: f64) -> f64 {
    arrivals * arrivals * second / (2.0 * (1.0 - arrivals * mean))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-6, "{found} instead of {expected}");
    }

    #[test]
    fn chains_give_what_formulas_and_tables_have() {
        for capacity in 0..6 {
            near(
                exponential_tandem(&[1.0, 1.0], &[capacity]),
                f64::from(capacity + 2) / f64::from(capacity + 3),
            );
        }
        // Three equal exponential machines, known values.
        near(exponential_tandem(&[1.0; 3], &[0, 0]), 22.0 / 39.0);
        near(exponential_tandem(&[1.0; 3], &[1, 1]), 0.670_466);
        near(exponential_tandem(&[1.0; 3], &[3, 3]), 0.776_712);
        // Gershwin's deterministic two-machine line.
        near(slotted_pair((0.01, 0.1), (0.01, 0.1), 4), 0.840_936);
        near(slotted_pair((0.01, 0.1), (0.01, 0.1), 10), 0.856_175);
        near(mean_waiting(3.0, 0.25, 2.0 / 16.0), 2.25);
        near(mean_waiting(1.0, 0.9, 0.81), 4.05);
        // Erlang C for two machines: 2 r / (1 - r²) with load r each; M/M/1 with capacity for two.
        let r: f64 = 1.0 / 1.4;
        near(shared_queue(1.0, &[0.7, 0.7], 200).1, 2.0 * r / (1.0 - r * r));
        near(shared_queue(1.0, &[1.0], 2).0, 2.0 / 3.0);
        // One machine twice as fast is no worse than two.
        assert!(shared_queue(1.0, &[1.4], 50).1 < shared_queue(1.0, &[0.7, 0.7], 50).1);
    }

    #[test]
    fn a_line_makes_as_much_backwards() {
        let (rates, capacities) = ([1.0, 1.4, 0.8], [1, 2]);
        let (back_rates, back_rooms) = ([0.8, 1.4, 1.0], [2, 1]);
        near(exponential_tandem(&rates, &capacities), exponential_tandem(&back_rates, &back_rooms));
    }
}
