//! `cargo xtask`: runs every check of the project and writes its generated files.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool speaks on its standard streams"
)]

mod browser;
mod counts;
mod environment;
mod fuzz;
mod generate;
mod house;
mod install;
mod lanes;
mod process;
mod supply;
mod tidy;

use std::process::ExitCode;

use house::House;

const USAGE: &str = "\
cargo xtask test            run every lane
cargo xtask test LANE …     run these lanes
cargo xtask generate        write the generated files
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let house = House::find();
    let result = match words.as_slice() {
        ["test", lanes @ ..] => lanes::run(&house, lanes),
        ["generate"] => generate::write(&house).map(|()| true),
        _ => Err(format!("{USAGE}\nlanes: {}", lanes::names().join(", "))),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
