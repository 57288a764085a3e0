//! Brings what the lanes need: packages of npm, Python and Debian.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::house::House;
use crate::process;

/// Installs a folder's npm packages when its lock file is newer than what is installed.
pub(crate) fn npm(house: &House, folder: &str) -> Result<(), String> {
    let lock = house.root.join(folder).join("package-lock.json");
    let installed = house.root.join(folder).join("node_modules/.package-lock.json");
    let wanted = changed(&lock).ok_or_else(|| format!("{} is missing", lock.display()))?;
    if changed(&installed).is_some_and(|installed| installed >= wanted) {
        return Ok(());
    }
    let npm = house.environment.program("npm").ok_or(
        "npm is missing. Install Node.js 20 or later, which brings it (https://nodejs.org), and run this again.",
    )?;
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    process::must(&mut house.command(folder, npm, &arguments)).map(drop)
}

/// A Python with the packages of a requirements file, in a virtual environment under the target folder.
pub(crate) fn python(house: &House, requirements: &str) -> Result<PathBuf, String> {
    let wanted = fs::read_to_string(house.root.join(requirements))
        .map_err(|error| format!("{requirements}: {error}"))?;
    let folder = house.target.join("python");
    let python = folder.join("bin/python");
    let stamp = folder.join("installed.txt");
    if python.is_file() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    let system =
        house.environment.program("python3").ok_or("python3 is missing: install Python 3.9 or later.")?;
    let folder_text = folder.to_string_lossy();
    process::must(&mut house.command(".", system, &["-m", "venv", "--clear", &folder_text])).map_err(
        |error| {
            format!("{error}\nOn Debian, Python's venv is a package of its own: apt-get install python3-venv")
        },
    )?;
    let arguments = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements];
    process::must(&mut house.command(".", &python, &arguments))?;
    fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))?;
    Ok(python)
}

/// Installs Debian packages where there is `apt-get` and it may be used; otherwise nothing happens.
pub(crate) fn debian(house: &House, packages: &[&str]) -> Result<(), String> {
    let Some(apt) = house.environment.program("apt-get").filter(|_| is_root(house)) else { return Ok(()) };
    process::must(&mut house.command(".", &apt, &["update", "-qq"]))?;
    let mut command = house.command(".", &apt, &["install", "-y", "-qq", "--no-install-recommends"]);
    process::must(command.args(packages).env("DEBIAN_FRONTEND", "noninteractive")).map(|_| ())
}

/// Looks for programs, and installs the Debian packages of the same names when one is missing; those that are not
/// there even then are named, with what does without them.
pub(crate) fn programs(house: &House, names: &[&str], purpose: &str) -> Result<bool, String> {
    let missing = || names.iter().copied().filter(|name| house.environment.program(name).is_none()).collect();
    let wanted: Vec<&str> = missing();
    if !wanted.is_empty() {
        debian(house, &wanted)?;
    }
    let missing: Vec<&str> = missing();
    if !missing.is_empty() {
        let missing = missing.join(" ");
        println!(
            "{missing} is missing, so {purpose}. On Debian: apt-get install {missing}, and run this again."
        );
    }
    Ok(missing.is_empty())
}

fn is_root(house: &House) -> bool {
    let user = process::read(&mut house.command(".", Path::new("id"), &["-u"]));
    user.is_ok_and(|id| id.trim() == "0")
}

fn changed(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|data| data.modified()).ok()
}
