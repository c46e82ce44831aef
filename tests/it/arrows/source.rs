//! A Rust source file as the paths that stand in it, comments and strings left out. Enough of a lexer for that, and
//! no more: what the compiler accepts is taken for granted.

use std::fmt;

/// A path such as `crate::store::Store`, groups taken apart and `super` resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    pub segments: Vec<String>,
    pub line: usize,
    /// Inside `mod tests { … }`.
    pub in_test: bool,
}

impl Path {
    pub fn has(&self, name: &str) -> bool {
        self.segments.iter().any(|segment| segment == name)
    }

    pub fn ends_with(&self, name: &str) -> bool {
        self.segments.last().is_some_and(|segment| segment == name)
    }

    /// Whether `name` stands right behind `before`.
    pub fn follows(&self, before: &str, name: &str) -> bool {
        self.segments.windows(2).any(|pair| pair[0] == before && pair[1] == name)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.segments.join("::"))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    /// `::`
    Under,
    Sign(char),
}

/// The paths of a file. `name` is the file's place from `src/`, for resolving `super`.
pub fn paths(name: &str, text: &str) -> Vec<Path> {
    let tokens = tokens(text);
    let mut reader =
        Reader { tokens: &tokens, at: 0, module: module_of(name), blocks: Vec::new(), found: Vec::new() };
    reader.read();
    reader.found
}

fn module_of(name: &str) -> Vec<String> {
    let mut module: Vec<String> = name.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        module.pop();
    }
    module
}

fn tokens(text: &str) -> Vec<(Token, usize)> {
    let chars: Vec<char> = text.chars().collect();
    let (mut tokens, mut at, mut line) = (Vec::new(), 0, 1);
    let is = |at: usize, wanted: char| chars.get(at) == Some(&wanted);
    while let Some(&c) = chars.get(at) {
        let start = at;
        if c == '/' && is(at + 1, '/') {
            while at < chars.len() && !is(at, '\n') {
                at += 1;
            }
        } else if c == '/' && is(at + 1, '*') {
            at = after_comment(&chars, at);
        } else if c == '"' {
            at = after_string(&chars, at);
        } else if c == '\'' {
            at = after_quote(&chars, at);
        } else if let Some(end) = after_raw_string(&chars, at) {
            at = end;
        } else if c.is_alphanumeric() || c == '_' {
            while chars.get(at).is_some_and(|c| c.is_alphanumeric() || *c == '_') {
                at += 1;
            }
            tokens.push((Token::Word(chars[start..at].iter().collect()), line));
        } else if c == ':' && is(at + 1, ':') {
            at += 2;
            tokens.push((Token::Under, line));
        } else {
            at += 1;
            if !c.is_whitespace() {
                tokens.push((Token::Sign(c), line));
            }
        }
        line += chars[start..at].iter().filter(|c| **c == '\n').count();
    }
    tokens
}

fn after_comment(chars: &[char], mut at: usize) -> usize {
    let mut depth = 0;
    while at < chars.len() {
        match chars.get(at..at + 2) {
            Some(['/', '*']) => (depth, at) = (depth + 1, at + 2),
            Some(['*', '/']) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn after_string(chars: &[char], mut at: usize) -> usize {
    at += 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

/// `'x'`, `'\n'`, or the quote of a lifetime.
fn after_quote(chars: &[char], at: usize) -> usize {
    if chars.get(at + 1) == Some(&'\\') {
        let mut end = at + 3;
        while end < chars.len() && chars[end] != '\'' {
            end += 1;
        }
        (end + 1).min(chars.len())
    } else if chars.get(at + 2) == Some(&'\'') {
        at + 3
    } else {
        at + 1
    }
}

/// Behind `r"…"`, `r#"…"#`, `br"…"` when one starts here.
fn after_raw_string(chars: &[char], at: usize) -> Option<usize> {
    let mut open = at + usize::from(matches!(chars[at], 'b' | 'c'));
    if chars.get(open) != Some(&'r') {
        return None;
    }
    open += 1;
    let hashes = chars[open..].iter().take_while(|c| **c == '#').count();
    open += hashes;
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let mut end = open + 1;
    while end < chars.len() {
        let closes =
            chars[end] == '"' && chars[end + 1..].iter().take_while(|c| **c == '#').count() >= hashes;
        end += 1;
        if closes {
            return Some(end + hashes);
        }
    }
    Some(chars.len())
}

struct Reader<'a> {
    tokens: &'a [(Token, usize)],
    at: usize,
    module: Vec<String>,
    /// For each open brace, whether it is that of an inline module.
    blocks: Vec<bool>,
    found: Vec<Path>,
}

impl Reader<'_> {
    fn token(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead).map(|(token, _)| token)
    }

    fn read(&mut self) {
        while let Some(token) = self.token(0).cloned() {
            match token {
                Token::Sign('{') => {
                    self.blocks.push(false);
                    self.at += 1;
                }
                Token::Sign('}') => {
                    if self.blocks.pop() == Some(true) {
                        self.module.pop();
                    }
                    self.at += 1;
                }
                Token::Word(word) if word == "mod" => self.inline_module(),
                Token::Word(_) => self.path(&mut Vec::new()),
                Token::Under | Token::Sign(_) => self.at += 1,
            }
        }
    }

    fn inline_module(&mut self) {
        if let (Some(Token::Word(name)), Some(Token::Sign('{'))) = (self.token(1).cloned(), self.token(2)) {
            self.module.push(name);
            self.blocks.push(true);
            self.at += 3;
        } else {
            self.at += 1;
        }
    }

    /// One path from here on; a group gives one for each of its members.
    fn path(&mut self, before: &mut Vec<String>) {
        let depth = before.len();
        while let Some(Token::Word(word)) = self.token(0) {
            before.push(word.clone());
            let line = self.tokens[self.at].1;
            self.at += 1;
            match (self.token(0), self.token(1)) {
                (Some(Token::Under), Some(Token::Word(_))) => self.at += 1,
                (Some(Token::Under), Some(Token::Sign('{'))) => {
                    self.at += 2;
                    self.group(before);
                    break;
                }
                _ => {
                    self.keep(before, line);
                    break;
                }
            }
        }
        before.truncate(depth);
    }

    fn group(&mut self, before: &mut Vec<String>) {
        while let Some(token) = self.token(0) {
            match token {
                Token::Sign('}') => {
                    self.at += 1;
                    return;
                }
                Token::Word(_) => self.path(before),
                Token::Under | Token::Sign(_) => self.at += 1,
            }
        }
    }

    fn keep(&mut self, segments: &[String], line: usize) {
        if segments.len() < 2 {
            return;
        }
        let supers = segments.iter().take_while(|segment| *segment == "super").count();
        let segments = if supers == 0 {
            segments.to_vec()
        } else {
            let up = self.module.len().saturating_sub(supers);
            let above = std::iter::once("crate".to_owned()).chain(self.module[..up].iter().cloned());
            above.chain(segments[supers..].iter().cloned()).collect()
        };
        let in_test = self.module.iter().any(|name| name == "tests");
        self.found.push(Path { segments, line, in_test });
    }
}
