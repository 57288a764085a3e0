//! The binary `parlor`: configuration, HTTP, sockets and the command line around the rules of the chat.

mod bench;
mod calls;
mod command;
mod config;
mod delivery;
mod descriptors;
mod faults;
mod gate;
mod logs;
mod rates;
mod recovery;
mod roster;
mod serve;
mod site;
mod sockets;
mod tasks;

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use crate::command::{Line, Task};
use crate::config::{Config, Written, example};

fn main() -> ExitCode {
    let line = match Line::read(std::env::args_os()) {
        Ok(line) => line,
        Err(error) => {
            // clap prints help to standard output and mistakes to standard error, and knows the exit code.
            let code = error.exit_code();
            return if error.print().is_ok() && code == 0 { ExitCode::SUCCESS } else { ExitCode::from(2) };
        }
    };
    match run(&line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _unwritable = writeln!(std::io::stderr(), "parlor: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(line: &Line) -> Result<(), Box<dyn Error>> {
    if let Task::ImageWorker(job) = line.task {
        return Ok(parlor_images::work(job)?);
    }
    let mut out = std::io::stdout();
    if line.task == Task::DefaultConfig {
        return Ok(write!(out, "{}", example())?);
    }
    let written = Written::gather(&line.flags, line.file.as_deref())?;
    let config = Config::resolve(&written)?;
    if line.task == Task::CheckConfig {
        for (name, value) in config.values.shown() {
            writeln!(out, "{name} = {value} ({})", written.source(name))?;
        }
        return Ok(());
    }
    let runtime = || tokio::runtime::Builder::new_multi_thread().thread_name("parlor").enable_all().build();
    match &line.task {
        Task::Bench { quick } => return Ok(runtime()?.block_on(bench::run(&config.values.data, *quick))?),
        Task::UserList => return Ok(runtime()?.block_on(recovery::list(&config, &mut out))?),
        Task::UserResetPassword(username) => {
            return Ok(runtime()?.block_on(recovery::reset_password(&config, username, &mut out))?);
        }
        Task::UserResetLink(username) => {
            return Ok(runtime()?.block_on(recovery::reset_link(&config, username, &mut out))?);
        }
        Task::Serve | Task::CheckConfig | Task::DefaultConfig | Task::ImageWorker(_) => {}
    }
    logs::start(config.values.log_level, config.values.log_format);
    Ok(runtime()?.block_on(serve::serve(config, line.internet))?)
}
