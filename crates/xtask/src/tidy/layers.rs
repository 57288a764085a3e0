//! Which crate may depend on which, and the one home of some libraries.

use toml::{Table, Value};

use super::tree::Tree;

/// Each crate and those of ours that it may depend on, in tests too. What is absent here is not allowed to exist.
const DIRECTIONS: &[(&str, &[&str])] = &[
    ("protocol", &[]),
    ("planted", &[]),
    ("socketio", &["planted"]),
    ("bus", &[]),
    ("web-assets", &[]),
    ("store", &["protocol", "planted"]),
    ("images", &[]),
    ("unfurl", &[]),
    ("chat", &["store", "bus", "images", "unfurl", "protocol", "planted"]),
    ("load", &["store", "protocol"]),
    ("server", &["chat", "images", "store", "bus", "socketio", "web-assets", "protocol", "planted", "load"]),
    ("bench", &["load", "socketio", "store", "protocol"]),
    ("xtask", &["protocol"]),
];

/// Libraries and the only crates that use them.
const HOMES: &[(&str, &[&str])] = &[
    ("axum", &["server"]),
    ("rusqlite", &["store"]),
    ("tokio-postgres", &["store"]),
    ("async-nats", &["bus"]),
    ("image", &["images", "server"]),
    ("ts-rs", &["protocol"]),
    ("clap", &["server", "bench"]),
    ("html5ever", &["unfurl"]),
    ("encoding_rs", &["unfurl"]),
    ("rustls", &["unfurl"]),
];

/// Dependencies against the direction.
pub(super) fn directions(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (folder, manifest) in manifests(tree) {
        let Some((_, allowed)) = DIRECTIONS.iter().find(|(name, _)| *name == folder) else {
            found.push(format!("crates/{folder} has no row in the table of directions"));
            continue;
        };
        for dependency in dependencies(&manifest) {
            let ours = dependency.strip_prefix("parlor-");
            if let Some(ours) = ours.filter(|ours| *ours != folder && !allowed.contains(ours)) {
                found.push(format!("crates/{folder} must not depend on crates/{ours}"));
            }
        }
    }
    found
}

/// Libraries that are used outside their home.
pub(super) fn homes(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (folder, manifest) in manifests(tree) {
        for dependency in dependencies(&manifest) {
            let home = HOMES.iter().find(|(library, _)| *library == dependency);
            if let Some((library, homes)) = home.filter(|(_, homes)| !homes.contains(&folder.as_str())) {
                found.push(format!("crates/{folder} uses {library}, which is for {}", homes.join(" and ")));
            }
        }
    }
    found
}

/// Crates that may hold planted bugs without the crate that a release build refuses.
pub(super) fn bugs(tree: &Tree) -> Vec<String> {
    let refused = |manifest: &Table| {
        let feature = manifest.get("features")?.get("planted")?.as_array()?;
        Some(feature.iter().any(|needed| needed.as_str() == Some("dep:parlor-planted")))
    };
    let shipped = manifests(tree).into_iter().filter(|(_, manifest)| refused(manifest) == Some(false));
    shipped
        .map(|(folder, _)| format!("crates/{folder} has planted bugs that a release build takes"))
        .collect()
}

/// Folder under crates/ and manifest of each crate; an unreadable manifest counts as empty, cargo complains about it.
fn manifests(tree: &Tree) -> Vec<(String, Table)> {
    let folder = |path: &str| path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml").map(str::to_owned);
    let top = |path: &str| folder(path).filter(|folder| !folder.contains('/'));
    tree.with(&["toml"])
        .filter_map(|(path, text)| Some((top(path)?, text.parse().unwrap_or_default())))
        .collect()
}

/// Names of all dependencies of a manifest, of every kind and target.
fn dependencies(manifest: &Table) -> Vec<String> {
    let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
    let targets = manifest.get("target").and_then(Value::as_table);
    let tables = std::iter::once(manifest)
        .chain(targets.into_iter().flat_map(Table::values).filter_map(Value::as_table));
    let mut names = Vec::new();
    for table in tables {
        for dependencies in kinds.iter().filter_map(|kind| table.get(*kind)?.as_table()) {
            names.extend(dependencies.keys().cloned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_against_the_direction_is_found_in_every_section() {
        let tree = Tree::of(&[
            ("crates/store/Cargo.toml", "[dependencies]\nparlor-protocol.workspace = true"),
            ("crates/socketio/Cargo.toml", "[dev-dependencies]\nparlor-protocol.workspace = true"),
            ("crates/bus/Cargo.toml", "[target.'cfg(unix)'.dependencies]\nparlor-store = \"1\""),
            ("crates/misplaced/Cargo.toml", ""),
        ]);
        assert_eq!(
            directions(&tree),
            [
                "crates/bus must not depend on crates/store",
                "crates/misplaced has no row in the table of directions",
                "crates/socketio must not depend on crates/protocol",
            ]
        );
    }

    #[test]
    fn bugs_that_a_release_build_takes_are_found() {
        let tree = Tree::of(&[
            ("crates/store/Cargo.toml", "[features]\nplanted = [\"dep:parlor-planted\"]"),
            ("crates/chat/Cargo.toml", "[features]\nplanted = [\"parlor-store/planted\"]"),
            ("crates/bus/Cargo.toml", ""),
        ]);
        assert_eq!(bugs(&tree), ["crates/chat has planted bugs that a release build takes"]);
    }

    #[test]
    fn a_library_outside_its_home_is_found() {
        let tree = Tree::of(&[
            ("crates/store/Cargo.toml", "[dependencies]\nrusqlite = \"1\""),
            ("crates/chat/Cargo.toml", "[dependencies]\nrusqlite = \"1\"\naxum = \"1\""),
        ]);
        assert_eq!(homes(&tree).len(), 2);
    }
}
