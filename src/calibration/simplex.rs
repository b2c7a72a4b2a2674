//! The highest point of a function of a few variables, without its slopes (Nelder and Mead, A simplex
//! method for function minimization, 1965). It climbs; it promises no mountain but the one it stands on.

/// Steps after which it stops wherever it is.
const MOST_STEPS: usize = 400;
/// Corners that differ by no more count as the top.
const LEVEL: f64 = 1e-9;

/// Climbs from `start`; the first steps are `step` long.
pub(super) fn climb(start: &[f64], step: f64, height: &dyn Fn(&[f64]) -> f64) -> (Vec<f64>, f64) {
    let mut top = rise(start, step, height);
    // A simplex may have shrunk on a slope: a fresh one shows.
    for _ in 0..3 {
        let again = rise(&top.0, step / 4.0, height);
        let higher = again.1 - top.1;
        if again.1 > top.1 {
            top = again;
        }
        if higher.is_nan() || higher < 1e-6 {
            break;
        }
    }
    top
}

fn rise(start: &[f64], step: f64, height: &dyn Fn(&[f64]) -> f64) -> (Vec<f64>, f64) {
    // What is no number is the deepest of all.
    let at = |place: &[f64]| match height(place) {
        high if high.is_nan() => f64::NEG_INFINITY,
        high => high,
    };
    let size = start.len();
    let mut corners: Vec<(Vec<f64>, f64)> = vec![(start.to_vec(), at(start))];
    for axis in 0..size {
        let mut place = start.to_vec();
        place[axis] += step;
        let high = at(&place);
        corners.push((place, high));
    }
    for _ in 0..MOST_STEPS {
        corners.sort_by(|one, two| two.1.total_cmp(&one.1));
        let (best, worst) = (corners[0].1, corners[size].1);
        if best - worst <= LEVEL {
            break;
        }
        let middle: Vec<f64> = (0..size)
            .map(|axis| {
                corners[..size].iter().map(|corner| corner.0[axis]).sum::<f64>() / size as f64
            })
            .collect();
        let along = |by: f64| {
            let lowest = &corners[size].0;
            let place: Vec<f64> = middle
                .iter()
                .zip(lowest)
                .map(|(middle, low)| middle + by * (middle - low))
                .collect();
            let high = at(&place);
            (place, high)
        };
        let mirrored = along(1.0);
        let next = if mirrored.1 > best {
            let further = along(2.0);
            if further.1 > mirrored.1 { further } else { mirrored }
        } else if mirrored.1 > corners[size - 1].1 {
            mirrored
        } else {
            let inside = along(if mirrored.1 > worst { 0.5 } else { -0.5 });
            if inside.1 > worst.max(mirrored.1) {
                inside
            } else {
                let best = corners[0].0.clone();
                for corner in &mut corners[1..] {
                    for (own, best) in corner.0.iter_mut().zip(&best) {
                        *own = f64::midpoint(*own, *best);
                    }
                    corner.1 = at(&corner.0);
                }
                continue;
            }
        };
        corners[size] = next;
    }
    corners.sort_by(|one, two| two.1.total_cmp(&one.1));
    corners.swap_remove(0)
}

#[cfg(test)]
mod tests {
    use super::climb;

    #[test]
    fn the_top_of_a_bent_ridge_is_found() {
        // Rosenbrock's valley upside down: the top is at (1, 1).
        let ridge = |at: &[f64]| -(1.0 - at[0]).powi(2) - 100.0 * (at[1] - at[0] * at[0]).powi(2);
        let (top, high) = climb(&[-1.2, 1.0], 0.5, &ridge);
        assert!(high > -1e-6 && (top[0] - 1.0).abs() < 1e-2, "{top:?}: {high}");
    }

    #[test]
    fn where_there_is_no_ground_it_does_not_go() {
        let cliff = |at: &[f64]| if at[0] > 2.0 { f64::NAN } else { at[0] };
        let (top, _) = climb(&[0.0], 0.3, &cliff);
        assert!((1.99..=2.0).contains(&top[0]), "{top:?}");
    }
}
