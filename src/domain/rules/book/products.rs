//! What the provider sells, as far as a filing cares.

use serde::Deserialize;

use super::sourced;
use crate::records::Plan;

sourced! {
    /// products.toml
    pub struct Products {
        pub product: Vec<Product>,
    }
}

sourced! {
    pub struct Product {
        /// As in the `product` of an instance on record.
        pub key: String,
        pub name: String,
        pub english: String,
        pub aliases: Vec<String>,
        /// How many service numbers; none: it cannot be used for a filing.
        #[serde(default)]
        pub quota: Option<Quota>,
        #[serde(default)]
        pub terms: Option<Terms>,
        /// Whether a site on it has to be filed.
        pub filing: bool,
        pub access: Access,
        /// Whether it earns server time back for the days of a review.
        pub gift: bool,
        #[serde(default)]
        pub gift_not_for: Vec<Plan>,
    }
}

/// How many service numbers there are.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    pub limit: u32,
    pub per: Per,
    /// Which instances share it, where it's per account.
    #[serde(default)]
    pub group: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    Instance,
    Account,
}

/// What an instance must fulfil before it may be used for a filing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Months to be bought, renewals included.
    pub months: u32,
    /// The months have to come with the first purchase.
    #[serde(default)]
    pub first_purchase: bool,
    pub public_bandwidth: bool,
    pub subscription: bool,
    /// What the order has to have cost at least.
    #[serde(default)]
    pub amount_yuan: Option<u32>,
}

/// Whether a filing has to be with this provider for a product to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    Yes,
    No,
    /// By where the source server stands.
    Origin,
    /// The sources say: as the case may be.
    Depends,
}

impl Products {
    pub fn get(&self, key: &str) -> Option<&Product> {
        self.product.iter().find(|product| product.key == key)
    }
}
