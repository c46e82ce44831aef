//! `upload_check`: why a picture won't upload.

use super::{Action, Ask, Basis, Done, Request, Step};
use crate::domain::rules::upload::upload_check;
use crate::phrases::actions;
use crate::store::StoreError;

/// Kinds of documents that people name instead of an ending.
const KINDS: &[(&str, &str)] =
    &[("word", "docx"), ("excel", "xlsx"), ("ppt", "pptx"), ("压缩包", "zip"), ("视频", "mp4")];

pub struct UploadCheck;

impl Action for UploadCheck {
    fn intent(&self) -> &'static str {
        "upload_check"
    }

    fn needs_record(&self) -> bool {
        false
    }

    fn anchor(&self) -> &'static str {
        "upload-fails"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["uploads.toml"], origin: None }
    }

    fn states_the_rule(&self) -> &'static [&'static str] {
        &["upload-gif", "upload-requirements"]
    }

    fn slots(&self) -> &'static [&'static str] {
        &["format", "size"]
    }

    fn case_words(&self) -> &'static [&'static str] {
        &["传不", "不收", "won't upload", "refuses"]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        let format = request
            .slot("format")
            .or_else(|| KINDS.iter().find(|(name, _)| request.says(&[name])).map(|(_, format)| *format));
        let bytes = request.slot("size").and_then(|size| size.parse().ok());
        if format.is_none() && bytes.is_none() {
            return Ok(Step::Ask(Ask {
                slot: "format",
                text: actions::upload_check::which_picture(request.voice, request.book),
                options: Vec::new(),
            }));
        }
        let verdict = upload_check(request.book, format, bytes);
        let text = actions::upload_check::text(request.voice, request.book, &verdict, format, bytes);
        let mut done = Done::new(&verdict, text);
        done.anchors.push(if verdict.disputed { "upload-gif" } else { "upload-requirements" });
        Ok(Step::Done(done))
    }
}
