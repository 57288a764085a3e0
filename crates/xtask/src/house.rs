//! Where things are: the checkout, its target folder and its programs.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::environment::Environment;

/// The checkout that is worked on.
#[derive(Debug)]
pub(crate) struct House {
    /// Its root folder.
    pub(crate) root: PathBuf,
    /// Where cargo builds.
    pub(crate) target: PathBuf,
    /// What was read from the environment.
    pub(crate) environment: Environment,
}

impl House {
    /// The checkout that xtask was compiled in.
    pub(crate) fn find() -> Self {
        let environment = Environment::read();
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
        let root = crates.and_then(Path::parent).unwrap_or(Path::new(".")).to_path_buf();
        let target = root.join(environment.target.as_deref().unwrap_or(Path::new("target")));
        Self { root, target, environment }
    }

    /// A cargo command at the root.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.environment.cargo);
        command.args(arguments).current_dir(&self.root);
        command
    }

    /// A command in a folder of the checkout.
    pub(crate) fn command(&self, folder: &str, program: impl AsRef<Path>, arguments: &[&str]) -> Command {
        let mut command = Command::new(program.as_ref());
        command.args(arguments).current_dir(self.root.join(folder));
        command
    }

    /// The server's binary as the release profile builds it.
    pub(crate) fn release_binary(&self) -> PathBuf {
        self.target.join("release").join("parlor")
    }
}
