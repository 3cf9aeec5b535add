//! Prints the JSON Schema of the JSON report: what `docs/report.schema.json` is written with.

use std::io::{self, Write as _};

fn main() -> io::Result<()> {
    let schema = serde_json::to_string_pretty(&engine_report::schema())?;
    writeln!(io::stdout().lock(), "{schema}")
}
