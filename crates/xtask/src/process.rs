//! Runs a command, shows what it prints and keeps its lines for counting.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// No single command may take longer: a hanging one must not hold the rest back.
const LONGEST: Duration = Duration::from_secs(40 * 60);

/// A command that ended.
#[derive(Debug)]
pub(crate) struct Ran {
    /// Whether it ended well.
    pub(crate) ok: bool,
    /// What it printed on standard output.
    pub(crate) lines: Vec<String>,
}

/// Runs a command to its end, passing its output through. An error says that it could not run or took too long.
pub(crate) fn run(command: &mut Command) -> Result<Ran, String> {
    let shown = shown(command);
    println!("$ {shown}");
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{shown}: {error}"))?;
    let Some(lines) = follow(&mut child) else {
        child.kill().map_err(|error| format!("{shown}: {error}"))?;
        return Err(format!("{shown}: still not done after {} minutes", LONGEST.as_secs() / 60));
    };
    let status = child.wait().map_err(|error| format!("{shown}: {error}"))?;
    Ok(Ran { ok: status.success(), lines })
}

/// Runs a command that must end well.
pub(crate) fn must(command: &mut Command) -> Result<Ran, String> {
    let ran = run(command)?;
    if ran.ok { Ok(ran) } else { Err(format!("failed: {}", shown(command))) }
}

/// Runs a command silently and returns what it printed.
pub(crate) fn read(command: &mut Command) -> Result<String, String> {
    let shown = shown(command);
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| format!("{shown}: {error}"))?;
    if !output.status.success() {
        return Err(format!("failed: {shown}"));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("{shown}: {error}"))
}

/// The lines that the child prints until it closes its output; `None` when that takes too long.
fn follow(child: &mut Child) -> Option<Vec<String>> {
    let output = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                break;
            }
        }
    });
    let deadline = Instant::now() + LONGEST;
    let mut lines = Vec::new();
    loop {
        match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                println!("{line}");
                lines.push(line);
            }
            Err(RecvTimeoutError::Disconnected) => return Some(lines),
            Err(RecvTimeoutError::Timeout) => return None,
        }
    }
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let mut words = vec![program.to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy().into_owned()));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_command_are_kept_and_its_failure_is_seen() {
        let ran = run(Command::new("sh").args(["-c", "echo one; echo two; exit 3"])).unwrap();
        assert_eq!(ran.lines, ["one", "two"]);
        assert!(!ran.ok);
        assert!(must(Command::new("sh").args(["-c", "exit 1"])).unwrap_err().contains("sh -c exit 1"));
        assert!(run(&mut Command::new("/no/such/program")).is_err());
    }
}
