//! The tidy lane: rules on the shape of the project that compilers and linters do not hold.

mod docs;
mod examples;
mod layers;
mod sources;
mod tree;

use crate::counts::Counts;
use crate::house::House;
use tree::Tree;

/// A rule: what must hold, and the places where it does not.
struct Rule {
    holds: &'static str,
    find: fn(&Tree) -> Vec<String>,
}

const RULES: &[Rule] = &[
    Rule { holds: "crates depend on each other in the allowed directions", find: layers::directions },
    Rule { holds: "libraries with a home are used only there", find: layers::homes },
    Rule { holds: "planted bugs come with the crate that a release build refuses", find: layers::bugs },
    Rule { holds: "no source file is over 600 lines", find: sources::length },
    Rule { holds: "every module is named by what it is about", find: sources::names },
    Rule { holds: "nothing is left to do in the sources", find: sources::leftovers },
    Rule { holds: "every Rust file begins with a sentence on its purpose", find: sources::purposes },
    Rule { holds: "generated files are fresh and marked", find: docs::generated },
    Rule { holds: "every call and every push is in the reference", find: docs::reference },
    Rule { holds: "links between documents lead somewhere", find: docs::links },
    Rule { holds: "every threat names tests that are there", find: docs::threats },
    Rule { holds: "the changelog has a part for what is not released", find: docs::changelog },
    Rule { holds: "examples in docs/protocol are what the protocol reads", find: examples::find },
];

/// Holds the checkout to every rule.
pub(crate) fn run(house: &House) -> Result<Counts, String> {
    let tree = Tree::read(house)?;
    let mut counts = Counts::default();
    for rule in RULES {
        let found = (rule.find)(&tree);
        println!("{} {}", if found.is_empty() { "ok  " } else { "FAIL" }, rule.holds);
        for finding in &found {
            println!("       {finding}");
        }
        counts += Counts::one(found.is_empty());
    }
    Ok(counts)
}
