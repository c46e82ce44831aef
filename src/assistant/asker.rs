//! Who asks, and what they may see.

use crate::domain::records::{Identity, RecordSet, Role};
use crate::store::{Store, StoreError};

/// The speaker of a message, looked up in the identities on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asker {
    /// Nobody we know, or an applicant without an account: sees what is general.
    Unlinked,
    /// Sees its own account's records only.
    Applicant { account: String },
    /// Agents and admins see all, and name an account, order, domain or instance.
    Agent,
}

impl Asker {
    /// Looks the speaker up.
    pub fn find(store: &dyn Store, channel: &str, user: Option<&str>) -> Result<Self, StoreError> {
        let Some(user) = user else { return Ok(Self::Unlinked) };
        Ok(store.identity(channel, user)?.map_or(Self::Unlinked, Self::of))
    }

    fn of(identity: Identity) -> Self {
        match (identity.role, identity.account) {
            (Role::Agent | Role::Admin, _) => Self::Agent,
            (Role::Applicant, Some(account)) => Self::Applicant { account },
            (Role::Applicant, None) => Self::Unlinked,
        }
    }

    pub fn is_linked(&self) -> bool {
        !matches!(self, Self::Unlinked)
    }

    /// Whether the records of an account may be shown to this speaker.
    pub fn may_see(&self, account: &str) -> bool {
        match self {
            Self::Unlinked => false,
            Self::Applicant { account: own } => own == account,
            Self::Agent => true,
        }
    }
}

/// The records that a question is about: everything of one account.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseFile {
    pub account: String,
    pub records: RecordSet,
}

impl CaseFile {
    pub fn load(store: &dyn Store, account: &str) -> Result<Self, StoreError> {
        Ok(Self { account: account.to_owned(), records: store.case_file(account)? })
    }

    /// Numbers of persons and organisations on record, which no reply shows whole.
    pub fn personal_numbers(&self) -> Vec<&str> {
        let records = &self.records;
        let mut numbers: Vec<&str> = Vec::new();
        for entity in &records.entities {
            numbers.extend([
                entity.id_number.as_str(),
                entity.person.id_number.as_str(),
                entity.person.phone.as_str(),
            ]);
        }
        numbers.extend(records.domains.iter().map(|domain| domain.holder.id_number.as_str()));
        numbers.retain(|number| number.chars().count() >= 6);
        numbers
    }

    /// The ids that may be repeated whole.
    pub fn ids(&self) -> Vec<&str> {
        let records = &self.records;
        records
            .orders
            .iter()
            .map(|order| order.id.as_str())
            .chain(records.instances.iter().map(|instance| instance.id.as_str()))
            .chain(records.service_numbers.iter().map(|number| number.number.as_str()))
            .collect()
    }
}
