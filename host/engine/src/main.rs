//! The command `engine`.

use std::process::ExitCode;

use clap::Parser as _;
use engine::command::{self, Arguments};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let error = command::without_odd_tip(error);
            // Help and versions go to stdout and are no error; clap prints both to the right place.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    command::start_log();
    match command::run(&arguments) {
        Ok(code) => code,
        Err(report) => {
            command::print_error(&arguments, &report);
            ExitCode::from(2)
        }
    }
}
