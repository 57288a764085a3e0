//! Custom emoji: all of them, or one by its name.

use rusqlite::{Connection, OptionalExtension as _, Result, Row};

use super::Snapshot;
use crate::codec;
use crate::records::Emoji;
use crate::refused::Failed;

impl Emoji {
    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self { name: row.get(0)?, picture: row.get(1)?, by: codec::user_id(row.get(2)?)? })
    }

    /// The emoji of this name.
    pub(crate) fn find(conn: &Connection, name: &str) -> Result<Option<Self>> {
        conn.prepare_cached(r#"SELECT name, picture, "by" FROM emoji WHERE name = ?1"#)?
            .query_row([name], Self::read)
            .optional()
    }
}

impl Snapshot {
    /// All custom emoji, by name.
    pub fn emoji(&self) -> Result<Vec<Emoji>, Failed> {
        Ok(self.all(r#"SELECT name, picture, "by" FROM emoji ORDER BY name"#, (), Emoji::read)?)
    }

    /// The custom emoji of this name.
    pub fn emoji_named(&self, name: &str) -> Result<Option<Emoji>, Failed> {
        Ok(Emoji::find(&self.conn, name)?)
    }
}
