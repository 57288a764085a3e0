//! The checker against itself: clean histories pass, and each way of spoiling one is flagged with the right class.

mod corrupt;
mod world;

use std::collections::BTreeMap;

use super::{Promise, check};
use crate::random::Random;

use self::corrupt::CORRUPTIONS;
use self::world::World;

const SEEDS: u64 = 60;

#[test]
fn clean_histories_pass() {
    for seed in 0..SEEDS {
        let history = World::run(seed);
        let findings = check(&history);
        assert!(findings.is_clean(), "seed {seed}\n{}", findings.describe(&history));
    }
}

#[test]
fn every_corruption_is_flagged_with_its_class() {
    let mut flagged: BTreeMap<&str, u32> = BTreeMap::new();
    for (name, promise, corrupt) in CORRUPTIONS {
        for seed in 0..SEEDS {
            let mut history = World::run(seed);
            if !corrupt(&mut history, &mut Random::new(seed ^ 0xabcd)) {
                continue;
            }
            let findings = check(&history);
            let found: Vec<Promise> = findings.iter().map(|(promise, ..)| promise).collect();
            assert!(found.contains(promise), "{name}, seed {seed}: found {found:?}");
            *flagged.entry(name).or_default() += 1;
        }
        assert!(
            flagged.get(name).is_some_and(|times| *times >= 10),
            "{name} found too few places: {flagged:?}"
        );
    }
}

#[test]
fn every_promise_has_a_corruption() {
    let mut numbers: Vec<u8> = CORRUPTIONS.iter().map(|(_, promise, _)| promise.number()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers, (1..=17).collect::<Vec<_>>());
}

#[test]
fn the_witness_names_the_events_that_show_it() {
    let mut history = World::run(3);
    let acked = history.len();
    assert!(corrupt::two_answers(&mut history, &mut Random::new(1)));
    assert_eq!(history.len(), acked + 1);
    let findings = check(&history);
    let (promise, count, finding) = findings.iter().next().unwrap();
    assert_eq!((promise, count, finding.events.len()), (Promise::Idempotent, 1, 2));
    assert!(findings.describe(&history).contains("P10 Idempotent: 1 times"));
}

#[test]
fn a_history_survives_its_file() {
    let history = World::run(5);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.ndjson");
    crate::history::save(&history, &path).unwrap();
    assert_eq!(crate::history::load(&path).unwrap(), history);
}
