//! Finds the browser of the browser tests, or installs one.

use std::path::{Path, PathBuf};

use crate::house::House;
use crate::process;

/// Chromium under the names that distributions give it; the smallest first.
const NAMES: [&str; 5] =
    ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const MISSING: &str = "\
No Chromium was found for the browser tests. Any of these helps:
  - on Debian or Ubuntu: apt-get install chromium-headless-shell (or chromium)
  - install Chromium or Google Chrome in another way, so that it is on PATH
  - set PARLOR_CHROMIUM to the executable of one";

/// The executable of a Chromium. On Debian it is installed when we may.
pub(crate) fn chromium(house: &House) -> Result<PathBuf, String> {
    if let Some(chosen) = &house.environment.chromium {
        return if chosen.is_file() {
            Ok(chosen.clone())
        } else {
            Err(format!("PARLOR_CHROMIUM is {}, which is not a file", chosen.display()))
        };
    }
    if let Some(found) = installed(house) {
        return Ok(found);
    }
    if let Some(apt) = house.environment.program("apt-get").filter(|_| is_root(house)) {
        process::must(&mut house.command(".", &apt, &["update", "-qq"]))?;
        let arguments =
            ["install", "-y", "-qq", "--no-install-recommends", NAMES[0], "fonts-noto-color-emoji"];
        process::must(house.command(".", &apt, &arguments).env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    installed(house).ok_or_else(|| MISSING.to_owned())
}

fn installed(house: &House) -> Option<PathBuf> {
    NAMES.iter().find_map(|name| house.environment.program(name))
}

fn is_root(house: &House) -> bool {
    let user = process::read(&mut house.command(".", Path::new("id"), &["-u"]));
    user.is_ok_and(|id| id.trim() == "0")
}
