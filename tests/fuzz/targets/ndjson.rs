//! The reader of NDJSON: any number of threads reads the same, every line is a fact, a statement or a gap, and what was read
//! reads the same when it is written again.
#![no_main]

use engine_fuzz::{KINDS, check, check_again, has, is_complete, read, within};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use std::sync::LazyLock;

fuzz_target!(init: { LazyLock::force(&KINDS); }, |input: &[u8]| {
    within(input, 8 << 10, || {
        let (one, three) = (read(input, 1), read(input, 3));
        match (one, three) {
            (Ok(one), Ok(three)) => {
                assert_eq!(one, three, "the number of threads shows nowhere");
                check(&one);
                for line in input.split(|byte| *byte == b'\n') {
                    // A line that this parser does not take (it is nested too deep) is looked at no further here.
                    let Ok(line) = serde_json::from_slice::<Value>(line) else { continue };
                    let statement = ["expect", "complete", "gap"].iter().find_map(|form| line.get(form));
                    let place = statement.unwrap_or(&line);
                    let text = |name: &str| place.get(name).and_then(Value::as_str).expect("a line says where it belongs");
                    let complete = is_complete(&one, text("kind"), text("scope"));
                    assert!(complete.is_some(), "a line was dropped: {line}");
                    if complete == Some(true) && statement.is_none() {
                        assert!(has(&one, text("scope"), text("subject")), "a fact was dropped: {line}");
                    }
                }
                check_again(one);
            }
            (Err(one), Err(three)) => assert_eq!(one.to_string(), three.to_string()),
            (one, three) => panic!("{one:?}\n{three:?}"),
        }
    });
});
