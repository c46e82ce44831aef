//! Provinces and cities, and the tables that are lists of them.

use serde::Deserialize;

use super::{AsOf, holding, sourced};

sourced! {
    /// provinces.toml
    pub struct Provinces {
        pub province: Vec<Province>,
    }
}

sourced! {
    /// A province-level division.
    pub struct Province {
        /// The short form that the contract uses: 浙江, 内蒙古.
        pub name: String,
        pub english: String,
        /// Other ways to write it, in both scripts and in English, all longer than one character.
        pub aliases: Vec<String>,
        /// Single characters such as 粤: in running text they're mostly something else.
        pub abbreviations: Vec<String>,
        #[serde(default)]
        pub municipality: bool,
        /// Whether the mainland's filing system reaches it.
        #[serde(default = "yes")]
        pub files: bool,
    }
}

fn yes() -> bool {
    true
}

impl Province {
    /// Whether this exact text is one of its names, in any case of letters.
    pub fn is_called(&self, text: &str) -> bool {
        let text = text.trim();
        [&self.name, &self.english]
            .into_iter()
            .chain(&self.aliases)
            .chain(&self.abbreviations)
            .any(|name| name.eq_ignore_ascii_case(text))
    }
}

impl Provinces {
    /// The province that is called so, exactly; finding names in running text is the business of `understand`.
    pub fn named(&self, text: &str) -> Option<&Province> {
        self.province.iter().find(|province| province.is_called(text))
    }
}

sourced! {
    /// sms.toml
    pub struct Sms {
        pub list: Vec<ProvinceList>,
    }
}

sourced! {
    /// Provinces in which something holds.
    pub struct ProvinceList {
        pub provinces: Vec<String>,
    }
}

impl Sms {
    /// The list that held; none for a day before every list.
    pub fn on(&self, as_of: AsOf) -> Option<&ProvinceList> {
        holding(&self.list, as_of)
    }
}

sourced! {
    /// domains_per_website.toml
    pub struct DomainsPerWebsite {
        /// The limit where no row names the province.
        pub otherwise: u32,
        pub province: Vec<DomainLimit>,
    }
}

sourced! {
    pub struct DomainLimit {
        pub name: String,
        pub limit: u32,
    }
}

sourced! {
    /// public_security.toml
    pub struct PublicSecurity {
        pub city: Vec<SecurityCity>,
    }
}

sourced! {
    pub struct SecurityCity {
        pub name: String,
        #[serde(default)]
        pub aliases: Vec<String>,
        pub code: String,
    }
}

sourced! {
    /// commercial_ip.toml
    pub struct CommercialIp {
        pub place: Vec<CommercialPlace>,
    }
}

sourced! {
    pub struct CommercialPlace {
        pub name: String,
        /// A city with a rule of its own within its province.
        #[serde(default)]
        pub city: bool,
        pub must_match: Vec<Address>,
        pub local_server: bool,
    }
}

/// The three addresses that an administration compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Address {
    Contract,
    Pointing,
    Filed,
}

sourced! {
    /// app_verification.toml
    pub struct AppVerification {
        pub list: Vec<AppList>,
        pub own_app: Vec<OwnApp>,
    }
}

sourced! {
    /// Where the provider's app serves; without provinces: everywhere.
    pub struct AppList {
        #[serde(default)]
        pub provinces: Option<Vec<String>>,
    }
}

sourced! {
    /// A province whose administration has an app of its own and allows no other.
    pub struct OwnApp {
        pub province: String,
    }
}
