//! `engine verify` and `engine export`: that evidence is what it was, and follows to what was reported.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use miette::Result;
use model::RunId;
use report::counted;

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
        printed::lines(|out| {
            writeln!(
                out,
                "{id} is unchanged: {}, {}, {} and {} have their digests; root {}",
                stored(verified.fact_count, "fact", "facts"),
                stored(verified.answer_count, "answer", "answers"),
                stored(verified.blob_count, "blob", "blobs"),
                stored(verified.leaf_count, "leaf", "leaves"),
                verified.root
            )?;
            if !verified.replayable() {
                let absent = stored(verified.absent_answer_count, "answer was", "answers were");
                writeln!(out, "{absent} not kept: it is not replayable")?;
            }
            match &replayed {
                Some(replayed) => show(out, replayed),
                None => writeln!(out, "`engine verify {id} --replay` derives its result again"),
            }
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A number as the store has it, with its noun.
fn stored(count: u64, one: &str, many: &str) -> String {
    counted(usize::try_from(count).unwrap_or(usize::MAX), one, many)
}

fn show(out: &mut dyn std::io::Write, replayed: &Replayed) -> std::io::Result<()> {
    for (name, answers) in &replayed.collectors {
        let answers = counted(*answers, "recorded answer", "recorded answers");
        writeln!(out, "{name} ran again over {answers} and said the same")?;
    }
    for name in &replayed.given {
        writeln!(out, "{name} was given, and is taken as it was recorded")?;
    }
    let facts = counted(replayed.fact_count, "fact", "facts");
    writeln!(out, "{facts} and {} are the same", counted(replayed.outcome_count, "outcome", "outcomes"))?;
    match &replayed.content_digest {
        Some(digest) => writeln!(out, "the report is the same, byte for byte: {digest}"),
        None => Ok(()),
    }
}

#[derive(Debug, Args)]
pub(super) struct Export {
    /// The run; the newest without it
    run: Option<RunId>,
    /// Every run that is whole: what can be saved of a store that is damaged
    #[arg(long, conflicts_with = "run")]
    whole: bool,
    /// An empty or new directory
    #[arg(long, short, value_name = "DIRECTORY")]
    output: PathBuf,
}

impl Export {
    pub(super) fn run(&self, shared: &Shared) -> Result<ExitCode> {
        let config = shared.read_config()?;
        let store = opened::store(&config)?;
        let folder = self.output.display();
        if self.whole {
            let whole: BTreeSet<RunId> = store.examine()?.whole.into_iter().collect();
            store.export(&whole, &self.output)?;
            printed::lines(|out| {
                writeln!(out, "in {folder}: {}", opened::named(&whole))?;
                writeln!(
                    out,
                    "`engine history --store {folder}` lists them, and `engine eval --store {folder}` goes on after them"
                )
            })?;
            return Ok(ExitCode::SUCCESS);
        }
        let id = opened::run_id(&store, &config, self.run)?;
        store.export(&[id].into(), &self.output)?;
        printed::lines(|out| {
            writeln!(out, "{id} is in {folder}; who has it can run:")?;
            writeln!(out, "  engine verify --store {folder} --replay")
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
