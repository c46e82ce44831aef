//! Writes the Markdown of a page as its tags and texts come.

use super::Tag;
use super::table::Table;

/// Collects lines of Markdown; each remembers the line of the HTML that it began on.
pub(super) struct Writer {
    headings: bool,
    title: Option<String>,
    output: String,
    lines: Vec<usize>,
    line: usize,
    begun: usize,
    lists: Vec<Option<usize>>,
    links: Vec<Option<String>>,
    tables: Vec<Table>,
    code: bool,
    at_line_start: bool,
}

impl Writer {
    pub(super) fn new(headings: bool) -> Self {
        Self {
            headings,
            title: None,
            output: String::new(),
            lines: Vec::new(),
            line: 1,
            begun: 1,
            lists: Vec::new(),
            links: Vec::new(),
            tables: Vec::new(),
            code: false,
            at_line_start: true,
        }
    }

    pub(super) fn finish(mut self) -> (Option<String>, String, Vec<usize>) {
        while let Some(table) = self.tables.pop() {
            self.block();
            self.raw(&table.markdown());
        }
        (self.title, self.output, self.lines)
    }

    pub(super) fn page_title(&mut self, text: &str) {
        let title = entities(text).split_whitespace().collect::<Vec<_>>().join(" ");
        // "Heading - Site name": the part before the last separator is the page's own
        let own = [" - ", " | ", "_", " – "]
            .iter()
            .find_map(|separator| title.split_once(separator))
            .map(|(own, _)| own.trim());
        let title = own.filter(|own| !own.is_empty()).unwrap_or(&title).to_owned();
        if !title.is_empty() {
            self.title = Some(title);
        }
    }

    /// Source that is not shown: only its line ends count.
    pub(super) fn skip(&mut self, source: &str) {
        self.line += source.matches('\n').count();
    }

    pub(super) fn text(&mut self, source: &str) {
        let text = entities(source);
        if self.code {
            for (number, line) in text.split('\n').enumerate() {
                if number > 0 {
                    self.end_line();
                    self.line += 1;
                }
                self.raw(line);
            }
            return;
        }
        let mut space = source.starts_with(char::is_whitespace);
        for word in text.split_whitespace() {
            if space {
                self.space();
            }
            self.word(word);
            space = true;
        }
        if !text.trim().is_empty() && source.ends_with(char::is_whitespace) {
            self.space();
        }
        self.skip(source);
    }

    fn word(&mut self, word: &str) {
        if let Some(table) = self.tables.last_mut() {
            table.push(word);
            return;
        }
        if self.at_line_start && word.starts_with(['#', '>', '=', '~', '`']) {
            self.raw("\\");
        }
        if word.contains('<') { self.raw(&word.replace('<', "&lt;")) } else { self.raw(word) }
    }

    fn space(&mut self) {
        if let Some(table) = self.tables.last_mut() {
            table.push(" ");
        } else if !self.at_line_start && !self.output.ends_with(' ') {
            self.output.push(' ');
        }
    }

    fn raw(&mut self, text: &str) {
        if let Some(table) = self.tables.last_mut() {
            table.push(text);
            return;
        }
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                self.end_line();
            }
            if !line.is_empty() {
                if self.at_line_start {
                    self.begun = self.line;
                }
                self.at_line_start = false;
                self.output.push_str(line);
            }
        }
    }

    fn end_line(&mut self) {
        if let Some(table) = self.tables.last_mut() {
            table.push(" ");
            return;
        }
        self.output.truncate(self.output.trim_end_matches(' ').len());
        self.output.push('\n');
        self.lines.push(if self.at_line_start { self.line } else { self.begun });
        self.at_line_start = true;
    }

    /// Ends the paragraph: an empty line follows.
    fn block(&mut self) {
        if self.tables.is_empty() && self.code {
            return;
        }
        if !self.at_line_start {
            self.end_line();
        }
        if self.tables.is_empty() && !self.output.is_empty() && !self.output.ends_with("\n\n") {
            self.end_line();
        }
    }

    pub(super) fn tag(&mut self, tag: &Tag<'_>) {
        match (tag.name.as_str(), tag.closing) {
            (name @ ("h1" | "h2" | "h3" | "h4" | "h5" | "h6"), closing) => self.heading(name, closing, tag),
            ("br", _) if self.tables.is_empty() => self.end_line(),
            ("br", _) => self.space(),
            ("ul", false) => self.lists.push(None),
            ("ol", false) => self.lists.push(Some(0)),
            ("ul" | "ol", true) => {
                self.lists.pop();
                self.block();
            }
            ("li", false) => self.item(),
            ("pre", closing) if self.tables.is_empty() => {
                self.block();
                self.code = false;
                self.raw("```");
                self.end_line();
                self.code = !closing;
            }
            ("table", false) => {
                self.block();
                self.tables.push(Table::default());
            }
            ("table", true) => {
                if let Some(table) = self.tables.pop() {
                    let markdown = table.markdown();
                    self.raw(&markdown);
                    self.block();
                }
            }
            ("tr" | "td" | "th", _) => {
                if let Some(table) = self.tables.last_mut() {
                    table.tag(tag);
                }
            }
            ("a", false) => {
                let address = tag.attribute("href").filter(|address| is_absolute(address)).map(str::to_owned);
                if address.is_some() {
                    self.raw("[");
                }
                self.links.push(address);
            }
            ("a", true) => {
                if let Some(address) = self.links.pop().flatten() {
                    self.raw("](");
                    self.raw(&address);
                    self.raw(")");
                }
            }
            (
                "p" | "div" | "section" | "article" | "header" | "main" | "aside" | "blockquote" | "hr"
                | "dl" | "dt" | "dd" | "figure" | "details" | "summary" | "tbody" | "thead" | "form" | "body"
                | "head",
                _,
            ) => {
                if self.tables.is_empty() && self.lists.is_empty() {
                    self.block();
                } else {
                    self.space();
                }
            }
            _ => {}
        }
    }

    fn heading(&mut self, name: &str, closing: bool, tag: &Tag<'_>) {
        if !self.tables.is_empty() {
            return self.space();
        }
        self.block();
        if !closing && self.headings {
            self.lists.clear();
            let level = name.as_bytes().get(1).map_or(1, |digit| usize::from(digit - b'0'));
            self.raw(&"#".repeat(level));
            self.output.push(' ');
            if let Some(anchor) = tag.attribute("id").filter(|anchor| !anchor.contains(char::is_whitespace)) {
                // read back as a heading attribute
                for part in ["<a id=\"", anchor, "\"></a>"] {
                    self.output.push_str(part);
                }
            }
        }
    }

    fn item(&mut self) {
        if !self.tables.is_empty() {
            return self.space();
        }
        if !self.at_line_start {
            self.end_line();
        }
        let depth = self.lists.len().saturating_sub(1);
        let marker = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{number}. ")
            }
            _ => "- ".to_owned(),
        };
        self.raw(&format!("{}{marker}", "    ".repeat(depth)));
    }
}

pub(super) fn is_absolute(address: &str) -> bool {
    address.starts_with("http://") || address.starts_with("https://")
}

/// Character references to characters: the named ones of everyday, and all numbers.
pub(super) fn entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = rest
            .bytes()
            .take(11)
            .position(|byte| byte == b';')
            .and_then(|end| Some((named(&rest[1..end])?, end)));
        if let Some((character, end)) = found {
            plain.push(character);
            rest = &rest[end + 1..];
        } else {
            plain.push('&');
            rest = &rest[1..];
        }
    }
    plain.push_str(rest);
    plain
}

fn named(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        "mdash" => '—',
        "ndash" => '–',
        "hellip" => '…',
        "middot" => '·',
        "bull" => '•',
        "times" => '×',
        "copy" => '©',
        "reg" => '®',
        "yen" => '¥',
        _ => {
            let number = name.strip_prefix('#')?;
            let hex = number.strip_prefix(['x', 'X']).map(|digits| u32::from_str_radix(digits, 16));
            char::from_u32(hex.unwrap_or_else(|| number.parse()).ok()?)
                .filter(|character| *character != '\0')?
        }
    })
}
