//! The webhook for other systems.
