//! Opening: the directory, its lock, the pragmas, and the checks that come before anything is believed.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::migrations;
use crate::store::OpenError;

/// Older versions can corrupt a write-ahead log when a checkpoint and a write meet.
const OLDEST_SQLITE: i32 = 3_051_003;
/// Name of the database in its directory.
pub(crate) const DATABASE: &str = "parlor.db";
const STATEMENTS: usize = 128;

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self(format!("the database: {error}"))
    }
}

/// Makes the directory and takes its lock, which is held as long as the file is.
pub(crate) fn lock(dir: &Path) -> Result<File, OpenError> {
    let shown = dir.display();
    fs::create_dir_all(dir).map_err(|error| OpenError(format!("{shown} can't be created: {error}")))?;
    refuse_network_filesystem(dir)?;
    let path = dir.join("parlor.lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|error| OpenError(format!("{} can't be opened: {error}", path.display())))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError(format!("{shown} is in use by another process"))),
        Err(TryLockError::Error(error)) => {
            Err(OpenError(format!("{} can't be locked: {error}", path.display())))
        }
    }
}

/// Filesystems on which locks and shared memory, and with them a write-ahead log, can't be trusted.
#[cfg(target_os = "linux")]
fn refuse_network_filesystem(dir: &Path) -> Result<(), OpenError> {
    const REFUSED: [(u64, &str); 9] = [
        (0x6969, "NFS"),
        (0x517b, "SMB"),
        (0xff53_4d42, "CIFS"),
        (0xfe53_4d42, "SMB"),
        (0x5346_414f, "AFS"),
        (0x7375_7245, "Coda"),
        (0x0102_1997, "9P"),
        (0x00c3_6400, "Ceph"),
        (0x0bd0_0bd0, "Lustre"),
    ];
    let stat = rustix::fs::statfs(dir)
        .map_err(|error| OpenError(format!("the filesystem of {} is unknown: {error}", dir.display())))?;
    let kind = u64::try_from(stat.f_type).unwrap_or(0) & 0xffff_ffff;
    match REFUSED.iter().find(|(number, _)| *number == kind) {
        None => Ok(()),
        Some((_, name)) => {
            let shown = dir.display();
            Err(OpenError(format!("{shown} is on a network filesystem ({name}): use a disk of this machine")))
        }
    }
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as where filesystems tell what they are")]
fn refuse_network_filesystem(_dir: &Path) -> Result<(), OpenError> {
    Ok(())
}

/// Bytes that are free on the directory's disk for this process.
pub(crate) fn free_bytes(dir: &Path) -> std::io::Result<u64> {
    let stat = rustix::fs::statvfs(dir)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Opens the writer's connection: creates and migrates the database, and checks that each log's tail is its head.
///
/// Answers with the connection and the time of the newest entry, in milliseconds since 1970.
pub(crate) fn writer(dir: &Path) -> Result<(Connection, u64), OpenError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(OpenError(format!("SQLite {} is too old", rusqlite::version())));
    }
    let mut conn = Connection::open(dir.join(DATABASE))?;
    prepare(&conn, 16)?;
    conn.pragma_update(None, "journal_mode", "wal")?;
    conn.pragma_update(None, "synchronous", "full")?;
    conn.pragma_update(None, "secure_delete", "on")?;
    conn.pragma_update(None, "wal_autocheckpoint", 0)?;
    for (pragma, wanted) in
        [("journal_mode", "wal"), ("synchronous", "2"), ("secure_delete", "1"), ("wal_autocheckpoint", "0")]
    {
        let is: rusqlite::types::Value = conn.pragma_query_value(None, pragma, |row| row.get(0))?;
        let is = match is {
            rusqlite::types::Value::Text(text) => text,
            rusqlite::types::Value::Integer(number) => number.to_string(),
            other => format!("{other:?}"),
        };
        if is != wanted {
            return Err(OpenError(format!("the database does not accept {pragma} = {wanted}: it is {is}")));
        }
    }
    migrations::run(&mut conn)?;
    let newest = check_tails(&conn)?;
    #[cfg(feature = "planted")]
    if parlor_planted::is(parlor_planted::Bug::SynchronousNormal) {
        conn.pragma_update(None, "synchronous", "normal")?;
    }
    Ok((conn, newest))
}

/// Opens a connection that only reads.
pub(crate) fn reader(dir: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(dir.join(DATABASE), flags)?;
    prepare(&conn, 4)?;
    Ok(conn)
}

/// Opens the connection that checkpoints.
pub(crate) fn checkpointer(dir: &Path) -> Result<Connection, OpenError> {
    let conn = Connection::open(dir.join(DATABASE))?;
    prepare(&conn, 1)?;
    conn.pragma_update(None, "wal_autocheckpoint", 0)?;
    conn.pragma_update(None, "synchronous", "full")?;
    conn.busy_timeout(Duration::from_millis(100))?;
    Ok(conn)
}

/// What every connection needs.
pub(crate) fn prepare(conn: &Connection, cache_mib: i64) -> Result<(), OpenError> {
    conn.busy_timeout(Duration::from_secs(5))?;
    keep_plans(conn)?;
    conn.pragma_update(None, "cache_size", -1024 * cache_mib)?;
    conn.pragma_update(None, "temp_store", "memory")?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}

/// Plans must not depend on bound values: otherwise SQLite prepares a cached statement again whenever they change,
/// which costs more than running it.
pub(crate) fn keep_plans(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// Each log's head must be the seq of its last entry, or the file was damaged or written by something else.
fn check_tails(conn: &Connection) -> Result<u64, OpenError> {
    let mut statement = conn.prepare(
        "SELECT l.ordinal, l.head, coalesce(e.key, l.ordinal << 32), coalesce(e.at, 0)
         FROM logs l LEFT JOIN entries e ON e.key = (
            SELECT max(key) FROM entries WHERE key BETWEEN l.ordinal << 32 AND (l.ordinal << 32) + 4294967295)",
    )?;
    let mut rows = statement.query([])?;
    let mut newest = 0;
    while let Some(row) = rows.next()? {
        let (ordinal, head, tail): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if (ordinal << 32) + head != tail {
            let seq = tail & 0xffff_ffff;
            return Err(OpenError(format!(
                "the database is damaged: log {ordinal} ends at {seq}, its head says {head}. Restore a backup"
            )));
        }
        newest = newest.max(row.get(3)?);
    }
    Ok(newest)
}
