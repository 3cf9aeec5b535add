//! Guests that do not behave.

use core::time::Duration;

use model::{Ended, Record};

use super::*;

fn quick() -> Limits {
    Limits { cpu: Duration::from_millis(100), wall: Duration::from_secs(20), ..Limits::default() }
}

#[track_caller]
fn ends_with(component: Vec<u8>, limits: &Limits, expected: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let collected = runtime.block_on(live(&load(component).unwrap(), limits));
    assert_eq!(cause(&collected), expected, "{:?}", collected.transcript.ended);
}

/// Seen to fail with the limits of `calls` and `answers` off: not cut off.
#[test]
fn a_run_that_reaches_a_limit_names_the_line_to_raise() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let asks = "(loop $l (call $sleep (i64.const 0)) (br $l))";
    for (body, limits, limit) in [
        ("(loop $l (br $l))", quick(), "cpu"),
        ("(call $sleep (i64.const 3600000))", Limits { wall: Duration::from_millis(100), ..quick() }, "wall"),
        (asks, Limits { calls: 10, ..quick() }, "calls"),
        (asks, Limits { answers: 10, ..quick() }, "answers"),
    ] {
        let collected = runtime.block_on(live(&load(collects(body)).unwrap(), &limits));
        let Ended::CutOff { message, .. } = &collected.transcript.ended else { panic!("{limit} is not reached") };
        let line = format!("raise `{limit}` under `[collector.{}.limits]` in engine.toml", request().collector);
        assert!(message.ends_with(&line), "{message}");
    }
}

#[test]
fn threat_4_an_endless_loop_in_collect_is_cut_off() {
    ends_with(collects("(loop $l (br $l))"), &quick(), "cpu");
}

#[test]
fn threat_4_an_endless_loop_in_a_start_function_is_cut_off() {
    let component = guest(
        r#"(func $begin (loop $l (br $l))) (start $begin)
        (func (export "collect") (result i32) (call $ok))"#,
    );
    ends_with(component, &quick(), "cpu");
}

#[test]
fn threat_4_a_blocked_host_call_is_cut_off_by_the_wall_clock() {
    let limits = Limits { wall: Duration::from_millis(100), ..Limits::default() };
    ends_with(collects("(call $sleep (i64.const 3600000))"), &limits, "wall");
}

#[test]
fn threat_4_an_endless_loop_of_host_calls_is_cut_off() {
    ends_with(
        collects("(loop $l (call $log (i32.const 48) (i32.const 4) (i32.const 96) (i32.const 9)) (br $l))"),
        &quick(),
        "cpu",
    );
    ends_with(collects("(loop $l (drop (call $now)) (br $l))"), &quick(), "cpu");
}

/// Seen to fail with the limit of `facts` off: no gap.
#[test]
fn threat_3_an_endless_loop_of_statements_is_cut_off() {
    let limits = Limits { facts: 100_000, ..Limits::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let plugin = load(collects("(loop $l (call $say) (local.set $n (i64.add (local.get $n) (i64.const 1))) (br_if $l (i64.lt_u (local.get $n) (i64.const 5000))))")).unwrap();
    let collected = runtime.block_on(live(&plugin, &limits));
    assert_eq!(collected.transcript.ended, Ended::Finished);
    let gaps = collected
        .records
        .iter()
        .filter(|record| matches!(record, Record::Gap { fault, .. } if fault.code == "too-large"))
        .count();
    assert!(gaps == 1 && collected.records.len() < 1_000, "{gaps} {}", collected.records.len());
}

#[test]
fn threat_5_a_memory_that_grows_without_end_is_cut_off() {
    let component = guest(
        r#"(memory $big 1)
        (func (export "collect") (result i32) (loop $l (drop (memory.grow $big (i32.const 16))) (br $l)) (call $ok))"#,
    );
    ends_with(component, &Limits { memory: 8 * 1024 * 1024, ..quick() }, "memory");
}

/// Seen to fail with each memory counted by itself: the run finished.
#[test]
fn threat_5_many_memories_each_under_the_limit_are_cut_off_together() {
    let memories = "(memory 64)".repeat(8);
    let component = guest(&format!(r#"{memories} (func (export "collect") (result i32) (call $ok))"#));
    ends_with(component, &Limits { memory: 16 * 1024 * 1024, ..quick() }, "memory");
}

#[test]
fn threat_5_tables_that_grow_without_end_are_cut_off() {
    let component = guest(
        r#"(table $t 1 funcref) (table $u 1 funcref)
        (func (export "collect") (result i32)
          (loop $l (drop (table.grow $t (ref.null func) (i32.const 1000))) (drop (table.grow $u (ref.null func) (i32.const 1000))) (br $l))
          (call $ok))"#,
    );
    ends_with(component, &quick(), "memory");
}

#[test]
fn threat_6_deep_recursion_is_a_trap_and_the_host_lives() {
    let component = guest(
        r#"(func $deep (param i64) (result i64) (i64.add (call $deep (i64.add (local.get 0) (i64.const 1))) (i64.const 1)))
        (func (export "collect") (result i32) (drop (call $deep (i64.const 0))) (call $ok))"#,
    );
    ends_with(component, &Limits::default(), "stack");
}

#[test]
fn a_trap_is_named_and_a_fault_is_passed_on() {
    ends_with(collects("unreachable"), &Limits::default(), "trap");
    let component = collects(
        "(i32.store8 (i32.const 2048) (i32.const 1)) (i32.store (i32.const 2052) (i32.const 48)) (i32.store (i32.const 2056) (i32.const 4))",
    );
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let collected = runtime.block_on(live(&load(component).unwrap(), &Limits::default()));
    assert_eq!(collected.transcript.ended, Ended::Failed { code: "info".to_owned(), message: String::new() });
}

/// Seen to fail without `set_hostcall_fuel`: the run finished.
#[test]
fn threat_3_what_a_guest_hands_over_at_once_is_limited() {
    let component = collects("(call $log (i32.const 48) (i32.const 4) (i32.const 0) (i32.const 131072))");
    ends_with(component, &Limits { host_allocation: 65_536, ..Limits::default() }, "trap");
}

/// A fault is cut as what is said through `facts` is.
/// Seen to fail with `cut_text` off: six million bytes came through.
#[test]
fn threat_3_a_fault_of_megabytes_is_cut() {
    let component = collects(
        "(drop (memory.grow (i32.const 100))) (i32.store8 (i32.const 2048) (i32.const 1))
        (i32.store (i32.const 2052) (i32.const 131072)) (i32.store (i32.const 2056) (i32.const 6000000))
        (i32.store (i32.const 2060) (i32.const 131072)) (i32.store (i32.const 2064) (i32.const 6000000))",
    );
    let Ended::Failed { code, message } = run(component, &Limits::default()).transcript.ended else { panic!("it did not fail") };
    assert_eq!((code.len(), message.len()), (4_096, 4_096));
}

const NOTHING: &str = r#"(func (export "collect") (result i32) (call $ok))"#;

fn run(component: Vec<u8>, limits: &Limits) -> Collected {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(live(&load(component).unwrap(), limits))
}

#[test]
fn threat_4_an_endless_loop_in_check_is_cut_off_and_names_its_limit() {
    let check = r#"(func (export "check") (result i32) (call $ok))"#;
    let component = guest_changed(NOTHING, check, &check.replace("(call $ok)", "(loop $l (br $l)) (call $ok)"));
    let plugin = load(component).unwrap();
    let limits = Limits { check_cpu: Duration::from_millis(100), cpu: Duration::from_mins(10), ..quick() };
    let world = World::new(Arc::new(NoSecrets), Arc::new(|| model::Timestamp::UNIX_EPOCH));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let fault = runtime.block_on(crate::check(&plugin, request(), &etc(), &limits, world)).unwrap_err();
    assert!(fault.code == "cut-off" && fault.message.contains("`check_cpu`"), "{fault:?}");
}

#[test]
fn threat_4_a_guest_that_loops_where_it_takes_the_hosts_answer_or_cleans_up_is_cut_off() {
    let reads = r#"(func (export "collect") (result i32) (call $read-a) (call $ok))"#;
    let allocates = guest_changed(reads, "(local $at i32)", "(local $at i32) (loop $l (br $l))");
    let plugin = load(allocates.clone()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let recorded = runtime.block_on(live(&plugin, &quick()));
    assert_eq!((cause(&recorded), recorded.transcript.entries.len()), ("cpu", 1));
    let replayed = runtime.block_on(replay(&plugin, &recorded));
    assert_eq!(replayed.transcript, recorded.transcript);
    let items = format!(r#"{NOTHING} (func (export "after") (param i32) (loop $l (br $l)))"#);
    let lift = r#"(core func $main "collect")"#;
    ends_with(guest_changed(&items, lift, &format!(r#"{lift} (post-return (core func $main "after"))"#)), &quick(), "cpu");
}

#[test]
fn threat_6_a_guest_that_calls_the_host_while_the_host_calls_it_is_stopped() {
    // Its allocator, which the host calls to hand over an answer, asks the host again.
    let beside = Beside { imports: r#"(import "libc" "table" (table $t 1 funcref))"#, ..Beside::default() };
    let items = r#"(elem (table $t) (i32.const 0) func $now)
        (func (export "collect") (result i32) (call $read-a) (call $ok))"#;
    let memory = r#"(memory (export "memory") 2)"#;
    let text = guest_text(&beside, items)
        .replace(memory, &format!(r#"{memory} (table (export "table") 1 funcref) (type $now (func (result i64)))"#))
        .replace("(local $at i32)", "(local $at i32) (drop (call_indirect (type $now) (i32.const 0)))");
    ends_with(wat::parse_str(text).unwrap(), &quick(), "trap");
}

/// A component of many instances of one core module, with a good `collect`.
fn many(module: &str, count: usize) -> Vec<u8> {
    let component = format!("(core module $many {module}) {}", "(core instance (instantiate $many))".repeat(count));
    guest_beside(&Beside { component: &component, ..Beside::default() }, NOTHING)
}

/// Seen to fail with each memory and table counted by itself: the run finished.
#[test]
fn threat_5_instances_with_memories_and_tables_are_limited_together() {
    let limits = Limits { memory: 16 * 1024 * 1024, ..quick() };
    let module = "(memory 8) (memory 8) (table 100 funcref) (table 100 funcref)";
    assert_eq!(run(many(module, 4), &limits).transcript.ended, Ended::Finished);
    for (module, count, limit) in
        [(module, 20, "`memory`"), ("(table 3000 funcref) (table 3000 funcref)", 20, "`table_elements`")]
    {
        let collected = run(many(module, count), &limits);
        let Ended::CutOff { cause, message, .. } = &collected.transcript.ended else { panic!("{module} × {count}") };
        assert!(cause == "memory" && message.contains(limit), "{cause}: {message}");
    }
    // However small each is, there may be only so many.
    for (module, count) in [("(memory 0)", 101), ("(table 0 funcref)", 101)] {
        assert_eq!(cause(&run(many(module, count), &limits)), "trap", "{module} × {count}");
    }
}

#[test]
fn text_that_is_no_utf_8_is_a_trap_wherever_a_guest_says_it() {
    let wrong = "(i32.store8 (i32.const 18) (i32.const 255))";
    for says in ["(call $say)", "(call $log (i32.const 48) (i32.const 4) (i32.const 16) (i32.const 5))"] {
        ends_with(collects(&format!("{wrong} {says}")), &quick(), "trap");
    }
    // Beyond its memory there is no text at all.
    let far = "(call $log (i32.const 48) (i32.const 4) (i32.const 131000) (i32.const 1000))";
    ends_with(collects(far), &quick(), "trap");
}

/// Seen to fail with `MAX_KIND` and `MAX_SCOPE` off: the name was taken whole.
#[test]
fn threat_3_names_of_ten_megabytes_are_refused_and_said_briefly() {
    let grown = "(drop (memory.grow (i32.const 200)))";
    for says in [
        "(call $expect (i32.const 0) (i32.const 10000000) (i32.const 16) (i32.const 5) (i32.const 512))",
        "(call $expect (i32.const 0) (i32.const 9) (i32.const 0) (i32.const 10000000) (i32.const 512))",
    ] {
        let collected = run(collects(&format!("{grown} {says}")), &Limits::default());
        assert_eq!(collected.transcript.ended, Ended::Finished);
        let [Record::Gap { kind, scope, fault }] = &collected.records[..] else { panic!("{:?}", collected.records) };
        assert!(kind.len() + scope.len() < 1_100 && fault.code == "too-large", "{fault:?}");
    }
}

#[test]
fn threat_28_every_run_begins_with_fresh_memories_tables_and_globals() {
    // It traps when it finds anything that an earlier run left, then leaves something everywhere.
    let items = r#"(memory $own 4) (global $left (mut i32) (i32.const 0)) (table $t 1 2 funcref)
        (func $scan (param $at i32) (param $end i32)
          (loop $l (if (i64.ne (i64.load $own (local.get $at)) (i64.const 0)) (then unreachable))
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (br_if $l (i32.lt_u (local.get $at) (local.get $end)))))
        (func (export "collect") (result i32)
          (if (global.get $left) (then unreachable)) (global.set $left (i32.const 1))
          (if (i32.ne (table.size $t) (i32.const 1)) (then unreachable)) (drop (table.grow $t (ref.null func) (i32.const 1)))
          (if (i32.ne (memory.grow $own (i32.const 60)) (i32.const 4)) (then unreachable))
          (call $scan (i32.const 0) (i32.const 4194304))
          (memory.fill $own (i32.const 0) (i32.const 170) (i32.const 4194304))
          (call $ok))"#;
    let plugin = load(guest(items)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for _ in 0..5 {
        assert_eq!(runtime.block_on(live(&plugin, &Limits::default())).transcript.ended, Ended::Finished);
    }
}
