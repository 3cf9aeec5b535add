//! Takes the folder of figures and the page to write; gives `docs/reliability.md`. A figure that is missing is an error.
//! In the long run ([`engine_figures::LONG`]) the page says that its figures are of that.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::{env, fs, path::Path};

use engine_figures::{ROWS, Row};

const HEAD: &str = "# Reliability

Written by the tests: change them, not this page. Each line counts how often a test tried to break a promise. A test writes its
figure after its last assertion: one that got through would be a failed test and no figure. What a plugin, a rule and a disk
can and cannot do, with the tests behind it, is told in [security.md](security.md).
";

const TABLE: &str = "
| tried | times | got through | what holds each time | test |
|---|---:|---:|---|---|
";

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let [folder, page] = arguments.as_slice() else {
        return refuse("usage: page FOLDER PAGE");
    };
    let run = match engine_figures::times(0, 1) {
        0 => "The figures are of the usual run, as every change passes it; `tests/reliability` makes the long one.",
        _ => "The figures are of the long run, `tests/reliability`.",
    };
    let mut text = format!("{HEAD}\n{run}\n{TABLE}");
    for row in ROWS {
        match line(row, Path::new(folder)) {
            Ok(line) => text += &line,
            Err(problem) => return refuse(&problem),
        }
    }
    match fs::write(page, text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(&format!("cannot write {}: {error}", Path::new(page).display())),
    }
}

fn line(row: &Row, folder: &Path) -> Result<String, String> {
    let path = folder.join(row.name);
    let text =
        fs::read_to_string(&path).map_err(|error| format!("no figure of `{}`, its test did not pass: {error}", row.name))?;
    let count: u64 = text.trim().parse().map_err(|_| format!("{} is no count", path.display()))?;
    let mut line = String::new();
    let _ = writeln!(line, "| {} | {} | 0 | {} | `{}` |", row.tried, grouped(count), row.holds, row.test);
    Ok(line)
}

/// `12345` as `12,345`.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[expect(clippy::print_stderr, reason = "a command of the tests")]
fn refuse(problem: &str) -> ExitCode {
    eprintln!("{problem}");
    ExitCode::FAILURE
}
