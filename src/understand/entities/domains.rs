//! Domain names in free text: with scheme, port and path, in upper case, in Chinese, glued to the words around them.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::understand::script::is_chinese;

/// Something with a dot in it that means a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A domain; `name` is the registrable part.
    Domain { name: String, range: Range<usize> },
    /// A suffix alone: `.cc 域名`.
    Suffix { name: String, range: Range<usize> },
    /// An e-mail address or a bare IP address: not a domain.
    Address { range: Range<usize> },
}

// A run of labels with dots. The dots of Chinese typing count too; folding has made full-width letters narrow.
static LABELS: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by a test")]
    Regex::new(
        r"(?:[a-z][a-z0-9+.-]*://)?(?:[a-z0-9._%+-]+@)?(?:[a-z0-9_\u{3400}-\u{9fff}][a-z0-9_\u{3400}-\u{9fff}-]*)?(?:[.。．][a-z0-9\u{3400}-\u{9fff}][a-z0-9\u{3400}-\u{9fff}-]*)+(?::\d{1,5})?(?:/[\x21-\x7e]*)?",
    )
    .unwrap()
});

/// Suffixes in Chinese that a name may end in; after any other Chinese label a dot is only a full stop.
const CHINESE_SUFFIXES: &[&str] = &[
    "中国",
    "公司",
    "网络",
    "网址",
    "商城",
    "集团",
    "在线",
    "中文网",
    "我爱你",
    "商店",
    "政务",
    "公益",
    "餐厅",
    "中信",
    "信息",
    "手机",
    "移动",
    "网店",
    "购物",
    "企业",
    "娱乐",
    "游戏",
    "时尚",
    "商标",
    "招聘",
    "佛山",
    "广东",
    "世界",
    "健康",
    "新闻",
    "机构",
    "组织机构",
    "八卦",
    "慈善",
];

/// Endings of file names, which look like domains and aren't.
const FILE_ENDINGS: &[&str] = &[
    "jpg", "jpeg", "png", "gif", "bmp", "webp", "tif", "tiff", "heic", "svg", "pdf", "doc", "docx", "xls",
    "xlsx", "ppt", "pptx", "txt", "zip", "rar", "psd", "html", "htm", "php", "jsp", "asp", "aspx", "js",
    "css", "json", "xml", "exe", "apk", "md", "py", "mp4", "mp3", "csv",
];

/// Words that stick to the front of a Chinese name when no space is typed.
const GLUED: &[&str] = &[
    "我们公司的",
    "我们的",
    "我的",
    "我们",
    "你们",
    "请问一下",
    "请问",
    "帮我查一下",
    "帮我查下",
    "帮我看看",
    "帮我看下",
    "帮我看一下",
    "帮忙看看",
    "帮忙",
    "帮我",
    "查一下",
    "查下",
    "查查",
    "看一下",
    "看下",
    "看看",
    "问一下",
    "问下",
    "检查一下",
    "检查",
    "中文域名是",
    "中文域名",
    "域名是",
    "域名叫",
    "域名",
    "网址是",
    "网址",
    "网站是",
    "网站",
    "这个",
    "那个",
    "那么",
    "那",
    "这",
    "还有",
    "还是",
    "以及",
    "或者",
    "如果",
    "要是",
    "假如",
    "关于",
    "有个",
    "一个",
    "注册了",
    "注册的",
    "注册",
    "买了",
    "买的",
    "用的是",
    "是不是",
    "叫做",
    "换成",
    "换",
    "改成",
    "改为",
    "变更为",
    "用",
    "拿",
    "把",
    "给",
    "和",
    "跟",
    "与",
    "叫",
    "是",
    "的",
    "想",
    "查",
    "看",
    "我",
    "了",
    "对",
];

/// Everything with a dot that means a name, in order.
pub fn find(folded: &str) -> Vec<Found> {
    if !folded.contains(['.', '。', '．']) {
        return Vec::new();
    }
    LABELS.find_iter(folded).flat_map(|found| classify(folded, found.start()..found.end())).collect()
}

/// The registrable part of a host name: no scheme, port, path, `www.` or deeper labels, lower case.
pub fn registrable(text: &str) -> Option<String> {
    find(&crate::understand::normalise::fold(text)).into_iter().find_map(|found| match found {
        Found::Domain { name, .. } => Some(name),
        _ => None,
    })
}

fn classify(text: &str, range: Range<usize>) -> Vec<Found> {
    let raw = &text[range.clone()];
    let mut start = range.start;
    let mut host = raw;
    if let Some(at) = host.find("://") {
        host = &host[at + 3..];
        start += at + 3;
    }
    let has_path = host.find(['/', ':']);
    let tail = has_path.map_or("", |at| &host[at..]);
    host = has_path.map_or(host, |at| &host[..at]);
    if let Some(at) = host.rfind('@') {
        // An address: the name after the @ isn't what the user asks about.
        let end = start + host.len() + tail.len();
        let _ = at;
        return vec![Found::Address { range: range.start..end }];
    }
    let host_end = start + host.len();
    cut_host(host, start).map_or_else(Vec::new, |(name, from, to)| {
        // A path belongs to the name only when the name reaches the end of the host.
        let end = if to == host_end { to + tail.len() } else { to };
        let begin = if from == start { range.start } else { from };
        match name {
            Name::Domain(name) => vec![Found::Domain { name, range: begin..end }],
            Name::Suffix(name) => vec![Found::Suffix { name, range: begin..to }],
            Name::Address => vec![Found::Address { range: begin..end }],
        }
    })
}

enum Name {
    Domain(String),
    Suffix(String),
    Address,
}

/// Cuts the words around it off a run of labels: `我的example.cn能备案吗` holds `example.cn`.
fn cut_host(host: &str, start: usize) -> Option<(Name, usize, usize)> {
    let mut labels: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    for label in host.split(['.', '。', '．']) {
        labels.push((at, label));
        at += label.len();
        at += host[at..].chars().next().map_or(0, char::len_utf8);
    }
    // The suffix: the last label that can be one, cut where ASCII ends or a Chinese suffix ends.
    let (last, end) = (1..labels.len())
        .rev()
        .find_map(|index| suffix_end(labels[index].1).map(|length| (index, labels[index].0 + length)))?;
    let suffix = &host[labels[last].0..end];
    if labels[..=last].iter().all(|(_, label)| !label.is_empty() && label.chars().all(|c| c.is_ascii_digit()))
    {
        return Some((Name::Address, start, start + end));
    }
    if suffix.chars().all(|c| c.is_ascii_digit()) || (FILE_ENDINGS.contains(&suffix) && last == 1) {
        return None;
    }
    // The first label: what is glued before the name goes.
    let mut first = 0;
    for index in (0..last).rev() {
        let label = labels[index].1;
        let kept = unglue(label, suffix.is_ascii());
        if kept.len() < label.len() || label.is_empty() {
            if kept.is_empty() {
                first = index + 1;
                break;
            }
            labels[index].0 += label.len() - kept.len();
            labels[index].1 = kept;
            first = index;
            break;
        }
    }
    if first == last {
        // Nothing before the dot: a suffix alone, or a sentence's end.
        let dot = labels[last].0.checked_sub(1)?;
        return (host.as_bytes().get(dot) == Some(&b'.') && (2..=18).contains(&suffix.len()))
            .then(|| (Name::Suffix(suffix.to_owned()), start + dot, start + end));
    }
    let name = host[labels[first].0..end].replace(['。', '．'], ".");
    let name = name.trim_matches('-');
    let registrable = psl::domain_str(name)?;
    Some((Name::Domain(registrable.to_owned()), start + labels[first].0, start + end))
}

/// How many bytes at the start of a label can be a suffix.
fn suffix_end(label: &str) -> Option<usize> {
    let ascii = label.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(label.len());
    if ascii >= 2 {
        let part = &label[..ascii];
        let letters = part.chars().any(|c| c.is_ascii_alphabetic());
        return letters.then_some(ascii);
    }
    if ascii > 0 {
        return None;
    }
    CHINESE_SUFFIXES.iter().filter(|suffix| label.starts_with(**suffix)).map(|suffix| suffix.len()).max()
}

/// The end of a label that is the name: after Chinese words glued to an ASCII name, or known words before a Chinese one.
fn unglue(label: &str, ascii_suffix: bool) -> &str {
    let tail = label.rfind(is_chinese).map_or(label, |at| {
        let after = at + label[at..].chars().next().map_or(0, char::len_utf8);
        &label[after..]
    });
    if ascii_suffix && !tail.is_empty() {
        return tail;
    }
    let mut rest = label;
    while let Some(word) = GLUED.iter().find(|word| rest.starts_with(**word) && rest.len() > word.len()) {
        rest = &rest[word.len()..];
    }
    // A long Chinese run before .com is a sentence, not a name.
    if rest.chars().count() > 12 || GLUED.contains(&rest) { "" } else { rest }
}
