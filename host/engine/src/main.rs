//! The command `engine`.

use std::process::ExitCode;

use clap::Parser as _;
use engine::command::{self, Arguments};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let error = command::without_odd_tip(error);
            // Help and versions go to stdout and are no error.
            if error.use_stderr() {
                command::print_usage(&error);
                return ExitCode::from(2);
            }
            let _ = error.print();
            return ExitCode::SUCCESS;
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
