//! Which province a question is about: the one named, else that of the asker's own filing.

use super::{Ask, Request, Step};
use crate::phrases::clarify;

/// The province asked about.
pub(super) struct Place {
    pub province: String,
    /// It wasn't named: it is where the asker's own entity or order is.
    pub own: bool,
    /// Further provinces of the same question.
    pub others: Vec<String>,
}

/// Words of a question about the rule as a whole, which a section answers better than one province's verdict.
const WHOLE: &[&str] = &[
    "哪些",
    "哪几个",
    "哪个省",
    "哪个地方",
    "哪里的用户",
    "几个省",
    "多少个省",
    "各省",
    "各地",
    "名单",
    "所有省",
    "全国",
    "试点",
    "which province",
    "which region",
    "what province",
    "all provinces",
    "list of provinces",
    "every province",
];

/// The province, or what to do without one: ask for it, or answer the whole rule from knowledge.
pub(super) fn province(request: &Request<'_>) -> Result<Place, Box<Step>> {
    if let Some(named) = request.slot("province") {
        let said = &request.entities.provinces;
        let province = said.iter().find(|name| filed_in(request, name)).map_or(named, String::as_str);
        let others = said.iter().filter(|name| *name != province).cloned().collect();
        return Ok(Place { province: province.to_owned(), own: false, others });
    }
    if request.says(WHOLE) {
        return Err(Box::new(Step::General));
    }
    match own_provinces(request).as_slice() {
        [one] => Ok(Place { province: one.clone(), own: true, others: Vec::new() }),
        several => Err(Box::new(Step::Ask(Ask {
            slot: "province",
            text: clarify::which_province(request.voice, several),
            options: several.to_vec(),
        }))),
    }
}

/// Where several provinces are named, the one said to be that of the filing: 户口贵州，在广东备案.
fn filed_in(request: &Request<'_>, province: &str) -> bool {
    let folded = &request.text.folded;
    request.entities.provinces.len() > 1
        && ([format!("在{province}备"), format!("在{province}办")].iter().any(|said| folded.contains(said))
            || folded.contains(&format!("{province}备案")))
}

/// The provinces of the asker's entities and orders, each once.
fn own_provinces(request: &Request<'_>) -> Vec<String> {
    let Some(case) = request.case else { return Vec::new() };
    let entities = case.records.entities.iter().map(|entity| &entity.province);
    let mut provinces: Vec<String> = Vec::new();
    for province in entities.chain(case.records.orders.iter().map(|order| &order.province)) {
        if !provinces.contains(province) {
            provinces.push(province.clone());
        }
    }
    provinces
}
