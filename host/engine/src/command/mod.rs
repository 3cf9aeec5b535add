//! The command line: takes arguments, gives bytes on stdout, messages on stderr and an exit code. Decides nothing itself.

mod catalog;
mod collect;
mod coverage;
mod demo;
mod doctor;
mod eval;
mod explain;
mod facts;
mod iam_policy;
mod init;
mod meant;
mod message;
mod opened;
mod plan;
mod plugins;
mod printed;
mod read_places;
mod rules;
mod runs;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, Parser, Subcommand};
use miette::{IntoDiagnostic as _, Result};

use crate::config::{Config, Overrides};

pub use message::{print_error, print_usage, start_log};

/// Collects evidence with sandboxed plugins, evaluates it with rules, and reports on SOC 2, ISO 27001 and HIPAA at once.
#[derive(Debug, Parser)]
#[command(name = "engine", version, after_help = EXIT_CODES, arg_required_else_help = true, max_term_width = 100)]
pub struct Arguments {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes of `eval` and `report`; other commands end with 0 when all is well and 2 on an error:
  0  nothing in scope fails and no evidence is missing
  1  a requirement in scope has deviations
  2  usage, configuration or internal error
  3  something is unknown, coverage fell since the last run, or nothing was assessed";

/// What every command takes.
#[derive(Debug, Args)]
struct Shared {
    /// The configuration; without it the nearest `engine.toml` here or above, else the defaults
    #[arg(long, global = true, env = "ENGINE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where runs are kept
    #[arg(long, global = true, env = "ENGINE_STORE", value_name = "PATH")]
    store: Option<PathBuf>,
    /// How many threads evaluate
    #[arg(long, global = true, env = "ENGINE_THREADS", value_name = "N")]
    threads: Option<usize>,
    /// When to use colour
    #[arg(long, global = true, env = "ENGINE_COLOR", value_enum, default_value = "auto", value_name = "WHEN")]
    color: printed::Color,
    /// Show no progress
    #[arg(long, short, global = true)]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Collect, evaluate, assess, record and report
    Eval(eval::Eval),
    /// Collect only: into the store, or printed for a plugin's author
    Collect(collect::Collect),
    /// Report on a recorded run
    Report(runs::ReportCommand),
    /// What changed between two runs
    Diff(runs::Diff),
    /// The recorded runs
    History(runs::History),
    /// What to fix first in a recorded run, and what connecting further collectors would reach
    Plan(plan::PlanCommand),
    /// Why something has the status that it has, down to its evidence; or what a code means
    Explain(explain::Explain),
    /// The requirements of other frameworks that a requirement reaches
    Crosswalk(catalog::Crosswalk),
    /// What could be shown of every leaf, by the controls, rules and collectors at hand
    Coverage(coverage::CoverageCommand),
    /// The frameworks and their requirements
    #[command(subcommand)]
    Framework(catalog::FrameworkCommand),
    /// The organisation's controls
    #[command(subcommand)]
    Control(catalog::ControlCommand),
    /// The facts of a run, and what facts may hold
    #[command(subcommand)]
    Fact(facts::FactCommand),
    /// The findings of a run
    #[command(subcommand)]
    Finding(facts::FindingCommand),
    /// The rules: list, check and test them
    #[command(subcommand)]
    Rule(rules::RuleCommand),
    /// Collector plugins
    #[command(subcommand)]
    Plugin(plugins::PluginCommand),
    /// Check that a run's evidence is unchanged, and derive its result again
    Verify(verify::Verify),
    /// Put one run into a directory of its own that others can verify
    Export(verify::Export),
    /// Report on an example company, offline: writes `report.html` and nothing else; every part says EXAMPLE
    Demo(demo::Demo),
    /// Check that everything is in place, and say what is not
    Doctor(doctor::Doctor),
    /// Write a commented `engine.toml`, or with `--example` a whole company to try the engine on
    Init(init::Init),
    /// The configuration that is in force
    #[command(subcommand)]
    Config(init::ConfigCommand),
    /// Write a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual page
    Man,
    /// Compile the component on stdin; the engine starts itself with this, within limits
    #[command(hide = true, name = crate::pipeline::COMPILE_COMMAND)]
    CompileComponent,
}

impl Shared {
    fn overrides(&self, frameworks: &[String]) -> Overrides {
        Overrides { file: self.config.clone(), store: self.store.clone(), threads: self.threads, frameworks: frameworks.to_vec() }
    }

    fn read_config(&self) -> Result<Config> {
        self.read_config_with(&[])
    }

    fn read_config_with(&self, frameworks: &[String]) -> Result<Config> {
        let here = std::env::current_dir().into_diagnostic()?;
        Ok(Config::read(&here, &self.overrides(frameworks))?)
    }
}

/// The error of arguments that cannot be read, without the advice to pass an unknown flag as a value: no command takes a value
/// that looks like a flag, so it was mistyped, and the nearest flag is named beside it.
pub fn without_odd_tip(mut error: clap::Error) -> clap::Error {
    if error.kind() == ErrorKind::UnknownArgument
        && let Some(ContextValue::StyledStrs(mut tips)) = error.remove(ContextKind::Suggested)
    {
        tips.retain(|tip| !tip.to_string().contains("as a value, use"));
        if !tips.is_empty() {
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
        }
    }
    error
}

/// Runs one command.
///
/// # Errors
/// Anything that ends with exit code 2.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let shared = &arguments.shared;
    match &arguments.command {
        Command::Eval(command) => command.run(shared),
        Command::Collect(command) => command.run(shared),
        Command::Report(command) => command.run(shared),
        Command::Diff(command) => command.run(shared),
        Command::History(command) => command.run(shared),
        Command::Plan(command) => command.run(shared),
        Command::Explain(command) => command.run(shared),
        Command::Crosswalk(command) => command.run(shared),
        Command::Coverage(command) => command.run(shared),
        Command::Framework(command) => command.run(shared),
        Command::Control(command) => command.run(shared),
        Command::Fact(command) => command.run(shared),
        Command::Finding(command) => command.run(shared),
        Command::Rule(command) => command.run(shared),
        Command::Plugin(command) => command.run(shared),
        Command::Verify(command) => command.run(shared),
        Command::Export(command) => command.run(shared),
        Command::Demo(command) => command.run(shared),
        Command::Doctor(command) => command.run(shared),
        Command::Init(command) => command.run(),
        Command::Config(command) => command.run(shared),
        Command::Completions { shell } => completions(*shell),
        Command::Man => manual(),
        Command::CompileComponent => Ok(plugin::compile_stdin_to_stdout()),
    }
}

fn completions(shell: clap_complete::Shell) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "engine", &mut script);
    printed::bytes(&script)
}

fn manual() -> Result<ExitCode> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Arguments::command()).render(&mut page).into_diagnostic()?;
    printed::bytes(&page)
}

/// Runs something that waits, on this thread and tokio's own: one for each core, so that collectors run beside each other.
fn block_on<T>(future: impl Future<Output = T>) -> Result<T> {
    let cores = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(cores).enable_all().build().into_diagnostic()?;
    let done = runtime.block_on(future);
    // A file of a network that does not answer can hold a thread for ever; what was waited for is done.
    runtime.shutdown_background();
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hangs_in_the_background_does_not_hold_up_the_end() {
        let (begun, has_begun) = std::sync::mpsc::channel();
        let (let_go, stuck) = std::sync::mpsc::channel::<()>();
        let waited = block_on(async move {
            tokio::task::spawn_blocking(move || {
                begun.send(()).unwrap();
                stuck.recv()
            });
            tokio::task::block_in_place(|| has_begun.recv())
        });
        assert_eq!(waited.unwrap(), Ok(()));
        drop(let_go);
    }
}
