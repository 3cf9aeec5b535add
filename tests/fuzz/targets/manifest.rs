//! The manifest of a plugin, and what an operator configures of it behind a zero byte: what is read reads the same when it
//! is written again, and every problem can be shown in its place.
#![no_main]

use engine_fuzz::within;
use libfuzzer_sys::fuzz_target;
use plugin::{Asked, Manifest};
use serde_json::Value;

fuzz_target!(|input: &[u8]| {
    let Ok(text) = core::str::from_utf8(input) else { return };
    let (text, config) = text.split_once('\0').unwrap_or((text, "{}"));
    within(input, 64 << 10, || match Manifest::parse(text) {
        Err(error) => {
            assert!(!error.problems.is_empty(), "an error without a problem");
            for problem in &error.problems {
                let place = problem.span.clone().unwrap_or(0..0);
                assert!(text.get(place.clone()).is_some(), "{place:?} is no place of the text: {}", problem.message);
            }
            let shown = format!("{:?}", miette::Report::new(error));
            assert!(!shown.is_empty());
        }
        Ok(manifest) => {
            let table: toml::Table = text.parse().expect("it was read as TOML");
            let written = toml::to_string(&table).expect("a table can be written");
            let again = Manifest::parse(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
            assert_eq!(again, manifest, "{written}");
            let Ok(config) = serde_json::from_str::<Value>(config) else { return };
            if let Ok(filled) = manifest.check_config(&config) {
                assert_eq!(manifest.check_config(&filled).as_ref(), Ok(&filled), "what is filled in fits");
                let _ = Asked::of(&manifest, &filled);
            }
        }
    });
});
