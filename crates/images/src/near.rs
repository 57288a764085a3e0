//! The near end of the pipe: starts the worker, hands it a picture, and believes its answer within bounds.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::picture::{Answer, Job, MOST_BYTES, MOST_SIDE, Made, Refused};

/// Bytes of the answer's first line at most.
const LINE: u64 = 4_096;

/// Where a picture comes from.
#[derive(Debug)]
pub enum Input<'a> {
    /// A file, from its beginning.
    File(File),
    /// Memory.
    Bytes(&'a [u8]),
}

/// Starts a confined process for each picture.
#[derive(Debug, Clone)]
pub struct Worker {
    program: PathBuf,
}

impl Worker {
    /// A worker that is this program, started as `image-worker` with the name of a job.
    pub fn new(program: PathBuf) -> Self {
        Self { program }
    }

    /// Does a job, and writes the parts of what it makes, each to its own place. Blocks.
    ///
    /// # Errors
    /// When the worker can't be started, or the parts can't be written. A worker that breaks is a picture that can't
    /// be read.
    pub fn make(&self, job: Job, input: Input<'_>, parts: &mut [&mut dyn Write]) -> io::Result<Answer> {
        let mut command = Command::new(&self.program);
        command.args(["image-worker", job.name()]).env_clear().current_dir("/");
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = match input {
            Input::File(file) => command.stdin(file).spawn()?,
            Input::Bytes(bytes) => {
                let mut child = command.stdin(Stdio::piped()).spawn()?;
                // It reads everything before it writes; one that ended early has no answer either.
                child.stdin.take().map(|mut stdin| stdin.write_all(bytes).ok());
                child
            }
        };
        let answer = child.stdout.take().map_or(Ok(Err(Refused::Unreadable)), |out| read(out, parts));
        end(&mut child);
        answer
    }
}

fn read(out: ChildStdout, parts: &mut [&mut dyn Write]) -> io::Result<Answer> {
    let mut out = BufReader::new(out);
    let mut line = String::new();
    if out.by_ref().take(LINE).read_line(&mut line).is_err() {
        return Ok(Err(Refused::Unreadable));
    }
    let answer = serde_json::from_str::<Answer>(&line).unwrap_or(Err(Refused::Unreadable));
    let made = match answer {
        Ok(made) if plausible(&made, parts.len()) => made,
        Ok(_) => return Ok(Err(Refused::Unreadable)),
        refused => return Ok(refused),
    };
    for (part, size) in parts.iter_mut().zip(&made.parts) {
        if io::copy(&mut out.by_ref().take(*size), part)? < *size {
            return Ok(Err(Refused::Unreadable));
        }
    }
    Ok(Ok(made))
}

/// Whether an answer could be an honest worker's.
fn plausible(made: &Made, parts: usize) -> bool {
    let sides = [made.width, made.height];
    made.parts.len() == parts
        && made.parts.iter().all(|size| (1..=MOST_BYTES).contains(size))
        && sides.iter().all(|side| (1..=MOST_SIDE).contains(side))
        && made.blur.len() == 48
        && made.blur.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

/// Ends the worker, which has nothing left to say.
fn end(child: &mut Child) {
    // It may have ended by itself.
    child.kill().ok();
    child.wait().ok();
}
