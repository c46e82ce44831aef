//! The names that the rule tables give, as the recogniser looks for them: provinces, cities, products, fields of a filing.

use crate::domain::rules::book::RuleBook;
use crate::understand::Recogniser;
use crate::understand::entities::{Gazetteer, NameKind};

/// Cities that people name instead of their province; the capitals and the large ones.
const CITIES: &str = include_str!("gazetteer/cities.txt");
/// What people call the parts of a filing.
const FIELDS: &str = include_str!("gazetteer/fields.txt");

/// A recogniser with all names of the rule tables.
pub fn recogniser(book: &RuleBook) -> Recogniser {
    let mut gazetteer = Gazetteer::default();
    for province in &book.provinces.province {
        for alias in province.aliases.iter().chain([&province.name, &province.english]) {
            gazetteer.add(alias, NameKind::Province, &province.name);
        }
    }
    for line in CITIES.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let Some((province, cities)) = line.split_once(':') else { continue };
        for names in cities.split_whitespace() {
            let mut names = names.split('/');
            let Some(name) = names.next() else { continue };
            for alias in std::iter::once(name).chain(names) {
                let city = NameKind::City { province: province.to_owned() };
                gazetteer.add(&alias.replace('_', " "), city.clone(), name);
                if alias.chars().any(crate::understand::script::is_chinese) {
                    gazetteer.add(&format!("{alias}市"), city, name);
                }
            }
        }
    }
    for product in &book.products.product {
        for alias in product.aliases.iter().chain([&product.name, &product.english]) {
            gazetteer.add(alias, NameKind::Product, &product.key);
        }
    }
    for line in FIELDS.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let Some((field, words)) = line.split_once(':') else { continue };
        for word in words.split_whitespace() {
            gazetteer.add(&word.replace('_', " "), NameKind::Field, field);
        }
    }
    gazetteer.seal();
    Recogniser { gazetteer }
}
