//! The states and types of an order, by their names in the contract.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where an order is. The table of what reaches and leaves each state is in `transition`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    Draft,
    ProviderReview,
    ProviderRejected,
    VerificationPending,
    VerificationReview,
    Verified,
    SmsPending,
    AdministrationReview,
    AdministrationRejected,
    Approved,
    Abandoned,
}

impl OrderState {
    /// Every state, in the order in which an order passes them.
    pub const ALL: [Self; 11] = [
        Self::Draft,
        Self::ProviderReview,
        Self::ProviderRejected,
        Self::VerificationPending,
        Self::VerificationReview,
        Self::Verified,
        Self::SmsPending,
        Self::AdministrationReview,
        Self::AdministrationRejected,
        Self::Approved,
        Self::Abandoned,
    ];

    /// Its name in the contract.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::ProviderReview => "provider_review",
            Self::ProviderRejected => "provider_rejected",
            Self::VerificationPending => "verification_pending",
            Self::VerificationReview => "verification_review",
            Self::Verified => "verified",
            Self::SmsPending => "sms_pending",
            Self::AdministrationReview => "administration_review",
            Self::AdministrationRejected => "administration_rejected",
            Self::Approved => "approved",
            Self::Abandoned => "abandoned",
        }
    }

    /// Whether something can still happen to the order: everything but approved and abandoned.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Approved | Self::Abandoned => false,
            Self::Draft
            | Self::ProviderReview
            | Self::ProviderRejected
            | Self::VerificationPending
            | Self::VerificationReview
            | Self::Verified
            | Self::SmsPending
            | Self::AdministrationReview
            | Self::AdministrationRejected => true,
        }
    }
}

impl fmt::Display for OrderState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an order asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderType {
    First,
    AddAccess,
    ResumeAccess,
    AddWebsite,
    AddWebsiteElsewhere,
    ChangeEntity,
    ChangeWebsite,
    CancelAccess,
    DeregisterEntity,
    DeregisterWebsite,
    Claim,
    Import,
    Transfer,
}

impl OrderType {
    /// Every type, in the order of the contract.
    pub const ALL: [Self; 13] = [
        Self::First,
        Self::AddAccess,
        Self::ResumeAccess,
        Self::AddWebsite,
        Self::AddWebsiteElsewhere,
        Self::ChangeEntity,
        Self::ChangeWebsite,
        Self::CancelAccess,
        Self::DeregisterEntity,
        Self::DeregisterWebsite,
        Self::Claim,
        Self::Import,
        Self::Transfer,
    ];

    /// Its name in the contract.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::AddAccess => "add_access",
            Self::ResumeAccess => "resume_access",
            Self::AddWebsite => "add_website",
            Self::AddWebsiteElsewhere => "add_website_elsewhere",
            Self::ChangeEntity => "change_entity",
            Self::ChangeWebsite => "change_website",
            Self::CancelAccess => "cancel_access",
            Self::DeregisterEntity => "deregister_entity",
            Self::DeregisterWebsite => "deregister_website",
            Self::Claim => "claim",
            Self::Import => "import",
            Self::Transfer => "transfer",
        }
    }

    /// How much of the machine an order of this type goes through.
    pub const fn way(self) -> Way {
        match self {
            Self::First
            | Self::AddAccess
            | Self::ResumeAccess
            | Self::AddWebsite
            | Self::AddWebsiteElsewhere
            | Self::ChangeEntity
            | Self::ChangeWebsite => Way::Full,
            Self::Claim => Way::ProviderOnly,
            Self::Import | Self::Transfer | Self::CancelAccess => Way::AtOnce,
            Self::DeregisterEntity | Self::DeregisterWebsite => Way::AdministrationOnly,
        }
    }
}

impl fmt::Display for OrderType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The ways through the machine: most orders take the full one, some types a shorter one that can't be stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    /// Provider review, verification, perhaps SMS, administration.
    Full,
    /// Approved as soon as the provider approves (claim).
    ProviderOnly,
    /// Approved as soon as it is submitted (import, transfer, cancelling access).
    AtOnce,
    /// From submission straight to the administration (deregistering).
    AdministrationOnly,
}

impl Way {
    pub const ALL: [Self; 4] = [Self::Full, Self::ProviderOnly, Self::AtOnce, Self::AdministrationOnly];
}
