//! Migrations: numbered SQL files, each applied once, in order, in a transaction of its own.

use rusqlite::{Connection, TransactionBehavior};

use crate::store::OpenError;

/// Every migration in order; the database's `user_version` tells how many were applied.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_start.sql"),
    include_str!("../migrations/0002_files.sql"),
    include_str!("../migrations/0003_pins_and_saved.sql"),
    include_str!("../migrations/0004_later.sql"),
    include_str!("../migrations/0005_threads.sql"),
    include_str!("../migrations/0006_previews.sql"),
    include_str!("../migrations/0007_polls.sql"),
    include_str!("../migrations/0008_preferences.sql"),
    include_str!("../migrations/0009_room_names.sql"),
    include_str!("../migrations/0010_put_away.sql"),
    include_str!("../migrations/0011_emoji.sql"),
    include_str!("../migrations/0012_recoveries.sql"),
];

/// Brings the database up to date.
///
/// # Errors
/// A database of a newer version, which this one would not understand, or a failing statement.
pub(crate) fn run(conn: &mut Connection) -> Result<(), OpenError> {
    let applied: usize = conn.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0))? as usize;
    if applied > MIGRATIONS.len() {
        let newest = MIGRATIONS.len();
        return Err(OpenError(format!(
            "the database is of version {applied}, this program knows up to {newest}: use a newer program"
        )));
    }
    for (index, sql) in MIGRATIONS.iter().enumerate().skip(applied) {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute_batch(sql)?;
        tx.pragma_update(None, "user_version", u32::try_from(index + 1).unwrap_or(u32::MAX))?;
        tx.commit()?;
    }
    Ok(())
}
