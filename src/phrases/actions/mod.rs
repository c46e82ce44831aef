//! The words of each action's verdict, one file an action.

pub mod can_cancel_order;
pub mod check_domain;
pub mod service_numbers_left;
pub mod why_rejected;

use super::Voice;
use crate::domain::rules::book::Origin;

/// The line that says where a rule comes from.
pub(crate) fn source_line(voice: Voice, origin: Origin<'_>) -> String {
    voice.pick(format!("依据资料日期：{}。", origin.as_of), format!("Rule as of {}.", origin.as_of))
}
