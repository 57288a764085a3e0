//! Rules on source files: their length, names, leftovers and first sentence.

use super::tree::Tree;

const MAX_LINES: usize = 600;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 7] = ["util", "utils", "helper", "helpers", "common", "misc", "stuff"];

/// What nobody leaves behind. Written in halves, so that this file does not hold them itself.
const LEFTOVERS: [&str; 7] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
    concat!("db", "g!("),
    concat!("debug", "ger;"),
    concat!("test.on", "ly("),
    concat!("describe.on", "ly("),
];

/// Files that are too long.
pub(super) fn length(tree: &Tree) -> Vec<String> {
    let long = tree
        .sources()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > MAX_LINES);
    long.map(|(path, lines)| format!("{path}: {lines} lines")).collect()
}

/// Files and folders with a name that says nothing.
pub(super) fn names(tree: &Tree) -> Vec<String> {
    let says_nothing = |path: &str| {
        path.split('/').any(|part| EMPTY_NAMES.contains(&part.split('.').next().unwrap_or_default()))
    };
    tree.sources().map(|(path, _)| path).filter(|path| says_nothing(path)).map(str::to_owned).collect()
}

/// Lines that hold something unfinished.
pub(super) fn leftovers(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in tree.sources() {
        for (number, line) in text.lines().enumerate() {
            if let Some(leftover) = LEFTOVERS.iter().find(|leftover| line.contains(**leftover)) {
                found.push(format!("{path}:{}: {leftover}", number + 1));
            }
        }
    }
    found
}

/// Rust files that do not say first what they are for.
pub(super) fn purposes(tree: &Tree) -> Vec<String> {
    let silent = tree.with(&["rs"]).filter(|(_, text)| !text.starts_with("//! "));
    silent.map(|(path, _)| format!("{path} does not begin with `//! `")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_finds_its_case_and_nothing_else() {
        let long = "//! Long.\n".repeat(601);
        let unfinished = format!("//! Unfinished.\n// {}: more", LEFTOVERS[0]);
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", "//! Good.\n"),
            ("crates/a/src/long.rs", &long),
            ("crates/a/tests/common/mod.rs", "//! Shared.\n"),
            ("crates/a/src/silent.rs", "fn main() {}\n"),
            ("crates/a/src/unfinished.rs", &unfinished),
            ("web/src/lib/long.gen.ts", &long),
        ]);
        assert_eq!(length(&tree), ["crates/a/src/long.rs: 601 lines"]);
        assert_eq!(names(&tree), ["crates/a/tests/common/mod.rs"]);
        assert_eq!(leftovers(&tree), [format!("crates/a/src/unfinished.rs:2: {}", LEFTOVERS[0])]);
        assert_eq!(purposes(&tree), ["crates/a/src/silent.rs does not begin with `//! `"]);
    }
}
