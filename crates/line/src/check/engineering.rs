//! Checks that a line can work as its numbers say: what a device says of a product is there before the
//! product needs it. Each problem names the number that would do. Never changes a number.

use linetwin_base::Distribution;

use crate::spec::MachineSpec;

use super::Checker;

/// Speed and pitch of a belt.
#[derive(Copy, Clone)]
struct Pace {
    speed_mm_s: f64,
    pitch_mm: f64,
}

impl Checker<'_> {
    /// Printer, camera and gate of a belt: each is done with a product before the next needs it.
    pub(super) fn in_time(&mut self) {
        let twin = self.twin;
        for (index, machine) in twin.machines.iter().enumerate() {
            let Some((belt, at_mm)) = machine.on_belt() else { continue };
            let Some(pace) = self.pace(belt) else { continue };
            let before = |kind: &str| {
                twin.machines.iter().find(|other| {
                    other.kind() == kind && other.on_belt().is_some_and(|(on, _)| on == belt)
                })
            };
            match machine {
                MachineSpec::Printer { print_s, jobs, .. } => {
                    // A job is the line controller's until its print is reported; meanwhile the next
                    // products want theirs.
                    let printing_s = print_s.nearly_all_s();
                    let spacing_s = pace.pitch_mm / pace.speed_mm_s;
                    let needed = libm::floor(printing_s / spacing_s) + 1.0;
                    let expected = format!(
                        "{needed} or more: a print is reported after up to {}, and products follow \
                         one another every {spacing_s:.3} s",
                        longest(print_s),
                    );
                    let path = format!("machines[{index}].jobs");
                    self.require(*jobs as f64 >= needed, path, jobs, &expected);
                }
                MachineSpec::Camera { .. } => {
                    if let Some(MachineSpec::Printer { id, at_mm: from_mm, print_s, .. }) =
                        before("Printer")
                    {
                        let what = format!("a print of `{id}` is reported after up to");
                        self.far_enough(index, at_mm, *from_mm, print_s, pace, &what);
                    }
                }
                MachineSpec::RejectGate { .. } => {
                    if let Some(MachineSpec::Camera { id, at_mm: from_mm, decode_s, .. }) =
                        before("Camera")
                    {
                        let what = format!("a result of `{id}` takes up to");
                        self.far_enough(index, at_mm, *from_mm, decode_s, pace, &what);
                    }
                }
                _ => {}
            }
        }
    }

    /// The way from one device to the next takes longer than what the first one does. The line
    /// controller decides by itself; the link to the ledger is not in this way.
    fn far_enough(
        &mut self,
        index: usize,
        at_mm: f64,
        from_mm: f64,
        takes_s: &Distribution,
        Pace { speed_mm_s, .. }: Pace,
        what: &str,
    ) {
        let least_mm = from_mm + takes_s.nearly_all_s() * speed_mm_s;
        // Whoever stands in the wrong order is told so elsewhere.
        let ok = at_mm < from_mm || at_mm > least_mm;
        let would_do = libm::floor(least_mm) + 1.0;
        let expected = format!(
            "{would_do} mm or more: {what} {}, and the belt runs at {speed_mm_s} mm/s",
            longest(takes_s),
        );
        self.require(ok, format!("machines[{index}].at_mm"), at_mm, &expected);
    }

    fn pace(&self, belt: &str) -> Option<Pace> {
        self.twin.machines.iter().find_map(|machine| match machine {
            MachineSpec::Belt { id, speed_mm_s, pitch_mm, .. } if id == belt => {
                Some(Pace { speed_mm_s: *speed_mm_s, pitch_mm: *pitch_mm })
            }
            _ => None,
        })
    }
}

/// The longest time, and which it is.
fn longest(times: &Distribution) -> String {
    let time_s = times.nearly_all_s();
    match times.max_s() {
        Some(_) => format!("{time_s:.3} s"),
        None => format!("{time_s:.3} s (99.99 % of them)"),
    }
}
