//! What walks share: reading within bounds, and the plan of what is to be blanked.

use std::io::{self, Read, Seek, SeekFrom};

use super::Details;

/// Headers that are read at most.
const STEPS: u32 = 1_000_000;
/// Places that are changed at most.
const CHANGES: usize = 100_000;

/// Why a walk did not come to its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// The file is not what it says, or more than is looked at.
    Strange,
    /// It can't be read.
    Io(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

pub(super) type Walked<T> = Result<T, Stop>;

/// Bytes that take the place of others, and zeros that follow them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) at: u64,
    pub(super) head: Vec<u8>,
    pub(super) zeros: u64,
}

/// What is to be changed, and what is left then.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) changes: Vec<Change>,
    pub(super) details: Details,
}

/// A file that is walked through.
#[derive(Debug)]
pub(super) struct Source<'a, F> {
    file: &'a mut F,
    len: u64,
    steps: u32,
    pub(super) plan: Plan,
}

impl<'a, F: Read + Seek> Source<'a, F> {
    pub(super) fn new(file: &'a mut F) -> io::Result<Self> {
        let len = file.seek(SeekFrom::End(0))?;
        let plan = Plan { changes: Vec::new(), details: Details::Blank };
        Ok(Self { file, len, steps: 0, plan })
    }

    /// How long the file is, in bytes.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Some bytes from here on.
    pub(super) fn bytes<const COUNT: usize>(&mut self, at: u64) -> Walked<[u8; COUNT]> {
        let mut bytes = [0; COUNT];
        self.fill(at, &mut bytes)?;
        Ok(bytes)
    }

    /// As many bytes from here on as there is room for.
    pub(super) fn fill(&mut self, at: u64, bytes: &mut [u8]) -> Walked<()> {
        self.steps += 1;
        if self.steps > STEPS || at.checked_add(bytes.len() as u64).is_none_or(|end| end > self.len) {
            return Err(Stop::Strange);
        }
        self.file.seek(SeekFrom::Start(at))?;
        self.file.read_exact(bytes)?;
        Ok(())
    }

    /// Plans to put these bytes here, and zeros up to the end.
    pub(super) fn put(&mut self, at: u64, head: &[u8], end: u64) -> Walked<()> {
        let zeros = at.checked_add(head.len() as u64).and_then(|after| end.checked_sub(after));
        let zeros = zeros.filter(|_| end <= self.len).ok_or(Stop::Strange)?;
        if self.plan.changes.len() >= CHANGES {
            return Err(Stop::Strange);
        }
        self.plan.changes.push(Change { at, head: head.to_vec(), zeros });
        Ok(())
    }
}

/// The end of something that begins here and is so long, if it ends before that.
pub(super) fn end(at: u64, length: u64, within: u64) -> Walked<u64> {
    at.checked_add(length).filter(|end| *end <= within).ok_or(Stop::Strange)
}
