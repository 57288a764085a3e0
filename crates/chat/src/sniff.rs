//! What a file is, by its first bytes and never by its name.

use parlor_protocol::files::FileKind;

/// How many first bytes are looked at.
pub(crate) const HEAD: usize = 4_096;

/// What a file is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sniffed {
    /// One of the formats that the image worker reads.
    Image,
    /// Anything else, kept as it came.
    Other(FileKind, &'static str),
}

/// Signatures of formats that say all by themselves: offset, bytes, kind, content type.
const SIGNATURES: &[(usize, &[u8], FileKind, &str)] = &[
    (0, b"OggS", FileKind::Audio, "audio/ogg"),
    (0, b"fLaC", FileKind::Audio, "audio/flac"),
    (0, b"ID3", FileKind::Audio, "audio/mpeg"),
    (0, b"\xFF\xFB", FileKind::Audio, "audio/mpeg"),
    (0, b"\xFF\xF3", FileKind::Audio, "audio/mpeg"),
    (0, b"%PDF-", FileKind::Document, "application/pdf"),
    (0, b"PK\x03\x04", FileKind::Document, "application/zip"),
    (0, b"\x1F\x8B", FileKind::Document, "application/gzip"),
    (0, b"7z\xBC\xAF\x27\x1C", FileKind::Document, "application/x-7z-compressed"),
];

/// What these first bytes begin. `declared` decides between film and sound where a container can be both.
pub(crate) fn sniff(head: &[u8], declared: &str) -> Sniffed {
    let at = |offset: usize, bytes: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(bytes));
    let riff = |kind: &[u8]| at(0, b"RIFF") && at(8, kind);
    if at(0, b"\x89PNG\r\n\x1A\n") || at(0, b"\xFF\xD8\xFF") || at(0, b"GIF8") || riff(b"WEBP") {
        return Sniffed::Image;
    }
    let film = |video: &'static str, audio: &'static str| {
        if declared.starts_with("audio/") {
            Sniffed::Other(FileKind::Audio, audio)
        } else {
            Sniffed::Other(FileKind::Video, video)
        }
    };
    if riff(b"WAVE") {
        return Sniffed::Other(FileKind::Audio, "audio/wav");
    }
    if at(0, b"\x1A\x45\xDF\xA3") {
        return film("video/webm", "audio/webm");
    }
    if at(4, b"ftyp") {
        return match head.get(8..12) {
            // Pictures that browsers do not show.
            Some(
                b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" | b"avif"
                | b"avis" | b"crx ",
            ) => Sniffed::Other(FileKind::Document, "application/octet-stream"),
            Some(b"M4A ") => Sniffed::Other(FileKind::Audio, "audio/mp4"),
            _ => film("video/mp4", "audio/mp4"),
        };
    }
    let known = SIGNATURES.iter().find(|(offset, bytes, ..)| at(*offset, bytes));
    if let Some((_, _, kind, mime)) = known {
        return Sniffed::Other(*kind, mime);
    }
    let text = !head.contains(&0) && is_text(head);
    Sniffed::Other(FileKind::Document, if text { "text/plain" } else { "application/octet-stream" })
}

/// Whether it is UTF-8, but for a character that is cut at the end.
fn is_text(head: &[u8]) -> bool {
    match str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell_and_the_name_never_does() {
        let document = |mime| Sniffed::Other(FileKind::Document, mime);
        for (head, declared, wanted) in [
            (&b"\x89PNG\r\n\x1A\n..."[..], "text/html", Sniffed::Image),
            (b"RIFF....WEBPVP8 ", "", Sniffed::Image),
            (b"RIFF....WAVEfmt ", "", Sniffed::Other(FileKind::Audio, "audio/wav")),
            (b"\x1A\x45\xDF\xA3", "audio/webm;codecs=opus", Sniffed::Other(FileKind::Audio, "audio/webm")),
            (b"\x1A\x45\xDF\xA3", "image/png", Sniffed::Other(FileKind::Video, "video/webm")),
            (b"\0\0\0\x18ftypmp42", "", Sniffed::Other(FileKind::Video, "video/mp4")),
            (b"\0\0\0\x18ftyphevc", "video/mp4", document("application/octet-stream")),
            (b"\0\0\0\x18ftypM4A ", "", Sniffed::Other(FileKind::Audio, "audio/mp4")),
            (b"<svg onload=alert(1)>", "image/svg+xml", document("text/plain")),
            (b"<html><script>", "image/png", document("text/plain")),
            (b"%PDF-1.7", "image/png", document("application/pdf")),
            (b"caf\xC3", "", document("text/plain")),
            (b"\x7FELF\0", "image/png", document("application/octet-stream")),
        ] {
            assert_eq!(sniff(head, declared), wanted, "{head:?}");
        }
    }
}
