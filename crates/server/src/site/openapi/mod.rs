//! `GET /api/openapi.json`: the calls over HTTP as an OpenAPI document, made from the table of calls.

mod schema;

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use parlor_protocol::calls::{Call, Row, Who};
use parlor_protocol::generate;
use serde_json::{Map, Value, json};

/// Answers with the document.
pub(super) async fn document() -> Response {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| build().to_string());
    ([(CONTENT_TYPE, "application/json")], DOCUMENT.as_str()).into_response()
}

fn build() -> Value {
    let schemas = schema::of_types(&generate::typescript());
    let mut paths: Map<String, Value> = Call::TABLE
        .iter()
        .map(|row| (format!("/api/{}", row.name), json!({ "post": call(row, &schemas) })))
        .collect();
    paths.insert("/api/avatar".into(), avatar());
    paths.insert("/api/emoji/{name}".into(), emoji());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Parlor",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Every call that a socket can make, over HTTP. What is live needs a socket: see docs/protocol."
        },
        "security": [{ "token": [] }, { "cookie": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer" },
                "cookie": { "type": "apiKey", "in": "cookie", "name": "__Host-s" }
            }
        }
    })
}

fn call(row: &Row, schemas: &Map<String, Value>) -> Value {
    let noun = row.name.split(':').next().unwrap_or_default();
    let who = match row.who {
        Who::Anyone => "Anyone, also without a session.".to_owned(),
        Who::Workspace(role) => format!("Whoever is at least {role:?} in the workspace."),
        Who::Room(role) => format!("Members of the room who are at least {role:?} there."),
        Who::OwnOr(role) => {
            format!("Members of the room for what is their own, at least {role:?} for others'.")
        }
    };
    let mut operation = json!({
        "operationId": row.name,
        "tags": [noun],
        "summary": schemas.get(row.request).and_then(|schema| schema.get("description")),
        "description": who,
        "requestBody": { "required": true, "content": content(row.request) },
        "responses": answers(row.reply)
    });
    if row.who == Who::Anyone {
        operation["security"] = json!([]);
    }
    operation
}

fn avatar() -> Value {
    let bytes = json!({ "schema": { "type": "string", "format": "binary" } });
    json!({ "put": {
        "operationId": "avatar",
        "tags": ["profile"],
        "summary": "Makes an image the caller's picture.",
        "description": "PNG, JPEG, GIF or WebP of at most 5 MiB.",
        "requestBody": { "required": true, "content": { "image/*": bytes } },
        "responses": answers("User")
    } })
}

fn emoji() -> Value {
    let bytes = json!({ "schema": { "type": "string", "format": "binary" } });
    let name = json!({ "type": "string", "pattern": "^[a-z0-9+-][a-z0-9_+-]{0,30}[a-z0-9+-]$" });
    json!({ "put": {
        "operationId": "emoji",
        "tags": ["emoji"],
        "summary": "Makes an image an emoji of the workspace.",
        "description": "PNG, JPEG, GIF or WebP of at most 1 MiB. For people who are at least Moderator in the workspace.",
        "parameters": [{ "name": "name", "in": "path", "required": true, "schema": name }],
        "requestBody": { "required": true, "content": { "image/*": bytes } },
        "responses": answers("Emoji")
    } })
}

fn answers(reply: &str) -> Value {
    json!({
        "200": { "description": "Done.", "content": content(reply) },
        "default": { "description": "Refused: the status follows from the error's code.", "content": content("Error") }
    })
}

fn content(name: &str) -> Value {
    json!({ "application/json": { "schema": schema::named(name) } })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_call_is_there_and_every_type_that_is_named_is_described() {
        let document = build();
        for row in Call::TABLE {
            let call = &document["paths"][format!("/api/{}", row.name)]["post"];
            assert!(call["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{}", row.name);
        }
        let mut named = Vec::new();
        references(&document, &mut named);
        assert!(named.len() > 2 * Call::TABLE.len());
        for name in named {
            assert!(document.pointer(&name[1..]).is_some(), "{name}");
        }
    }

    #[test]
    fn a_request_is_described_field_by_field() {
        let document = build();
        let send = &document["components"]["schemas"]["MessageSend"];
        assert_eq!(send["properties"]["room"]["$ref"], "#/components/schemas/RoomId");
        assert_eq!(send["properties"]["text"]["type"], "string");
        assert_eq!(send["required"], json!(["room", "nonce", "text"]));
        assert_eq!(document["components"]["schemas"]["Role"]["enum"][4], "owner");
    }
}
