//! The rules of the chat: who may do what, and what follows.
