//! `engine eval` killed at any point: row 15 of the threats.

use std::fs;
use std::io::Read as _;
use std::process::{Child, ChildStdout, Stdio};
use std::thread;

use model::RunId;
use store::{Access, Store};

use crate::desk::Desk;
use crate::given_facts::{complete, user};

/// A number drawn from a seed: the same on every machine.
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit.max(1)
    }
}

/// From when on the times that the supervisor looks are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    /// The start of the process.
    Start,
    /// It has the store: the rest is reading facts, evaluating and recording.
    Lock,
    /// The pack grew: the rest is the record of the run.
    Pack,
}

/// What a child came to.
struct Came {
    /// How often the supervisor looked, counted from that moment, until the child ended or was killed.
    looks: u64,
    /// The number of the run that it said is recorded.
    acknowledged: Option<u64>,
    /// Whether it ended by itself, with the exit code of a run.
    ended: bool,
}

fn eval(desk: &Desk) -> Child {
    let mut command = desk.command();
    command.args(["eval", "--facts", "facts.ndjson", "--store", "store", "--format", "json"]);
    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// Reads all that a child says on a thread of its own, so that it never waits for us.
fn listen(mut stdout: ChildStdout) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut said = Vec::new();
        stdout.read_to_end(&mut said).unwrap();
        String::from_utf8_lossy(&said).into_owned()
    })
}

/// Lets a child run until the supervisor has looked so often since that moment, then kills it.
fn run(desk: &Desk, from: From, looks: u64) -> Came {
    let pack = || fs::metadata(desk.path().join("store/blobs/000001.pack")).map_or(0, |it| it.len());
    let length = pack();
    let mut child = eval(desk);
    let reader = listen(child.stdout.take().unwrap());
    let pid = child.id().to_string();
    let begun = || match from {
        From::Start => true,
        From::Lock => fs::read_to_string(desk.path().join("store/lock")).unwrap_or_default().starts_with(&pid),
        From::Pack => pack() > length,
    };
    let (mut looked, mut has_begun) = (0, false);
    let ended = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break matches!(status.code(), Some(0 | 1 | 3));
        }
        has_begun = has_begun || begun();
        looked += u64::from(has_begun);
        if looked > looks {
            child.kill().unwrap();
            break child.wait().unwrap().code().is_some();
        }
        thread::yield_now();
    };
    let said = reader.join().unwrap();
    let acknowledged = said.split_once(r#""run":{"id":"r"#).and_then(|(_, rest)| rest.split_once('"')?.0.parse().ok());
    assert!(!ended || acknowledged.is_some(), "it ended and named no run: {said}");
    Came { looks: looked, acknowledged, ended }
}

/// Facts of their own for each round: some stay, some change, some are new.
fn facts(round: u64) -> String {
    let count = 20 + round % 9;
    let users = (0..count).map(|at| user(&format!("user-{}", at + round / 3), !(at + round).is_multiple_of(4)));
    users.chain([complete(usize::try_from(count).unwrap())]).collect::<Vec<_>>().join("\n")
}

/// That the commands find every acknowledged run, and the last one whole; how many there are.
#[track_caller]
fn recorded(desk: &Desk, at_least: u64, at_most: u64) -> u64 {
    let history = desk.run(&["history", "--store", "store", "--format", "ndjson"]);
    if history.code == 2 && at_least == 0 {
        assert!(history.stderr.contains("engine::store::absent"), "{}", history.stderr);
        return 0;
    }
    let history = history.expect(0);
    let count = history.stdout.lines().count() as u64;
    for (line, id) in history.stdout.lines().zip(1..) {
        assert!(line.starts_with(&format!(r#"{{"id":{id},"#)), "r{id} is not in its place: {line}");
    }
    assert!((at_least..=at_most).contains(&count), "{count} runs, of {at_least} to {at_most}");
    if count > 0 {
        desk.run(&["verify", &format!("r{count}"), "--store", "store"]).expect(0);
    }
    count
}

/// Row 15.
#[test]
fn threat_15_killed_at_any_point_every_acknowledged_run_is_there_and_whole_and_the_next_goes_on() {
    let kills = figures::times(50, 1_000);
    let desk = Desk::new();
    // How often the supervisor looks while one run goes through, measured once.
    let mut runs = 0;
    let measured = [From::Start, From::Start, From::Lock, From::Pack].map(|from| {
        desk.write("facts.ndjson", facts(runs));
        let came = run(&desk, from, u64::MAX);
        assert!(came.ended);
        runs += 1;
        assert_eq!(came.acknowledged, Some(runs));
        (from, came.looks)
    });
    let mut draw = Draw(15);
    let (mut killed, mut round) = (0, 0);
    while killed < kills {
        desk.write("facts.ndjson", facts(round + 4));
        let (from, looks) = measured[1 + usize::try_from(round % 3).unwrap()];
        round += 1;
        let came = run(&desk, from, draw.below(looks));
        let at_least = came.acknowledged.unwrap_or(runs);
        runs = recorded(&desk, at_least, runs + 1);
        // A child that was quicker than the measured one was not killed, and is not counted.
        killed += u64::from(!came.ended);
    }
    desk.write("facts.ndjson", facts(0));
    assert!(run(&desk, From::Start, u64::MAX).ended, "the next run does not go on");
    runs = recorded(&desk, runs + 1, runs + 1);
    let store = Store::open(&desk.path().join("store"), Access::Read).unwrap();
    for id in 1..=runs {
        let verified = store.verify(RunId(id)).unwrap();
        assert!(verified.fact_count >= 20 && verified.blob_count > 0, "r{id} is empty: {verified:?}");
    }
    desk.run(&["verify", "--replay", "--store", "store"]).expect(0);
    figures::tried("kills-eval", kills).unwrap();
}

/// The same where there is no store yet: what is left of a first run is nothing, or all of it.
#[test]
fn threat_15_a_first_run_that_is_killed_leaves_nothing_in_the_way_of_the_next() {
    let desk = Desk::new();
    desk.write("facts.ndjson", facts(0));
    let measured = run(&desk, From::Lock, u64::MAX).looks;
    let mut draw = Draw(1);
    for _ in 0..figures::times(6, 60) {
        fs::remove_dir_all(desk.path().join("store")).unwrap();
        let came = run(&desk, From::Lock, draw.below(measured));
        let runs = recorded(&desk, came.acknowledged.unwrap_or(0), 1);
        assert!(run(&desk, From::Start, u64::MAX).ended, "the next run does not go on");
        recorded(&desk, runs + 1, runs + 1);
    }
}
