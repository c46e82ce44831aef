//! How documents are read: one small text a habit seen in the wild.
