//! `beian records import` killed in the middle: all of the file is there, or nothing of it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Chance, runs};
use crate::places::{Keeper, on_each_database};

on_each_database!(an_import_that_is_killed_is_whole_or_never_was);

/// How many kills at most until one comes in time.
const MOST: u64 = 40;

/// Records of an import: enough to take a while.
const RECORDS: usize = 4000;

fn write_set(path: &Path, version: u64) {
    let accounts: Vec<Value> =
        (0..RECORDS).map(|index| json!({"id": format!("a{index}"), "site": "china"})).collect();
    let instances: Vec<Value> = (0..RECORDS)
        .map(|index| {
            json!({"id": format!("i-{index}"), "account": format!("a{index}"), "product": format!("v{version}"),
                "region": "mainland", "billing": "subscription", "months": 12, "expires_on": "2030-01-01",
                "public_bandwidth": true})
        })
        .collect();
    std::fs::write(path, json!({"accounts": accounts, "instances": instances}).to_string()).unwrap();
}

fn import(folder: &Path, url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beian"));
    command.current_dir(folder).args(["--db", url, "records", "import", "records.json"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn an_import_that_is_killed_is_whole_or_never_was(keeper: Keeper) {
    let Some(store) = keeper.place() else { return };
    let file = store.folder().join("records.json");
    write_set(&file, 0);
    let began = Instant::now();
    assert!(import(store.folder(), &store.url).status().unwrap().success());
    // Kills fall from the start of the process to a little after its end. How long that is depends on what else the machine does:
    // sooner after an import that was through, later after one that wasn't, and a few more where none was broken off.
    let mut whole = u64::try_from(began.elapsed().as_millis()).unwrap() * 5 / 4;
    let (mut chance, mut version, mut broken_off, mut run) = (Chance::new(), 0, 0, 0);
    while run < runs().div_ceil(4) || (broken_off == 0 && run < MOST) {
        run += 1;
        write_set(&file, run);
        let life = Duration::from_millis(chance.below(whole));
        let mut child = import(store.folder(), &store.url).spawn().unwrap();
        std::thread::sleep(life);
        child.kill().unwrap();
        let done = child.wait().unwrap().success();
        let place = format!("kill {run} after {life:?} of {whole} ms");
        store.sound_after_a_kill(&place);
        let set = store.open().export().unwrap();
        assert_eq!((set.accounts.len(), set.instances.len()), (RECORDS, RECORDS), "{place}");
        let first = set.instances[0].product.clone();
        assert!(set.instances.iter().all(|instance| instance.product == first), "{place}: half an import");
        let now: u64 = first.trim_start_matches('v').parse().unwrap();
        assert!(now == run || (now == version && !done), "{place}: {now} is there, {version} was before");
        let is_through = now == run;
        broken_off += u64::from(!is_through);
        whole = if is_through { (whole * 2 / 3).max(20) } else { whole * 5 / 4 };
        version = now;
    }
    eprintln!("{}: {run} kills of an import, {broken_off} in time", keeper.name());
    assert!(broken_off > 0, "no import was broken off: the kills come too late");
}
