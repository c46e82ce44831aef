//! The documents that the knowledge base was written from, read as they are: Markdown named `.txt` and text exported from
//! PDF. They aren't part of the project; the folder is named in BEIAN_TEST_SOURCES.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::path::PathBuf;

use beian::knowledge::Section;
use beian::knowledge::documents::{Library, Names, load_folder, read_folder};

/// Document, line of the heading, how the heading begins, the headings above it.
const SECTIONS: [(&str, usize, &str, &[&str]); 55] = [
    ("000", 13, "接入备案不成功怎么办？", &["接入备案FAQ"]),
    ("000", 69, "接入备案过程中能否变更主体信息", &["接入备案FAQ"]),
    ("000", 85, "域名与备案主体不一致时，如何接入备案？", &["接入备案FAQ"]),
    ("001", 27, "前提条件", &["接入备案"]),
    ("002", 14, "如何查看备案信息？", &["备案信息核查FAQ"]),
    ("002", 51, "超期未整改，备案被取消接入后长", &["备案信息核查FAQ"]),
    ("003", 78, "域名核验规则", &["1 备案信息核查", "1.1 域名核验"]),
    ("003", 175, "整改备案信息", &["1 备案信息核查", "1.2 备案信息专项核查"]),
    ("003", 234, "备案信息不合格提示：备案主体/", &["1 备案信息核查", "1.2 备案信息专项核查"]),
    ("003", 319, "空壳网站核查规则", &["1 备案信息核查", "1.3 空壳网站核查"]),
    ("003", 354, "可变更备案信息", &["2 变更备案"]),
    ("003", 464, "取消须知", &["3 取消接入"]),
    ("003", 508, "注销须知", &["4 注销备案", "4.1 注销备案"]),
    ("003", 571, "操作步骤", &["4 注销备案", "4.2 注销其他单位备案"]),
    ("003", 661, "找回原万网备案登录账号及密码", &["5 阿里云备案账号维护", "5.1 找回备案账号"]),
    ("003", 759, "操作步骤（线下）", &["5 阿里云备案账号维护", "5.2 备案信息转移至其他阿里云账号"]),
    ("003", 850, "操作步骤", &["6 原万网ICP备案信息导入阿里云", "6.2 导入原万网备案信息"]),
    ("003", 913, "登录原备案平台导入备案信息时提", &["6 原万网ICP备案信息导入阿里云", "6.3 备案平台合并FAQ"]),
    ("003", 917, "登录原备案平台导入备案信息时提", &["6 原万网ICP备案信息导入阿里云", "6.3 备案平台合并FAQ"]),
    ("004", 167, "TOP 3：跨省备案", &["1 常见备案申请驳回原因"]),
    ("004", 200, "TOP 5：证件不合格", &["1 常见备案申请驳回原因"]),
    ("004", 218, "TOP 7：电话号码问题", &["1 常见备案申请驳回原因"]),
    ("004", 251, "TOP 10：备案类型错误", &["1 常见备案申请驳回原因"]),
    ("004", 276, "2 如何注销其他单位备案", &[]),
    ("004", 370, "云虚拟主机和云享主机可以申请备", &["3 备案服务号相关问题"]),
    ("004", 392, "域名绑定诚信通商铺后如何申请备案号？", &["3 备案服务号相关问题"]),
    ("004", 474, "如果我只在中国大陆境内有办事处", &["4 中国大陆境外注册企业备案问题"]),
    ("004", 505, "如果我的网站托管在中国大陆境外", &["4 中国大陆境外注册企业备案问题"]),
    ("004", 546, "我的网站域名指向的是香港地区节", &["5 网站访问与备案"]),
    ("004", 581, "备案成功后，修改备案信息会导致", &["5 网站访问与备案"]),
    ("004", 643, "备案账号能否与域名或服务器购买", &["6 备案账号的FAQ"]),
    ("004", 722, "忘记原万网备案登录账号怎么办？", &["6 备案账号的FAQ"]),
    ("004", 786, "每台阿里云服务器可用于多少个网", &["7 阿里云服务器与备案"]),
    ("004", 857, "我的 ECS 实例只包月 1 ", &["7 阿里云服务器与备案"]),
    ("004", 925, "域名已经在阿里云备案，更换服务", &["7 阿里云服务器与备案"]),
    ("004", 1025, "域名注册商未获批复，怎么办？", &["8 域名"]),
    ("004", 1067, "二级域名是否需要备案？", &["8 域名"]),
    ("004", 1106, "填写域名时，收到提示：域名存在", &["8 域名"]),
    ("004", 1165, "9 网站备案域名核验", &[]),
    ("004", 1252, "查看备案审核情况", &["9 网站备案域名核验"]),
    ("004", 1389, "产品验证失败是什么原因？", &["10 产品验证"]),
    ("004", 1500, "如何申请聚石塔备案服务号？", &["10 产品验证"]),
    ("004", 1592, "使用阿里云 app 上传资料及", &["11 上传资料"]),
    ("004", 1635, "核验单填写时的注意事项", &["11 上传资料"]),
    ("004", 1689, "12 拍照核验", &[]),
    ("004", 1739, "拍照要求是什么？", &["12 拍照核验"]),
    ("004", 1893, "如何选择网站级别？", &["14 公安备案信息填写指南"]),
    ("004", 1948, "如何填写技术支持服务商信息？", &["14 公安备案信息填写指南"]),
    ("004", 1966, "服务器所在地网安部门代码", &["14 公安备案信息填写指南"]),
    ("004", 1986, "15 经营性备案", &[]),
    ("004", 2091, "16.1 如何找回工信部备案密码？", &["16 其他"]),
    ("004", 2140, "16.2 中国大陆境外企业如何备案？", &["16 其他"]),
    ("004", 2197, "常见问题", &["16 其他", "16.3 备案用时多久送多久参与规则"]),
    ("004", 2348, "备案准备", &["16 其他", "16.7 如何备案"]),
    ("004", 2416, "备案流程", &["16 其他", "16.7 如何备案"]),
];

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("BEIAN_TEST_SOURCES").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("SKIPPED: the source documents are not read: name their folder in BEIAN_TEST_SOURCES");
    }
    folder
}

fn library() -> Option<Library> {
    folder().map(|folder| load_folder(&folder, &Names::new()).unwrap())
}

/// The section at a place, also if that place is one of its copies.
fn at<'a>(library: &'a Library, doc: &str, line: usize) -> Option<&'a Section> {
    library.sections.iter().find(|section| {
        std::iter::once(&section.place)
            .chain(&section.copies)
            .any(|place| place.doc.starts_with(doc) && place.line == line)
    })
}

#[test]
fn every_chapter_and_question_is_a_section_with_its_parents() {
    let Some(library) = library() else { return };
    assert!(library.sections.len() >= 190, "{}", library.sections.len());
    let copies: usize = library.sections.iter().map(|section| section.copies.len()).sum();
    assert!(library.sections.len() + copies >= 205, "{} + {copies}", library.sections.len());
    assert_eq!(library.skipped, []);
    for (doc, line, heading, parents) in SECTIONS {
        let section = at(&library, doc, line).unwrap_or_else(|| panic!("{doc}:{line} {heading}"));
        assert!(
            section.heading.starts_with(heading),
            "{doc}:{line}: {} instead of {heading}",
            section.heading
        );
        if section.place.doc.starts_with(doc) {
            assert_eq!(section.parents, parents, "{doc}:{line}");
        }
        assert!(!section.plain.is_empty(), "{doc}:{line}");
    }
}

#[test]
fn exports_know_their_day_and_title() {
    let Some(library) = library() else { return };
    let info = |doc: &str| library.documents.iter().find(|info| info.doc.starts_with(doc)).unwrap();
    assert_eq!(info("003").as_of.unwrap().to_string(), "2019-08-20");
    assert_eq!(info("004").as_of.unwrap().to_string(), "2018-11-19");
    assert_eq!((info("003").title.as_str(), info("004").title.as_str()), ("管理查看ICP备案信息", "常见问题"));
}

#[test]
fn pages_leave_no_traces_in_the_text() {
    let Some(library) = library() else { return };
    for section in library
        .sections
        .iter()
        .filter(|section| section.place.doc.starts_with("003") || section.place.doc.starts_with("004"))
    {
        for trace in ["icms.product", "文档版本", "#unique", "screenshot", "](#", ".....", "法律声明"]
        {
            assert!(
                !section.body.contains(trace),
                "{}:{} has {trace}: {}",
                section.place.doc,
                section.place.line,
                section.body
            );
        }
        assert!(!section.heading.contains('#'), "{}", section.heading);
    }
}

#[test]
fn a_table_printed_in_columns_is_a_table_again() {
    let Some(library) = library() else { return };
    let quotas = at(&library, "004", 786).unwrap();
    assert!(quotas.body.contains("| NAT网关 | 中国大陆 | 包月1个月及以上 | 2个 | 无 |"), "{}", quotas.body);
    assert_eq!(quotas.body.lines().filter(|line| line.starts_with('|')).count(), 10, "{}", quotas.body);
}

#[test]
fn a_copy_is_cited_at_its_newest_place() {
    let Some(library) = library() else { return };
    let twice = at(&library, "004", 1799).unwrap();
    assert!(twice.place.doc.starts_with("000"), "{:?}", twice.place);
    assert_eq!(twice.copies.len(), 1);
}

#[test]
fn sections_one_by_one_are_the_same_as_all_at_once() {
    let Some(folder) = folder() else { return };
    let mut sections = Vec::new();
    let spool = tempfile::tempdir().unwrap();
    let read = read_folder(&folder, &Names::new(), &spool.path().join("spool"), &mut |_| (), &mut |packed| {
        sections.push(packed.section().unwrap());
    })
    .unwrap();
    let library = load_folder(&folder, &Names::new()).unwrap();
    assert_eq!(sections, library.sections);
    assert_eq!(read.content_hash, library.content_hash);
}
