//! Why a picture won't upload.

use crate::domain::rules::book::{RuleBook, Sourced as _};
use crate::domain::rules::upload::{UploadCheck, UploadProblem};
use crate::phrases::{Voice, row};

pub fn text(
    voice: Voice,
    book: &RuleBook,
    verdict: &UploadCheck,
    format: Option<&str>,
    bytes: Option<u64>,
) -> String {
    let formats = row(voice, &book.uploads.formats);
    let limit = limit(book);
    let format = format.unwrap_or_default();
    let size = bytes.map(in_words).unwrap_or_default();
    let wrong_format = voice.pick(
        format!("{format} 格式不收，只支持 {formats}"),
        format!("{format} is not accepted, only {formats}"),
    );
    let too_large = voice.pick(
        format!("{size} 太大，每张要小于 {limit}"),
        format!("{size} is too large, each picture has to be under {limit}"),
    );
    let mut text = match (verdict.problems.as_slice(), verdict.accepted) {
        ([], Some(true)) => voice.pick(
            format!("可以，{format}、{size} 符合要求（{formats}，小于 {limit}）。\n\n如果还是传不上去：\n\n1. 清除浏览器缓存后再试。\n2. 换一个浏览器再试。"),
            format!("Yes, {format} of {size} fits ({formats}, under {limit}).\n\nIf it still won't upload:\n\n1. Clear the browser's cache and try again.\n2. Try another browser."),
        ),
        ([], _) if bytes.is_none() => voice.pick(
            format!("格式没问题，{format} 可以上传，还要看大小：每张必须小于 {limit}。\n\n1. 超过 {limit} 就压缩后再传。\n2. 没超过还是传不上，清除浏览器缓存，或换一个浏览器再试。"),
            format!("The format is fine: {format} can be uploaded, as long as the picture is under {limit}.\n\n1. Compress it if it is larger.\n2. If it isn't, clear the browser's cache or try another browser."),
        ),
        ([], _) => voice.pick(
            format!("大小没问题，{size} 在限制之内，还要看格式：只支持 {formats}。\n\n1. 不是这几种格式就转换后再传，每张小于 {limit}。\n2. 格式也对还是传不上，清除浏览器缓存，或换一个浏览器再试。"),
            format!("The size is fine: {size} is within the limit, as long as the format is {formats}.\n\n1. Convert it if it is another; each picture has to be under {limit}.\n2. If it isn't, clear the browser's cache or try another browser."),
        ),
        ([UploadProblem::Format], _) => voice.pick(
            format!("不可以，{wrong_format}。\n\n1. 转成 jpg 或 png，大小在 {limit} 以下。\n2. 重新上传。"),
            format!("No, {wrong_format}.\n\n1. Convert it to jpg or png, under {limit}.\n2. Upload it again."),
        ),
        ([UploadProblem::Size], _) => voice.pick(
            format!("不可以，{too_large}。\n\n1. 压缩图片到 {limit} 以下，文字要看得清，格式用 {formats}。\n2. 重新上传。"),
            format!("No, {too_large}.\n\n1. Compress it to less than {limit} and keep it legible, as {formats}.\n2. Upload it again."),
        ),
        (_, _) => voice.pick(
            format!("不可以，格式和大小都不对：{wrong_format}；{too_large}。\n\n1. 转成 jpg 或 png，压缩到 {limit} 以下。\n2. 重新上传。"),
            format!("No, both format and size: {wrong_format}; {too_large}.\n\n1. Convert it to jpg or png and compress it to less than {limit}.\n2. Upload it again."),
        ),
    };
    if verdict.disputed {
        text.push_str(&voice.pick(
            format!("\n\n关于 {format}：资料前后不一致，一处说支持，一处没有列，所以转成 jpg 或 png 最稳妥。"),
            format!("\n\nOn {format} the sources differ: one place allows it, another doesn't list it. Converting is the safe way."),
        ));
    }
    if verdict.accepted == Some(false) {
        text.push_str(voice.pick(
            "\n\n改好还是传不上，清除浏览器缓存，或换一个浏览器再试。",
            "\n\nIf it still won't upload, clear the browser's cache or try another browser.",
        ));
    }
    text.push_str("\n\n");
    text.push_str(&super::dated(voice, book.uploads.origin()));
    text
}

/// Neither format nor size is said.
pub fn which_picture(voice: Voice, book: &RuleBook) -> String {
    let formats = row(voice, &book.uploads.formats);
    let limit = limit(book);
    voice.pick(
        format!("图片是什么格式、多大？告诉我就能判断。要求是 {formats}，每张小于 {limit}；都符合还传不上，就清除浏览器缓存或换一个浏览器。"),
        format!("Which format is the picture, and how large? It has to be {formats} and under {limit}; if it is, clear the browser's cache or try another browser."),
    )
}

fn limit(book: &RuleBook) -> String {
    in_words(book.uploads.under_bytes)
}

/// A size as people read it: 800 KB, 4 MB, 4.5 MB.
fn in_words(bytes: u64) -> String {
    const KILOBYTE: u64 = 1024;
    const MEGABYTE: u64 = 1024 * KILOBYTE;
    if bytes < MEGABYTE {
        return format!("{} KB", bytes.div_ceil(KILOBYTE));
    }
    let hundredths = bytes.saturating_mul(100) / MEGABYTE;
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    match (rest / 10, rest % 10) {
        (0, 0) => format!("{whole} MB"),
        (tenths, 0) => format!("{whole}.{tenths} MB"),
        (tenths, ones) => format!("{whole}.{tenths}{ones} MB"),
    }
}
