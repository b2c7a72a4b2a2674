//! Traces as files: what is written is read, and damage is reported.

use std::sync::Arc;

use linetwin_base::UnitId;
use linetwin_faults::FaultKind;

use crate::{CloseReason, MeterReading, RecordedFact};

use super::*;

fn header() -> TraceHeader {
    TraceHeader {
        scenario: "test".to_owned(),
        seed: 7,
        start: "2026-11-02T06:00:00Z".parse().unwrap(),
        line: "line-1".to_owned(),
        machines: vec!["infeed".to_owned()],
    }
}

fn records() -> Vec<TraceRecord> {
    let unit = UnitId(3);
    let facts = [
        Fact::UnitEntered { unit },
        Fact::FaultInjected { fault: 2, kind: FaultKind::NoRead, unit: Some(unit) },
        Fact::Meter(Box::new(MeterReading { level_ns: u128::MAX, ..MeterReading::default() })),
        Fact::CoveragePoint { point: Arc::from("BinFull") },
        Fact::Recorded {
            happened: SimTime::START,
            fact: RecordedFact::Refused { reason: "no".to_owned() },
        },
        Fact::Closed(CloseReason::Stuck),
    ];
    let facts = facts.into_iter().cycle().take(600).enumerate();
    facts.map(|(at, fact)| TraceRecord { at: SimTime::from_nanos(at as u64 * 77), fact }).collect()
}

fn written() -> Vec<u8> {
    let mut writer = TraceWriter::new(Vec::new(), &header()).unwrap();
    writer.absorb(&records()).unwrap();
    writer.finish().unwrap()
}

#[test]
fn what_is_written_is_read() {
    let bytes = written();
    let reader = TraceReader::new(&bytes[..]).unwrap();
    assert_eq!(reader.header(), &header());
    let read: Vec<TraceRecord> = reader.map(Result::unwrap).collect();
    assert_eq!(read, records());
}

#[test]
fn a_file_that_is_cut_off_or_damaged_is_reported_and_never_trusted() {
    let (bytes, whole) = (written(), records());
    let outcome = |bytes: &[u8]| -> Result<Vec<TraceRecord>, TraceError> {
        TraceReader::new(bytes)?.collect()
    };
    for length in 0..bytes.len() - 4 {
        assert!(outcome(&bytes[..length]).is_err(), "cut off after {length} bytes");
    }
    for place in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[place] ^= 0x41;
        // A bit without meaning for the content may be another one.
        if let Ok(read) = outcome(&damaged) {
            assert!(read == whole, "byte {place}");
        }
    }
}

#[test]
fn a_length_that_is_never_written_is_refused_before_memory_is_taken_for_it() {
    let mut frame = FrameEncoder::new(Vec::new());
    frame.write_all(&MAGIC).unwrap();
    frame.write_all(&u32::MAX.to_le_bytes()).unwrap();
    let bytes = frame.finish().unwrap();
    let error = TraceReader::new(&bytes[..]).map(drop).unwrap_err();
    assert!(error.to_string().contains("expected at most"), "{error}");
    assert!(matches!(TraceReader::new(&b"hello"[..]), Err(TraceError::NoTrace)));
    for (begin, expected) in [
        (b"LTTRACE\x09", "the trace has format 9, this program reads format 1"),
        (b"LTTRICK\x01", "found something else"),
    ] {
        let mut frame = FrameEncoder::new(Vec::new());
        frame.write_all(begin).unwrap();
        let file = frame.finish().unwrap();
        let error = TraceReader::new(&file[..]).err().expect("it is refused").to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}
