//! Recordings and their replay.

use core::time::Duration;

use model::{Call, Ended};

use super::*;

const BUSY: &str = "(call $say) (call $read-a) (call $read-b) (call $sleep (i64.const 5)) (call $say)
  (call $emit (i32.const 0) (i32.const 9) (i32.const 16) (i32.const 5) (i32.const 32) (i32.const 6) (i32.const 96) (i32.const 9) (i32.const 512))
  (call $log (i32.const 48) (i32.const 4) (i32.const 96) (i32.const 9))";

/// A run can be moved between threads, and many can go on at once.
fn sendable<T: Send>(run: T) -> T {
    run
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_replay_gives_the_same_records_and_the_same_transcript_without_the_files() {
    let plugin = load(collects(BUSY)).unwrap();
    let runtime = runtime();
    let recorded = runtime.block_on(live(&plugin, &Limits::default()));
    assert_eq!(recorded.transcript.ended, Ended::Finished);
    let functions: Vec<_> = recorded.transcript.entries.iter().map(|entry| entry.function).collect();
    assert_eq!(functions, [Call::FilesRead, Call::FilesRead, Call::Sleep]);
    let answers: Vec<_> =
        recorded.transcript.entries.iter().map(|entry| crate::Answer::decode(entry.answer.as_ref().unwrap()).unwrap()).collect();
    assert_eq!(answers[0].body(), b"content");
    assert!(matches!(&answers[1], crate::Answer::Fault(fault) if fault.code == "not-found"));
    for _ in 0..2 {
        let replayed = runtime.block_on(replay(&plugin, &recorded));
        assert_eq!(replayed.records, recorded.records);
        assert_eq!(replayed.transcript, recorded.transcript);
        assert_eq!(replayed.transcript.digest(), recorded.transcript.digest());
    }
}

/// Seen to fail with the comparison of calls in `Recorder` off.
#[test]
fn a_replay_that_asks_something_else_is_nondeterministic() {
    let runtime = runtime();
    let plugin = load(collects("(call $read-a) (call $say)")).unwrap();
    let recorded = runtime.block_on(live(&plugin, &Limits::default()));
    for (other, says) in
        [("(call $read-b) (call $say)", "call 1"), ("(call $say)", "before call 1"), ("(call $read-a) (call $read-a)", "call 2")]
    {
        let strays = load(collects(other)).unwrap();
        let mut recorded = recorded.clone();
        recorded.transcript.component = strays.file().digest();
        let replayed = runtime.block_on(replay(&strays, &recorded));
        assert_eq!(cause(&replayed), "nondeterministic");
        let Ended::CutOff { message, .. } = &replayed.transcript.ended else { unreachable!() };
        assert!(message.contains(says), "{message}");
    }
    let replayed = runtime.block_on(replay(&load(collects("")).unwrap(), &recorded));
    assert_eq!(cause(&replayed), "nondeterministic", "another component");
}

#[test]
fn a_changed_or_missing_answer_is_found() {
    let runtime = runtime();
    let plugin = load(collects("(call $read-a)")).unwrap();
    let recorded = runtime.block_on(live(&plugin, &Limits::default()));
    let mut changed = recorded.transcript.clone();
    changed.entries[0].answer = Some(Arc::from(crate::Answer::Slept.encode().unwrap()));
    let mut missing = recorded.transcript;
    missing.entries[0].answer = None;
    for transcript in [changed, missing] {
        let source = Source::Replay { transcript, archive: Arc::new(Shelf::default()) };
        let replayed = runtime.block_on(collect(&plugin, request(), &etc(), &Limits::default(), source, Arc::new(Silent)));
        assert_eq!(cause(&replayed), "damaged");
    }
}

#[test]
fn a_run_that_was_cut_off_replays_to_its_last_call_with_the_same_records() {
    let runtime = runtime();
    let limits = Limits { cpu: Duration::from_millis(50), ..Limits::default() };
    for body in [
        "(call $say) (call $read-a) (call $say) (call $read-b) (call $say) (loop $l (call $say) (br $l))",
        "(call $say) (loop $l (br $l))",
        "(call $say) (call $read-a) unreachable",
    ] {
        let plugin = load(collects(body)).unwrap();
        let recorded = runtime.block_on(live(&plugin, &limits));
        let replayed = runtime.block_on(replay(&plugin, &recorded));
        assert_eq!(replayed.records, recorded.records);
        assert_eq!(replayed.transcript.ended, recorded.transcript.ended);
        assert_eq!(replayed.transcript.digest(), recorded.transcript.digest());
    }
}

/// Seen to fail with the machine's clock in the place of `VirtualClock`.
#[test]
fn virtual_time_and_randomness_come_from_the_run() {
    // It traps unless the clock advances by exactly a microsecond a reading and by what it sleeps.
    let body = "(local.set $n (call $now))
      (if (i64.ne (i64.sub (call $now) (local.get $n)) (i64.const 1000)) (then unreachable))
      (call $sleep (i64.const 20))
      (if (i64.ne (i64.sub (call $now) (local.get $n)) (i64.const 20002000)) (then unreachable))
      (i64.store (i32.const 4096) (call $random))
      (call $log (i32.const 48) (i32.const 4) (i32.const 4096) (i32.const 8))";
    // What is logged must be text: the lower seven bits of each byte.
    let body = body.replace("(call $random)", "(i64.and (call $random) (i64.const 0x7f7f7f7f7f7f7f7f))");
    let plugin = load(collects(&body)).unwrap();
    let runtime = runtime();
    let first = runtime.block_on(live(&plugin, &Limits::default()));
    assert_eq!(first.transcript.ended, Ended::Finished);
    let second = runtime.block_on(live(&plugin, &Limits::default()));
    assert_eq!(first.transcript.log, second.transcript.log);
}

#[test]
fn a_refused_file_is_recorded_with_the_line_that_would_grant_it() {
    let plugin = load(collects("(call $read-a)")).unwrap();
    let world = World::new(Arc::new(NoSecrets), Arc::new(|| model::Timestamp::UNIX_EPOCH));
    let (grant, limits) = (Grant::default(), Limits::default());
    let run = collect(&plugin, request(), &grant, &limits, Source::Live(world), Arc::new(Silent));
    let collected = runtime().block_on(sendable(run));
    let answer = crate::Answer::decode(collected.transcript.entries[0].answer.as_ref().unwrap()).unwrap();
    let crate::Answer::Fault(fault) = answer else { panic!("{answer:?}") };
    assert_eq!(fault.code, "denied");
    assert_eq!(fault.message, "`/etc/a` is not granted: add `\"/etc/a\"` to `files` of `[collector.test.grant]`");
}
