//! The little that is asked of JSON before the application decodes it: shape and depth.

use serde_json::value::RawValue;

use super::Malformed;

/// Deepest nesting accepted. Decoding recurses, so the depth of outside input is the height of
/// our stack; `serde_json` does not check it for raw values.
const MAX_DEPTH: usize = 128;

/// Splits a JSON array into its elements without decoding them.
pub(crate) fn array(text: &str) -> Result<Vec<Box<RawValue>>, Malformed> {
    if !text.starts_with('[') {
        return Err(Malformed);
    }
    check_depth(text)?;
    serde_json::from_str(text).map_err(|_| Malformed)
}

/// Takes a JSON object as it is.
pub(crate) fn object(text: &str) -> Result<Box<RawValue>, Malformed> {
    if !text.starts_with('{') {
        return Err(Malformed);
    }
    check_depth(text)?;
    serde_json::from_str(text).map_err(|_| Malformed)
}

fn check_depth(text: &str) -> Result<(), Malformed> {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for byte in text.bytes() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth = depth.saturating_add(1);
                if depth > MAX_DEPTH {
                    return Err(Malformed);
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_limited_outside_strings_only() {
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(array(&deep(128)).is_ok());
        assert!(array(&deep(129)).is_err());
        assert!(array(&format!("[{:?}]", "[".repeat(1_000))).is_ok());
        assert!(array(r#"["\"[["]"#).is_ok());
    }

    #[test]
    fn only_whole_arrays_and_objects_pass() {
        assert!(array("{}").is_err());
        assert!(array("[1,]").is_err());
        assert!(array("[1] x").is_err());
        assert!(object("[]").is_err());
        assert!(object("{\"a\":1}").is_ok());
    }
}
