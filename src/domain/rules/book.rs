//! The tables of `rules/` as types: what the regulation says, as data. How they're read from disk is the business of
//! `rulebook` in the main crate; whether they make sense is checked in [`check`].
//!
//! Every row says where it comes from and, where the rule changed, from when to when it held. Look-ups take an
//! [`AsOf`]; the default is the newest rule, never "today".

pub mod check;
mod places;
mod products;
mod reasons;
mod sourced;
mod terms;
mod wording;

use serde::de::DeserializeOwned;

pub use check::{Fault, Step};
pub use places::{
    Address, AppList, AppVerification, CommercialIp, CommercialPlace, DomainLimit, DomainsPerWebsite, OwnApp,
    Province, ProvinceList, Provinces, PublicSecurity, SecurityCity, Sms,
};
pub use products::{Access, Per, Product, Products, Quota, Terms as ProductTerms};
pub use reasons::{At, Explanation, ImportPrompt, ImportPrompts, Meaning, Reason, Rejections};
pub(crate) use sourced::sourced;
pub use sourced::{AsOf, Origin, Sourced, holding};
pub use terms::{
    DomainChecks, GiftTerms, HolidayYear, Holidays, Legacy, LegacyPath, LegacySpan, OrderTerms,
    PublicSecurityTerm, RegistrySync, Since, SmsCode, Terms, WorkingDaySpan, WorkingDays,
};
pub use wording::{
    ChangeRule, Changes, Field, Instead, Provider, ProviderNames, Suffix, Suffixes, Transfer,
    TransferBlocker, TransferCondition, Uploads, WebsiteNames,
};

/// Where the tables come from: one file of `rules/` at a time.
pub trait TableSource {
    type Error;
    /// Reads a file such as `sms.toml`.
    fn table<T: DeserializeOwned>(&mut self, file: &'static str) -> Result<T, Self::Error>;
}

/// Names the tables once: the struct, the list of files and the reading of them can't drift apart.
macro_rules! rule_book {
    ($($field:ident: $type:ty = $file:literal,)*) => {
        /// All tables.
        #[derive(Clone, Debug, PartialEq)]
        pub struct RuleBook {
            $(pub $field: $type,)*
        }

        impl RuleBook {
            /// The files that make up a rule book.
            pub const FILES: &'static [&'static str] = &[$($file,)*];

            /// Reads every table; stops at the first that can't be read.
            pub fn read<S: TableSource>(source: &mut S) -> Result<Self, S::Error> {
                Ok(Self { $($field: source.table($file)?,)* })
            }
        }
    };
}

rule_book! {
    provinces: Provinces = "provinces.toml",
    sms: Sms = "sms.toml",
    products: Products = "products.toml",
    suffixes: Suffixes = "suffixes.toml",
    rejections: Rejections = "rejections.toml",
    import_prompts: ImportPrompts = "import_prompts.toml",
    terms: Terms = "terms.toml",
    domain_checks: DomainChecks = "domain_check.toml",
    changes: Changes = "changes.toml",
    commercial_ip: CommercialIp = "commercial_ip.toml",
    domains_per_website: DomainsPerWebsite = "domains_per_website.toml",
    public_security: PublicSecurity = "public_security.toml",
    app_verification: AppVerification = "app_verification.toml",
    website_names: WebsiteNames = "website_names.toml",
    uploads: Uploads = "uploads.toml",
    legacy: Legacy = "legacy.toml",
    transfer: Transfer = "transfer.toml",
    holidays: Holidays = "holidays.toml",
    provider: Provider = "provider.toml",
}

#[cfg(test)]
pub(crate) mod tests;
