//! What is remembered: all SQL, migrations and the writer.
