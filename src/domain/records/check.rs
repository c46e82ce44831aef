//! What a record set must satisfy beyond its form.
