//! Whether a province takes the provider's app for documents and the check of the person.

use crate::domain::rules::app_verification::{AppNote, AppVerificationSupport};
use crate::domain::rules::book::{AsOf, RuleBook, Sourced as _, holding};
use crate::phrases::{Voice, names, row};

pub fn text(voice: Voice, book: &RuleBook, verdict: &AppVerificationSupport, as_of: AsOf) -> String {
    let province = names::province(voice, book, &verdict.province);
    let app = &voice.pick(&book.provider.zh, &book.provider.en).app;
    let files = book.provinces.province.iter().any(|row| row.name == verdict.province && row.files);
    let table = &book.app_verification;
    let mut origin = holding(&table.list, as_of).map_or(table.origin(), |list| list.origin());
    let mut text = match (verdict.supported, verdict.note, as_of) {
        (false, Some(AppNote::OwnApp), _) => {
            if let Some(own) = table.own_app.iter().find(|row| row.province == verdict.province) {
                origin = own.origin();
            }
            voice.pick(
                format!("不可以用{app}，{province}备案要用{province}市通信管理局（管局）自己的 App 做核验，也不能用幕布。\n\n1. 初审通过后，在备案系统的提示页面下载{province}管局 App，同意定位。\n2. 由网站负责人本人在{province}拍照核验，在外地拍不行。\n3. 拍照用的手机号码要和备案里网站负责人的手机号码相同。"),
                format!("No, not the {app}: {province} verifies with the app of its own communications administration, and takes no backdrop photo either.\n\n1. After the provider's review download that app from the page shown in the filing system, and allow it your location.\n2. The website's person in charge takes the photo in {province}; elsewhere doesn't work.\n3. The phone number used has to be the one in the filing."),
            )
        }
        (false, _, _) if !files => voice.pick(
            format!("不可以，{province}不在大陆 ICP 备案的范围内，没有 App 核验。"),
            format!(
                "No, the mainland's filing doesn't reach {province}, so there is no verification by app."
            ),
        ),
        (false, _, AsOf::On(day)) => voice.pick(
            format!("不可以，按 {day} 时的规定，{province}还没有开放{app}核验，要用幕布拍照。"),
            format!(
                "No, by the rule of {day} {province} wasn't open to the {app}; the backdrop photo was needed."
            ),
        ),
        (false, _, AsOf::Newest) => voice.pick(
            format!("不可以，{province}没有开放{app}核验，要用幕布拍照。"),
            format!("No, {province} isn't open to the {app}; the backdrop photo is needed."),
        ),
        (true, note, _) => {
            let caution = if note == Some(AppNote::NotLimited) {
                let list: Vec<&str> = table
                    .list
                    .iter()
                    .filter_map(|list| list.provinces.as_ref())
                    .flatten()
                    .map(|name| names::province(voice, book, name))
                    .collect();
                let list = row(voice, &list);
                voice.pick(
                    format!("新资料没有限定省份；2018 年的资料只列了{list}，{province}不在其中。以备案系统里有没有手机核验的选项为准，没有就用幕布拍照。"),
                    format!("The newer document limits no province; that of 2018 listed {list} only, without {province}. Go by whether the filing system offers it; if not, use the backdrop photo."),
                )
            } else {
                voice.pick(
                    "用 App 的话不用申请幕布，也不用再拍幕布照；以备案系统里显示的方式为准。".to_owned(),
                    "With the app no backdrop is needed; go by what the filing system offers.".to_owned(),
                )
            };
            voice.pick(
                format!("可以，{province}备案能用{app}上传资料和做人脸核验。\n\n{caution}\n\n1. 在备案系统选择手机上传和核验的方式，按提示用{app}扫码。\n2. 用 App 上传资料的，要交备案承诺书，模板在页面上下载。\n3. 由网站负责人本人做人脸核验。"),
                format!("Yes, a filing in {province} can be documented and verified with the {app}.\n\n{caution}\n\n1. Choose upload and verification by phone in the filing system and scan the code with the {app}.\n2. With documents uploaded by app a letter of commitment is needed; the page has the template.\n3. The website's person in charge does the face check."),
            )
        }
    };
    text.push_str("\n\n");
    text.push_str(&super::dated(voice, origin));
    text
}
