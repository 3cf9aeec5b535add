//! Writes the page of the kinds: `cargo run -p engine-facts --example kinds_page > docs/kinds.md`.
#![allow(clippy::print_stdout, reason = "a program for developers")]

use std::path::Path;

use engine_facts::{KindSet, kinds_page};

fn main() -> miette::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/kinds");
    let mut sources = model::SourceSet::new();
    for entry in std::fs::read_dir(folder).map_err(|error| miette::miette!("{error}"))?.flatten() {
        let text = std::fs::read_to_string(entry.path()).map_err(|error| miette::miette!("{error}"))?;
        sources.insert(format!("kinds/{}", entry.file_name().to_string_lossy()), text);
    }
    print!("{}", kinds_page(&KindSet::read(&sources)?));
    Ok(())
}
