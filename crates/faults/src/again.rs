//! Faults that come again and again, written out one by one: an explicit plan.

use linetwin_base::{SimSpan, Streams};

use super::spec::Fault;

/// The plan with every [`Fault::Again`] written out. Each draws its times from a stream of its own.
pub fn written_out(faults: &[Fault], streams: Streams) -> Vec<Fault> {
    let mut plan: Vec<Fault> = Vec::new();
    for fault in faults {
        let Fault::Again { fault, between_s, times } = fault else {
            plan.push(fault.clone());
            continue;
        };
        let before = plan.iter().filter(|other| other.name() == fault.name()).count();
        let owner = fault.machine().unwrap_or("link");
        let mut stream = streams.stream(owner, &format!("again {} {before}", fault.name()));
        let mut later = SimSpan::ZERO;
        for _ in 0..*times {
            let mut again = fault.as_ref().clone();
            if let Some(from) = again.from_mut() {
                *from = *from + later;
            }
            plan.push(again);
            later = later + between_s.draw(&mut stream);
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use linetwin_base::Distribution;

    #[test]
    fn what_comes_again_is_written_out() {
        let outage = |from| Fault::LinkOutage {
            from: SimSpan::from_secs(from),
            lasts: SimSpan::from_secs(5),
        };
        let between_s = Distribution::Fixed(60.0);
        let again = Fault::Again { fault: Box::new(outage(10)), between_s, times: 3 };
        let plan = written_out(&[outage(1), again], Streams::new(1));
        assert_eq!(plan, [outage(1), outage(10), outage(70), outage(130)]);
    }
}
