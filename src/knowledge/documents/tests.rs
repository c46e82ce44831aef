//! How documents are read: one small text for each habit seen in the wild.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::fs;
use std::path::Path;

use super::*;
use crate::knowledge::Section;

/// A folder of files, read.
fn read(files: &[(&str, &[u8])]) -> Library {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    load(folder.path())
}

fn load(folder: &Path) -> Library {
    let names = [("provider".to_owned(), "甲云".to_owned())].into();
    load_folder(folder, &names).unwrap()
}

fn sections(name: &str, text: &str) -> Vec<Section> {
    read(&[(name, text.as_bytes())]).sections
}

fn outline(sections: &[Section]) -> Vec<(String, usize)> {
    let path = |section: &Section| {
        [section.parents.as_slice(), std::slice::from_ref(&section.heading)].concat().join(" > ")
    };
    sections.iter().map(|section| (path(section), section.place.line)).collect()
}

#[test]
fn front_matter_attributes_asks_and_placeholders_are_read() {
    let text = "---\ntitle: 撤单\nas_of: 2019-08-20\nlanguage: zh\nsources: [\"000.3\"]\n---\n\n# 撤单 {#withdraw}\n\n<!-- ask\n后悔了\n\n能退吗\n-->\n\n{{provider}}核验前可以撤，见[后面](#after)和[官网](https://example.com/a)。\n\n## 之后 {#after .section as_of=2018-11-19}\n\n打{{fax}}。\n";
    let library = read(&[("a.md", text.as_bytes())]);
    let [first, second] = library.sections.as_slice() else { panic!("{:?}", library.sections) };
    assert_eq!((first.anchor.as_deref(), first.place.line), (Some("withdraw"), 8));
    assert_eq!(first.asks, ["后悔了", "能退吗"]);
    assert_eq!(first.body, "甲云核验前可以撤，见后面和[官网](https://example.com/a)。");
    assert_eq!(first.plain, "甲云核验前可以撤，见后面和官网。");
    assert_eq!(second.as_of.unwrap().to_string(), "2018-11-19");
    assert_eq!(second.parents, ["撤单"]);
    assert_eq!(library.documents[0].sources, ["000.3"]);
    assert_eq!(
        library.documents[0].remarks,
        [Remark::UnknownPlaceholder { line: 20, name: "fax".to_owned() }]
    );
    assert!(second.body.contains("{{fax}}"));
}

#[test]
fn foreign_front_matter_may_hold_anything() {
    let found = sections(
        "a.md",
        "---\ntitle: \"Setup\"\ndate: 2020/01/02\ntags: [a, b]\nweight: 3\n---\n\nText before.\n\n## Next\n\nMore text.\n",
    );
    assert_eq!(outline(&found), [("Setup".to_owned(), 8), ("Next".to_owned(), 10)]);
    assert_eq!(found[0].as_of.unwrap().to_string(), "2020-01-02");
}

#[test]
fn headings_are_found_however_they_are_written() {
    let text = "标题\n====\n\n正文一。\n\n##没有空格\n\n正文二。\n\n次标题\n---\n\n正文三。\n\n```sh\n# 不是标题\n##也不是\n```\n\n<h2 id=\"raw\">网页标题</h2>\n\n正文四。\n\n[](id:step)\n### 锚点\n\n正文五。\n";
    let found = sections("a.md", text);
    let expected = [
        ("标题", 1),
        ("标题 > 没有空格", 6),
        ("标题 > 次标题", 10),
        ("标题 > 网页标题", 20),
        ("标题 > 网页标题 > 锚点", 25),
    ];
    assert_eq!(outline(&found), expected.map(|(path, line)| (path.to_owned(), line)));
    assert!(found[2].body.contains("# 不是标题"));
    assert_eq!((found[3].anchor.as_deref(), found[4].anchor.as_deref()), (Some("raw"), Some("step")));
}

#[test]
fn callouts_html_tables_pictures_and_scripts_become_text() {
    let text = "# 规格\n\n>! 注意这一点。\n>\n>?再看一眼。\n\n<table>\n<tr><th rowspan=\"2\">型号</th><th>价格</th></tr>\n\n<tr><td>5<br>元</td></tr>\n</table>\n\n<script>\nalert(1)\n\n</script>\n\n![](a.png) ![架构总览](b.png)<br>行<span>内</span>。\n";
    let found = sections("a.md", text);
    let body = &found[0].body;
    assert!(body.starts_with("> 注意这一点。\n>\n> 再看一眼。"), "{body}");
    assert!(body.contains("| 型号 | 价格 |\n| --- | --- |\n| 型号 | 5 元 |"), "{body}");
    assert!(!body.contains("alert") && !body.contains('<') && !body.contains("a.png"), "{body}");
    assert!(body.ends_with("架构总览\n行内。"), "{body}");
}

#[test]
fn a_list_that_repeats_headings_is_no_answer() {
    let text = "# 常见问题\n\n以下是常见问题：\n\n- [怎么撤？](#a)\n- [怎么改？](#b)\n\n## 怎么撤？\n\n点撤回。\n\n## 怎么改？\n\n点修改。\n\n## 目录\n\n- 怎么撤\n- 怎么改\n";
    let found = sections("a.md", text);
    let flags: Vec<_> = found.iter().map(|section| (section.heading.as_str(), section.contents)).collect();
    assert_eq!(flags, [("怎么撤？", false), ("怎么改？", false), ("目录", true)]);
}

#[test]
fn headings_without_text_are_parents_only() {
    let found = sections("a.md", "# 甲\n\n## 乙\n\n### 丙\n\n正文。\n\n## 丁\n");
    assert_eq!(outline(&found), [("甲 > 乙 > 丙".to_owned(), 5)]);
}

#[test]
fn encodings_and_line_ends_are_recognised() {
    let text = "# 备案\r\n\r\n备案需要准备域名和服务器。\r\n";
    let utf16 = |little: bool| {
        text.encode_utf16()
            .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect::<Vec<u8>>()
    };
    let with_mark = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
    let gbk = encoding_rs::GBK.encode(text).0.into_owned();
    let cases = [
        text.as_bytes().to_vec(),
        with_mark(b"\xef\xbb\xbf", text.as_bytes().to_vec()),
        with_mark(b"\xff\xfe", utf16(true)),
        with_mark(b"\xfe\xff", utf16(false)),
        utf16(true),
        utf16(false),
        gbk,
    ];
    for (number, bytes) in cases.iter().enumerate() {
        let library = read(&[("a.txt", bytes)]);
        assert_eq!(library.skipped, [], "case {number}");
        assert_eq!(library.sections[0].heading, "备案", "case {number}");
        assert_eq!(library.sections[0].body, "备案需要准备域名和服务器。", "case {number}");
    }
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_goes_on() {
    let files: [(&str, &[u8]); 6] = [
        ("a.md", "# 甲\n\n正文。\n".as_bytes()),
        ("empty.md", b" \n"),
        ("binary.txt", b"\x00\x01\x02\x03\x00\xff\x00\x07"),
        ("report.pdf", b"%PDF-1.4"),
        ("picture.png", b"\x89PNG"),
        (".hidden/b.md", b"# b\n\ntext\n"),
    ];
    let library = read(&files);
    assert_eq!(library.sections.len(), 1);
    let skipped: Vec<_> =
        library.skipped.iter().map(|skipped| (skipped.path.as_str(), skipped.reason.clone())).collect();
    assert_eq!(
        skipped,
        [
            ("binary.txt", SkipReason::Binary),
            ("empty.md", SkipReason::Empty),
            ("report.pdf", SkipReason::Binary)
        ]
    );
    assert!(matches!(
        load_folder(Path::new("no such folder"), &Names::new()),
        Err(FolderError::Missing { .. })
    ));
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_end() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.md"), "# 甲\n\n正文。\n").unwrap();
    fs::create_dir(folder.path().join("inner")).unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("inner/up")).unwrap();
    std::os::unix::fs::symlink("nowhere.md", folder.path().join("broken.md")).unwrap();
    let library = load(folder.path());
    assert_eq!(library.sections.len(), 1);
    assert!(
        matches!(library.skipped.as_slice(), [Skipped { path, reason: SkipReason::Unreadable(_) }] if path == "broken.md")
    );
}

#[test]
fn html_files_are_read() {
    let text = "<!DOCTYPE html>\n<html><head><title>帮助 - 甲云</title><style>p{}</style></head>\n<body><nav>首页</nav>\n<h1>帮助</h1><p>先看&nbsp;这里 &amp; 那里。</p>\n<h2 id=\"fee\">费用</h2>\n<ul><li>备案<b>免费</b></li><li><a href=\"/x\">查看</a></li></ul><script>var a = '<h2>';</script>\n</body></html>";
    let found = sections("a.html", text);
    assert_eq!(outline(&found), [("帮助".to_owned(), 4), ("帮助 > 费用".to_owned(), 5)]);
    assert_eq!(found[0].body, "先看 这里 & 那里。");
    assert_eq!(found[1].body, "- 备案免费\n- 查看");
    assert_eq!(found[1].anchor.as_deref(), Some("fee"));
    assert_eq!(found[1].title, "帮助");
}

#[test]
fn copies_are_one_section_at_the_newest_place() {
    let body = "提交以后由审核人员在一个工作日内看完，结果用短信和邮件告诉你，请把电话开着，不要漏接来自客服的回访，否则会被退回来重新填。";
    let dated =
        |day: &str, extra: &str| format!("---\ntitle: x\ndate: {day}\n---\n\n## 多久审完\n\n{body}{extra}\n");
    let files = [
        ("a.md", dated("2018-01-01", "")),
        ("b.md", dated("2020-01-01", "谢谢。")),
        ("c.md", dated("2019-01-01", "")),
    ];
    let mut library = read(&files.each_ref().map(|(name, text)| (*name, text.as_bytes())));
    assert_eq!(library.sections.len(), 1);
    let section = library.sections.remove(0);
    assert_eq!(section.place.doc, "b.md");
    let copies: Vec<_> = section.copies.iter().map(|place| place.doc.as_str()).collect();
    assert_eq!(copies, ["c.md", "a.md"]);
    // the same words under another question are another answer
    let other = format!("## 谁来审\n\n{body}\n");
    assert_eq!(read(&[("a.md", files[0].1.as_bytes()), ("d.md", other.as_bytes())]).sections.len(), 2);
}

#[test]
fn the_hash_follows_the_content() {
    let one = read(&[("a.md", b"# a\n\ntext\n")]).content_hash;
    assert_eq!(one.len(), 32);
    assert_eq!(one, read(&[("a.md", b"# a\n\ntext\n")]).content_hash);
    assert_ne!(one, read(&[("b.md", b"# a\n\ntext\n")]).content_hash);
    assert_ne!(one, read(&[("a.md", b"# a\n\ntexts\n")]).content_hash);
}

#[test]
fn pages_wrapped_lines_and_headings_of_an_export_are_undone() {
    let text = "服务手册\n\n文档版本：20200102\n\n目录\n\n1 开通.....1\n1.1 怎么开通.....1\n2 关闭.....2\n\n1 开通\n\n开通之前先读本章，里面说了要准备哪些东西。\n\n1.1 怎么开通\n\n1. 登录控制台。\n\n2. 单击 **开通：**然后确认。\n\n注意事项\n\n- 一个账号只能开通一次。\n- 开通后不能改名。\n\n说明:\n\n名称最多十个字。\n\n要多久才好？\n\n一般两天#周末除外#，请等#\n\nhttps://example.com/help\n\n服务手册 /  2 关闭\n\n7 文档版本：20200102\n\n2 关闭\n\n在控制台关闭。\n\n相关文档\n\n开通\n";
    let found = sections("a.txt", text);
    let expected = [
        ("1 开通", 11),
        ("1 开通 > 1.1 怎么开通", 15),
        ("1 开通 > 1.1 怎么开通 > 注意事项", 21),
        ("1 开通 > 1.1 怎么开通 > 要多久才好？", 30),
        ("2 关闭", 40),
    ];
    assert_eq!(outline(&found), expected.map(|(path, line)| (path.to_owned(), line)));
    assert_eq!(found[0].title, "服务手册");
    assert_eq!(found[0].as_of.unwrap().to_string(), "2020-01-02");
    assert_eq!(found[1].body, "1. 登录控制台。\n\n2. 单击 **开通**：然后确认。");
    assert_eq!(found[2].body, "- 一个账号只能开通一次。\n- 开通后不能改名。\n\n说明：名称最多十个字。");
    assert_eq!(found[3].body, "一般两天（周末除外），请等？");
    assert_eq!(found[4].body, "在控制台关闭。");
}

#[test]
fn numbers_in_steps_are_not_split_by_words_of_a_picture() {
    let text = "1 转移\n\n转移即时完成，不影响访问。\n\n操作步骤\n\n1. 登录。\n\n2. 填写。\n\nThe screenshot shows a form with these fields:\n\n- Account: [REDACTED]\n\n转移验证\n\n重要提醒：请小心。\n\n3. 提交。\n\n完成。\n";
    let found = sections("a.txt", text);
    assert_eq!(outline(&found), [("1 转移".to_owned(), 1), ("1 转移 > 操作步骤".to_owned(), 5)]);
    assert!(
        !found[1].body.contains("screenshot") && !found[1].body.contains("REDACTED"),
        "{}",
        found[1].body
    );
}

#[test]
fn broken_markup_gives_text_and_takes_no_longer_than_its_length() {
    let long = ["<!-- ", "<table ", "{{", "&", "[](id:", "<a ", "`<", "**", "##", "> !", "|", "<h2>"]
        .map(|piece| piece.repeat(20_000) + "\n\n正文。\n");
    let started = std::time::Instant::now();
    for text in &long {
        read(&[("a.md", text.as_bytes()), ("a.html", text.as_bytes()), ("a.txt", text.as_bytes())]);
    }
    // a quadratic reader would need minutes
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

#[test]
fn pieces_of_every_length_are_read_without_a_panic() {
    let text = "---\ntitle: 甲\n---\n# 甲 {#a}\n<!-- ask\n乙\n-->\n{{provider}}[](id:x)[链](b.md)![图](c.png)<br>`码`\n\n<table><tr><td>丙</td></tr></table>\n>! 丁\n1.1 戊\n";
    for (end, _) in text.char_indices() {
        for name in ["a.md", "a.html", "a.txt"] {
            parse(name, &text[..end], &Names::new());
            parse(name, &text[end..], &Names::new());
        }
    }
}

#[test]
fn a_large_folder_gives_the_same_sections_one_by_one_and_knows_the_copies() {
    let folder = tempfile::tempdir().unwrap();
    let long = "接入备案要在新的服务商那里提交，原来的备案不变。".repeat(8);
    for number in 0..100 {
        let day = 1 + number % 9;
        let text = format!(
            "---\nupdated: 2019-08-0{day}\n---\n\n# 文 {number}\n\n## 接入\n\n{long}{}\n\n## 号 {number}\n\n第 {number} 条。\n",
            number % 3
        );
        fs::write(folder.path().join(format!("{number:03}.md")), text).unwrap();
    }
    fs::write(folder.path().join("leer.md"), "\n").unwrap();
    let (mut sections, mut heard) = (Vec::new(), Vec::new());
    let spool = folder.path().join("spool");
    let read = read_folder(
        folder.path(),
        &Names::new(),
        &spool,
        &mut |progress| heard.push(progress),
        &mut |packed| {
            let section = packed.section().unwrap();
            assert_eq!(packed, Packed::of(&section));
            sections.push(section);
        },
    )
    .unwrap();
    let library = load_folder(folder.path(), &Names::new()).unwrap();
    assert_eq!(sections, library.sections);
    assert_eq!(sections.iter().map(|section| section.copies.len()).max(), Some(99));
    assert_eq!(read.content_hash, library.content_hash);
    assert_eq!(read.content_hash, folder_hash(folder.path(), &Names::new()).unwrap());
    assert_eq!((read.skipped.len(), spool.exists()), (1, false));
    assert!(heard.contains(&Progress::Read { files: 101, of: 101 }));
    assert_eq!(heard.last(), Some(&Progress::Given { sections: 200, of: 200 }));
    fs::write(folder.path().join("000.md"), "anders").unwrap();
    assert_ne!(read.content_hash, folder_hash(folder.path(), &Names::new()).unwrap());
}
