//! Where the server of a question stands: the region word that is nearest to a word for the server.

use super::Request;
use crate::domain::records::Region;

const REGIONS: &str = include_str!("../gazetteer/regions.txt");

/// Words for the server or for putting a site somewhere.
const SERVER: &[&str] = &[
    "服务器",
    "伺服器",
    "主机",
    "机房",
    "节点",
    "机器",
    "空间",
    "托管",
    "放在",
    "放到",
    "源站",
    "解析到",
    "指向",
    "指到",
    "部署",
    "云上",
    "机子",
    "跑在",
    "搭在",
    "架在",
    "ecs",
    "vps",
    "server",
    "host",
    "origin",
    "node",
    "data center",
    "data centre",
    "instance",
    "machine",
    "runs on",
    "running on",
];
/// A region word with one of these behind it is about people or names, not about the server.
const NOT_SERVER: &[&str] = &[
    "用户",
    "客户",
    "访客",
    "访问",
    "公司",
    "企业",
    "域名",
    "加速",
    "买的",
    "注册",
    "人",
    "市场",
    "没有公司",
    "没公司",
    "有公司",
    "没有分公司",
    "有分公司",
    "user",
    "visitor",
    "customer",
    "company",
    "domain",
    "client",
    "audience",
    "market",
];
/// A region word with one of these before it is about people, too.
const TOWARDS: &[&str] = &[
    "面向",
    "覆盖",
    "客户都在",
    "客户在",
    "用户都在",
    "用户在",
    "公司在",
    "企业在",
    "总部在",
    "注册在",
    "注册地在",
    "注册于",
    "成立于",
    "法人在",
    "老板在",
    "负责人在",
    "人在",
    "住在",
    "加速",
    "服务",
    "给",
    "for",
    "serves",
    "serving",
    "company is in",
    "company in",
    "office in",
    "office is in",
    "registered in",
    "incorporated in",
    "headquartered in",
    "live in",
    "living in",
];
/// The same where no server is spoken of: 我在美国.
const SOMEBODY_IN: &[&str] =
    &["我在", "我们在", "本人在", "based in", "we are in", "we're in", "i am in", "i'm in"];
/// What comes before the place to which a server is moved.
const MOVED_TO: &[&str] = &[
    "换到",
    "搬到",
    "迁到",
    "迁移到",
    "移到",
    "转到",
    "改到",
    "换成",
    "换回",
    "moved to",
    "move to",
    "moving to",
];

/// Right before a place: the server does not stand there, or must not.
const DENIED: &[&str] = &[
    "不在",
    "没在",
    "没放",
    "没放在",
    "不放",
    "不放在",
    "不能放",
    "不能放在",
    "不能在",
    "不能用",
    "不用",
    "不选",
    "不是",
    "not in",
    "isn't in",
    "aren't in",
    "not hosted in",
    "not",
];
/// Words for all that is outside, and for all that is inside: who denies one says the other. Who denies a place by its name says
/// nothing of where else it is.
const OUTSIDE: &[&str] = &["海外", "境外", "国外", "外国", "overseas", "abroad", "offshore"];
const INSIDE: &[&str] = &["中国大陆", "大陆", "内地", "国内", "境内", "mainland", "in china", "within china"];

struct Mention {
    /// None where a place is denied and no other follows from that.
    region: Option<Region>,
    start: usize,
    end: usize,
}

/// Where the server stands, as far as the message says.
pub(super) fn said(request: &Request<'_>) -> Option<Region> {
    let folded = &request.text.folded;
    let mentions = mentions(request, folded);
    let moved = MOVED_TO.iter().filter_map(|word| folded.rfind(word)).max();
    if let Some(at) = moved
        && let Some(mention) = mentions.iter().find(|mention| mention.start > at)
    {
        return mention.region;
    }
    let about_server =
        mentions.iter().filter(|mention| mention.region.is_some() && !about_people(folded, mention));
    about_server.min_by_key(|mention| distance(folded, mention)).and_then(|mention| mention.region)
}

/// Where a server stands of which a place is said, or denied: 服务器不能放国外.
fn placed(folded: &str, start: usize, word: &str, region: Region) -> Option<Region> {
    if !is_denied(&folded[..start], &folded[start..]) {
        return Some(region);
    }
    match region {
        Region::Mainland if INSIDE.contains(&word) => Some(Region::Overseas),
        Region::Overseas if OUTSIDE.contains(&word) => Some(Region::Mainland),
        Region::Mainland | Region::Overseas | Region::Hongkong => None,
    }
}

/// Whether what stands before a place denies it. 能不能放 and 在不在 ask, and 不是国外吗 expects a yes.
fn is_denied(before: &str, after: &str) -> bool {
    let before = before.trim_end();
    DENIED.iter().filter_map(|word| before.strip_suffix(word).map(|rest| (rest, *word))).any(
        |(rest, word)| {
            let latin = word.is_ascii();
            let asks = word
                .strip_prefix('不')
                .and_then(|verb| verb.chars().next())
                .is_some_and(|verb| rest.ends_with(verb));
            let expects = word == "不是" && after.contains(['吗', '么']);
            !asks && !expects && (!latin || rest.ends_with(' '))
        },
    )
}

fn mentions(request: &Request<'_>, folded: &str) -> Vec<Mention> {
    let mut mentions = Vec::new();
    let mut add = |word: &str, region: Region| {
        for (start, found) in folded.match_indices(word) {
            let end = start + found.len();
            let latin = word.is_ascii();
            let part_of_word = latin
                && (folded[..start]
                    .ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '@'))
                    || goes_on(&folded[end..]));
            if !part_of_word {
                mentions.push(Mention { region: placed(folded, start, word, region), start, end });
            }
        }
    };
    for line in REGIONS.lines() {
        let Some((region, words)) = line.split_once(':').filter(|_| !line.starts_with('#')) else { continue };
        let region = match region {
            "mainland" => Region::Mainland,
            "hongkong" => Region::Hongkong,
            _ => Region::Overseas,
        };
        for word in words.split_whitespace() {
            add(&word.replace('_', " "), region);
        }
    }
    let provinces = request.book.provinces.province.iter().filter(|province| province.files);
    for province in provinces.filter(|province| request.entities.provinces.contains(&province.name)) {
        add(&province.name, Region::Mainland);
        add(&province.english.to_lowercase(), Region::Mainland);
    }
    for city in &request.entities.cities {
        add(city, Region::Mainland);
    }
    // 非大陆 and outside china hold the names of what they exclude.
    let excluded: Vec<(usize, usize)> = mentions
        .iter()
        .filter(|mention| mention.region == Some(Region::Overseas))
        .map(|mention| (mention.start, mention.end))
        .collect();
    mentions.retain(|mention| {
        mention.region != Some(Region::Mainland)
            || !excluded.iter().any(|(start, end)| *start <= mention.start && mention.end <= *end)
    });
    mentions.sort_by_key(|mention| mention.start);
    mentions
}

/// Whether a word goes on: with a letter, or with a full stop that doesn't end the sentence.
fn goes_on(after: &str) -> bool {
    after.strip_prefix('.').unwrap_or(after).starts_with(|c: char| c.is_ascii_alphanumeric())
}

fn about_people(folded: &str, mention: &Mention) -> bool {
    let before = folded[..mention.start].trim_end();
    let after = folded[mention.end..].trim_start_matches([' ', '的']);
    if SERVER.iter().any(|word| after.starts_with(word)) {
        return false;
    }
    let somebody = || SOMEBODY_IN.iter().any(|word| before.ends_with(word));
    NOT_SERVER.iter().any(|word| after.starts_with(word))
        || TOWARDS.iter().any(|word| before.ends_with(word))
        || somebody() && !SERVER.iter().any(|word| folded.contains(word))
}

/// How many bytes lie between a mention and the nearest word for the server.
fn distance(folded: &str, mention: &Mention) -> usize {
    let gaps = SERVER.iter().flat_map(|word| folded.match_indices(word)).map(|(at, word)| {
        if at >= mention.end { at - mention.end } else { mention.start.saturating_sub(at + word.len()) }
    });
    gaps.min().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said_of(text: &str, word: &str, region: Region) -> Option<Region> {
        placed(text, text.find(word).unwrap(), word, region)
    }

    #[test]
    fn a_place_that_is_denied_is_not_where_the_server_stands() {
        assert_eq!(said_of("服务器不能放国外", "国外", Region::Overseas), Some(Region::Mainland));
        assert_eq!(said_of("服务器不在大陆", "大陆", Region::Mainland), Some(Region::Overseas));
        assert_eq!(
            said_of("my server is not in china", "in china", Region::Mainland),
            Some(Region::Overseas)
        );
        assert_eq!(said_of("机器不放香港", "香港", Region::Hongkong), None);
        assert_eq!(said_of("节点不在杭州", "杭州", Region::Mainland), None);
        assert_eq!(said_of("服务器没在新加坡", "新加坡", Region::Overseas), None);
    }

    #[test]
    fn where_people_are_says_nothing_of_the_server() {
        let people = |text: &str, word: &str| {
            let start = text.find(word).unwrap();
            about_people(text, &Mention { region: None, start, end: start + word.len() })
        };
        assert!(people("我人在美国,想备案网站", "美国"));
        assert!(people("总部在香港,大陆没有公司", "香港") && people("总部在香港,大陆没有公司", "大陆"));
        assert!(people("my company is in singapore, can we file?", "singapore"));
        assert!(people("we are based in germany. do we need a filing?", "germany"));
        assert!(!people("our server is based in germany", "germany"));
        assert!(!people("我在香港租了台服务器", "香港"));
        assert!(!people("香港要备案吗", "香港"));
        assert!(!people("do i need icp for hong kong server", "hong kong"));
    }

    #[test]
    fn asking_with_a_not_denies_nothing() {
        for text in [
            "能不能放国外",
            "是不是国外的",
            "在不在国外",
            "用不用国外的",
            "不是国外的服务器吗",
            "放国外不用备案",
        ] {
            assert_eq!(said_of(text, "国外", Region::Overseas), Some(Region::Overseas), "{text}");
        }
    }

    #[test]
    fn a_full_stop_behind_a_place_ends_the_sentence_or_belongs_to_a_domain() {
        assert!(!goes_on(". am i obliged") && !goes_on(".") && !goes_on(" now"));
        assert!(goes_on(".com") && goes_on("ers"));
    }
}
