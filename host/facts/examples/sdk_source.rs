//! Writes the SDK's typed facts: `cargo run -p engine-facts --example sdk_source > sdk/src/kinds.rs`.
#![allow(clippy::print_stdout, reason = "a program for developers")]

use std::path::Path;

use engine_facts::{KindSet, sdk_source};

fn main() -> miette::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/kinds");
    let mut sources = model::SourceSet::new();
    for entry in std::fs::read_dir(folder).map_err(|error| miette::miette!("{error}"))?.flatten() {
        let text = std::fs::read_to_string(entry.path()).map_err(|error| miette::miette!("{error}"))?;
        sources.insert(format!("kinds/{}", entry.file_name().to_string_lossy()), text);
    }
    print!("{}", sdk_source(&KindSet::read(&sources)?));
    Ok(())
}
