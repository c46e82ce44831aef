//! Suffixes, names of websites, pictures, what may be changed, and what the provider is called.

use serde::{Deserialize, Serialize};

use super::{AsOf, holding, sourced};

sourced! {
    /// suffixes.toml
    pub struct Suffixes {
        pub suffix: Vec<Suffix>,
    }
}

sourced! {
    pub struct Suffix {
        /// Without a dot, lower case.
        pub name: String,
        pub approved: bool,
    }
}

impl Suffixes {
    /// The row for the last label of a domain; none where the sources are silent.
    pub fn of(&self, domain: &str, as_of: AsOf) -> Option<&Suffix> {
        let last = domain.trim().trim_end_matches('.').rsplit('.').next()?.to_lowercase();
        holding(self.suffix.iter().filter(|suffix| suffix.name == last), as_of)
    }

    /// Whether the ministry has approved the suffix; none where the sources are silent.
    pub fn approved(&self, domain: &str, as_of: AsOf) -> Option<bool> {
        self.of(domain, as_of).map(|suffix| suffix.approved)
    }
}

sourced! {
    /// website_names.toml
    pub struct WebsiteNames {
        pub min_chinese_characters: usize,
        pub national_prefixes: Vec<String>,
        pub sensitive_words: Vec<String>,
    }
}

sourced! {
    /// uploads.toml
    pub struct Uploads {
        /// Lower case, without a dot.
        pub formats: Vec<String>,
        /// Formats on which the sources disagree.
        pub disputed: Vec<String>,
        /// The size has to be below this.
        pub under_bytes: u64,
    }
}

sourced! {
    /// changes.toml
    pub struct Changes {
        pub field: Vec<ChangeRule>,
    }
}

sourced! {
    pub struct ChangeRule {
        pub name: Field,
        pub allowed: bool,
        #[serde(default)]
        pub instead: Option<Instead>,
    }
}

impl Changes {
    pub fn of(&self, field: Field, as_of: AsOf) -> Option<&ChangeRule> {
        holding(self.field.iter().filter(|row| row.name == field), as_of)
    }
}

/// What somebody wants to change in a filing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Domain,
    Province,
    WebsiteName,
    EntityName,
    EntityNature,
    IdNumber,
    Person,
    Phone,
    Email,
    Address,
    Other,
}

impl Field {
    pub const ALL: [Self; 11] = [
        Self::Domain,
        Self::Province,
        Self::WebsiteName,
        Self::EntityName,
        Self::EntityNature,
        Self::IdNumber,
        Self::Person,
        Self::Phone,
        Self::Email,
        Self::Address,
        Self::Other,
    ];
}

/// What to do where a change isn't possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Instead {
    DeleteOnly,
    NewFiling,
    DeregisterFirst,
    WaitForOrder,
}

sourced! {
    /// transfer.toml
    pub struct Transfer {
        pub condition: Vec<TransferCondition>,
    }
}

sourced! {
    pub struct TransferCondition {
        pub blocker: TransferBlocker,
    }
}

/// What keeps a filing from being moved to another account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferBlocker {
    TargetHasOrder,
    TargetHasEntity,
    InternationalSite,
}

impl Transfer {
    /// Whether this was a blocker then.
    pub fn blocks(&self, blocker: TransferBlocker, as_of: AsOf) -> bool {
        holding(self.condition.iter().filter(|row| row.blocker == blocker), as_of).is_some()
    }
}

sourced! {
    /// provider.toml
    pub struct Provider {
        pub console: String,
        pub phone: String,
        pub callback_phones: Vec<String>,
        pub conflict_email: String,
        pub org_code: String,
        pub zh: ProviderNames,
        pub en: ProviderNames,
    }
}

/// The provider's names in one language.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderNames {
    pub provider: String,
    pub company: String,
    pub system: String,
    pub app: String,
    pub legacy: String,
    pub curtain: String,
}

impl Provider {
    /// Every placeholder of the knowledge base and the phrases with its text; the English names end in `_en`.
    pub fn placeholders(&self) -> Vec<(&'static str, String)> {
        let mut all = vec![
            ("console", self.console.clone()),
            ("phone", self.phone.clone()),
            ("callback_phones", self.callback_phones.join("、")),
            ("callback_phones_en", self.callback_phones.join(", ")),
            ("conflict_email", self.conflict_email.clone()),
            ("org_code", self.org_code.clone()),
        ];
        let keys = [
            ["provider", "company", "system", "app", "legacy", "curtain"],
            ["provider_en", "company_en", "system_en", "app_en", "legacy_en", "curtain_en"],
        ];
        for (names, keys) in [&self.zh, &self.en].into_iter().zip(keys) {
            let texts =
                [&names.provider, &names.company, &names.system, &names.app, &names.legacy, &names.curtain];
            all.extend(keys.into_iter().zip(texts.into_iter().cloned()));
        }
        all
    }
}
