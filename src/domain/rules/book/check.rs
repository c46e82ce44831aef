//! Whether the tables make sense: names that exist, dates in order, rows that don't contradict each other. What a file
//! looks like (fields, types) is checked when it's read.

use std::collections::HashMap;
use std::fmt;

use jiff::civil::{Date, Weekday};

use super::{Field, Per, RuleBook, Sourced};
use crate::records::RejectionReason;

/// One step on the way to a value within a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Key(&'static str),
    Index(usize),
}

/// Something wrong in a table, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub file: &'static str,
    /// From the top of the file; the loader turns it into a line.
    pub path: Vec<Step>,
    pub what: String,
    pub mend: &'static str,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.file, self.what, self.mend)
    }
}

/// The first and the last day on which a row holds.
type Period = (Option<Date>, Option<Date>);

/// Collects the faults of one file.
struct Findings<'a> {
    file: &'static str,
    found: &'a mut Vec<Fault>,
}

impl Findings<'_> {
    fn at(&mut self, path: &[Step], what: String, mend: &'static str) {
        self.found.push(Fault { file: self.file, path: path.to_vec(), what, mend });
    }

    fn row(&mut self, list: &'static str, index: usize, what: String, mend: &'static str) {
        self.at(&[Step::Key(list), Step::Index(index)], what, mend);
    }

    /// Dates in order within each row, and no two rows with the same key on the same day.
    fn rows<T: Sourced>(&mut self, list: &'static str, rows: &[T], key: impl Fn(&T) -> String) {
        let mut seen: HashMap<String, Vec<Period>> = HashMap::new();
        for (index, row) in rows.iter().enumerate() {
            let (from, to) = (row.valid_from(), row.valid_to());
            if row.origin().source.trim().is_empty() {
                self.row(list, index, "`source` is empty".into(), "name the document and the section");
            }
            if let (Some(from), Some(to)) = (from, to)
                && from > to
            {
                let what = format!("valid_from {from} is after valid_to {to}");
                self.row(list, index, what, "swap or correct the dates");
            }
            let key = key(row);
            let earlier = seen.entry(key.clone()).or_default();
            if earlier.iter().any(|&(other_from, other_to)| overlap((from, to), (other_from, other_to))) {
                let what = format!("`{key}` has another row for the same days");
                self.row(list, index, what, "end the older row with valid_to the day before, or remove one");
            }
            earlier.push((from, to));
        }
    }

    fn provinces<'n>(
        &mut self,
        book: &RuleBook,
        names: impl Iterator<Item = &'n String>,
        path: impl Fn(usize) -> Vec<Step>,
    ) {
        for (index, name) in names.enumerate() {
            if !book.provinces.province.iter().any(|province| province.name == *name) {
                let what = format!("`{name}` isn't the short name of a province");
                self.at(&path(index), what, "use a `name` of provinces.toml");
            }
        }
    }
}

fn overlap(one: Period, other: Period) -> bool {
    let starts_before_end = |from: Option<Date>, to: Option<Date>| match (from, to) {
        (Some(from), Some(to)) => from <= to,
        (None, _) | (_, None) => true,
    };
    starts_before_end(one.0, other.1) && starts_before_end(other.0, one.1)
}

impl RuleBook {
    /// Everything that's wrong with the tables; empty where they may be used.
    pub fn faults(&self) -> Vec<Fault> {
        let mut found = Vec::new();
        self.check_places(&mut found);
        self.check_products(&mut found);
        self.check_reasons(&mut found);
        self.check_terms(&mut found);
        self.check_wording(&mut found);
        found
    }

    fn check_places(&self, found: &mut Vec<Fault>) {
        let mut findings = Findings { file: "provinces.toml", found };
        findings.rows("province", &self.provinces.province, |row| row.name.clone());
        let mut names: HashMap<String, usize> = HashMap::new();
        for (index, row) in self.provinces.province.iter().enumerate() {
            let own = [&row.name, &row.english].into_iter().chain(&row.aliases).chain(&row.abbreviations);
            for name in own {
                let earlier = *names.entry(name.to_lowercase()).or_insert(index);
                if earlier != index {
                    let what = format!("`{name}` also names another province");
                    findings.row("province", index, what, "give each name to one province");
                }
            }
        }
        findings.file = "sms.toml";
        findings.rows("list", &self.sms.list, |_| "list".into());
        for (index, list) in self.sms.list.iter().enumerate() {
            findings.provinces(self, list.provinces.iter(), |at| in_list("list", index, "provinces", at));
        }
        findings.file = "app_verification.toml";
        findings.rows("list", &self.app_verification.list, |_| "list".into());
        findings.rows("own_app", &self.app_verification.own_app, |row| row.province.clone());
        for (index, list) in self.app_verification.list.iter().enumerate() {
            let names = list.provinces.iter().flatten();
            findings.provinces(self, names, |at| in_list("list", index, "provinces", at));
        }
        let own = self.app_verification.own_app.iter().map(|row| &row.province);
        findings.provinces(self, own, |at| in_row("own_app", at, "province"));
        findings.file = "domains_per_website.toml";
        findings.rows("province", &self.domains_per_website.province, |row| row.name.clone());
        let limited = self.domains_per_website.province.iter().map(|row| &row.name);
        findings.provinces(self, limited, |at| in_row("province", at, "name"));
        findings.file = "public_security.toml";
        findings.rows("city", &self.public_security.city, |row| row.name.clone());
        for (index, city) in self.public_security.city.iter().enumerate() {
            if city.code.is_empty() || !city.code.bytes().all(|byte| byte.is_ascii_digit()) {
                let what = format!("the code `{}` of {} isn't made of digits", city.code, city.name);
                findings.at(&in_row("city", index, "code"), what, "write the code as digits in quotes");
            }
        }
        findings.file = "commercial_ip.toml";
        findings.rows("place", &self.commercial_ip.place, |row| row.name.clone());
        for (index, place) in self.commercial_ip.place.iter().enumerate() {
            if !place.city {
                findings.provinces(self, std::iter::once(&place.name), |_| in_row("place", index, "name"));
            }
        }
    }

    fn check_products(&self, found: &mut Vec<Fault>) {
        let mut findings = Findings { file: "products.toml", found };
        findings.rows("product", &self.products.product, |row| row.key.clone());
        for (index, product) in self.products.product.iter().enumerate() {
            if product.quota.is_some() != product.terms.is_some() {
                let what = format!("`{}` has one of `quota` and `terms` without the other", product.key);
                findings.row(
                    "product",
                    index,
                    what,
                    "give both, or neither where it can't be used for a filing",
                );
            }
            if let Some(quota) = &product.quota {
                if quota.limit == 0 {
                    let what = format!("`{}` has a quota of 0", product.key);
                    findings.at(
                        &in_row("product", index, "quota"),
                        what,
                        "leave `quota` and `terms` out instead",
                    );
                }
                if (quota.per == Per::Account) != quota.group.is_some() {
                    let what =
                        format!("`{}` needs a `group` exactly when its quota is per account", product.key);
                    findings.at(&in_row("product", index, "quota"), what, "add or remove `group`");
                }
            }
        }
    }

    fn check_reasons(&self, found: &mut Vec<Fault>) {
        let mut findings = Findings { file: "rejections.toml", found };
        findings.rows("reason", &self.rejections.reason, |row| format!("{:?}", row.code));
        for code in RejectionReason::ALL {
            if self.rejections.get(code).is_none() {
                let what = format!("no row for the code of {code:?}");
                findings.at(&[], what, "add a [[reason]] with that code in snake_case");
            }
        }
        for (index, reason) in self.rejections.reason.iter().enumerate() {
            for (language, text) in [("zh", &reason.zh), ("en", &reason.en)] {
                if text.title.is_empty() || text.cause.is_empty() || text.mend.is_empty() {
                    let what = format!("the {language} wording of {:?} is incomplete", reason.code);
                    findings.at(
                        &in_row("reason", index, language),
                        what,
                        "give title, cause and at least one step",
                    );
                }
            }
            if reason.notices.is_empty() {
                let what = format!("{:?} has no notice", reason.code);
                findings.row("reason", index, what, "give the words that stand on the screen");
            }
        }
        findings.file = "import_prompts.toml";
        findings.rows("prompt", &self.import_prompts.prompt, |row| row.key.clone());
        for (index, prompt) in self.import_prompts.prompt.iter().enumerate() {
            if prompt.notices.is_empty() || prompt.zh.mend.is_empty() || prompt.en.mend.is_empty() {
                let what = format!("`{}` lacks its notice or what to do", prompt.key);
                findings.row("prompt", index, what, "give the notice and at least one step in each language");
            }
        }
    }

    fn check_terms(&self, found: &mut Vec<Fault>) {
        let mut findings = Findings { file: "terms.toml", found };
        for (name, span) in [
            ("administration_review", &self.terms.administration_review),
            ("mailbox_reset", &self.terms.mailbox_reset),
        ] {
            let (earliest, latest) = (span.earliest_working_days, span.latest_working_days);
            if earliest > latest {
                let what = format!("the earliest day {earliest} of `{name}` is after the latest, {latest}");
                findings.at(&[Step::Key(name)], what, "swap or correct the numbers");
            }
        }
        findings.file = "legacy.toml";
        let spans = &self.legacy.span;
        for (index, span) in spans.iter().enumerate() {
            if let (Some(from), Some(to)) = (span.from, span.to)
                && from > to
            {
                findings.row(
                    "span",
                    index,
                    format!("from {from} is after to {to}"),
                    "swap or correct the dates",
                );
            }
            if spans.iter().take(index).any(|other| overlap((other.from, other.to), (span.from, span.to))) {
                let what = "the days of this span belong to another one as well".into();
                findings.row("span", index, what, "let each span begin the day after the one before");
            }
        }
        findings.file = "holidays.toml";
        findings.rows("year", &self.holidays.year, |row| row.year.to_string());
        for (index, table) in self.holidays.year.iter().enumerate() {
            for (list, days) in [("off", &table.off), ("working", &table.working)] {
                for (at, day) in days.iter().enumerate() {
                    let path = in_list("year", index, list, at);
                    if day.year() != table.year {
                        let what = format!("{day} isn't in {}", table.year);
                        findings.at(&path, what, "move it to the table of its year");
                    }
                    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
                    if list == "working" && !weekend {
                        let what = format!("{day} isn't a Saturday or Sunday, so it can't be made up for");
                        findings.at(&path, what, "correct the date");
                    }
                    if list == "working" && table.off.contains(day) {
                        let what = format!("{day} is both a day off and a working day");
                        findings.at(&path, what, "keep it in one list");
                    }
                }
            }
        }
    }

    fn check_wording(&self, found: &mut Vec<Fault>) {
        let mut findings = Findings { file: "suffixes.toml", found };
        findings.rows("suffix", &self.suffixes.suffix, |row| row.name.clone());
        for (index, suffix) in self.suffixes.suffix.iter().enumerate() {
            if suffix.name.contains('.')
                || suffix.name != suffix.name.to_lowercase()
                || suffix.name.is_empty()
            {
                let what = format!("`{}` isn't one label in lower case", suffix.name);
                findings.at(
                    &in_row("suffix", index, "name"),
                    what,
                    "write it without a dot: `cn` counts for .com.cn",
                );
            }
        }
        findings.file = "changes.toml";
        findings.rows("field", &self.changes.field, |row| format!("{:?}", row.name));
        for (index, rule) in self.changes.field.iter().enumerate() {
            if rule.allowed == rule.instead.is_some() {
                let what = format!("{:?} needs `instead` exactly when it isn't allowed", rule.name);
                findings.row("field", index, what, "add or remove `instead`");
            }
        }
        findings.file = "transfer.toml";
        findings.rows("condition", &self.transfer.condition, |row| format!("{:?}", row.blocker));
        findings.file = "changes.toml";
        for field in Field::ALL {
            if self.changes.of(field, super::AsOf::Newest).is_none() {
                findings.at(
                    &[],
                    format!("no row holds for {field:?} now"),
                    "add a [[field]] without valid_to",
                );
            }
        }
    }
}

fn in_row(list: &'static str, row: usize, key: &'static str) -> Vec<Step> {
    vec![Step::Key(list), Step::Index(row), Step::Key(key)]
}

fn in_list(list: &'static str, row: usize, key: &'static str, at: usize) -> Vec<Step> {
    vec![Step::Key(list), Step::Index(row), Step::Key(key), Step::Index(at)]
}

#[cfg(test)]
mod tests;
