//! Good and bad folders of rules.

use std::fs;

use super::*;

/// A folder with the built-in rules, changed.
fn changed(file: &str, from: &str, to: &str) -> (tempfile::TempDir, Result<RuleBook, RuleBookError>) {
    let folder = tempfile::tempdir().unwrap();
    for built_in in BUILT_IN.files() {
        fs::write(folder.path().join(built_in.path()), built_in.contents()).unwrap();
    }
    let path = folder.path().join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} lacks {from}");
    fs::write(&path, text.replacen(from, to, 1)).unwrap();
    let book = from_folder(folder.path());
    (folder, book)
}

/// The error of a changed folder, without the folder's own path.
fn error(file: &str, from: &str, to: &str) -> String {
    let (folder, book) = changed(file, from, to);
    let text = book.unwrap_err().to_string();
    text.replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn the_built_in_rules_load_and_equal_their_folder() {
    let (_folder, book) = changed("sms.toml", "天津", "天津");
    assert_eq!(built_in().unwrap(), book.unwrap());
}

#[test]
fn a_changed_number_is_what_counts() {
    let (_folder, book) = changed("domains_per_website.toml", "otherwise = 10", "otherwise = 12");
    assert_eq!(book.unwrap().domains_per_website.otherwise, 12);
}

#[test]
fn every_built_in_file_is_a_table() {
    let mut files: Vec<_> = BUILT_IN.files().map(|file| file.path().display().to_string()).collect();
    let mut known: Vec<_> = RuleBook::FILES.iter().map(ToString::to_string).collect();
    files.sort();
    known.sort();
    assert_eq!(files, known);
}

#[test]
fn errors_name_the_line_and_the_mend() {
    assert_eq!(
        error("domains_per_website.toml", "otherwise = 10", "otherwise = \"ten\""),
        "domains_per_website.toml:5: invalid type: string \"ten\", expected u32; \
         see the same file of the built-in rules for its form"
    );
    assert!(error("uploads.toml", "under_bytes", "below_bytes").starts_with("uploads.toml:9: unknown field"));
    assert!(error("terms.toml", "[gift]", "[gift").starts_with("terms.toml:"));
    assert!(error("legacy.toml", "2010-05-31", "2010-02-31").starts_with("legacy.toml:8: "));
    assert_eq!(
        error("sms.toml", "\"西藏\"", "\"西臧\""),
        "sms.toml:10: `西臧` isn't the short name of a province; use a `name` of provinces.toml"
    );
    assert_eq!(
        error("commercial_ip.toml", "city = true", "city = false"),
        "commercial_ip.toml:23: `深圳` isn't the short name of a province; use a `name` of provinces.toml"
    );
}

#[test]
fn missing_and_stray_files() {
    let (folder, book) = changed("sms.toml", "天津", "天津");
    assert!(book.is_ok());
    fs::rename(folder.path().join("sms.toml"), folder.path().join("smss.toml")).unwrap();
    let stray = from_folder(folder.path()).unwrap_err().to_string();
    assert!(stray.contains("smss.toml: no table goes by that name") && stray.contains("sms.toml"), "{stray}");
    fs::remove_file(folder.path().join("smss.toml")).unwrap();
    let missing = from_folder(folder.path()).unwrap_err().to_string();
    assert!(missing.contains("sms.toml: the file is missing"), "{missing}");
    fs::write(folder.path().join("README.md"), "notes").unwrap();
    fs::write(folder.path().join("sms.toml"), [0xff, 0xfe]).unwrap();
    let unreadable = from_folder(folder.path()).unwrap_err().to_string();
    assert!(unreadable.contains("sms.toml: cannot be read"), "{unreadable}");
    let nowhere = from_folder(&folder.path().join("nowhere")).unwrap_err().to_string();
    assert!(nowhere.contains("nowhere: cannot be read"), "{nowhere}");
}

#[test]
fn alterations_name_the_place_and_both_values() {
    let (folder, _book) = changed("products.toml", "quota = { limit = 5", "quota = { limit = 7");
    let sms = folder.path().join("sms.toml");
    let text = fs::read_to_string(&sms).unwrap().replace("\"湖北\"", "\"湖北\", \"江西\"");
    fs::write(&sms, text).unwrap();
    let suffixes = folder.path().join("suffixes.toml");
    let row = "\n[[suffix]]\nname = \"top\"\napproved = true\nsource = \"own\"\nas_of = \"2020-01-01\"\n";
    fs::write(&suffixes, fs::read_to_string(&suffixes).unwrap() + row).unwrap();

    let altered = alterations(folder.path()).unwrap();
    let places: Vec<_> = altered.iter().map(|one| format!("{} {}", one.file, one.place)).collect();
    assert_eq!(
        places,
        [
            "sms.toml list[2 from 2019-05-08].provinces",
            "products.toml product[ecs].quota.limit",
            "suffixes.toml suffix[top].approved",
            "suffixes.toml suffix[top].as_of",
            "suffixes.toml suffix[top].name",
            "suffixes.toml suffix[top].source",
        ]
    );
    assert_eq!((altered[1].before.as_deref(), altered[1].after.as_deref()), (Some("5"), Some("7")));
    assert!(!altered[0].before.as_ref().unwrap().contains("江西"));
    assert!(altered[0].after.as_ref().unwrap().contains("江西"));
    assert_eq!((altered[2].before.as_deref(), altered[2].after.as_deref()), (None, Some("true")));
}

#[test]
fn nothing_altered_and_nothing_usable() {
    let (folder, _book) = changed("sms.toml", "天津", "天津");
    assert_eq!(alterations(folder.path()).unwrap(), []);
    fs::remove_file(folder.path().join("legacy.toml")).unwrap();
    assert!(alterations(folder.path()).unwrap_err().to_string().contains("legacy.toml: the file is missing"));
}
