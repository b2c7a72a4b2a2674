//! A trace as a file: an LZ4 frame (its own block checksums detect damage) that holds a header and then one
//! record after the other, each with its length and its time as the difference from the one before.

use std::io::{self, Read, Write};

use jiff::Timestamp;
use lz4_flex::frame::{BlockSize, FrameDecoder, FrameEncoder, FrameInfo};
use serde::{Deserialize, Serialize};

use linetwin_base::{MachineId, SimSpan, SimTime};

use super::record::{Fact, TraceRecord};

/// The first bytes of what is in the frame; the last one is the version.
const MAGIC: [u8; 8] = *b"LTTRACE\x01";
/// How LZ4 frames begin.
const LZ4: [u8; 4] = 0x184D_2204_u32.to_le_bytes();
/// Longest header or record in bytes: an order's serial numbers are the longest of all.
const LONGEST: u32 = 1 << 28;
/// A long record is read in pieces of so many bytes.
const PIECE: u64 = 1 << 16;

/// What a trace was recorded from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceHeader {
    /// Name of the scenario.
    pub scenario: String,
    /// Seed of the run.
    pub seed: u64,
    /// When it starts.
    pub start: Timestamp,
    /// Name of the line.
    pub line: String,
    /// Names of its machines, by their ids.
    pub machines: Vec<String>,
}

impl TraceHeader {
    /// A machine's name.
    pub fn machine(&self, id: MachineId) -> &str {
        self.machines.get(id.index()).map_or("unknown machine", String::as_str)
    }
}

/// Why a trace cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// It does not begin like one.
    #[error("found something else, expected a trace that `linetwin run --trace` has written")]
    NoTrace,
    /// A trace of another version.
    #[error("the trace has format {found}, this program reads format {expected}")]
    Format {
        /// Its format.
        found: u8,
        /// Ours.
        expected: u8,
    },
    /// It is damaged, cut off, or cannot be read.
    #[error("record {record}: {error}")]
    Record {
        /// Which record, counted from 1; 0 for the header.
        record: u64,
        /// What is wrong with it.
        error: io::Error,
    },
}

/// Writes a trace.
pub struct TraceWriter<W: Write> {
    frame: FrameEncoder<W>,
    before: SimTime,
    buffer: Vec<u8>,
}

impl<W: Write> TraceWriter<W> {
    /// Begins a trace.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn new(into: W, header: &TraceHeader) -> io::Result<Self> {
        let info = FrameInfo::new().block_checksums(true).block_size(BlockSize::Max256KB);
        let mut writer = Self {
            frame: FrameEncoder::with_frame_info(info, into),
            before: SimTime::START,
            buffer: Vec::new(),
        };
        writer.frame.write_all(&MAGIC)?;
        writer.put(header)?;
        Ok(writer)
    }

    /// Adds records, which come in the order of their times.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn absorb(&mut self, records: &[TraceRecord]) -> io::Result<()> {
        for TraceRecord { at, fact } in records {
            let since = at.since(self.before);
            self.before = *at;
            self.put(&(since.as_nanos(), fact))?;
        }
        Ok(())
    }

    /// Ends the trace.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        // No record is empty: this is the end, and a file without it is cut off.
        self.frame.write_all(&0_u32.to_le_bytes())?;
        Ok(self.frame.finish()?)
    }

    fn put(&mut self, what: &impl Serialize) -> io::Result<()> {
        self.buffer.clear();
        let bytes = postcard::to_extend(what, std::mem::take(&mut self.buffer));
        self.buffer = bytes.map_err(io::Error::other)?;
        let length = u32::try_from(self.buffer.len()).map_err(io::Error::other)?;
        self.frame.write_all(&length.to_le_bytes())?;
        self.frame.write_all(&self.buffer)
    }
}

/// Reads a trace, record by record. After an error there is nothing more.
pub struct TraceReader<R: Read> {
    frame: FrameDecoder<io::Chain<io::Cursor<[u8; 4]>, R>>,
    header: TraceHeader,
    before: SimTime,
    record: u64,
    over: bool,
    buffer: Vec<u8>,
}

impl<R: Read> TraceReader<R> {
    /// Opens a trace.
    ///
    /// # Errors
    /// It is none, or is damaged.
    pub fn new(mut from: R) -> Result<Self, TraceError> {
        let mut lz4 = [0; LZ4.len()];
        from.read_exact(&mut lz4).map_err(|_| TraceError::NoTrace)?;
        if lz4 != LZ4 {
            return Err(TraceError::NoTrace);
        }
        let mut frame = FrameDecoder::new(io::Cursor::new(lz4).chain(from));
        let mut magic = [0; MAGIC.len()];
        let read = frame.read_exact(&mut magic);
        read.map_err(|error| TraceError::Record { record: 0, error })?;
        let ([name @ .., found], [ours @ .., expected]) = (magic, MAGIC);
        if name != ours {
            return Err(TraceError::NoTrace);
        }
        if found != expected {
            return Err(TraceError::Format { found, expected });
        }
        let mut buffer = Vec::new();
        let header = get(&mut frame, &mut buffer).and_then(|header| header.ok_or_else(cut_off));
        let header = header.map_err(|error| TraceError::Record { record: 0, error })?;
        Ok(Self { frame, header, before: SimTime::START, record: 0, over: false, buffer })
    }

    /// What it was recorded from.
    pub const fn header(&self) -> &TraceHeader {
        &self.header
    }

    fn read(&mut self) -> io::Result<Option<TraceRecord>> {
        let read: Option<(u64, Fact)> = get(&mut self.frame, &mut self.buffer)?;
        let Some((since, fact)) = read else { return Ok(None) };
        let at = self.before.as_nanos().checked_add(since);
        let at = at.ok_or_else(|| io::Error::other("its time is beyond all times"))?;
        self.before = SimTime::START + SimSpan::from_nanos(at);
        Ok(Some(TraceRecord { at: self.before, fact }))
    }
}

impl<R: Read> Iterator for TraceReader<R> {
    type Item = Result<TraceRecord, TraceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        self.record += 1;
        let read = self.read().map_err(|error| TraceError::Record { record: self.record, error });
        self.over = !matches!(read, Ok(Some(_)));
        read.transpose()
    }
}

/// The next header or record; nothing at the end of the trace.
fn get<T: for<'de> Deserialize<'de>>(
    frame: &mut impl Read,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    frame.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length);
    if length == 0 {
        return Ok(None);
    }
    if length > LONGEST {
        return Err(io::Error::other(format!("found {length} bytes, expected at most {LONGEST}")));
    }
    buffer.clear();
    // Bytes that are not there take no memory, whatever the length in the file.
    buffer.reserve(u64::from(length).min(PIECE) as usize);
    frame.take(u64::from(length)).read_to_end(buffer)?;
    if buffer.len() < length as usize {
        return Err(cut_off());
    }
    let (value, rest) = postcard::take_from_bytes(buffer).map_err(io::Error::other)?;
    if rest.is_empty() {
        Ok(Some(value))
    } else {
        Err(io::Error::other("it is longer than a fact"))
    }
}

fn cut_off() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the file is cut off")
}

#[cfg(test)]
mod tests;
