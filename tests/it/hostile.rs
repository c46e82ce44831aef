//! Hostile bytes: the entries of `fuzz/` over the seeds kept there and over what chance makes of them. The long turn is
//! cargo-fuzz's, in `.ci/nightly`; this one stops at the first thousands.

#[path = "../../fuzz/src/lib.rs"]
mod entries;

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;

/// How many of each entry, unless told otherwise.
const SHORT_TURN: u32 = 400;

/// The longest that one input may take: debug builds on a busy machine are slow, and endless is longer.
const LONGEST: Duration = Duration::from_secs(20);

/// What tends to break readers of text.
const MORSELS: &[&str] = &[
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "\u{e001}",
    "𠮷",
    "👩‍👩‍👧",
    "e\u{301}\u{301}\u{301}",
    "Ａ．ｃｏｍ",
    "</script>",
    "<script>",
    "<!--",
    "-->",
    "```\n",
    "|a|b|\n|-|-|\n",
    "[x](javascript:alert(1))",
    "![x](data:,x)",
    "# ",
    "###### ",
    "---\n",
    "{{provider}}",
    "{#a .b}",
    "' OR 1=1 --",
    "\"; DROP TABLE turns; --",
    "20190812001",
    "i-abc",
    "110101199003078515",
    "13812345678",
    "a@b.cn",
    "xn--fiqs8s",
    ".com",
    "2019年2月30日",
    "99999999999999999999",
    "-1",
    "1e999",
    "null",
    "[]",
    "{}",
    "&a",
    "*a",
    "!!binary",
    "? ",
    "- ",
    ": ",
    "\\ud800",
    "\r\n",
    "\t",
    "%00",
    "bk_",
];

fn folder(entry: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(entry)
}

fn seeds(entry: &str) -> Vec<Vec<u8>> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder(entry)).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// One change of some bytes.
#[derive(Clone, Debug)]
enum Change {
    Put(Index, Vec<u8>),
    Drop(Index, usize),
    Double(Index, usize),
    Flip(Index, u8),
    Cut(Index),
}

fn change() -> impl Strategy<Value = Change> {
    let morsel = any::<Index>().prop_map(|index| index.get(MORSELS).as_bytes().to_vec());
    prop_oneof![
        4 => (any::<Index>(), morsel).prop_map(|(at, bytes)| Change::Put(at, bytes)),
        1 => (any::<Index>(), prop::collection::vec(any::<u8>(), 1..5)).prop_map(|(at, bytes)| Change::Put(at, bytes)),
        2 => (any::<Index>(), 1..40_usize).prop_map(|(at, length)| Change::Drop(at, length)),
        2 => (any::<Index>(), 1..200_usize).prop_map(|(at, length)| Change::Double(at, length)),
        1 => (any::<Index>(), any::<u8>()).prop_map(|(at, bits)| Change::Flip(at, bits)),
        1 => any::<Index>().prop_map(Change::Cut),
    ]
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        let length = bytes.len();
        let place = |at: &Index, wide: usize| {
            let start = at.index(length + 1);
            start..(start + wide).min(length)
        };
        match change {
            Change::Put(at, put) => drop(bytes.splice(place(at, 0), put.iter().copied())),
            Change::Drop(at, wide) => drop(bytes.drain(place(at, *wide))),
            Change::Double(at, wide) => {
                let again = bytes[place(at, *wide)].to_vec();
                bytes.extend(again);
            }
            Change::Flip(at, bits) if length > 0 => bytes[at.index(length)] ^= bits,
            Change::Flip(..) => {}
            Change::Cut(at) => bytes.truncate(at.index(length + 1)),
        }
    }
    bytes
}

fn short_turn(entry: &str) {
    let (_, run) = entries::ENTRIES.iter().find(|(name, _)| *name == entry).unwrap();
    let seeds = seeds(entry);
    assert!(seeds.len() >= 2, "{entry}: no seeds");
    for seed in &seeds {
        run(seed);
    }
    let cases = std::env::var("BEIAN_FUZZ_CASES").map_or(SHORT_TURN, |cases| cases.parse().unwrap());
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let input = (any::<Index>(), prop::collection::vec(change(), 1..12))
        .prop_map(move |(seed, changes)| changed(seed.get(&seeds).clone(), &changes));
    TestRunner::new(config)
        .run(&input, |bytes| {
            let began = Instant::now();
            let ended = catch_unwind(|| run(&bytes));
            let shown = String::from_utf8_lossy(&bytes).into_owned();
            prop_assert!(ended.is_ok(), "{entry} fell over: {shown:?}");
            prop_assert!(began.elapsed() < LONGEST, "{entry} took {:?}: {shown:?}", began.elapsed());
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

macro_rules! short_turns {
    ($($entry:ident),+ $(,)?) => {
        $(#[test]
        fn $entry() {
            short_turn(stringify!($entry));
        })+
    };
}

short_turns!(chats, documents, requests, records, text, tickets, training, transcripts);

#[test]
fn every_entry_has_a_target_and_seeds() {
    let known: BTreeSet<String> = entries::ENTRIES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let names = |folder: &str| -> BTreeSet<String> {
        let files = fs::read_dir(fuzz.join(folder)).unwrap();
        files.map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(names("fuzz_targets"), known);
    assert_eq!(names("corpus"), known);
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
    for name in known {
        assert!(
            manifest.contains(&format!("name = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"")),
            "{name}"
        );
    }
}

/// Rows of one sign, or of words that are read in more ways than one; beside [`MORSELS`].
const ROWS: &[&str] = &[
    "7",
    "1",
    "1234567890",
    "a",
    "-",
    ".",
    "<",
    "`",
    "*",
    "beianmima",
    "1-",
    "13812345678-",
    "a@b.cn-",
    "路1号",
];

/// How long this thread has had a processor so far, where the system says so.
fn worked() -> Option<Duration> {
    let all = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(all.split(' ').next()?.parse().ok()?))
}

/// The quickest of some turns: whatever else the machine does only ever makes a turn longer, most of all where the time that
/// others had can't be left out.
fn quickest(turns: usize, text: &str) -> Duration {
    let turn = || {
        let (worked_before, began) = (worked(), Instant::now());
        entries::text(text.as_bytes());
        worked_before
            .zip(worked())
            .map_or_else(|| began.elapsed(), |(before, after)| after.saturating_sub(before))
    };
    (0..turns).map(|_| turn()).min().unwrap()
}

/// Eight times the text shouldn't take sixty-four times as long: nobody may hold a processor with one message.
#[test]
fn long_texts_take_time_in_proportion() {
    // The tables are read in the first turn.
    quickest(1, "备案 example.cn 13812345678 zenmeban");
    // White space and the like is nothing to read: what is left to measure there is the machine's noise.
    let usual = quickest(5, &"我的域名example.cn被驳回了，13812345678。".repeat(150));
    for morsel in MORSELS.iter().filter(|morsel| morsel.len() > 1).chain(ROWS) {
        let row = |bytes: usize| morsel.repeat(bytes / morsel.len());
        let short = quickest(3, &row(7_500));
        let mut long = quickest(1, &row(60_000));
        // Twice and a half what would be in proportion; looked at again where it is more, it may have been the machine.
        let most = short.max(usual) * 20;
        if long > most {
            long = long.min(quickest(5, &row(60_000)));
        }
        assert!(long <= most, "{morsel:?}: 7.5 kB in {short:?}, 60 kB in {long:?}");
        if std::env::var_os("BEIAN_FUZZ_TIMES").is_some() {
            eprintln!("{morsel:?}: {short:?} {long:?} {:.1}", long.as_secs_f64() / short.as_secs_f64());
        }
    }
}
