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

#[test]
fn threat_3_what_a_guest_hands_over_at_once_is_limited() {
    let component = collects("(call $log (i32.const 48) (i32.const 4) (i32.const 0) (i32.const 131072))");
    ends_with(component, &Limits { host_allocation: 65_536, ..Limits::default() }, "trap");
}

#[test]
fn threat_28_every_run_begins_with_a_fresh_memory() {
    let component = collects("(if (i32.load (i32.const 4096)) (then unreachable)) (i32.store (i32.const 4096) (i32.const 1))");
    let plugin = load(component).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for _ in 0..3 {
        assert_eq!(runtime.block_on(live(&plugin, &Limits::default())).transcript.ended, Ended::Finished);
    }
}
