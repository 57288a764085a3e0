//! Reads the types that the protocol generates for TypeScript, and says the same as JSON schemas.

use std::iter::Peekable;
use std::vec::IntoIter;

use serde_json::{Map, Value, json};

/// The schema of each exported type, by name.
pub(super) fn of_types(typescript: &str) -> Map<String, Value> {
    let mut parser = Parser(tokens(typescript).into_iter().peekable());
    let mut schemas = Map::new();
    let mut doc = None;
    while let Some(token) = parser.0.next() {
        match token {
            Token::Doc(text) => doc = Some(text),
            Token::Word("type") => {
                let Some(Token::Word(name)) = parser.0.next() else { continue };
                parser.skip('=');
                schemas.insert(name.to_owned(), described(parser.union(), doc.take()));
            }
            _ => {}
        }
    }
    schemas
}

/// The schema that stands for the type of this name.
pub(super) fn named(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

#[derive(Debug, Clone, PartialEq)]
enum Token<'a> {
    Doc(String),
    Word(&'a str),
    Text(&'a str),
    Sign(char),
}

fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        rest = if let Some((doc, after)) = rest.strip_prefix("/**").and_then(|rest| rest.split_once("*/")) {
            found.push(Token::Doc(one_line(doc)));
            after
        } else if let Some((_, after)) = rest.strip_prefix("//").and_then(|rest| rest.split_once('\n')) {
            after
        } else if let Some((text, after)) = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
            found.push(Token::Text(text));
            after
        } else if word > 0 {
            let (name, after) = rest.split_at(word);
            found.push(Token::Word(name));
            after
        } else {
            if !first.is_whitespace() {
                found.push(Token::Sign(first));
            }
            rest.strip_prefix(first).unwrap_or_default()
        };
    }
    found
}

fn one_line(doc: &str) -> String {
    let lines = doc.lines().map(|line| line.trim().trim_start_matches('*').trim());
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Reads types. The source is our own, so whatever is not understood is described as "anything".
struct Parser<'a>(Peekable<IntoIter<Token<'a>>>);

impl Parser<'_> {
    fn skip(&mut self, sign: char) -> bool {
        self.0.next_if(|token| *token == Token::Sign(sign)).is_some()
    }

    fn union(&mut self) -> Value {
        let mut kinds = vec![self.intersection()];
        while self.skip('|') {
            kinds.push(self.intersection());
        }
        let words: Vec<_> = kinds.iter().filter_map(|kind| kind.get("const").cloned()).collect();
        if kinds.len() > 1 && words.len() == kinds.len() {
            return json!({ "type": "string", "enum": words });
        }
        one_or("anyOf", kinds)
    }

    fn intersection(&mut self) -> Value {
        let mut kinds = vec![self.single()];
        while self.skip('&') {
            kinds.push(self.single());
        }
        one_or("allOf", kinds)
    }

    fn single(&mut self) -> Value {
        match self.0.next() {
            Some(Token::Text(word)) => json!({ "const": word }),
            Some(Token::Word(kind @ ("string" | "number" | "boolean" | "null"))) => json!({ "type": kind }),
            Some(Token::Word("Array")) => {
                self.skip('<');
                let items = self.union();
                self.skip('>');
                json!({ "type": "array", "items": items })
            }
            Some(Token::Word("Record")) => {
                while self.0.next_if(|token| *token != Token::Sign('>')).is_some() {}
                self.skip('>');
                json!({ "type": "object" })
            }
            Some(Token::Word(name)) => named(name),
            Some(Token::Sign('(')) => {
                let inner = self.union();
                self.skip(')');
                inner
            }
            Some(Token::Sign('{')) => self.object(),
            _ => json!({}),
        }
    }

    fn object(&mut self) -> Value {
        let (mut properties, mut required, mut doc) = (Map::new(), Vec::new(), None);
        loop {
            match self.0.next() {
                Some(Token::Doc(text)) => doc = Some(text),
                Some(Token::Word(name) | Token::Text(name)) => {
                    if !self.skip('?') {
                        required.push(name.to_owned());
                    }
                    self.skip(':');
                    properties.insert(name.to_owned(), described(self.union(), doc.take()));
                }
                Some(Token::Sign('[')) => {
                    while self.0.next_if(|token| *token != Token::Sign(':')).is_some() {}
                    self.skip(':');
                    let values = self.union();
                    self.skip('}');
                    return json!({ "type": "object", "additionalProperties": values });
                }
                Some(Token::Sign(',')) => {}
                _ => break,
            }
        }
        json!({ "type": "object", "properties": properties, "required": required })
    }
}

fn one_or(name: &str, mut kinds: Vec<Value>) -> Value {
    match kinds.len() {
        1 => kinds.remove(0),
        _ => json!({ name: kinds }),
    }
}

fn described(mut schema: Value, doc: Option<String>) -> Value {
    if let (Some(fields), Some(doc)) = (schema.as_object_mut(), doc) {
        fields.insert("description".into(), doc.into());
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_a_type_has_its_schema() {
        for (source, schema) in [
            ("string", json!({ "type": "string" })),
            ("\"a\" | \"b\"", json!({ "type": "string", "enum": ["a", "b"] })),
            (
                "\"a\" | { \"b\": number }",
                json!({ "anyOf": [
                { "const": "a" },
                { "type": "object", "properties": { "b": { "type": "number" } }, "required": ["b"] },
            ] }),
            ),
            ("Array<User>", json!({ "type": "array", "items": named("User") })),
            ("Record<symbol, never>", json!({ "type": "object" })),
            (
                "{ [key in string]: number }",
                json!({ "type": "object", "additionalProperties": { "type": "number" } }),
            ),
            ("A & (B | C)", json!({ "allOf": [named("A"), { "anyOf": [named("B"), named("C")] }] })),
        ] {
            let types = of_types(&format!("/** Doc. */\nexport type T = {source};"));
            let mut expected = schema;
            expected["description"] = "Doc.".into();
            assert_eq!(types["T"], expected, "{source}");
        }
    }
}
