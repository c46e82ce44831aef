//! Kept turns as the commands `explain`, `replay` and `record` find them.

use std::sync::Arc;

use anyhow::Context as _;

use super::wiring;
use crate::assistant::Receipt;
use crate::config::Settings;
use crate::store::Database;
use crate::store::conversations::Turn;

/// The store that turns are kept in.
pub(super) fn store(settings: &Settings) -> anyhow::Result<Arc<dyn Database>> {
    anyhow::ensure!(
        wiring::has_store(settings),
        "{}: there is no database, so nothing was kept; name the one that `serve` writes with --db",
        settings.db.strip_prefix("sqlite:").unwrap_or(&settings.db)
    );
    wiring::store(settings)
}

/// The turn of a reply's id.
pub(super) fn turn(store: &dyn Database, id: &str) -> anyhow::Result<Turn> {
    store.turn(id.trim())?.with_context(|| {
        format!("`{id}`: no reply of this id is kept; the id stands in the reply, see beian ask --json")
    })
}

/// How a reply came about.
pub(super) fn receipt(turn: &Turn) -> anyhow::Result<Receipt> {
    serde_json::from_str(&turn.receipt)
        .with_context(|| format!("`{}`: its receipt was written by another version of beian", turn.id))
}
