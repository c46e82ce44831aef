//! Rasa 3.1 training data: `nlu:` with intents, synonyms, regexes and look-up tables, ours and anyone's.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::Deserialize;

/// One example: the text without its annotations, what was annotated, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    pub intent: String,
    pub text: String,
    /// (slot, the words in the text, the value they stand for)
    pub entities: Vec<(String, String, String)>,
    pub file: Arc<str>,
    /// From 1.
    pub line: usize,
}

/// Everything in a folder of training data.
#[derive(Clone, Debug, Default)]
pub struct TrainingSet {
    pub examples: Vec<Example>,
    /// (value, the words that mean it)
    pub synonyms: Vec<(String, Vec<String>)>,
    /// (name, patterns)
    pub regexes: Vec<(String, Vec<String>)>,
    /// (name, words)
    pub lookups: Vec<(String, Vec<String>)>,
}

/// The file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TrainingError {
    #[error("{file}:{line}: {message}; mend the YAML there")]
    Yaml { file: String, line: u64, message: String },
    #[error("{file}: version `{version}` is not 3.1; set `version: \"3.1\"`")]
    Version { file: String, version: String },
    #[error("{path}: {message}")]
    Read { path: String, message: String },
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    nlu: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    intent: Option<String>,
    #[serde(default)]
    synonym: Option<String>,
    #[serde(default)]
    regex: Option<String>,
    #[serde(default)]
    lookup: Option<String>,
    #[serde(default)]
    examples: Examples,
}

/// Examples are one block of `- …` lines, or (also valid Rasa) a list of texts with metadata.
#[derive(Deserialize)]
#[serde(untagged)]
enum Examples {
    Block(String),
    List(Vec<Listed>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Listed {
    Text(String),
    Full { text: String },
}

impl Default for Examples {
    fn default() -> Self {
        Self::Block(String::new())
    }
}

impl Examples {
    fn lines(self) -> Vec<String> {
        match self {
            Self::Block(block) => block
                .lines()
                .filter_map(|line| line.trim().strip_prefix('-'))
                .map(|line| line.trim().to_owned())
                .filter(|line| !line.is_empty())
                .collect(),
            Self::List(list) => list
                .into_iter()
                .map(|item| match item {
                    Listed::Text(text) | Listed::Full { text } => {
                        text.trim().trim_start_matches("- ").to_owned()
                    }
                })
                .filter(|line| !line.is_empty())
                .collect(),
        }
    }
}

impl TrainingSet {
    /// Adds the training data of one file; other top-level keys (stories, rules, responses) are not for us.
    pub fn read(&mut self, file: &str, yaml: &str) -> Result<(), TrainingError> {
        let yaml = yaml.trim_start_matches('\u{feff}');
        if yaml.trim().is_empty() {
            return Ok(());
        }
        let parsed: File = serde_saphyr::from_str(yaml).map_err(|error| unusable(file, &error))?;
        if let Some(version) = parsed.version.filter(|version| !version.starts_with("3.") && version != "2.0")
        {
            return Err(TrainingError::Version { file: file.to_owned(), version });
        }
        let mut places = Places { file: file.into(), rest: (1..).zip(yaml.lines()).collect(), last: 1 };
        for item in parsed.nlu {
            let lines = item.examples.lines();
            if let Some(intent) = item.intent {
                // Rasa's retrieval intents `faq/name` are named whole.
                self.examples.extend(lines.iter().map(|line| annotated(&intent, line, &mut places)));
            } else if let Some(value) = item.synonym {
                self.synonyms.push((value, lines));
            } else if let Some(name) = item.regex {
                self.regexes.push((name, lines));
            } else if let Some(name) = item.lookup {
                self.lookups.push((name, lines));
            }
        }
        Ok(())
    }

    /// The intents that have examples, sorted.
    pub fn intents(&self) -> Vec<String> {
        let mut names: Vec<String> = self.examples.iter().map(|example| example.intent.clone()).collect();
        names.sort();
        names.dedup();
        names
    }
}

/// What the YAML reader says, on one line.
fn unusable(file: &str, error: &serde_saphyr::Error) -> TrainingError {
    let said = error.without_snippet().to_string();
    let line = error.location().map_or(1, |place| place.line().max(1));
    TrainingError::Yaml {
        file: file.to_owned(),
        line,
        message: said.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// Finds the lines of examples, which come in the order of the file.
struct Places<'a> {
    file: Arc<str>,
    rest: VecDeque<(usize, &'a str)>,
    last: usize,
}

impl Places<'_> {
    /// The line of the next example; that of the one before where it is written in a way that no line shows.
    fn find(&mut self, example: &str) -> usize {
        let shows = |line: &str| {
            let line = line.trim().trim_start_matches("- ").trim_start_matches("text:").trim();
            line.trim_start_matches('-').trim() == example || line.trim_matches(['"', '\'']) == example
        };
        if let Some(place) = self.rest.iter().position(|(_, line)| shows(line)) {
            self.last = self.rest[place].0;
            self.rest.drain(..=place);
        }
        self.last
    }
}

/// Takes `[words](slot)` and `[words]{"entity": "slot", "value": "…"}` out of an example.
fn annotated(intent: &str, line: &str, places: &mut Places<'_>) -> Example {
    let mut example = Example {
        intent: intent.to_owned(),
        text: String::new(),
        entities: Vec::new(),
        file: places.file.clone(),
        line: places.find(line),
    };
    let mut rest = line;
    while let Some(open) = rest.find('[') {
        let after = &rest[open + 1..];
        let Some(close) = after.find(']') else { break };
        let (words, tail) = (&after[..close], &after[close + 1..]);
        let slot = if let Some(inner) = tail.strip_prefix('(') {
            inner.find(')').map(|end| {
                let (slot, value) = inner[..end].split_once(':').unwrap_or((&inner[..end], words));
                (slot.to_owned(), value.to_owned(), &inner[end + 1..])
            })
        } else if tail.starts_with('{') {
            tail.find('}').and_then(|end| {
                let json: serde_json::Value = serde_json::from_str(&tail[..=end]).ok()?;
                let slot = json.get("entity")?.as_str()?.to_owned();
                let value = json.get("value").and_then(|value| value.as_str()).unwrap_or(words).to_owned();
                Some((slot, value, &tail[end + 1..]))
            })
        } else {
            None
        };
        if let Some((slot, value, tail)) = slot {
            example.text.push_str(&rest[..open]);
            example.text.push_str(words);
            example.entities.push((slot, words.to_owned(), value));
            rest = tail;
        } else {
            example.text.push_str(&rest[..=open]);
            rest = after;
        }
    }
    example.text.push_str(rest);
    example
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_rasa_files() {
        let mut set = TrainingSet::default();
        set.read(
            "a.yml",
            "version: \"3.1\"\nnlu:\n- intent: check_domain\n  examples: |\n    - [example.cn](domain) 能备案吗\n    - 看看[那个站]{\"entity\": \"domain\", \"value\": \"a.cn\"}\n    - [x 没有括号\n- synonym: 浙江\n  examples: |\n    - 浙江省\n- regex: order\n  examples: |\n    - \\d{11}\n- lookup: city\n  examples: |\n    - 青岛\n",
        )
        .unwrap();
        assert_eq!(set.examples[0].text, "example.cn 能备案吗");
        assert_eq!(set.examples[0].entities, [("domain".into(), "example.cn".into(), "example.cn".into())]);
        assert_eq!(set.examples[1].entities, [("domain".into(), "那个站".into(), "a.cn".into())]);
        assert_eq!(set.examples[2].text, "[x 没有括号");
        assert_eq!(set.examples.iter().map(|example| example.line).collect::<Vec<_>>(), [5, 6, 7]);
        assert_eq!(set.synonyms, [("浙江".to_owned(), vec!["浙江省".to_owned()])]);
        assert_eq!((set.regexes.len(), set.lookups.len()), (1, 1));
        assert_eq!(set.intents(), ["check_domain"]);
    }

    #[test]
    fn lines_are_found_in_every_form_of_examples() {
        let yaml = "nlu:\n- intent: a\n  examples:\n  - text: |\n      one\n  - text: \"two\"\n- intent: b\n  examples: |\n    -one\n\n    - two\n";
        let mut set = TrainingSet::default();
        set.read("a.yml", yaml).unwrap();
        let places: Vec<(&str, usize)> =
            set.examples.iter().map(|example| (example.text.as_str(), example.line)).collect();
        assert_eq!(places, [("one", 5), ("two", 6), ("one", 9), ("two", 11)]);
        assert_eq!(&*set.examples[0].file, "a.yml");
    }

    #[test]
    fn a_broken_file_is_named() {
        let error = TrainingSet::default().read("bad.yml", "nlu:\n- intent: [").unwrap_err().to_string();
        assert!(error.starts_with("bad.yml:2: ") && !error.contains('\n'), "{error}");
        assert!(TrainingSet::default().read("old.yml", "version: \"1.0\"\n").is_err());
    }
}
