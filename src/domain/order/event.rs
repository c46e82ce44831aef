//! What happens to an order, by its names in the contract.

use std::fmt;

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

impl Event {
    /// Every event, in the order in which they usually come.
    pub const ALL: [Self; 17] = [
        Self::Created,
        Self::Submitted,
        Self::ProviderRejected,
        Self::ProviderApproved,
        Self::VerificationSubmitted,
        Self::VerificationPassed,
        Self::VerificationFailed,
        Self::SentToAdministration,
        Self::SmsVerified,
        Self::SmsExpired,
        Self::SmsFailed,
        Self::AdministrationRejected,
        Self::AdministrationApproved,
        Self::Resubmitted,
        Self::Withdrawn,
        Self::Returned,
        Self::Abandoned,
    ];

    /// Its name in the contract.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Submitted => "submitted",
            Self::ProviderRejected => "provider_rejected",
            Self::ProviderApproved => "provider_approved",
            Self::VerificationSubmitted => "verification_submitted",
            Self::VerificationPassed => "verification_passed",
            Self::VerificationFailed => "verification_failed",
            Self::SentToAdministration => "sent_to_administration",
            Self::SmsVerified => "sms_verified",
            Self::SmsExpired => "sms_expired",
            Self::SmsFailed => "sms_failed",
            Self::AdministrationRejected => "administration_rejected",
            Self::AdministrationApproved => "administration_approved",
            Self::Resubmitted => "resubmitted",
            Self::Withdrawn => "withdrawn",
            Self::Returned => "returned",
            Self::Abandoned => "abandoned",
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
