//! `engine verify` and `engine export`: that evidence is what it was, and follows to what was reported.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use miette::Result;
use model::RunId;

use super::{Shared, opened, printed};
use crate::progress::Progress;
use crate::replay::{self, Replayed};

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The run; the newest without it
    run: Option<RunId>,
    /// Run the collectors again over what they saw, offline, and recompute everything that follows
    #[arg(long)]
    replay: bool,
}

impl Verify {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        let config = shared.read_config()?;
        let store = opened::store(&config)?;
        let id = opened::run_id(&store, &config, self.run)?;
        let verified = store.verify(id)?;
        let replayed = if self.replay {
            let progress = Progress::new(!shared.quiet);
            let replayed = super::block_on(replay::replay(&store, id, config.threads, &progress))??;
            progress.finish();
            Some(replayed)
        } else {
            None
        };
        printed::stdout(|out| {
            writeln!(
                out,
                "{id} is unchanged: {} facts, {} answers, {} blobs and {} leaves have their digests; root {}",
                verified.fact_count, verified.answer_count, verified.blob_count, verified.leaf_count, verified.root
            )?;
            if !verified.replayable() {
                writeln!(out, "{} answers were not kept: it is not replayable", verified.absent_answer_count)?;
            }
            match &replayed {
                Some(replayed) => show(out, replayed),
                None => writeln!(out, "`engine verify {id} --replay` derives its result again"),
            }
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

fn show(out: &mut dyn std::io::Write, replayed: &Replayed) -> std::io::Result<()> {
    for (name, answers) in &replayed.collectors {
        writeln!(out, "{name} ran again over {answers} recorded answers and said the same")?;
    }
    for name in &replayed.given {
        writeln!(out, "{name} was given, and is taken as it was recorded")?;
    }
    writeln!(out, "{} facts and {} outcomes are the same", replayed.fact_count, replayed.outcome_count)?;
    match &replayed.content_digest {
        Some(digest) => writeln!(out, "the report is the same, byte for byte: {digest}"),
        None => Ok(()),
    }
}

#[derive(Debug, Args)]
pub(super) struct Export {
    /// The run; the newest without it
    run: Option<RunId>,
    /// An empty or new directory
    #[arg(long, short, value_name = "DIRECTORY")]
    output: PathBuf,
}

impl Export {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        let config = shared.read_config()?;
        let store = opened::store(&config)?;
        let id = opened::run_id(&store, &config, self.run)?;
        store.export(id, &self.output)?;
        let folder = self.output.display();
        printed::stdout(|out| {
            writeln!(out, "{id} is in {folder}; who has it can run:")?;
            writeln!(out, "  engine verify --store {folder} --replay")
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
