//! Finds the browsers of the browser tests, or installs them.

use std::path::PathBuf;

use crate::house::House;
use crate::install;

/// Chromium under the names that distributions give it; the smallest first.
const NAMES: [&str; 5] =
    ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const MISSING: &str = "\
No Chromium was found for the browser tests. Any of these helps:
  - on Debian or Ubuntu: apt-get install chromium-headless-shell (or chromium)
  - install Chromium or Google Chrome in another way, so that it is on PATH
  - set PARLOR_CHROMIUM to the executable of one";

/// Where Debian puts the small browser of `WebKitGTK`, by version.
const MINI_BROWSERS: [&str; 2] = [
    "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
];

const OTHERS: [&str; 3] = ["firefox-esr", "webkit2gtk-driver", "xvfb"];

const OTHERS_MISSING: &str = "\
Firefox, WebKitGTK's driver or Xvfb is missing. On Debian: apt-get install firefox-esr webkit2gtk-driver xvfb";

/// The executables of the browsers that are not Chromium, by the names under which their tests look for them. On Debian
/// they are installed when we may.
pub(crate) fn others(house: &House) -> Result<Vec<(&'static str, PathBuf)>, String> {
    if let Some(found) = others_installed(house) {
        return Ok(found);
    }
    install::debian(house, &OTHERS)?;
    others_installed(house).ok_or_else(|| OTHERS_MISSING.to_owned())
}

fn others_installed(house: &House) -> Option<Vec<(&'static str, PathBuf)>> {
    let program = |name| house.environment.program(name);
    Some(vec![
        ("PARLOR_FIREFOX", program("firefox-esr").or_else(|| program("firefox"))?),
        ("PARLOR_WEBKIT_DRIVER", program("WebKitWebDriver")?),
        ("PARLOR_WEBKIT", MINI_BROWSERS.iter().map(PathBuf::from).find(|path| path.is_file())?),
        ("PARLOR_XVFB", program("Xvfb")?),
    ])
}

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
    install::debian(house, &[NAMES[0], "fonts-noto-color-emoji"])?;
    installed(house).ok_or_else(|| MISSING.to_owned())
}

fn installed(house: &House) -> Option<PathBuf> {
    NAMES.iter().find_map(|name| house.environment.program(name))
}
