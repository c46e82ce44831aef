//! The states and types of an order, by their names in the contract.

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
