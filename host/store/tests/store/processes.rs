//! Several processes on one store, and processes that are killed.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use engine_store::{Access, Store, StoreError};
use model::RunId;

use crate::sample::{Plan, check_whole, sample};

const PLACE: &str = "ENGINE_STORE_TEST_WRITER";

/// Starts this test binary again, as a writer that records runs without end.
fn writer(store: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["processes::writer_process", "--exact", "--nocapture"])
        .env(PLACE, store)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn plan(id: u64) -> Plan {
    Plan { at: i64::try_from(id).unwrap(), ..Plan::many(50 + usize::try_from(id % 7).unwrap()) }
}

/// The writer's own process; in an ordinary test run it has nothing to write to, and checks only that.
#[test]
fn writer_process() {
    #[expect(clippy::disallowed_methods, reason = "the parent process names the store")]
    let Ok(path) = std::env::var(PLACE) else { return };
    let refused = write_without_end(Path::new(&path)).unwrap_err();
    let code = miette::Diagnostic::code(&refused).unwrap().to_string();
    println!("\nrefused {code}: {refused}");
}

#[expect(clippy::print_stdout, reason = "the parent process reads it")]
fn write_without_end(path: &Path) -> Result<(), StoreError> {
    let store = Store::open(path, Access::Write)?;
    loop {
        let id = store.next_run()?.0;
        store.record(&sample(id, &plan(id)).run())?;
        println!("\nrecorded {id}");
    }
}

/// Reads the writer's lines until it has acknowledged a run with at least this number.
fn wait_for(child: &mut Child, id: u64) -> u64 {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines
        .find_map(|line| line.unwrap().strip_prefix("recorded ").and_then(|id| id.parse().ok()).filter(|seen| *seen >= id))
        .unwrap()
}

#[test]
fn a_second_writer_learns_who_holds_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), Access::Write).unwrap();
    let pid = std::process::id();
    let error = Store::open(folder.path(), Access::Write).unwrap_err();
    assert!(matches!(error, StoreError::Locked { pid: holder, .. } if holder == pid), "{error:?}");
    assert!(error.to_string().ends_with(&format!("is being written by process {pid}")), "{error}");
    drop(store);
    Store::open(folder.path(), Access::Write).unwrap();
}

#[test]
fn an_archive_holds_the_store_for_as_long_as_it_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Store::open(folder.path(), Access::Write).unwrap().archive();
    assert!(matches!(Store::open(folder.path(), Access::Write), Err(StoreError::Locked { .. })));
    drop(archive);
    Store::open(folder.path(), Access::Write).unwrap();
}

#[test]
fn only_the_owner_may_look_into_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/store");
    let store = Store::open(&path, Access::Write).unwrap();
    store.record(&sample(1, &Plan::of(&["a"], &[])).run()).unwrap();
    let mode = |name: &str| std::fs::metadata(path.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(""), mode("blobs")), (0o700, 0o700));
    assert_eq!((mode("engine.redb"), mode("lock"), mode("blobs/000001.pack")), (0o600, 0o600, 0o600));
}

#[test]
fn reading_where_there_is_no_store_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Store::open(folder.path(), Access::Read), Err(StoreError::Absent { .. })));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn readers_see_whole_runs_while_another_process_writes() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = writer(folder.path());
    let seen = wait_for(&mut child, 1);
    let store = Store::open(folder.path(), Access::Read).unwrap();
    for _ in 0..5 {
        let last = store.last().unwrap().unwrap().id.0;
        assert!(last >= seen);
        check_whole(&store, &sample(last, &plan(last)));
        assert!(matches!(Store::open(folder.path(), Access::Write), Err(StoreError::Locked { pid, .. }) if pid == child.id()));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_full_disk_is_one_clear_error_and_what_was_acknowledged_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut last = 0;
    // Files may grow to so many times 512 bytes; the shell ignores the signal for all that it starts.
    for limit in [0, 1, 64, 200, 272, 280, 300, 333, 410, 444] {
        let script = format!("trap '' XFSZ; ulimit -f {limit}; exec \"$0\" processes::writer_process --exact --nocapture");
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(script).arg(std::env::current_exe().unwrap()).env(PLACE, folder.path());
        // A pipe is no file: what the writer says has no limit.
        let output = shell.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("\nrefused engine::store::full: no space is left"), "{limit}: {text}");
        let acknowledged = text.lines().filter_map(|line| line.strip_prefix("recorded ")?.parse().ok()).max().unwrap_or(last);
        last = match Store::open(folder.path(), Access::Read) {
            Ok(store) => store.last().unwrap().map_or(0, |header| header.id.0),
            Err(StoreError::Absent { .. }) => 0,
            Err(error) => panic!("{limit}: {error:?}"),
        };
        assert!(last >= acknowledged, "{limit}: r{acknowledged} was acknowledged, and r{last} is the last");
        if last > 0 {
            check_whole(&Store::open(folder.path(), Access::Read).unwrap(), &sample(last, &plan(last)));
        }
    }
    assert!(last > 0, "no run was recorded under any limit");
    let store = Store::open(folder.path(), Access::Write).unwrap();
    let next = sample(store.next_run().unwrap().0, &plan(1));
    store.record(&next.run()).unwrap();
    check_whole(&store, &next);
}

#[test]
fn a_writer_that_is_killed_leaves_every_acknowledged_run_whole() {
    let folder = tempfile::tempdir().unwrap();
    let rounds = figures::times(6, 300);
    let mut acknowledged = 0;
    for round in 1..=rounds {
        let before = if round == rounds { 0 } else { acknowledged };
        let mut child = writer(folder.path());
        acknowledged = wait_for(&mut child, acknowledged + round % 3 + 1);
        child.kill().unwrap();
        child.wait().unwrap();
        let read = Store::open(folder.path(), Access::Read).unwrap();
        let last = read.last().unwrap().unwrap().id.0;
        assert!(last >= acknowledged, "r{acknowledged} was acknowledged, and r{last} is the last");
        for id in before + 1..=last {
            check_whole(&read, &sample(id, &plan(id)));
        }
        acknowledged = last;
    }
    let store = Store::open(folder.path(), Access::Write).unwrap();
    assert_eq!(store.next_run().unwrap(), RunId(acknowledged + 1));
    figures::tried("kills-store", rounds).unwrap();
}
