//! The words of each action's verdict, one file an action.

pub mod app_verification;
pub mod can_cancel_order;
pub mod can_change;
pub mod can_start_order;
pub mod can_transfer;
pub mod check_domain;
pub mod check_server;
pub mod commercial_ip_rule;
pub mod domains_per_website;
pub mod effects;
pub mod filing_type;
pub mod gift_time;
pub mod legacy_record_path;
pub mod need_filing;
pub mod order_status;
pub mod public_security_code;
pub mod service_numbers_left;
pub mod shell_site_check;
pub mod sms_required;
pub mod upload_check;
pub mod website_name_check;
pub mod why_rejected;

use super::Voice;
use crate::domain::rules::book::Origin;

#[cfg(test)]
mod record_tests;

/// The line that says where a rule comes from.
pub(crate) fn source_line(voice: Voice, origin: Origin<'_>) -> String {
    voice.pick(format!("依据资料日期：{}。", origin.as_of), format!("Rule as of {}.", origin.as_of))
}

/// The date of the source, at the end of an answer.
pub(crate) fn dated(voice: Voice, origin: Origin<'_>) -> String {
    voice.pick(format!("（资料日期 {}）", origin.as_of), format!("(As of {}.)", origin.as_of))
}

#[cfg(test)]
mod verdict_tests;
