//! The command line: what is to be done, and the flags, which are the keys of the configuration.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command};

use parlor_images::Job;

use crate::config::KEYS;

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Serve the chat.
    Serve,
    /// Say what the configuration comes to.
    CheckConfig,
    /// Print the example of a configuration.
    DefaultConfig,
    /// Work on one picture from standard input to standard output: what the server starts for each one.
    ImageWorker(Job),
    /// Say what this machine can carry.
    Bench {
        /// In seconds, roughly.
        quick: bool,
    },
    /// List everyone.
    UserList,
    /// Give a user a new password.
    UserResetPassword(String),
    /// Make a link with which a user sets a new password.
    UserResetLink(String),
}

/// What was asked for on the command line.
#[derive(Debug)]
pub(crate) struct Line {
    /// What is to be done.
    pub(crate) task: Task,
    /// The configuration file that was named.
    pub(crate) file: Option<PathBuf>,
    /// Keys and values that were given as flags.
    pub(crate) flags: Vec<(&'static str, String)>,
    /// Where a test pretends the internet to be.
    pub(crate) internet: Option<SocketAddr>,
}

impl Line {
    /// Reads the arguments, the program's name first.
    ///
    /// # Errors
    /// What is wrong with them, or the text of `--help` and `--version`.
    pub(crate) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let matches = command().try_get_matches_from(arguments)?;
        let mut given = &matches;
        let mut words = Vec::new();
        while let Some((word, deeper)) = given.subcommand() {
            words.push(word);
            given = deeper;
        }
        let task = match words.as_slice() {
            ["check-config"] => Task::CheckConfig,
            ["default-config"] => Task::DefaultConfig,
            ["image-worker"] => match given.get_one::<Job>("job") {
                Some(job) => Task::ImageWorker(*job),
                None => Task::Serve,
            },
            ["bench"] => Task::Bench { quick: given.get_flag("quick") },
            ["user", "list"] => Task::UserList,
            ["user", "reset-password"] => Task::UserResetPassword(username(given)),
            ["user", "reset-link"] => Task::UserResetLink(username(given)),
            _ => Task::Serve,
        };
        let internet = given.get_one("pretended-internet").copied();
        Ok(Self { task, file: given.get_one("config").cloned(), flags: flags(given), internet })
    }
}

fn flags(matches: &ArgMatches) -> Vec<(&'static str, String)> {
    let given = |name| Some((name, matches.get_one::<String>(name)?.clone()));
    KEYS.iter().filter_map(|key| given(key.name)).collect()
}

fn username(matches: &ArgMatches) -> String {
    matches.get_one("username").cloned().unwrap_or_default()
}

fn user() -> Command {
    let username = || Arg::new("username").value_name("USERNAME").required(true);
    Command::new("user")
        .about("Helps at the machine, while the server is stopped")
        .subcommand_required(true)
        .subcommand(Command::new("list").about("Lists everyone with their roles"))
        .subcommand(
            Command::new("reset-password")
                .about("Gives a user a new password, which is printed, and ends all of their sessions")
                .arg(username()),
        )
        .subcommand(
            Command::new("reset-link")
                .about("Prints a link with which a user sets a new password, once and within a day")
                .arg(username()),
        )
}

fn bench() -> Command {
    let quick = Arg::new("quick").long("quick").num_args(0).action(clap::ArgAction::SetTrue);
    Command::new("bench")
        .about("Says what this machine can carry, in about a minute, without touching the data")
        .arg(quick.help("Only some seconds, for a first idea"))
}

fn image_worker() -> Command {
    let job = |name: &str| name.parse::<Job>().map_err(|()| "avatar, picture or thumbnail");
    Command::new("image-worker").hide(true).arg(Arg::new("job").required(true).value_parser(job))
}

/// For tests: the whole internet is one address of this machine. It is no key, so that no file and no environment sets
/// it, and nothing but that address can be reached with it.
fn pretended_internet() -> Arg {
    let address = |text: &str| {
        let address: Option<SocketAddr> = text.parse().ok();
        address.filter(|address| address.ip().is_loopback()).ok_or("an address of this machine with a port")
    };
    Arg::new("pretended-internet").long("pretended-internet").hide(true).global(true).value_parser(address)
}

fn command() -> Command {
    let file =
        Arg::new("config").long("config").value_name("FILE").value_parser(clap::value_parser!(PathBuf));
    Command::new("parlor")
        .version(env!("CARGO_PKG_VERSION"))
        .about("A realtime chat in one binary. Without a command it serves.")
        .after_help(
            "Every flag is a key of the file, too, and PARLOR_KEY in the environment. Flags are strongest.",
        )
        .subcommand(Command::new("serve").about("Serves the chat"))
        .subcommand(
            Command::new("check-config").about("Says what flags, environment and file come to, then ends"),
        )
        .subcommand(
            Command::new("default-config")
                .about("Prints a configuration file with every key and its default"),
        )
        .subcommand(bench())
        .subcommand(user())
        .subcommand(image_worker())
        .arg(pretended_internet())
        .arg(file.global(true).help("Configuration file, instead of ./parlor.toml"))
        .args(KEYS.iter().map(|key| {
            let doc: Vec<_> = key.doc.iter().map(|line| line.trim()).collect();
            let default =
                if key.default.is_empty() { String::new() } else { format!(" [default: {}]", key.default) };
            let arg = Arg::new(key.name).long(key.name.replace('_', "-")).value_name("VALUE").global(true);
            let arg = arg.help(format!("{}{default}", doc.join(" ")));
            if key.switch {
                arg.num_args(0..=1).require_equals(true).default_missing_value("true")
            } else {
                arg
            }
        }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &str) -> Line {
        Line::read(words.split(' ').map(OsString::from)).unwrap()
    }

    #[test]
    fn flags_count_before_and_after_the_command() {
        for words in [
            "parlor --listen 127.0.0.1:1",
            "parlor serve --listen 127.0.0.1:1",
            "parlor --listen 127.0.0.1:1 serve",
        ] {
            let line = line(words);
            assert_eq!(
                (line.task, line.flags),
                (Task::Serve, vec![("listen", "127.0.0.1:1".to_owned())]),
                "{words}"
            );
        }
    }

    #[test]
    fn a_switch_stands_alone() {
        let line = line("parlor check-config --insecure-http --config x.toml");
        assert_eq!((line.task, line.file), (Task::CheckConfig, Some("x.toml".into())));
        assert_eq!(line.flags, [("insecure_http", "true".to_owned())]);
    }

    #[test]
    fn an_unknown_flag_is_refused_and_the_nearest_is_named() {
        let error = Line::read(["parlor", "--lisen", "x"].map(OsString::from)).unwrap_err();
        assert!(error.to_string().contains("--listen"), "{error}");
    }
}
