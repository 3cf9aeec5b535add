//! Guests that look for the time, for chance, or for how their host is set up: what they find is the run's, or replay tells.

use core::time::Duration;

use model::{Ended, Record};

use super::*;

const WALL_CLOCK: Beside<'static> = Beside {
    component: r#"
    (import "wasi:clocks/wall-clock@0.2.0" (instance $wall
      (type $d0 (record (field "seconds" u64) (field "nanoseconds" u32)))
      (export "datetime" (type $d (eq $d0)))
      (export "now" (func (result $d)))))
    (core func $wall-now (canon lower (func $wall "now") (memory (core memory $libc "memory"))))"#,
    exports: r#"(export "now" (func $wall-now))"#,
    imports: r#"(import "beside" "now" (func $wall-now (param i32)))"#,
};

/// Everything that could tell one machine, moment or run from another, as eight letters of the scope that it names.
const PROBES: &str = r"
    (func $spell (param $at i32) (param $seen i64)
      (i64.store (local.get $at) (i64.or (i64.and (local.get $seen) (i64.const 0x0f0f0f0f0f0f0f0f)) (i64.const 0x6060606060606060))))
    (func $burn (param $n i32) (loop $l (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br_if $l (local.get $n))))
    (func $tell (param $seen i64)
      (call $spell (i32.const 4096) (local.get $seen)) (call $spell (i32.const 4104) (i64.shr_u (local.get $seen) (i64.const 4)))
      (call $expect (i32.const 0) (i32.const 9) (i32.const 4096) (i32.const 16) (i32.const 512)))";

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn scopes(collected: &Collected) -> Vec<&str> {
    collected.records.iter().map(|it| if let Record::Expect { scope, .. } = it { scope.as_str() } else { "?" }).collect()
}

/// Seen to fail with the machine's clock in the place of `VirtualClock`: it saw how long it computed.
#[test]
fn a_guest_that_times_its_own_work_sees_none_of_the_machines_time() {
    let items = format!(
        r#"{PROBES}
        (func (export "collect") (result i32) (local $n i64)
          (local.set $n (call $now)) (call $burn (i32.const 1)) (call $tell (i64.sub (call $now) (local.get $n)))
          (local.set $n (call $now)) (call $burn (i32.const 20000000)) (call $tell (i64.sub (call $now) (local.get $n)))
          (call $wall-now (i32.const 3072)) (call $tell (i64.load (i32.const 3072)))
          (call $burn (i32.const 20000000)) (call $wall-now (i32.const 3072)) (call $tell (i64.load32_u (i32.const 3080)))
          (call $tell (call $random)) (call $ok))"#
    );
    let plugin = load(guest_beside(&WALL_CLOCK, &items)).unwrap();
    let first = runtime().block_on(live(&plugin, &Limits::default()));
    let seen = scopes(&first);
    assert_eq!((first.transcript.ended.clone(), seen.len()), (Ended::Finished, 5));
    assert_eq!(seen[0], seen[1], "it saw how long it computed");
    for _ in 0..3 {
        assert_eq!(scopes(&runtime().block_on(live(&plugin, &Limits::default()))), seen, "another run of the same beginning");
    }
    let other = CollectRequest { started_at: "2027-01-01T00:00:00Z".parse().unwrap(), seed: [8; 32], ..request() };
    let world = World::new(Arc::new(NoSecrets), Arc::new(|| model::Timestamp::UNIX_EPOCH));
    let (grant, limits) = (etc(), Limits::default());
    let other = collect(&plugin, other, &grant, &limits, Source::Live(world), Arc::new(Silent));
    let other = runtime().block_on(other);
    let other = scopes(&other);
    assert_eq!(other[..2], seen[..2]);
    assert!(other[2] != seen[2] && other[4] != seen[4], "the run's own time and seed");
}

/// Seen to fail with the machine's clock in the place of `VirtualClock`: the scopes differed.
#[test]
fn a_guest_that_times_the_hosts_answers_sees_the_same_in_a_replay() {
    let items = format!(
        r#"{PROBES}
        (func (export "collect") (result i32) (local $n i64) (local $times i32)
          (local.set $times (i32.const 20))
          (loop $l
            (local.set $n (call $now)) (call $read-a) (call $tell (i64.sub (call $now) (local.get $n)))
            (call $sleep (i64.const 1)) (call $tell (call $now)) (call $tell (call $random))
            (local.set $times (i32.sub (local.get $times) (i32.const 1))) (br_if $l (local.get $times)))
          (call $ok))"#
    );
    let plugin = load(guest(&items)).unwrap();
    let recorded = runtime().block_on(live(&plugin, &Limits::default()));
    let (ended, seen) = (&recorded.transcript.ended, scopes(&recorded));
    assert_eq!((ended, seen.len()), (&Ended::Finished, 60));
    let durations: std::collections::BTreeSet<_> = seen.iter().step_by(3).collect();
    assert!(durations.len() > 1, "reading took exactly as long each time, so there was nothing to see");
    let replayed = runtime().block_on(replay(&plugin, &recorded));
    assert_eq!((scopes(&replayed), &replayed.transcript), (seen, &recorded.transcript));
}

/// Seen to fail with the comparison of calls in `Recorder` off: the replay went on.
#[test]
fn a_guest_that_does_what_its_limits_were_is_told_from_its_recording() {
    // It states as much as it may, and asks for another file when that was everything.
    let body = "(loop $l (call $say) (local.set $n (i64.add (local.get $n) (i64.const 1)))
          (br_if $l (i32.and (i32.eqz (i32.load8_u (i32.const 512))) (i64.lt_u (local.get $n) (i64.const 1000)))))
        (if (i64.lt_u (local.get $n) (i64.const 1000)) (then (call $read-a)) (else (call $read-b)))";
    let plugin = load(collects(body)).unwrap();
    let narrow = Limits { facts: 10_000, ..Limits::default() };
    let recorded = runtime().block_on(live(&plugin, &narrow));
    assert_eq!((&recorded.transcript.ended, &*recorded.transcript.entries[0].subject), (&Ended::Finished, "/etc/a"));
    let again = |limits: Limits| {
        let source = Source::Replay { transcript: recorded.transcript.clone(), archive: Arc::new(Shelf::default()) };
        runtime().block_on(collect(&plugin, request(), &Grant::default(), &limits, source, Arc::new(Silent)))
    };
    assert_eq!(again(narrow).records, recorded.records);
    assert_eq!(cause(&again(Limits::default())), "nondeterministic");
}

#[test]
fn threat_4_a_guest_that_waits_for_the_end_of_time_is_cut_off_and_replays() {
    let component = collects("(call $read-a) (call $say) (call $sleep (i64.const -1)) (call $say)");
    let plugin = load(component).unwrap();
    let limits = Limits { wall: Duration::from_millis(200), ..Limits::default() };
    let recorded = runtime().block_on(live(&plugin, &limits));
    assert_eq!(cause(&recorded), "wall");
    let replayed = runtime().block_on(replay(&plugin, &recorded));
    assert_eq!((replayed.records, replayed.transcript), (recorded.records, recorded.transcript));
}
