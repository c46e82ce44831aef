//! Where an order stands: its state together with the evidence that decides what may happen next.
//!
//! The name of a state does not tell everything: a draft whose person in charge has passed the check by phone is
//! still called a draft, but can no longer be stopped and skips the check later. That evidence lives in the variants.

use super::OrderState;

/// Whether the person in charge passed the check by phone before the order was submitted, in the present round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verification {
    NotYet,
    PassedByPhone,
}

/// A state of an order with its evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// `begun` once anything has happened: `created` can only be the first event.
    Draft {
        begun: bool,
        verification: Verification,
    },
    ProviderReview {
        verification: Verification,
    },
    ProviderRejected {
        verification: Verification,
    },
    VerificationPending,
    VerificationReview,
    Verified,
    SmsPending,
    AdministrationReview,
    AdministrationRejected,
    Approved,
    Abandoned,
}

impl Standing {
    /// Where every order starts, before its first event.
    pub const START: Self = Self::Draft { begun: false, verification: Verification::NotYet };

    /// A draft that came back, or was just created: the check has to be passed (again).
    pub(super) const DRAFT: Self = Self::Draft { begun: true, verification: Verification::NotYet };

    /// Where an order stands of which only the state is known. Nothing is assumed of a check by phone.
    pub const fn stated(state: OrderState) -> Self {
        let verification = Verification::NotYet;
        match state {
            OrderState::Draft => Self::DRAFT,
            OrderState::ProviderReview => Self::ProviderReview { verification },
            OrderState::ProviderRejected => Self::ProviderRejected { verification },
            OrderState::VerificationPending => Self::VerificationPending,
            OrderState::VerificationReview => Self::VerificationReview,
            OrderState::Verified => Self::Verified,
            OrderState::SmsPending => Self::SmsPending,
            OrderState::AdministrationReview => Self::AdministrationReview,
            OrderState::AdministrationRejected => Self::AdministrationRejected,
            OrderState::Approved => Self::Approved,
            OrderState::Abandoned => Self::Abandoned,
        }
    }

    /// The name of the state.
    pub const fn state(self) -> OrderState {
        match self {
            Self::Draft { .. } => OrderState::Draft,
            Self::ProviderReview { .. } => OrderState::ProviderReview,
            Self::ProviderRejected { .. } => OrderState::ProviderRejected,
            Self::VerificationPending => OrderState::VerificationPending,
            Self::VerificationReview => OrderState::VerificationReview,
            Self::Verified => OrderState::Verified,
            Self::SmsPending => OrderState::SmsPending,
            Self::AdministrationReview => OrderState::AdministrationReview,
            Self::AdministrationRejected => OrderState::AdministrationRejected,
            Self::Approved => OrderState::Approved,
            Self::Abandoned => OrderState::Abandoned,
        }
    }

    /// Whether this standing itself proves that verification has passed in the present round of an order that takes
    /// the full way. (The shorter ways have no verification; ask the events of an approved or abandoned order.)
    pub const fn verification_passed(self) -> bool {
        match self {
            Self::Draft { verification, .. }
            | Self::ProviderReview { verification }
            | Self::ProviderRejected { verification } => matches!(verification, Verification::PassedByPhone),
            Self::Verified | Self::SmsPending | Self::AdministrationReview | Self::Approved => true,
            // A rejection by the administration ends the round: the pass is spent with it.
            Self::VerificationPending
            | Self::VerificationReview
            | Self::AdministrationRejected
            | Self::Abandoned => false,
        }
    }
}
