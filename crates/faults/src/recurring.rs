//! Faults that recur, written out one by one: an explicit plan.

use linetwin_base::{SimSpan, Streams};

use super::kinds::Fault;

/// The plan with every [`Fault::Recurring`] written out. Each draws its times from a stream of its own.
pub fn expand_recurring(faults: &[Fault], streams: Streams) -> Vec<Fault> {
    let mut plan: Vec<Fault> = Vec::new();
    for fault in faults {
        let Fault::Recurring { fault, interarrival_s, times } = fault else {
            plan.push(fault.clone());
            continue;
        };
        let before = plan.iter().filter(|other| other.kind() == fault.kind()).count();
        let owner = fault.machine().unwrap_or("link");
        let mut stream = streams.stream(owner, &format!("again {} {before}", fault.kind()));
        let mut later = SimSpan::ZERO;
        for _ in 0..*times {
            let mut next = fault.as_ref().clone();
            if let Some(from) = next.from_mut() {
                *from = *from + later;
            }
            plan.push(next);
            later = later + interarrival_s.draw(&mut stream);
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use linetwin_base::Distribution;

    #[test]
    fn what_recurs_is_written_out() {
        let outage = |from| Fault::LinkOutage {
            from: SimSpan::from_secs(from),
            lasts: SimSpan::from_secs(5),
        };
        let interarrival_s = Distribution::Fixed(60.0);
        let again = Fault::Recurring { fault: Box::new(outage(10)), interarrival_s, times: 3 };
        let plan = expand_recurring(&[outage(1), again], Streams::new(1));
        assert_eq!(plan, [outage(1), outage(10), outage(70), outage(130)]);
    }
}
