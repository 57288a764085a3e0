//! Generates what clients and readers get from the tables: TypeScript and the reference of calls and pushes.
