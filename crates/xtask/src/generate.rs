//! Generated files: what they are made from, writing them, and telling which are stale.

use std::fs;

use parlor_protocol::generate;

use crate::house::House;

/// A file that is made from the tables of `parlor-protocol`.
#[derive(Debug)]
pub(crate) struct Generated {
    /// Path from the root.
    pub(crate) path: &'static str,
    /// Makes its text.
    pub(crate) make: fn() -> String,
}

/// Every generated file. Names hold `.gen.`, so that linters and reviewers pass over them.
pub(crate) const FILES: &[Generated] = &[
    Generated { path: "web/src/lib/protocol.gen.ts", make: generate::typescript },
    Generated { path: "docs/protocol/reference.gen.md", make: generate::reference },
];

/// Writes those that are stale.
pub(crate) fn write(house: &House) -> Result<(), String> {
    for file in FILES {
        let text = (file.make)();
        if is_fresh(house, file, &text) {
            println!("fresh  {}", file.path);
            continue;
        }
        let path = house.root.join(file.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", file.path))?;
        }
        fs::write(path, text).map_err(|error| format!("{}: {error}", file.path))?;
        println!("wrote  {}", file.path);
    }
    Ok(())
}

fn is_fresh(house: &House, file: &Generated, text: &str) -> bool {
    fs::read_to_string(house.root.join(file.path)).is_ok_and(|written| written == text)
}
