//! Rules on documents: fresh generated files, a complete reference, links that lead somewhere, a changelog.

use parlor_protocol::Call;
use parlor_protocol::pushes::PUSHES;

use super::tree::Tree;
use crate::generate;

const REFERENCE: &str = "docs/protocol/reference.gen.md";
const THREATS: &str = "docs/security-tests.md";

/// Generated files that differ from what would be generated, or that are not marked as generated.
pub(super) fn generated(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for file in generate::FILES {
        if tree.text(file.path) != Some((file.make)().as_str()) {
            found.push(format!("{} is stale: run `cargo xtask generate`", file.path));
        }
        let ending =
            file.path.rsplit_once(".gen.").map(|(_, ending)| format!("*.gen.{ending} linguist-generated"));
        let marks = tree.text(".gitattributes").unwrap_or_default();
        if !ending.is_some_and(|mark| marks.contains(&mark)) {
            found.push(format!("{} is not marked in .gitattributes", file.path));
        }
    }
    found
}

/// Calls and pushes that the reference does not name.
pub(super) fn reference(tree: &Tree) -> Vec<String> {
    let text = tree.text(REFERENCE).unwrap_or_default();
    let names = Call::TABLE.iter().map(|row| row.name).chain(PUSHES.iter().map(|push| push.name));
    let missing = names.filter(|name| !text.contains(&format!("`{name}`")));
    missing.map(|name| format!("{REFERENCE} does not name `{name}`")).collect()
}

/// Links from one document to a file or heading that is not there.
pub(super) fn links(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in tree.with(&["md"]) {
        for (number, line) in outside_code(text) {
            for target in targets(line).filter(|target| !leads_somewhere(tree, path, target)) {
                found.push(format!("{path}:{number}: {target}"));
            }
        }
    }
    found
}

/// A missing changelog or one without the part that the next change goes to.
pub(super) fn changelog(tree: &Tree) -> Vec<String> {
    let text = tree.text("CHANGELOG.md").unwrap_or_default();
    let has = text.lines().any(|line| line.trim_end() == "## Unreleased");
    if has { Vec::new() } else { vec!["CHANGELOG.md has no `## Unreleased`".to_owned()] }
}

/// Rows of the table of threats without a test, and tests that are not where it says.
pub(super) fn threats(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    let text = tree.text(THREATS).unwrap_or_default();
    let rows = outside_code(text).filter(|(_, line)| line.starts_with("| ") && !line.starts_with("| threat"));
    let mut count = 0;
    for (number, row) in rows {
        count += 1;
        let named: Vec<_> = row.split("[`").skip(1).filter_map(|rest| rest.split_once("`](")).collect();
        if named.is_empty() {
            found.push(format!("{THREATS}:{number}: names no test"));
        }
        for (name, rest) in named {
            let file = rest.split(')').next().and_then(|target| resolve(THREATS, target));
            if !file.is_some_and(|file| tree.text(&file).is_some_and(|text| is_test(text, name))) {
                found.push(format!("{THREATS}:{number}: {name} is not there"));
            }
        }
    }
    if count == 0 {
        found.push(format!("{THREATS} has no rows"));
    }
    found
}

/// Whether a Rust source has a test of this name.
fn is_test(text: &str, name: &str) -> bool {
    let begins = |line: &str| line.trim_start_matches("async ").starts_with(&format!("fn {name}("));
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    lines.windows(2).any(|pair| matches!(pair, [mark, line] if mark.contains("test") && begins(line)))
}

/// Numbered lines that are not inside a fenced block.
fn outside_code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((index + 1, line))
    })
}

/// Targets of inline links and images: `](target)`.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

fn leads_somewhere(tree: &Tree, from: &str, target: &str) -> bool {
    if target.contains("://") || target.starts_with("mailto:") {
        return true;
    }
    let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    let Some(file) = (if file.is_empty() { Some(from.to_owned()) } else { resolve(from, file) }) else {
        return false;
    };
    match anchor {
        None => tree.has(&file),
        Some(anchor) => {
            tree.text(&file).is_some_and(|text| outside_code(text).any(|(_, line)| is_heading(line, anchor)))
        }
    }
}

/// The path that a relative link means; `None` when it leaves the checkout.
fn resolve(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// Whether the line is the heading that this anchor names, as code hosts make anchors.
fn is_heading(line: &str, anchor: &str) -> bool {
    let title = line.trim_start_matches('#');
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let name: String = title.trim().to_lowercase().chars().filter(kept).collect();
    title.len() < line.len() && name.replace(' ', "-") == anchor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_must_lead_to_a_file_or_a_heading() {
        let tree = Tree::of(&[
            ("README.md", "[a](docs/a.md) [b](docs/b.md)\n```\n[c](nowhere)\n```\n[d](docs/a.md#two-words)"),
            (
                "docs/a.md",
                "# Two words!\n[up](../README.md) [out](../../x) [here](#three) [web](https://example.org)",
            ),
        ]);
        assert_eq!(links(&tree), ["README.md:1: docs/b.md", "docs/a.md:2: ../../x", "docs/a.md:2: #three"]);
    }

    #[test]
    fn an_absent_reference_misses_every_call_and_push() {
        assert_eq!(reference(&Tree::of(&[])).len(), Call::TABLE.len() + PUSHES.len());
        assert_eq!(generated(&Tree::of(&[])).len(), 2 * generate::FILES.len());
        assert_eq!(changelog(&Tree::of(&[("CHANGELOG.md", "# Changelog\n")])).len(), 1);
    }

    #[test]
    fn every_threat_names_tests_that_are_there() {
        let table = "| threat | what is done | shown by |\n|---|---|---|\n\
            | a | b | [`it_holds`](../a.rs) |\n| c | d | e |\n| f | g | [`gone`](../a.rs), [`helps`](../a.rs) |";
        let source = "#[tokio::test]\nasync fn it_holds() {}\n\nfn helps() {}\n";
        let found = threats(&Tree::of(&[(THREATS, table), ("a.rs", source)]));
        let line = |number: u32, what: &str| format!("{THREATS}:{number}: {what}");
        assert_eq!(
            found,
            [line(4, "names no test"), line(5, "gone is not there"), line(5, "helps is not there")]
        );
        assert_eq!(threats(&Tree::of(&[])).len(), 1);
    }
}
