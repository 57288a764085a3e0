//! The commented example file, from the doc comments of the keys.

use std::fmt::Write as _;

use super::KEYS;

/// The example: every key with its meaning and its default, commented out.
pub(crate) fn example() -> String {
    let mut text = String::from(
        "# Parlor's configuration. Every key is here with its default; remove the # to change one.\n\
         # It is read from ./parlor.toml, from the file that --config or PARLOR_CONFIG names, and key by key from\n\
         # the environment (PARLOR_LISTEN) and from flags (--listen), each stronger than the one before.\n",
    );
    for key in KEYS {
        text.push('\n');
        for line in key.doc {
            let _infallible = writeln!(text, "# {}", line.trim());
        }
        let value = match (key.bare, key.default) {
            (true, "") => "[]".to_owned(),
            (true, bare) => bare.to_owned(),
            (false, quoted) => format!("{quoted:?}"),
        };
        let _infallible = writeln!(text, "#{} = {value}", key.name);
    }
    text
}
