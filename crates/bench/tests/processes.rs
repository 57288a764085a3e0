//! Clients in several processes hear, check and fail as those in one do.
#![expect(clippy::unwrap_used, reason = "a test that can not go on has failed")]

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use parlor_load::process::Server;
use parlor_load::tongue::Tongue;
use parlor_load::workers::{Processes, Workers};

const BENCH: &str = env!("CARGO_BIN_EXE_parlor-bench");
const MEMBERS: usize = 100;

fn server() -> Server {
    Server::start(Command::new(BENCH).args(["serve", "engine"]), "ready ").unwrap()
}

fn two() -> Processes {
    Processes::Several { count: NonZeroUsize::new(2).unwrap(), program: PathBuf::from(BENCH) }
}

/// All members of a room.
fn room(server: &Server, processes: &Processes, name: &str) -> Workers {
    let mut workers = Workers::start(processes, server.address, Tongue::Plain).unwrap();
    workers.gather(vec![Tongue::visit(name); MEMBERS]).unwrap();
    workers
}

#[test]
fn two_processes_of_fifty_hear_what_one_of_a_hundred_hears() {
    let server = server();
    for (processes, name) in [(Processes::This, "one"), (two(), "two")] {
        let mut workers = room(&server, &processes, name);
        let mut heard = Vec::new();
        for (number, talker) in (1..).zip([0, MEMBERS / 2, MEMBERS - 1]) {
            let report = workers.talk(vec![(talker, Tongue::Plain.say(name, number))], 1).unwrap();
            heard.push((report.deliveries, report.times.len()));
        }
        let burst = (4..34).map(|number| (0, Tongue::Plain.say(name, number))).collect();
        let report = workers.talk(burst, 30).unwrap();
        heard.push((report.deliveries, report.times.len()));
        assert_eq!(heard, [(100, 100), (100, 100), (100, 100), (3_000, 3_000)], "{name}");
    }
}

#[test]
fn what_comes_twice_ends_the_run_in_whichever_process_it_came() {
    let server = server();
    let mut workers = room(&server, &two(), "twice");
    workers.talk(vec![(0, Tongue::Plain.say("twice", 2))], 1).unwrap();
    let error = workers.talk(vec![(MEMBERS - 1, Tongue::Plain.say("twice", 2))], 1).unwrap_err().to_string();
    assert!(error.starts_with("worker ") && error.contains("repeats: 50"), "{error}");
}

#[test]
fn a_process_that_dies_is_an_error_that_says_which() {
    let server = server();
    let mut workers = room(&server, &two(), "dying");
    let second = workers.ids()[1].to_string();
    let killing = thread::spawn(move || Command::new("kill").args(["-KILL", &second]).status().unwrap());
    // The second message never comes: without the death both would wait for it.
    let error = workers.talk(vec![(0, Tongue::Plain.say("dying", 1))], 2).unwrap_err().to_string();
    assert_eq!(error, "worker 2 of 2: it has ended: signal: 9 (SIGKILL)");
    assert!(killing.join().unwrap().success());
}
