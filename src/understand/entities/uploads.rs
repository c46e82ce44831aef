//! What a text says of a picture: its format and its size.

use std::sync::LazyLock;

use regex::Regex;

/// A picture as described: format in lower case, size in bytes (1 MB = 1,048,576 bytes).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    pub format: Option<String>,
    pub bytes: Option<u64>,
}

static FORMAT: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by a test")]
    Regex::new(r"(?:^|[^a-z])(jpe?g|png|gif|bmp|webp|tiff?|heic|heif|svg|pdf|docx?|psd|raw|ico|avif|xlsx?|pptx?|txt|zip|rar|mp4)(?:$|[^a-z])").unwrap()
});
static SIZE: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by a test")]
    Regex::new(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?(k|kb|kib|m|mb|mib|g|gb|兆|千字节|bytes?|字节)(?:$|[^a-z])")
        .unwrap()
});

/// The first format and the first size that a text names.
pub fn find(folded: &str) -> Picture {
    // Every format has letters and every size digits, which most texts haven't.
    let holds = |wanted: fn(&u8) -> bool| folded.as_bytes().iter().any(wanted);
    Picture {
        format: holds(u8::is_ascii_lowercase).then(|| format(folded)).flatten(),
        bytes: holds(u8::is_ascii_digit).then(|| size(folded)).flatten(),
    }
}

fn format(folded: &str) -> Option<String> {
    let captures = FORMAT.captures(folded)?;
    Some(match captures.get(1)?.as_str() {
        "tif" => "tiff".to_owned(),
        "heif" => "heic".to_owned(),
        other => other.to_owned(),
    })
}

fn size(folded: &str) -> Option<u64> {
    let captures = SIZE.captures(folded)?;
    let amount: f64 = captures.get(1)?.as_str().parse().ok()?;
    let unit = match captures.get(2)?.as_str() {
        "k" | "kb" | "kib" | "千字节" => 1024.0,
        "m" | "mb" | "mib" | "兆" => 1024.0 * 1024.0,
        "g" | "gb" => 1024.0 * 1024.0 * 1024.0,
        _ => 1.0,
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most 999999 GB, never negative"
    )]
    Some((amount * unit).round() as u64)
}
