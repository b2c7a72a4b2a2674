//! The other program: one JSON document a line to its input, one back from its output.

use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// An answer that takes longer counts as missing.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// Longest answer in bytes.
const LONGEST: u64 = 16 << 20;
/// A program whose input has ended is given so long to end by itself.
const TO_END: Duration = Duration::from_millis(100);
/// So much of a malformed answer is shown.
const SHOWN: usize = 120;

/// A program that runs.
pub(super) struct Process {
    name: String,
    child: Child,
    /// Nothing once the program is to end.
    input: Option<BufWriter<ChildStdin>>,
    /// The lock is never waited for: it only proves that there is one reader.
    output: Mutex<Receiver<io::Result<Vec<u8>>>>,
    answers: u64,
    buffer: Vec<u8>,
}

impl Process {
    pub(super) fn start(words: &[String]) -> Result<Self, String> {
        let (program, arguments) = words.split_first().ok_or("there is no command")?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("cannot be started: {error}"))?;
        let input = child.stdin.take().map(BufWriter::new);
        let (to_us, output) = channel();
        if let Some(stdout) = child.stdout.take() {
            // It ends with the program.
            thread::spawn(move || {
                let mut lines = BufReader::new(stdout);
                while let Some(line) = next_line(&mut lines).transpose() {
                    let last = line.is_err();
                    if to_us.send(line).is_err() || last {
                        return;
                    }
                }
            });
        }
        let (name, output) = (words.join(" "), Mutex::new(output));
        Ok(Self { name, child, input, output, answers: 0, buffer: Vec::new() })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// How many answers have come.
    pub(super) const fn answers(&self) -> u64 {
        self.answers
    }

    /// Writes one document and waits for the answer.
    pub(super) fn exchange<T: DeserializeOwned>(
        &mut self,
        what: &impl Serialize,
    ) -> Result<T, String> {
        self.buffer.clear();
        serde_json::to_writer(&mut self.buffer, what).map_err(|error| error.to_string())?;
        self.buffer.push(b'\n');
        let input = self.input.as_mut().ok_or("it has ended")?;
        let written = input.write_all(&self.buffer).and_then(|()| input.flush());
        let nth = self.answers + 1;
        let output = self.output.get_mut().map_err(|error| error.to_string())?;
        let line = match output.recv_timeout(LONGEST_WAIT) {
            Ok(line) => line.map_err(|error| format!("answer {nth}: {error}"))?,
            Err(RecvTimeoutError::Timeout) => {
                return Err(format!("answer {nth} has not come in {} s", LONGEST_WAIT.as_secs()));
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err(format!("it has ended and answer {nth} has not come"));
            }
        };
        // Only now: the reason why it reads no more is in its last output or its exit, whichever is noticed
        // first.
        written
            .map_err(|error| format!("after {} answers it reads no more: {error}", self.answers))?;
        self.answers = nth;
        serde_json::from_slice(&line).map_err(|error| {
            let text = String::from_utf8_lossy(&line[..line.len().min(SHOWN)]).into_owned();
            format!("answer {nth}, column {}: {error}, in `{}`", error.column(), text.trim_end())
        })
    }
}

/// The next line; nothing at the end.
fn next_line(lines: &mut BufReader<ChildStdout>) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    lines.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
    match line.last() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(line)),
        Some(_) if line.len() as u64 == LONGEST => {
            Err(io::Error::other(format!("it is longer than {LONGEST} bytes")))
        }
        Some(_) => Err(io::Error::other("the line has no end")),
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.input.take());
        // Its output ends when it does.
        if let Ok(output) = self.output.get_mut() {
            while output.recv_timeout(TO_END).is_ok() {}
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
