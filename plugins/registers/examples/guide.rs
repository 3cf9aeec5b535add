//! Renews the tables of `docs/guides/registers.md`: `cargo run -p registers --example guide`, in `plugins/`.

use std::path::Path;

use engine_sdk::testing::{Recorded, Tree};
use engine_sdk::{Collector, Fault, Run};
use registers::{Registers, guide};

fn main() -> Result<(), Fault> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let host = Recorded::new().tree(Tree::at(root.join("tests/fixtures/registers/complete")));
    Registers::collect(&Run::new(&host)?)?;
    let path = root.join("docs/guides/registers.md");
    let failed = |error: std::io::Error| Fault::new("io", error.to_string());
    let text = std::fs::read_to_string(&path).map_err(failed)?;
    std::fs::write(&path, guide::renewed(&text, &|kind| host.bodies(kind))?).map_err(failed)
}
