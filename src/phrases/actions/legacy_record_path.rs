//! What to do with a filing made on the former platform.

use jiff::civil::Date;

use crate::domain::rules::book::{LegacyPath, RuleBook, Sourced as _};
use crate::phrases::Voice;

pub fn text(voice: Voice, book: &RuleBook, path: LegacyPath, first: Date, last: Date) -> String {
    let span = book.legacy.span.iter().find(|span| span.path == path);
    let when = if first == last {
        voice.pick(format!("{first} 提交的备案"), format!("A filing of {first}"))
    } else {
        voice.pick(
            format!("{first} 到 {last} 之间提交的备案"),
            format!("A filing made between {first} and {last}"),
        )
    };
    let console = &book.provider.console;
    let names = voice.pick(&book.provider.zh, &book.provider.en);
    let (provider, legacy) = (&names.provider, &names.legacy);
    let reset = &book.terms.mailbox_reset;
    let (soon, late) = (reset.earliest_working_days, reset.latest_working_days);
    let days = book.terms.claim_review.working_days;
    let text = match path {
        LegacyPath::Claim => voice.pick(
            format!("要认领。{when}，早于 2010 年 6 月 1 日，走认领。\n\n前提是后来没有接入过别的服务商，也没有导入过{provider}账号；接入过别家或已经导入过的，不用认领。\n\n1. 登录 {console}，在“开始备案”页面填主体信息和域名，验证备案类型。\n2. 显示“您的备案类型为认领备案”时，核对主体信息和备案号，上传证件图片。\n3. 提交认领，{provider} {days} 个工作日内审核，通过就完成了。"),
            format!("Claim it. {when} lies before 2010-06-01, so it is claimed.\n\nThat is if it was not moved to another provider since, nor imported into an account of {provider}; otherwise nothing has to be claimed.\n\n1. Sign in at {console}, enter the entity and the domain on the start page and verify the type.\n2. When it says that the type is a claim, check the entity and the ICP number and upload the documents.\n3. Submit; {provider} reviews it within {days} working day, and then it is done."),
        ),
        LegacyPath::Import => voice.pick(
            format!("要导入。{when}，在 2010 年 6 月 1 日到 2017 年 1 月 31 日之间，走导入。\n\n在{legacy}平台、旺铺或企业官网做的备案都能导入。\n\n1. 用还没有主体的{provider}账号登录 {console}，点“导入备案信息”，再点“导入信息继续备案”。\n2. 输入原平台的备案账号和密码，验证成功就导进来了。\n3. 忘了原账号或密码，先找回，或做备案账号邮箱初始化（{soon} 到 {late} 个工作日）。"),
            format!("Import it. {when} lies between 2010-06-01 and 2017-01-31, so it is imported.\n\nFilings of {legacy}, of shops and of company sites can be imported.\n\n1. Sign in at {console} with an account of {provider} that has no entity yet, and choose the import.\n2. Enter the account and the password of the former platform; once they are verified the filing is in.\n3. If you forgot them, recover them or have the account's mailbox reset ({soon} to {late} working days)."),
        ),
        LegacyPath::Direct => voice.pick(
            format!("直接登录就行，不用认领也不用导入。{when}，在 2017 年 1 月 31 日以后，备案已经在现在的系统里。\n\n1. 用当时的{provider}账号登录 {console}。\n2. 在首页就能查看和管理备案；看不到就换账号试试，可以用备案信息找回账号。"),
            format!("Just sign in: nothing has to be claimed or imported. {when} lies after 2017-01-31, so the filing is in the present system.\n\n1. Sign in at {console} with the account you filed with.\n2. The filing is on the first page; if it isn't, try your other accounts, or recover the account with the filing's details."),
        ),
    };
    let origin = span.map_or(book.legacy.origin(), |span| span.origin());
    format!("{text}\n\n{}", super::dated(voice, origin))
}

/// No date is said.
pub fn which_date(voice: Voice, book: &RuleBook) -> String {
    format!(
        "{}\n\n{}",
        voice.pick(
            "这要看备案是哪一天提交的，大概是哪年哪月？",
            "It depends on when the filing was submitted. In which year and month was that?",
        ),
        spans(voice, book)
    )
}

/// What was said reaches over an edge.
pub fn which_part(voice: Voice, book: &RuleBook, first: Date, last: Date) -> String {
    format!(
        "{}\n\n{}",
        voice.pick(
            format!("{first} 到 {last} 之间两种办法都有，具体是哪年哪月哪日提交的？"),
            format!("Between {first} and {last} it may be either. On which day was it submitted?"),
        ),
        spans(voice, book)
    )
}

fn spans(voice: Voice, book: &RuleBook) -> String {
    let lines = book.legacy.span.iter().map(|span| {
        let path = match span.path {
            LegacyPath::Claim => voice.pick("认领", "claim it"),
            LegacyPath::Import => voice.pick("导入", "import it"),
            LegacyPath::Direct => voice.pick("直接登录备案系统", "just sign in"),
        };
        match (span.from, span.to) {
            (Some(from), Some(to)) => {
                voice.pick(format!("- {from} 到 {to}：{path}"), format!("- {from} to {to}: {path}"))
            }
            (None, Some(to)) => voice.pick(format!("- {to} 及以前：{path}"), format!("- up to {to}: {path}")),
            (Some(from), None) => {
                voice.pick(format!("- {from} 及以后：{path}"), format!("- from {from}: {path}"))
            }
            (None, None) => format!("- {path}"),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}
