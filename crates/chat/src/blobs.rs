//! The folder of files: bytes that come in are under `tmp`, whole ones under `blobs`, each by its random name.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder. Clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Blobs {
    data: Arc<Path>,
}

impl Blobs {
    pub(crate) fn open(data_dir: &Path) -> io::Result<Self> {
        fs::create_dir_all(data_dir.join("tmp"))?;
        fs::create_dir_all(data_dir.join("blobs"))?;
        Ok(Self { data: data_dir.into() })
    }

    /// Where the bytes of an upload come in.
    pub(crate) fn incoming(&self, blob: &str) -> PathBuf {
        self.data.join("tmp").join(blob)
    }

    /// Where something is made of an upload.
    pub(crate) fn making(&self, blob: &str, what: &str) -> PathBuf {
        self.data.join("tmp").join(format!("{blob}.{what}"))
    }

    /// Where a file's bytes are.
    pub(crate) fn whole(&self, blob: &str) -> PathBuf {
        let (first, rest) = blob.split_at_checked(2).unwrap_or((blob, ""));
        let second = rest.get(..2).unwrap_or_default();
        self.data.join("blobs").join(first).join(second).join(blob)
    }

    /// Where an image's preview is.
    pub(crate) fn preview(&self, blob: &str) -> PathBuf {
        self.whole(blob).with_extension("preview")
    }

    /// How many bytes of an upload are there.
    pub(crate) fn received(&self, blob: &str) -> io::Result<u64> {
        match fs::metadata(self.incoming(blob)) {
            Ok(known) => Ok(known.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Moves synced bytes to their place, for good: once this is done a crash does not take them back.
    pub(crate) fn settle(&self, from: &Path, to: &Path) -> io::Result<()> {
        let folder = to.parent().unwrap_or(&self.data);
        fs::create_dir_all(folder)?;
        fs::rename(from, to)?;
        for folder in folder.ancestors().take_while(|folder| folder.starts_with(self.data.join("blobs"))) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    /// Deletes everything of an upload or a file.
    pub(crate) fn remove(&self, blob: &str) -> io::Result<()> {
        let made = ["whole", "preview"].map(|what| self.making(blob, what));
        let all = [self.incoming(blob), self.whole(blob), self.preview(blob)];
        for path in all.into_iter().chain(made) {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}
