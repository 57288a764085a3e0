//! The files that belong to the project, with their text.

use std::collections::BTreeMap;
use std::fs;

use crate::house::House;
use crate::process;

/// Kinds of files whose text rules look at.
const TEXTS: [&str; 13] =
    ["rs", "toml", "md", "ts", "js", "mjs", "svelte", "css", "html", "sql", "py", "sh", "gitattributes"];

/// All files of the project, tracked or new, by path from the root.
#[derive(Debug)]
pub(super) struct Tree {
    /// Path → text; empty for files that are not text.
    files: BTreeMap<String, String>,
}

impl Tree {
    /// Reads the checkout, leaving out what git ignores.
    pub(super) fn read(house: &House) -> Result<Self, String> {
        let arguments = ["ls-files", "--cached", "--others", "--exclude-standard"];
        let list = process::read(&mut house.command(".", "git", &arguments))?;
        let mut files = BTreeMap::new();
        for path in list.lines().filter(|path| house.root.join(path).is_file()) {
            let text = if TEXTS.contains(&extension(path)) {
                fs::read_to_string(house.root.join(path)).map_err(|error| format!("{path}: {error}"))?
            } else {
                String::new()
            };
            files.insert(path.to_owned(), text);
        }
        Ok(Self { files })
    }

    /// A tree of these files, for tests of rules.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        Self { files: files.iter().map(|&(path, text)| (path.to_owned(), text.to_owned())).collect() }
    }

    /// Files with one of these endings, in the order of their paths.
    pub(super) fn with(&self, endings: &[&str]) -> impl Iterator<Item = (&str, &str)> {
        let files = self.files.iter().filter(move |(path, _)| endings.contains(&extension(path)));
        files.map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Written sources: code in any language, without generated files.
    pub(super) fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.with(&["rs", "ts", "js", "mjs", "svelte", "css", "sql", "py", "sh"])
            .filter(|(path, _)| !path.contains(".gen."))
    }

    /// The text of a file.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Whether there is such a file or a folder that holds one.
    pub(super) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let below = format!("{path}/");
        path.is_empty() || self.files.keys().any(|file| file == path || file.starts_with(&below))
    }
}

fn extension(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path).rsplit_once('.').map_or("", |(_, extension)| extension)
}
