//! The files of the web client, built from web/ and carried in the binary.

/// One file of the client.
#[derive(Debug)]
pub struct Asset {
    /// Path without a leading slash, such as `assets/index-1a2b.js`.
    pub path: &'static str,
    /// The file.
    pub bytes: &'static [u8],
    /// The file packed with brotli, if the build did that.
    pub brotli: Option<&'static [u8]>,
    /// The file packed with gzip, if the build did that.
    pub gzip: Option<&'static [u8]>,
    /// Value of `Content-Type`.
    pub mime: &'static str,
    /// Whether the path holds a hash of the content, so that it can be cached for ever.
    pub immutable: bool,
    /// Value of `ETag`, quotes included.
    pub etag: &'static str,
}

/// Every file, sorted by path.
pub static FILES: &[Asset] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The file at this path.
pub fn find(path: &str) -> Option<&'static Asset> {
    FILES.binary_search_by(|asset| asset.path.cmp(path)).ok().and_then(|index| FILES.get(index))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_found_by_its_path_and_nothing_else_is() {
        for asset in FILES {
            assert!(std::ptr::eq(find(asset.path).unwrap(), asset));
        }
        assert!(find("../Cargo.toml").is_none());
    }

    #[test]
    fn the_shell_is_there_and_revalidated_while_hashed_files_last() {
        let shell = find("index.html").unwrap();
        assert!(!shell.immutable && shell.mime.starts_with("text/html"));
        assert!(FILES.iter().filter(|asset| asset.immutable).all(|asset| asset.path.starts_with("assets/")));
    }
}
