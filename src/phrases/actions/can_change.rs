//! Whether a part of a filing can be changed, and what to do where it can't.

use crate::domain::records::Order;
use crate::domain::rules::book::{AsOf, Field, Instead, RuleBook, Sourced as _};
use crate::domain::rules::change::{CanChange, ChangeQuestion, can_change};
use crate::phrases::{Voice, names};

/// What goes with the verdict.
pub struct Told<'a> {
    pub as_of: AsOf,
    /// The order that has to end first.
    pub open: Option<&'a Order>,
    /// The question is about taking something out.
    pub deletes: bool,
    /// The administration is said not to take the change.
    pub forbidden: bool,
}

pub fn text(voice: Voice, book: &RuleBook, verdict: &CanChange, told: &Told<'_>) -> String {
    let name = field(voice, verdict.field);
    let rule = book.changes.of(verdict.field, told.as_of);
    let mut text = match (verdict.instead, told.as_of) {
        (None, AsOf::On(day)) if verdict.field == Field::Domain => {
            let mut text = voice.pick(
                format!("可以，按 {day} 时的规定，{name}还能改成别的，改完后旧域名就不能访问了。"),
                format!("Yes, by the rule of {day} the {name} could be changed; the old one then stopped working."),
            );
            let now = can_change(book, &ChangeQuestion::of(Field::Domain));
            if !now.allowed {
                text.push_str(voice.pick(
                    "\n\n注意：这是旧规定。2019 年 4 月 22 日起，变更网站只能删除域名，不能修改或新增。",
                    "\n\nThat rule is old: since 2019-04-22 a change of website can only remove domains, not replace or add them.",
                ));
            }
            text
        }
        (None, _) => allowed(voice, book, verdict.field, name),
        (Some(Instead::DeleteOnly), _) if told.deletes => voice.pick(
            "可以删，变更网站时域名只能删除，不能修改或新增。\n\n1. 没有进行中的备案订单时，登录备案系统，点“变更网站”。\n2. 去掉不要的域名，提交审核。\n\n这是 2019 年 4 月 22 日起的规定。想换新域名，要给新域名另外提交备案。".to_owned(),
            "You can remove one: a change of website can only take domains away, not replace or add them.\n\n1. With no other order under way, sign in to the filing system and choose the change of website.\n2. Take out the domain and submit.\n\nThis holds since 2019-04-22. A new domain needs a filing of its own.".to_owned(),
        ),
        (Some(Instead::DeleteOnly), _) => voice.pick(
            "不可以，备案的域名不能修改也不能新增，只能删除。\n\n2019 年 4 月 22 日起，变更网站时只允许删除域名；联系方式、邮箱等其他信息照样能改。\n\n- 想用新域名：给新域名另外提交备案（新增网站），不走变更。\n- 旧域名不要了：点“变更网站”把它删掉。".to_owned(),
            "No, the domains of a filing can't be replaced or added to, only removed.\n\nSince 2019-04-22 a change of website can only take domains away; contacts, e-mail and the rest can still be changed.\n\n- For a new domain: submit a filing for it (adding a website), not a change.\n- To drop the old one: remove it with a change of website.".to_owned(),
        ),
        (Some(Instead::NewFiling), _) => voice.pick(
            "不可以，备案所在的省份不能变更，要在目标省份重新申请备案。\n\n1. 按目标省份的管局规则准备资料，证件住所要和备案省份一致。\n2. 在目标省份重新提交备案申请。".to_owned(),
            "No, the province of a filing can't be changed; file anew in the province you move to.\n\n1. Prepare the documents by that province's rules; the address on your documents has to be in it.\n2. Submit a new filing there.".to_owned(),
        ),
        (Some(Instead::DeregisterFirst), _) => {
            let why = if told.forbidden {
                voice.pick("当地管局不允许这样变更", "The local administration doesn't take such a change")
            } else {
                voice.pick("网站已经取消接入，备案信息就不能在这里变更了", "The website's access here was cancelled, so its filing can't be changed here")
            };
            voice.pick(
                format!("不可以直接改，要先注销，再重新备案。\n\n{why}。\n\n1. 先看域名后缀：有些后缀注销后不能再备案。\n2. 注销原来的备案。\n3. 用新的信息重新提交备案。"),
                format!("No, not directly: deregister first, then file again.\n\n{why}.\n\n1. Look at the domain's suffix first: some can't be filed again after deregistering.\n2. Deregister the old filing.\n3. File again with the new details."),
            )
        }
        (Some(Instead::WaitForOrder), _) => {
            let why = told.open.map_or_else(
                || voice.pick("同一主体的订单不能同时进行。".to_owned(), "Orders of one entity can't run side by side.".to_owned()),
                |order| {
                    let (kind, state) = (names::order_type(voice, order.kind), names::state(voice, order.state));
                    voice.pick(
                        format!("订单 {}（{kind}）现在是“{state}”，同一主体的订单不能同时进行。", order.id),
                        format!("Order {} ({kind}) is {state}, and orders of one entity can't run side by side.", order.id),
                    )
                },
            );
            voice.pick(
                format!("现在还不可以，要等进行中的订单结束后才能改{name}。\n\n{why}\n\n- 等它审核通过后，再提交变更。\n- 还没做人脸或幕布核验的，也可以先放弃那个订单，再来变更。"),
                format!("No, not yet: the order under way has to end before you change the {name}.\n\n{why}\n\n- Submit the change when it is approved.\n- If the face or backdrop check is still to come, you can also abandon that order first."),
            )
        }
    };
    if let Some(rule) = rule {
        text.push_str("\n\n");
        text.push_str(&super::dated(voice, rule.origin()));
    }
    text
}

fn allowed(voice: Voice, book: &RuleBook, what: Field, name: &str) -> String {
    let (button, more) = match what {
        Field::EntityName | Field::IdNumber => (
            voice.pick("点“变更主体”", "choose the change of entity"),
            voice.pick("\n\n单位名称或证件变了，还要发证机关开的变更证明；域名持有者也要改成一致。", "\n\nFor a new name or ID the issuing office's proof of the change is needed, and the domain's holder has to agree with it."),
        ),
        Field::EntityNature => (
            voice.pick("点“变更主体”", "choose the change of entity"),
            voice.pick("\n\n性质变了，证件和域名持有者也要是新的主体；部分省市不允许直接变更，要先注销再重新备案，以当地管局规则为准。", "\n\nThe documents and the domain's holder have to be the new entity's; some provinces don't take this change and want a deregistration and a new filing."),
        ),
        Field::Person | Field::Phone | Field::Email | Field::Address => (
            voice.pick("主体负责人、单位的信息点“变更主体”，网站负责人的信息点“变更网站”", "choose the change of entity for the entity and its person in charge, the change of website for the site's"),
            voice.pick("\n\n两边都要改的，先办一个，完成后再办另一个。", "\n\nIf both change, do one after the other."),
        ),
        Field::WebsiteName | Field::Domain => (voice.pick("点“变更网站”", "choose the change of website"), ""),
        Field::Province | Field::Other => (
            voice.pick("主办单位的信息点“变更主体”，网站的信息点“变更网站”", "choose the change of entity or of website"),
            voice.pick("\n\n不能改的只有两样：域名只能删除，备案省份不能变。", "\n\nTwo things can't be changed: domains can only be removed, and the province stays."),
        ),
    };
    let console = &book.provider.console;
    voice.pick(
        format!("可以，{name}能改，走变更备案。\n\n1. 确认没有进行中的备案订单。\n2. 登录 {console}，{button}，填新信息、传资料。\n3. 按提示完成核验，等管局审核；期间网站可以正常访问。{more}\n\n个别省市的管局不允许直接变更某些内容，要先注销再备案。"),
        format!("Yes, the {name} can be changed, with a change of the filing.\n\n1. Make sure that no order is under way.\n2. Sign in at {console}, {button}, fill in the new details and upload the documents.\n3. Complete the verification and wait for the administration; the site stays reachable.{more}\n\nSome administrations don't take certain changes and want a deregistration first."),
    )
}

/// A field as people say it.
fn field(voice: Voice, field: Field) -> &'static str {
    let (chinese, english) = match field {
        Field::Domain => ("域名", "domain"),
        Field::Province => ("备案省份", "province"),
        Field::WebsiteName => ("网站名称", "website name"),
        Field::EntityName => ("主办单位名称", "name of the entity"),
        Field::EntityNature => ("主体性质", "nature of the entity"),
        Field::IdNumber => ("证件号码", "ID number"),
        Field::Person => ("负责人", "person in charge"),
        Field::Phone => ("联系电话", "phone number"),
        Field::Email => ("邮箱", "e-mail address"),
        Field::Address => ("地址", "address"),
        Field::Other => ("这项信息", "item"),
    };
    voice.pick(chinese, english)
}

/// It isn't said what is to be changed.
pub fn which_field(voice: Voice) -> String {
    voice
        .pick(
            "要改哪一项？大部分信息都能改；域名只能删除，备案省份不能变。",
            "What do you want to change? Most details can be; domains can only be removed and the province stays.",
        )
        .to_owned()
}

const OFFERED: [Field; 5] =
    [Field::Domain, Field::Person, Field::Phone, Field::EntityName, Field::WebsiteName];

/// What is offered to choose from.
pub fn options(voice: Voice) -> Vec<String> {
    OFFERED.map(|what| field(voice, what).to_owned()).to_vec()
}

/// The field of an offer.
pub fn option_of(voice: Voice, text: &str) -> Option<Field> {
    OFFERED.into_iter().find(|what| field(voice, *what) == text)
}
