//! Generates what clients and readers get from the tables: TypeScript and the reference of calls and pushes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ts_rs::{Config, TS, TypeVisitor};

use crate::calls::{self, Call, Rate, Row, Who};
use crate::errors::{Code, Error};
use crate::files::{Upload, UploadCreate};
use crate::pushes::{self, Audience, PUSHES};
use crate::{Role, limits};

/// Declarations of all types that calls, pushes and errors use, by name.
struct Declarations {
    config: Config,
    /// Name of the type → its `JSDoc` and its declaration.
    types: BTreeMap<String, (String, String)>,
}

impl Declarations {
    fn collect() -> Self {
        let config = Config::new().with_large_int("number");
        let mut all = Self { config, types: BTreeMap::new() };
        calls::visit(&mut all);
        pushes::visit(&mut all);
        all.visit::<UploadCreate>();
        all.visit::<Upload>();
        all.visit::<Code>();
        all.visit::<Error>();
        all
    }

    fn doc(&self, name: &str) -> String {
        let jsdoc = self.types.get(name).map_or("", |(doc, _)| doc.as_str());
        let line =
            |line: &str| line.trim().trim_start_matches(['/', '*']).trim_end_matches("*/").trim().to_owned();
        jsdoc.lines().map(line).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Only derived types have an output path: strings, lists and the like stay where they are used.
        if T::output_path().is_some() {
            let name = T::ident(&self.config);
            if self.types.contains_key(&name) {
                return;
            }
            let declared = (T::docs().unwrap_or_default(), T::decl(&self.config));
            self.types.insert(name, declared);
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

const HEADER: &str = "generated from crates/protocol by `cargo xtask generate`; do not edit";

/// The TypeScript of the web client: every type, the tables of calls and pushes, and the limits.
pub fn typescript() -> String {
    let all = Declarations::collect();
    let mut out = format!("// {HEADER}\n\n");
    for (doc, declaration) in all.types.values() {
        writeln!(out, "{}export {}\n", on_one_line(doc), on_one_line(declaration))
            .expect("a String takes all");
    }
    out.push_str("/** Request and reply of every call. */\nexport interface Calls {\n");
    for row in Call::TABLE {
        writeln!(out, "  \"{}\": {{ request: {}; reply: {} }};", row.name, row.request, row.reply)
            .expect("a String takes all");
    }
    out.push_str("}\n\n/** Payload of every push. */\nexport interface Pushes {\n");
    for push in PUSHES {
        writeln!(out, "  \"{}\": {};", push.name, push.payload).expect("a String takes all");
    }
    out.push_str("}\n\n");
    for (name, value) in limits::GENERATED {
        writeln!(out, "export const {name} = {value};").expect("a String takes all");
    }
    out
}

/// The reference of calls, pushes, errors and types for docs/protocol, as Markdown.
pub fn reference() -> String {
    let all = Declarations::collect();
    let mut out = format!("<!-- {HEADER} -->\n\n# Reference\n\n## Calls\n\n");
    out.push_str("| call | request → reply | who may | rate | meaning |\n|---|---|---|---|---|\n");
    for row in Call::TABLE {
        let Row { name, request, reply, who, rate } = row;
        let (request_link, reply_link) = (link(request), link(reply));
        let doc = all.doc(request);
        writeln!(
            out,
            "| `{name}` | {request_link} → {reply_link} | {} | {} | {doc} |",
            who_may(*who),
            rate_of(*rate)
        )
        .expect("a String takes all");
    }
    out.push_str("\n## Pushes\n\n| push | payload | who hears it | meaning |\n|---|---|---|---|\n");
    for push in PUSHES {
        writeln!(
            out,
            "| `{}` | {} | {} | {} |",
            push.name,
            link(push.payload),
            heard_by(push.audience),
            push.doc
        )
        .expect("a String takes all");
    }
    out.push_str("\n## Errors\n\n| code | HTTP status |\n|---|---|\n");
    for code in Code::ALL {
        let name = serde_json::to_value(code).unwrap_or_default();
        writeln!(out, "| `{}` | {} |", name.as_str().unwrap_or_default(), code.http_status())
            .expect("a String takes all");
    }
    out.push_str("\n## Types\n");
    for (name, (doc, declaration)) in &all.types {
        write!(out, "\n### {name}\n\n```ts\n{}{}\n```\n", on_one_line(doc), on_one_line(declaration))
            .expect("a String takes all");
    }
    out
}

/// Comments of one sentence take one line, not three.
fn on_one_line(code: &str) -> String {
    code.replace("/**\n * ", "/** ").replace("\n */\n", " */\n")
}

fn link(name: &str) -> String {
    format!("[{name}](#{})", name.to_lowercase())
}

fn role(role: Role) -> String {
    format!("{role:?}").to_lowercase()
}

fn who_may(who: Who) -> String {
    match who {
        Who::Anyone => "anyone (HTTP only)".to_owned(),
        Who::Workspace(least) => format!("{} of the workspace", role(least)),
        Who::Room(least) => format!("{} of the room", role(least)),
        Who::OwnOr(least) => format!("its author, or {} of the room", role(least)),
    }
}

const fn rate_of(rate: Rate) -> &'static str {
    match rate {
        Rate::Calls => "calls",
        Rate::Messages => "messages",
        Rate::Sync => "sync",
        Rate::Search => "search",
        Rate::Uploads => "uploads",
        Rate::Files => "files",
        Rate::Live => "live",
        Rate::SignIn => "sign-in",
    }
}

const fn heard_by(audience: Audience) -> &'static str {
    match audience {
        Audience::Room => "members of the room",
        Audience::Me => "the user's sockets",
        Audience::Acquaintances => "everyone who shares a room with them",
        Audience::Watchers => "those who watch them",
        Audience::Everyone => "everyone",
        Audience::Socket => "this socket",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_and_push_is_typed_and_explained() {
        let all = Declarations::collect();
        for row in Call::TABLE {
            assert!(all.types.contains_key(row.reply), "{} has no type {}", row.name, row.reply);
            assert!(!all.doc(row.request).is_empty(), "{} is not explained", row.name);
        }
        let typescript = typescript();
        for push in PUSHES {
            assert!(typescript.contains(&format!("\"{}\": {};", push.name, push.payload)), "{}", push.name);
        }
    }

    #[test]
    fn large_numbers_are_numbers_in_typescript() {
        assert!(!typescript().contains("bigint"));
    }
}
