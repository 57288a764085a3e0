//! What a server did to the files of a folder, in order, read from what strace wrote down.

use std::collections::HashMap;
use std::io;
use std::path::Path;

/// The system calls that a recording needs.
pub(crate) const CALLS: &str =
    "openat,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat";

/// One thing that was done.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// When it was begun, in microseconds since 1970.
    pub(crate) at_us: u64,
    /// By which thread.
    pub(crate) thread: u32,
    /// What.
    pub(crate) what: Op,
}

/// What was done; files are named by their path in the folder, the folder itself by nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Op {
    /// Bytes were handed to the kernel: at this place, or behind what is there.
    Write { file: String, at: Option<usize>, bytes: Vec<u8> },
    /// A file got another length.
    Cut { file: String, length: usize },
    /// A sync of a file or a folder has begun. What is written from here on it need not cover.
    SyncBegun { file: String },
    /// The thread's sync is done.
    SyncDone { file: String },
    /// A file was made.
    Made { file: String },
    /// A file has another name now.
    Renamed { from: String, to: String },
    /// A file has gone.
    Gone { file: String },
}

/// Reads a recording, as far as it is about files in the folder.
///
/// # Errors
/// When it holds what this does not understand.
pub(crate) fn read(recording: &Path, folder: &Path) -> io::Result<Vec<Step>> {
    let text = std::fs::read(recording)?;
    let mut reader = Reader { folder: folder.to_string_lossy().into_owned(), ..Reader::default() };
    for line in text.split(|byte| *byte == b'\n') {
        let line = String::from_utf8_lossy(line);
        reader.line(&line).ok_or_else(|| {
            let start: String = line.chars().take(200).collect();
            io::Error::other(format!("not understood in the recording: {start}"))
        })?;
    }
    Ok(reader.steps)
}

#[derive(Default)]
struct Reader {
    folder: String,
    steps: Vec<Step>,
    /// What each thread does once its call has returned.
    open: HashMap<u32, Vec<Op>>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Option<()> {
        let Some((thread, rest)) = line.split_once(' ') else { return Some(()) };
        let (at, call) = rest.trim_start().split_once(' ')?;
        let thread = thread.parse().ok()?;
        let at_us = at.replace('.', "").parse().ok()?;
        // A thread that ends in a call, since another has ended the process: strace can't even say in which.
        let ended = call.ends_with("<detached ...>");
        if ended || call.starts_with("+++") || call.starts_with("---") {
            return Some(());
        }
        if let Some(rest) = call.strip_prefix("<... ") {
            self.returned(thread, at_us, rest);
            return Some(());
        }
        let (name, arguments) = call.split_once('(')?;
        let (now, then) = self.begun(name, arguments)?;
        self.steps.extend(now.into_iter().map(|what| Step { at_us, thread, what }));
        self.open.insert(thread, then);
        if !arguments.ends_with("<unfinished ...>") {
            self.returned(thread, at_us, arguments);
        }
        Some(())
    }

    /// What happens when a call begins, and what once it has returned.
    fn begun(&self, name: &str, arguments: &str) -> Option<(Vec<Op>, Vec<Op>)> {
        let (mut now, mut then) = (Vec::new(), Vec::new());
        match name {
            "write" | "pwrite64" => {
                let (Some(file), rest) = self.descriptor(arguments)? else { return Some((now, then)) };
                let (bytes, rest) = quoted(rest.strip_prefix(", ")?)?;
                let mut numbers = rest.strip_prefix(", ")?.split([',', ')', '<']).map(str::trim);
                if numbers.next()?.parse() != Ok(bytes.len()) {
                    return None;
                }
                let at = if name == "write" { None } else { Some(numbers.next()?.parse().ok()?) };
                now.push(Op::Write { file, at, bytes });
            }
            "ftruncate" => {
                let (Some(file), rest) = self.descriptor(arguments)? else { return Some((now, then)) };
                let length = rest.strip_prefix(", ")?.split([')', ' ']).next()?.parse().ok()?;
                then.push(Op::Cut { file, length });
            }
            "fsync" | "fdatasync" => {
                let (Some(file), _) = self.descriptor(arguments)? else { return Some((now, then)) };
                now.push(Op::SyncBegun { file: file.clone() });
                then.push(Op::SyncDone { file });
            }
            "openat" => {
                let (path, rest) = quoted(arguments.get(arguments.find('"')?..)?)?;
                let flags = rest.split([')', '<']).next()?;
                let Some(file) = self.inside(&path) else { return Some((now, then)) };
                if flags.contains("O_CREAT") {
                    then.push(Op::Made { file: file.clone() });
                }
                if flags.contains("O_TRUNC") {
                    then.push(Op::Cut { file, length: 0 });
                }
            }
            _ => {
                let (first, rest) = quoted(arguments.get(arguments.find('"')?..)?)?;
                let from = self.inside(&first);
                if name.starts_with("unlink") {
                    then.extend(from.map(|file| Op::Gone { file }));
                } else {
                    let (second, _) = quoted(rest.get(rest.find('"')?..)?)?;
                    let both = from.zip(self.inside(&second));
                    then.extend(both.map(|(from, to)| Op::Renamed { from, to }));
                }
            }
        }
        Some((now, then))
    }

    /// A call has returned: what it did is done, unless it failed.
    fn returned(&mut self, thread: u32, at_us: u64, rest: &str) {
        let done = self.open.remove(&thread).unwrap_or_default();
        let failed = rest.rsplit_once(" = ").is_none_or(|(_, value)| value.starts_with(['-', '?']));
        if !failed {
            self.steps.extend(done.into_iter().map(|what| Step { at_us, thread, what }));
        }
    }

    /// The file of a descriptor such as `12</folder/file>`, if it is in the folder, and what follows it.
    fn descriptor<'a>(&self, arguments: &'a str) -> Option<(Option<String>, &'a str)> {
        let (_, rest) = arguments.split_once('<')?;
        let (path, rest) = rest.split_once('>')?;
        Some((self.inside(path.as_bytes()), rest))
    }

    fn inside(&self, path: &[u8]) -> Option<String> {
        let path = std::str::from_utf8(path).ok()?;
        let rest = path.strip_prefix(&self.folder)?;
        if rest.is_empty() { Some(String::new()) } else { Some(rest.strip_prefix('/')?.to_owned()) }
    }
}

/// The bytes of a string as strace writes it, and what follows it. `None` also when it was shortened.
fn quoted(text: &str) -> Option<(Vec<u8>, &str)> {
    let raw = text.as_bytes();
    if raw.first() != Some(&b'"') {
        return None;
    }
    let (mut bytes, mut at) = (Vec::new(), 1);
    loop {
        match *raw.get(at)? {
            b'"' => break,
            b'\\' => {
                at += 1;
                let digits = raw.get(at..)?.iter().take(3).take_while(|digit| matches!(digit, b'0'..=b'7'));
                let value = digits.clone().fold(0_u32, |value, digit| value * 8 + u32::from(digit - b'0'));
                match digits.count() {
                    0 => {
                        bytes.push(match *raw.get(at)? {
                            b'n' => b'\n',
                            b't' => b'\t',
                            b'r' => b'\r',
                            b'v' => 0x0b,
                            b'f' => 0x0c,
                            other => other,
                        });
                        at += 1;
                    }
                    count => {
                        bytes.push(u8::try_from(value).ok()?);
                        at += count;
                    }
                }
            }
            byte => {
                bytes.push(byte);
                at += 1;
            }
        }
    }
    let rest = text.get(at + 1..)?;
    if rest.starts_with("...") { None } else { Some((bytes, rest)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(lines: &str) -> Vec<Op> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("recording");
        std::fs::write(&file, lines).unwrap();
        read(&file, Path::new("/data")).unwrap().into_iter().map(|step| step.what).collect()
    }

    #[test]
    fn calls_that_overlap_are_told_apart() {
        let read = steps(
            "7 1.000001 pwrite64(3</data/a.db>, \"a\\0\\n\\\"\\377\", 5, 9 <unfinished ...>\n\
             8 1.000002 fdatasync(4</data/b.db> <unfinished ...>\n\
             7 1.000003 <... pwrite64 resumed>) = 5\n\
             9 1.000004 write(5<anon_inode:[eventfd]>, \"\\1\", 8) = 8\n\
             8 1.000005 <... fdatasync resumed>) = 0\n\
             7 1.000006 ftruncate(3</data/a.db>, 0) = -1 EIO (Input/output error)\n\
             7 1.000007 rename(\"/data/tmp/x\", \"/data/blobs/x\") = 0\n\
             7 1.000008 openat(AT_FDCWD</>, \"/data/c\", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 6</data/c>\n\
             7 1.000009 fsync(6</data>) = 0\n\
             7 1.000010 +++ exited with 0 +++\n",
        );
        let file = |name: &str| name.to_owned();
        let expected = [
            Op::Write { file: file("a.db"), at: Some(9), bytes: b"a\0\n\"\xff".to_vec() },
            Op::SyncBegun { file: file("b.db") },
            Op::SyncDone { file: file("b.db") },
            Op::Renamed { from: file("tmp/x"), to: file("blobs/x") },
            Op::Made { file: file("c") },
            Op::SyncBegun { file: file("") },
            Op::SyncDone { file: file("") },
        ];
        assert_eq!(read, expected);
    }

    #[test]
    fn what_a_thread_was_about_to_do_when_its_process_ended_was_not_done() {
        let read = steps(
            "7 1.000001 fdatasync(3</data/a.db> <unfinished ...>\n\
             8 1.000002 ???( <detached ...>\n\
             9 1.000003 pwrite64(3</data/a.db>,  <detached ...>\n\
             7 1.000004 <... fdatasync resumed> <detached ...>\n\
             7 1.000005 +++ exited with 0 +++\n",
        );
        assert_eq!(read, [Op::SyncBegun { file: "a.db".to_owned() }]);
    }

    #[test]
    fn a_string_that_was_shortened_is_not_taken_for_whole() {
        assert_eq!(quoted("\"ab\"..., 9"), None);
        assert_eq!(quoted("\"ab\", 2").unwrap(), (b"ab".to_vec(), ", 2"));
    }
}
