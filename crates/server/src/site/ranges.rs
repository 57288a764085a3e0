//! The `Range` header: which bytes of a file are wanted.

/// What of a file is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it.
    All,
    /// From the first to the last byte, both included.
    Some {
        /// Place of the first byte.
        first: u64,
        /// Place of the last byte.
        last: u64,
    },
    /// There are no such bytes.
    Nothing,
}

impl Wanted {
    /// Reads the header for a file of this many bytes. What is no single range of bytes counts as absent, as RFC 9110
    /// allows.
    pub(super) fn read(header: Option<&str>, bytes: u64) -> Self {
        let Some((first, last)) = header.and_then(|header| header.strip_prefix("bytes=")?.split_once('-'))
        else {
            return Self::All;
        };
        let number = |text: &str| match text {
            "" => Ok(None),
            digits if digits.bytes().all(|digit| digit.is_ascii_digit()) => {
                Ok(Some(digits.parse().unwrap_or(u64::MAX)))
            }
            _ => Err(()),
        };
        match (number(first), number(last)) {
            (Ok(Some(first)), Ok(last)) => {
                let last = last.unwrap_or(u64::MAX);
                if last < first {
                    Self::All
                } else if first >= bytes {
                    Self::Nothing
                } else {
                    Self::Some { first, last: last.min(bytes.saturating_sub(1)) }
                }
            }
            (Ok(None), Ok(Some(0))) => Self::Nothing,
            (Ok(None), Ok(Some(length))) if bytes > 0 => {
                Self::Some { first: bytes.saturating_sub(length), last: bytes - 1 }
            }
            _ => Self::All,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_range_is_read_and_anything_else_is_no_range() {
        let some = |first, last| Wanted::Some { first, last };
        for (header, wanted) in [
            ("bytes=0-0", some(0, 0)),
            ("bytes=2-", some(2, 9)),
            ("bytes=2-99", some(2, 9)),
            ("bytes=-3", some(7, 9)),
            ("bytes=-99", some(0, 9)),
            ("bytes=10-", Wanted::Nothing),
            ("bytes=99999999999999999999999-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=5-2", Wanted::All),
            ("bytes=0-1,3-4", Wanted::All),
            ("bytes=-", Wanted::All),
            ("bytes=+1-2", Wanted::All),
            ("lines=0-1", Wanted::All),
        ] {
            assert_eq!(Wanted::read(Some(header), 10), wanted, "{header}");
        }
        assert_eq!(Wanted::read(None, 10), Wanted::All);
        assert_eq!(Wanted::read(Some("bytes=0-"), 0), Wanted::Nothing);
    }
}
