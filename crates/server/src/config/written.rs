//! What was written, key by key, as text with its source: flags over environment over file.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::values::Value;
use super::{KEYS, Wrong};

/// Prefix of our names in the environment.
const PREFIX: &str = "PARLOR_";
/// The file that is read when no other is named, if it is there.
const DEFAULT_FILE: &str = "parlor.toml";

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// On the command line.
    Flag,
    /// In the environment.
    Environment,
    /// In this file.
    File(PathBuf),
    /// Nowhere.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Environment => f.write_str("environment"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// Values as text, by key.
#[derive(Debug, Default)]
pub(crate) struct Written(BTreeMap<&'static str, (String, Source)>);

impl Written {
    /// Gathers from all sources. `flags` are pairs of key and value; `file` was named by `--config`.
    pub(crate) fn gather(flags: &[(&str, String)], file: Option<&Path>) -> Result<Self, Wrong> {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
        let named = file.map(Path::to_owned).or_else(|| std::env::var_os("PARLOR_CONFIG").map(PathBuf::from));
        let found = named.or_else(|| Some(PathBuf::from(DEFAULT_FILE)).filter(|path| path.is_file()));
        let mut written = Self::default();
        if let Some(path) = found {
            let text =
                fs::read_to_string(&path).map_err(|error| Wrong(format!("{}: {error}", path.display())))?;
            written.add_file(&path, &text)?;
        }
        written.add_environment(std::env::vars_os())?;
        written.add_flags(flags)?;
        Ok(written)
    }

    /// Only what flags say.
    #[cfg(test)]
    pub(crate) fn of_flags(flags: &[(&str, String)]) -> Result<Self, Wrong> {
        let mut written = Self::default();
        written.add_flags(flags)?;
        Ok(written)
    }

    fn add_flags(&mut self, flags: &[(&str, String)]) -> Result<(), Wrong> {
        flags.iter().try_for_each(|(name, text)| self.add(name, text.clone(), Source::Flag))
    }

    /// Adds what a file says.
    pub(super) fn add_file(&mut self, path: &Path, text: &str) -> Result<(), Wrong> {
        let table: toml::Table =
            text.parse().map_err(|error| Wrong(format!("{}: {error}", path.display())))?;
        for (name, value) in table {
            let text = plain(&value).ok_or_else(|| {
                Wrong(format!(
                    "{}: {name}: text, a number, true or false, or a list of texts",
                    path.display()
                ))
            })?;
            self.add(&name, text, Source::File(path.to_owned()))?;
        }
        Ok(())
    }

    /// Adds what the environment says. Foreign names with our prefix are let be, because orchestrators make such
    /// names from a service called parlor (`PARLOR_PORT`); only what looks like a slip is an error.
    pub(super) fn add_environment(
        &mut self,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<(), Wrong> {
        for (name, value) in variables {
            let Some(name) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else { continue };
            let key = name.to_ascii_lowercase();
            let known = KEYS.iter().any(|known| known.name == key);
            if !known && (name == "CONFIG" || distance(&key, nearest(&key)) > 2) {
                continue;
            }
            let text = value.into_string().map_err(|_| Wrong(format!("{PREFIX}{name}: no UTF-8")))?;
            self.add(&key, text, Source::Environment)?;
        }
        Ok(())
    }

    fn add(&mut self, name: &str, text: String, source: Source) -> Result<(), Wrong> {
        let Some(key) = KEYS.iter().find(|key| key.name == name) else {
            return Err(Wrong(format!(
                "{source}: there is no key {name:?}; the nearest is {:?}",
                nearest(name)
            )));
        };
        self.0.insert(key.name, (text, source));
        Ok(())
    }

    /// The value of a key: what was written, or else this default.
    pub(super) fn value<T: Value>(&self, name: &str, default: &str) -> Result<T, Wrong> {
        let (text, source) =
            self.0.get(name).map_or((default, &Source::Default), |(text, source)| (text.as_str(), source));
        T::read(text).map_err(|wanted| Wrong(format!("{source}: {name} = {text:?}: expected {wanted}")))
    }

    /// Where a key's value was written.
    pub(crate) fn source(&self, name: &str) -> &Source {
        self.0.get(name).map_or(&Source::Default, |(_, source)| source)
    }
}

fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(switch) => Some(switch.to_string()),
        toml::Value::Array(items) => {
            let items: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
            items.map(|items| items.join(","))
        }
        _ => None,
    }
}

fn nearest(name: &str) -> &'static str {
    KEYS.iter().map(|key| key.name).min_by_key(|known| distance(name, known)).unwrap_or_default()
}

/// Edits that make one word the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, byte) in from.bytes().enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        for (cell, other) in row.iter_mut().skip(1).zip(to.bytes()) {
            let best = (diagonal + usize::from(byte != other)).min(left + 1).min(*cell + 1);
            diagonal = *cell;
            *cell = best;
            left = best;
        }
        if let Some(first) = row.first_mut() {
            *first = index + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}
