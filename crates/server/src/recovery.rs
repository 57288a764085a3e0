//! Help at the machine, while the server is stopped: who there is, and a new password or a link to
//! one for whoever forgot theirs.

use std::io::Write;

use parlor_bus::Bus;
use parlor_chat::{Chat, operator};

use crate::config::{Config, Wrong};
use crate::serve;

/// Lists everyone, one a line: username, role, name.
///
/// # Errors
/// Why the data can't be read.
pub(crate) async fn list(config: &Config, out: &mut impl Write) -> Result<(), Wrong> {
    let chat = open(config).await?;
    let users = operator::users(&chat).await.map_err(|fault| Wrong(fault.to_string()))?;
    for user in users {
        let kind = if user.bot { ", bot" } else { "" };
        let state = if user.disabled { ", disabled" } else { "" };
        say(out, &format!("{} ({:?}{kind}{state}): {}", user.username, user.role, user.name))?;
    }
    chat.close().await;
    Ok(())
}

/// Gives a user a new password and prints it.
///
/// # Errors
/// Why it could not be done.
pub(crate) async fn reset_password(
    config: &Config,
    username: &str,
    out: &mut impl Write,
) -> Result<(), Wrong> {
    let chat = open(config).await?;
    let done = operator::reset_password(&chat, username).await;
    chat.close().await;
    let password = done.map_err(|fault| Wrong(format!("{username}: {}", fault.to_wire().message)))?;
    say(out, &format!("The new password of {username}: {password}"))
}

/// Makes a link with which a user sets a new password, and prints it.
///
/// # Errors
/// Why it could not be done.
pub(crate) async fn reset_link(config: &Config, username: &str, out: &mut impl Write) -> Result<(), Wrong> {
    let chat = open(config).await?;
    let done = operator::reset_link(&chat, username).await;
    chat.close().await;
    let token = done.map_err(|fault| Wrong(format!("{username}: {}", fault.to_wire().message)))?;
    let base = config.base(config.values.listen);
    say(out, &format!("{username} sets a new password within a day at: {base}/reset/{token}"))
}

async fn open(config: &Config) -> Result<Chat, Wrong> {
    if !config.values.data.is_dir() {
        return Err(Wrong(format!("data = {}: there is no such folder", config.values.data.display())));
    }
    serve::open(config, Bus::new(), None).await
}

fn say(out: &mut impl Write, line: &str) -> Result<(), Wrong> {
    writeln!(out, "{line}").map_err(|error| Wrong(format!("standard output: {error}")))
}
