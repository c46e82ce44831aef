//! Attached files as words: what they are and how large. Nothing is ever downloaded.

use serenity::model::channel::Attachment;

use super::words::{self, Tongue};

/// As many files of a message as are looked at.
pub(super) const MOST: usize = 3;

/// The question whether such a file can be uploaded.
pub(super) fn question(file: &Attachment, tongue: Tongue) -> String {
    words::picture_question(tongue, &format(file), &size(file.size))
}

/// `png`: what Discord says it is where that is a picture, else how its name ends.
fn format(file: &Attachment) -> String {
    let declared = file.content_type.as_deref().and_then(|kind| {
        let kind = kind.split(';').next().unwrap_or(kind).trim().strip_prefix("image/")?;
        Some(kind.trim_start_matches("x-").split('+').next().unwrap_or(kind).to_owned())
    });
    let ending = || {
        let ending = file.filename.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
        // A name is whatever somebody wants it to be.
        ending.filter(|ending| ending.len() <= 5 && ending.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    };
    declared
        .filter(|kind| !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .or_else(ending)
        .unwrap_or_else(|| "?".to_owned())
}

/// In KB with three decimals, rounded down: what is just under a limit stays under it. A number of more than six digits isn't read as a size.
fn size(bytes: u32) -> String {
    let thousandths = (u64::from(bytes) * 1000 / 1024).min(999_999_999);
    format!("{}.{:03}KB", thousandths / 1000, thousandths % 1000)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn file(name: &str, kind: Option<&str>, size: u32) -> Attachment {
        serde_json::from_value(json!({
            "id": "1", "filename": name, "content_type": kind, "size": size, "url": "https://x/y", "proxy_url": "https://x/y"
        }))
        .unwrap()
    }

    #[test]
    fn a_file_is_described_by_format_and_size() {
        for (name, kind, says) in [
            ("a.JPG", None, "jpg"),
            ("a.jpg", Some("image/webp"), "webp"),
            ("a.svg", Some("image/svg+xml; charset=utf-8"), "svg"),
            ("scan.pdf", Some("application/pdf"), "pdf"),
            ("noname", None, "?"),
            ("a.<script>", None, "?"),
        ] {
            let question = question(&file(name, kind, 2048), Tongue::Simplified);
            assert_eq!(question, format!("{says} 格式、2.000KB 的图片能上传吗"));
        }
    }

    #[test]
    fn a_byte_under_the_limit_stays_under_it() {
        assert_eq!(size(4 * 1024 * 1024), "4096.000KB");
        assert_eq!(size(4 * 1024 * 1024 - 1), "4095.999KB");
        assert_eq!(size(0), "0.000KB");
        assert_eq!(size(u32::MAX), "999999.999KB");
    }
}
