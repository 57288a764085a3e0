//! Holds every dependency to deny.toml: sources, licences, banned versions.
//!
//! It reads the same file as cargo-deny, which need not be installed; where it is, it runs as well.

use std::fs;

use serde_json::Value;
use toml::Table;

use crate::counts::Counts;
use crate::house::House;
use crate::process;

/// A dependency as cargo resolved it.
struct Package {
    name: String,
    version: String,
    license: String,
    source: String,
}

/// Checks the dependencies that `Cargo.lock` names.
pub(crate) fn run(house: &House) -> Result<Counts, String> {
    let text =
        fs::read_to_string(house.root.join("deny.toml")).map_err(|error| format!("deny.toml: {error}"))?;
    let rules: Table = text.parse().map_err(|error| format!("deny.toml: {error}"))?;
    let mut command = house.cargo(&["metadata", "--locked", "--format-version", "1"]);
    let packages = dependencies(&process::read(&mut command)?)?;
    let findings = findings(&rules, &packages);
    for finding in &findings {
        println!("{finding}");
    }
    println!("{} dependencies", packages.len());
    let mut counts = Counts::one(findings.is_empty());
    if house.environment.program("cargo-deny").is_some() {
        let arguments = ["deny", "--offline", "check", "bans", "licenses", "sources"];
        counts += Counts::one(process::run(&mut house.cargo(&arguments))?.ok);
    }
    Ok(counts)
}

fn dependencies(metadata: &str) -> Result<Vec<Package>, String> {
    let metadata: Value =
        serde_json::from_str(metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages = metadata["packages"].as_array().ok_or("cargo metadata names no packages")?;
    let package = |package: &Value| Package {
        name: text(&package["name"]),
        version: text(&package["version"]),
        license: text(&package["license"]),
        source: text(&package["source"]),
    };
    Ok(packages.iter().map(package).filter(|package| !package.source.is_empty()).collect())
}

fn findings(rules: &Table, packages: &[Package]) -> Vec<String> {
    let registries = strings(rules, "sources", "allow-registry");
    let licences = strings(rules, "licenses", "allow");
    let bans = strings(rules, "bans", "deny");
    let mut findings = Vec::new();
    for Package { name, version, license, source } in packages {
        if !registries.iter().any(|registry| source.strip_prefix("registry+") == Some(registry)) {
            findings.push(format!("{name} {version} comes from {source}"));
        }
        if !permitted(license, &licences) {
            findings.push(format!("{name} {version} has the licence {license:?}"));
        }
        if let Some(ban) = bans.iter().find(|ban| is_banned(name, version, ban)) {
            findings.push(format!("{name} {version} is banned: {ban}"));
        }
    }
    findings
}

/// The strings of an array in deny.toml; of tables, their `crate`.
fn strings(rules: &Table, section: &str, key: &str) -> Vec<String> {
    let array = rules.get(section).and_then(|section| section.get(key)).and_then(|value| value.as_array());
    let text = |value: &toml::Value| value.get("crate").unwrap_or(value).as_str().map(str::to_owned);
    array.map(|values| values.iter().filter_map(text).collect()).unwrap_or_default()
}

/// Whether an SPDX expression can be met: of each `AND`, one `OR` must be allowed. Parentheses stand around `OR`s
/// in practice, so taking them off changes nothing.
fn permitted(expression: &str, allowed: &[String]) -> bool {
    let flat = expression.replace(['(', ')'], "").replace('/', " OR ");
    let is_allowed = |licence: &str| allowed.iter().any(|allowed| allowed == licence.trim());
    flat.split(" AND ").all(|part| part.split(" OR ").any(is_allowed))
}

/// Whether `name` or `name:<version` speaks of this package.
fn is_banned(name: &str, version: &str, ban: &str) -> bool {
    match ban.split_once(":<") {
        None => ban == name,
        Some((banned, floor)) => banned == name && numbers(version) < numbers(floor),
    }
}

fn numbers(version: &str) -> [u64; 3] {
    let mut parts =
        version.split(['-', '+']).next().unwrap_or_default().split('.').map(|part| part.parse().unwrap_or(0));
    std::array::from_fn(|_| parts.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Table {
        r#"
            [sources]
            allow-registry = ["https://example.org/index"]
            [licenses]
            allow = ["MIT", "ISC"]
            [bans]
            deny = ["openssl", { crate = "bytes:<1.11.1", reason = "overflow" }]
        "#
        .parse()
        .unwrap()
    }

    fn found(name: &str, version: &str, license: &str, source: &str) -> usize {
        let package = Package {
            name: name.to_owned(),
            version: version.to_owned(),
            license: license.to_owned(),
            source: source.to_owned(),
        };
        findings(&rules(), &[package]).len()
    }

    #[test]
    fn a_dependency_within_the_rules_passes() {
        let index = "registry+https://example.org/index";
        assert_eq!(found("bytes", "1.11.1", "Apache-2.0 OR MIT", index), 0);
        assert_eq!(found("ring", "0.17.0", "(Zlib OR MIT) AND ISC", index), 0);
        assert_eq!(found("old", "1.0.0", "MIT/Apache-2.0", index), 0);
    }

    #[test]
    fn a_dependency_that_breaks_a_rule_is_named() {
        let index = "registry+https://example.org/index";
        assert_eq!(found("bytes", "1.11.0", "MIT", index), 1);
        assert_eq!(found("openssl", "9.0.0", "MIT", index), 1);
        assert_eq!(found("ring", "0.17.0", "MIT AND Zlib", index), 1);
        assert_eq!(found("mystery", "1.0.0", "", index), 1);
        assert_eq!(found("forked", "1.0.0", "MIT", "git+https://example.org/forked"), 1);
    }
}
