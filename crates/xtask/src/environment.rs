//! The environment, read in this one place.
#![expect(clippy::disallowed_methods, reason = "this is the module that reads the environment for xtask")]

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// What xtask takes from the environment.
#[derive(Debug)]
pub(crate) struct Environment {
    /// The cargo that started us, so that a chosen toolchain stays chosen.
    pub(crate) cargo: OsString,
    /// `CARGO_TARGET_DIR`: where cargo builds, when it is not `target`.
    pub(crate) target: Option<PathBuf>,
    /// `PARLOR_CHROMIUM`: the browser for the browser tests.
    pub(crate) chromium: Option<PathBuf>,
    /// Folders of `PATH`, in order.
    pub(crate) path: Vec<PathBuf>,
}

impl Environment {
    /// Reads it.
    pub(crate) fn read() -> Self {
        let path = env::var_os("PATH").unwrap_or_default();
        Self {
            cargo: env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
            target: env::var_os("CARGO_TARGET_DIR").map(PathBuf::from),
            chromium: env::var_os("PARLOR_CHROMIUM").map(PathBuf::from),
            path: env::split_paths(&path).collect(),
        }
    }

    /// The program of this name on `PATH`.
    pub(crate) fn program(&self, name: &str) -> Option<PathBuf> {
        self.path.iter().map(|folder| folder.join(name)).find(|file| file.is_file())
    }
}
