//! What a text names: domains, orders, instances, provinces and cities, dates, pictures, products, fields.
//!
//! Recognised from the words alone; whether a record of that name exists is asked of the store elsewhere.

mod dates;
mod domains;
mod names;
mod numbers;
mod private;
mod sight;
mod uploads;

pub use dates::DateRange;
pub use domains::{Found, registrable};
pub use names::{Gazetteer, Kind as NameKind, Mention};
pub use numbers::{mask, mask_personal};
pub use private::mask_private;
pub use uploads::Picture;

use std::ops::Range;

/// Everything a text names, each kind in order of appearance and without repeats.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entities {
    /// Registrable domain names, lower case.
    pub domains: Vec<String>,
    /// Suffixes named alone, such as `.cc`.
    pub suffixes: Vec<String>,
    pub orders: Vec<String>,
    pub instances: Vec<String>,
    pub provinces: Vec<String>,
    pub cities: Vec<String>,
    pub products: Vec<String>,
    pub fields: Vec<String>,
    pub dates: Vec<DateRange>,
    /// Names in quotation marks, or after 叫 and the like.
    pub quoted: Vec<String>,
    pub picture: Picture,
    /// The text with each thing named replaced by a mark, for comparing questions with examples.
    pub masked: String,
}

/// Marks that stand for what was recognised: one private character each, so that they are one unit when compared.
pub mod marks {
    pub const DOMAIN: char = '\u{e001}';
    pub const ORDER: char = '\u{e002}';
    pub const INSTANCE: char = '\u{e003}';
    pub const SUFFIX: char = '\u{e004}';
    pub const DATE: char = '\u{e005}';
    pub const ALL: [(&str, char); 5] =
        [("domain", DOMAIN), ("order", ORDER), ("instance", INSTANCE), ("suffix", SUFFIX), ("date", DATE)];
}

/// Finds entities; holds the names that tables give (provinces, products, fields).
#[derive(Clone, Debug, Default)]
pub struct Recogniser {
    pub gazetteer: Gazetteer,
}

impl Recogniser {
    /// A folded text with what it names replaced by marks.
    pub fn masked(folded: &str) -> String {
        if folded.bytes().any(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
            || folded.contains('。')
        {
            Self::default().recognise(folded, folded).masked
        } else {
            folded.to_owned()
        }
    }

    /// Everything that a folded text names. `original` keeps the case and quotation marks that folding loses.
    pub fn recognise(&self, folded: &str, original: &str) -> Entities {
        let mut entities = Entities::default();
        let mut taken: Vec<(Range<usize>, char)> = Vec::new();

        for found in domains::find(folded) {
            match found {
                Found::Domain { name, range } => {
                    push(&mut entities.domains, name);
                    taken.push((range, marks::DOMAIN));
                }
                Found::Suffix { name, range } => {
                    push(&mut entities.suffixes, name);
                    taken.push((range, marks::SUFFIX));
                }
                Found::Address { range } => taken.push((range, ' ')),
            }
        }
        let free = |range: &Range<usize>, taken: &[(Range<usize>, char)]| {
            !taken.iter().any(|(other, _)| range.start < other.end && other.start < range.end)
        };
        for (name, range) in numbers::instances(folded) {
            if free(&range, &taken) {
                push(&mut entities.instances, name);
                taken.push((range, marks::INSTANCE));
            }
        }
        for (name, range) in numbers::orders(folded) {
            if free(&range, &taken) {
                push(&mut entities.orders, name);
                taken.push((range, marks::ORDER));
            }
        }
        for (date, range) in dates::find(folded) {
            if free(&range, &taken) {
                push(&mut entities.dates, date);
                taken.push((range, marks::DATE));
            }
        }
        entities.picture = uploads::find(folded);
        entities.quoted = names::quoted(original);
        for mention in self.gazetteer.find(folded) {
            if !free(&mention.range, &taken) {
                continue;
            }
            match mention.kind {
                names::Kind::Province => push(&mut entities.provinces, mention.name),
                names::Kind::City { province } => {
                    push(&mut entities.cities, mention.name);
                    push(&mut entities.provinces, province);
                }
                names::Kind::Product => push(&mut entities.products, mention.name),
                names::Kind::Field => push(&mut entities.fields, mention.name),
            }
        }
        taken.sort_by_key(|(range, _)| range.start);
        let mut at = 0;
        for (range, mark) in taken {
            if range.start >= at {
                entities.masked.push_str(&folded[at..range.start]);
                entities.masked.push(mark);
                at = range.end;
            }
        }
        entities.masked.push_str(&folded[at..]);
        entities
    }
}

fn push<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

#[cfg(test)]
mod tests;
