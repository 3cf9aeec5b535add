//! The store under the whole command: two writers, a full disk, damage and the way out of it, a clock that jumps. Rows 14
//! and 17 to 19 of the threats.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;

use engine::clock::Clock;
use engine::config::{Config, Overrides};
use engine::pipeline::{self, GivenFacts, Inputs, Prepared};
use engine::progress::Progress;
use jiff::{SignedDuration, Timestamp};
use model::{ClockMode, RunId};
use store::{Access, Store};

use crate::desk::{Desk, Ran};
use crate::given_facts::{complete, seen_at, user};
use crate::replay::{CANARY, desk_with_probe, directory, full_grant};

/// Row 19.
#[tokio::test(flavor = "multi_thread")]
async fn threat_19_a_second_writer_is_told_who_holds_the_store_before_it_collects_anything() {
    let server = directory().await;
    let desk = desk_with_probe(&server.uri(), &full_grant(&server));
    let holder = Store::open(&desk.path().join(".engine"), Access::Write).unwrap();
    for arguments in [&["eval"][..], &["collect"]] {
        let mut command = desk.command();
        let ran: Ran = command.args(arguments).env("DIRECTORY_TOKEN", CANARY).output().unwrap().into();
        let ran = ran.expect(2);
        let said = ran.stderr.replace('\n', " ");
        assert!(said.contains(&format!("process {}", std::process::id())), "the holder's pid is not in: {said}");
        assert!(said.contains("engine::store::locked"), "{said}");
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
    assert_eq!(server.received_requests().await.unwrap().len(), 0, "something was collected");
    drop(holder);
    let ran: Ran = desk.command().arg("eval").env("DIRECTORY_TOKEN", CANARY).output().unwrap().into();
    assert!(ran.code != 2 && !server.received_requests().await.unwrap().is_empty(), "{}", ran.stderr);
}

/// Row 19: while one writes, others read.
#[test]
fn threat_19_readers_work_beside_a_writer() {
    let desk = Desk::new();
    desk.eval(&[user("alice", true), complete(1)].join("\n")).expect(0);
    // Given facts on a pipe that stays open hold the first writer in the middle of its run.
    let mut first = desk.command().args(["eval", "--facts", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let pid = first.id().to_string();
    while !fs::read_to_string(desk.path().join(".engine/lock")).unwrap_or_default().contains(&pid) {
        assert!(first.try_wait().unwrap().is_none(), "the first writer ended");
        std::thread::yield_now();
    }
    let second = desk.run(&["eval", "--facts", "facts.ndjson"]).expect(2);
    assert!(second.stderr.contains(&pid), "the holder's pid {pid} is not in: {}", second.stderr);
    for arguments in [&["report"][..], &["history"], &["verify"], &["doctor"], &["plan"], &["fact", "list"]] {
        let ran = desk.run(arguments);
        assert!(matches!(ran.code, 0 | 1 | 3) && !ran.stderr.contains("engine::store"), "{arguments:?}: {}", ran.stderr);
    }
    drop(first.stdin.take());
    assert!(first.wait().unwrap().code().is_some_and(|code| code != 2));
    assert_eq!(desk.run(&["history", "--format", "ndjson"]).expect(0).stdout.lines().count(), 2);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Row 17: what the command says when the disk is full, and that it goes on when there is room again.
#[test]
fn threat_17_a_full_disk_is_told_in_one_error_and_the_next_run_goes_on() {
    let desk = Desk::new();
    desk.eval(&[user("alice", true), complete(1)].join("\n")).expect(0);
    // Many more facts, so that the pack and the index have to grow; the files may be as long as they are, and no longer.
    let users: Vec<String> = (0..300).map(|at| user(&format!("user-{at}"), true)).chain([complete(300)]).collect();
    desk.write("facts.ndjson", users.join("\n"));
    let lengths =
        ["engine.redb", "blobs/000001.pack"].map(|it| fs::metadata(desk.path().join(".engine").join(it)).unwrap().len());
    let blocks = lengths.iter().min().unwrap() / 512;
    let mut shell = Command::new("sh");
    // The shell ignores the signal for all that it starts.
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" eval --facts facts.ndjson --format json");
    let engine = desk.command();
    shell.arg("-c").arg(script).arg(engine.get_program()).current_dir(desk.path()).stdin(Stdio::null()).env_clear();
    shell.envs(engine.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let ran = Ran::from(shell.output().unwrap()).expect(2);
    let said = ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in ["engine::store::full", "no space is left", "free some space and run again"] {
        assert!(said.contains(part), "`{part}` is not in: {said}");
    }
    assert_eq!(ran.stdout, "", "a run was acknowledged");
    assert_eq!(desk.run(&["history", "--format", "ndjson"]).expect(0).stdout.lines().count(), 1);
    desk.run(&["verify"]).expect(0);
    desk.run(&["eval", "--facts", "facts.ndjson"]);
    desk.run(&["verify", "r2"]).expect(0);
}

/// Row 18: what `doctor` says of a damaged store can be done.
#[test]
fn threat_18_doctor_names_the_damaged_file_and_what_is_whole_and_its_advice_works() {
    let desk = Desk::new();
    for (name, mfa) in [("alice", true), ("bob", false), ("cy", true)] {
        let ran = desk.eval(&[user(name, mfa), complete(1)].join("\n"));
        assert!(matches!(ran.code, 0 | 1), "{}", ran.stderr);
    }
    desk.run(&["doctor"]).expect(0);
    copy(&desk.path().join(".engine"), &desk.path().join("copy"));
    let path = desk.path().join(".engine/blobs/000001.pack");
    let pack = fs::read(&path).unwrap();
    // The facts of each run are the same but for the account: what names bob is of the second run alone.
    let store = Store::open(&desk.path().join(".engine"), Access::Read).unwrap();
    let facts = store.load(RunId(2)).unwrap().facts;
    assert_eq!(facts.facts().len(), 1);
    drop(store);
    let harmed = (0..pack.len()).rev().step_by(97).find(|at| {
        let mut changed = pack.clone();
        changed[*at] ^= 0x20;
        fs::write(&path, changed).unwrap();
        let whole = |run: &str| desk.run(&["verify", run]).code == 0;
        !whole("r2") && whole("r1") && whole("r3")
    });
    assert!(harmed.is_some(), "no byte is the second run's alone");
    let ran = desk.run(&["doctor"]).expect(3);
    for part in
        ["WRONG store", "`blobs/000001.pack` is damaged: the entry at", "r2 has been changed", "whole: r1, r3", "from a copy"]
    {
        assert!(ran.stdout.contains(part), "`{part}` is not in:\n{}", ran.stdout);
    }
    // The advice, as it stands there.
    assert!(ran.stdout.contains("`engine export --whole -o DIRECTORY`"), "{}", ran.stdout);
    desk.run(&["export", "--whole", "-o", "saved"]).expect(0);
    fs::rename(desk.path().join(".engine"), desk.path().join("damaged")).unwrap();
    fs::rename(desk.path().join("saved"), desk.path().join(".engine")).unwrap();
    desk.run(&["doctor"]).expect(0);
    for run in ["r1", "r3"] {
        desk.run(&["verify", run, "--replay"]).expect(0);
    }
    desk.run(&["verify", "r2"]).expect(2);
    let next = desk.eval(&[user("cy", true), complete(1)].join("\n")).expect(0);
    assert_eq!(next.json()["run"]["id"], "r4", "the numbers go on after the last that was saved");
    // The other advice: a copy.
    desk.run(&["doctor", "--store", "copy"]).expect(0);
    desk.run(&["verify", "r2", "--store", "copy", "--replay"]).expect(0);
}

/// Row 18: a store of which a file is cut, lost, or followed by what is not its own.
#[test]
fn threat_18_doctor_tells_a_cut_and_a_lost_file_and_a_long_one() {
    let desk = Desk::new();
    desk.eval(&[user("alice", true), complete(1)].join("\n")).expect(0);
    let store = desk.path().join(".engine");
    let harmed = |name: &str, change: &dyn Fn(&Path)| {
        let harmed = desk.path().join(name);
        copy(&store, &harmed);
        change(&harmed);
        let doctor = desk.run(&["doctor", "--store", name]);
        let eval = desk.run(&["eval", "--facts", "facts.ndjson", "--store", name]);
        (doctor.code, doctor.stdout, eval.code, eval.stderr.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let cut = |file: &'static str| {
        move |path: &Path| {
            let length = fs::metadata(path.join(file)).unwrap().len();
            fs::OpenOptions::new().write(true).open(path.join(file)).unwrap().set_len(length / 2).unwrap();
        }
    };
    let (code, said, eval, refused) = harmed("short-pack", &cut("blobs/000001.pack"));
    assert!(code == 3 && said.contains("`blobs/000001.pack` is damaged: it has ") && said.contains("whole: no run"), "{said}");
    assert!(eval == 2 && refused.contains("engine::store::damaged") && refused.contains("engine doctor"), "{refused}");
    let (code, said, eval, refused) = harmed("no-pack", &|path| fs::remove_file(path.join("blobs/000001.pack")).unwrap());
    assert!(code == 3 && said.contains("`blobs/000001.pack` is damaged: it is not there"), "{said}");
    assert!(eval == 2 && refused.contains("the pack `000001.pack` is not there"), "{refused}");
    let (code, said, eval, refused) = harmed("short-index", &cut("engine.redb"));
    assert!(code == 3 && said.contains("engine.redb") && said.contains("from a copy"), "{said}");
    assert!(eval == 2 && refused.contains("engine::store::damaged"), "{refused}");
    let (code, said, eval, refused) = harmed("no-index", &|path| fs::remove_file(path.join("engine.redb")).unwrap());
    assert!(eval == 2 && refused.contains("there are packs, and the index `engine.redb` is not there"), "{refused}");
    assert!(code == 3 && said.contains("the index `engine.redb` is not there"), "{said}");
    // What stands behind the end is of a run that was never acknowledged: no damage, and the next writer cuts it.
    let (code, said, eval, refused) = harmed("long-pack", &|path| {
        let pack = path.join("blobs/000001.pack");
        let mut bytes = fs::read(&pack).unwrap();
        bytes.extend_from_slice(&[0x5a; 4_321]);
        fs::write(pack, bytes).unwrap();
    });
    assert_eq!((code, eval), (0, 0), "{said}\n{refused}");
}

/// A clock that says what it is told to, one instant a reading.
struct Jumping(Mutex<Vec<Timestamp>>);

impl Clock for Jumping {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap().pop().expect("a run reads the clock twice")
    }

    fn mode(&self) -> ClockMode {
        ClockMode::Live
    }
}

/// Row 14: a clock that jumps a year ahead, back, and back in the middle of a run.
#[test]
fn threat_14_whatever_the_clock_does_runs_keep_their_order_and_the_future_is_no_evidence() {
    let desk = Desk::new();
    let now: Timestamp = seen_at().parse().unwrap();
    let days = |days: i64| now + SignedDuration::from_hours(24 * days);
    let store = Store::open(&desk.path().join(".engine"), Access::Write).unwrap();
    let prepared =
        Prepared::read(&Config::read(desk.path(), &Overrides::default()).unwrap(), false, &Progress::silent()).unwrap();
    let lines = [user("alice", true), complete(1)].join("\n");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // On which day each begins, and is recorded. Facts of today are fresh today, stale in a year, and not yet true a year ago.
    let jumps = [(0, 0), (365, 365), (0, 0), (-365, -365), (0, -365), (365, 0), (0, 0)];
    for ((start, end), number) in jumps.into_iter().zip(1..) {
        let facts = GivenFacts::supplied("facts:alice".parse().unwrap(), Box::new(lines.as_bytes()));
        let inputs = Inputs { facts: vec![facts], collect: false, as_of: None, afresh: false };
        let clock = Jumping(Mutex::new(vec![days(end), days(end), days(start)]));
        let evaluated = runtime.block_on(pipeline::run(&prepared, inputs, Some(&store), &clock, &Progress::silent())).unwrap();
        assert_eq!(evaluated.header.id, RunId(number), "{start} to {end}");
        let exit = &evaluated.header.exit;
        assert_eq!(exit.code == 0, start == 0, "{start} to {end}: {}", exit.reason);
        store.verify(RunId(number)).unwrap();
    }
    let runs = store.runs().unwrap();
    assert!(runs.iter().zip(1..).all(|(run, number)| run.id == RunId(number)), "the order is lost");
    assert_eq!(store.last().unwrap().unwrap().id, RunId(7));
    let ahead = store.load(RunId(4)).unwrap();
    assert!(ahead.facts.facts().is_empty(), "a fact from the future was admitted");
    assert!(ahead.facts.gaps().iter().any(|gap| gap.code.as_str() == "future"), "{:?}", ahead.facts.gaps());
    drop(store);
    desk.run(&["verify", "--replay"]).expect(0);
}
