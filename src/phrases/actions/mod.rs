//! The words of each action's verdict, one file an action.

pub mod can_cancel_order;
pub mod can_start_order;
pub mod can_transfer;
pub mod check_domain;
pub mod check_server;
pub mod effects;
pub mod filing_type;
pub mod gift_time;
pub mod order_status;
pub mod service_numbers_left;
pub mod shell_site_check;
pub mod why_rejected;

use super::Voice;
use crate::domain::rules::book::Origin;

#[cfg(test)]
mod record_tests;

/// The line that says where a rule comes from.
pub(crate) fn source_line(voice: Voice, origin: Origin<'_>) -> String {
    voice.pick(format!("依据资料日期：{}。", origin.as_of), format!("Rule as of {}.", origin.as_of))
}
