//! What happens to an order, by its names in the contract.

use serde::{Deserialize, Serialize};

/// Something that happened to an order, or that somebody wants to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Created,
    Submitted,
    ProviderRejected,
    ProviderApproved,
    VerificationSubmitted,
    VerificationPassed,
    VerificationFailed,
    SentToAdministration,
    SmsVerified,
    SmsExpired,
    SmsFailed,
    AdministrationRejected,
    AdministrationApproved,
    Resubmitted,
    Withdrawn,
    Returned,
    Abandoned,
}
