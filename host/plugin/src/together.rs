//! Running several collectors at once, each on a task of its own.
//!
//! Takes [`Job`]s and gives what each collected, as each ends. Which one ends first decides nothing but that; one that
//! computes without end does not hold up the others, and a panic in one is that one's end only.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Ended, Transcript};
use tokio::sync::Semaphore;
use tokio::task::{Id, JoinSet};

use crate::collect::{CollectRequest, Collected, collect};
use crate::grant::Grant;
use crate::limits::Limits;
use crate::load::Plugin;
use crate::source::{Progress, Source};

/// One collector that is to run.
pub struct Job {
    /// Its component.
    pub plugin: Plugin,
    /// What it is asked.
    pub request: CollectRequest,
    /// What it may reach.
    pub grant: Grant,
    /// What it may use.
    pub limits: Limits,
    /// Where its answers come from.
    pub source: Source,
    /// Who is told how far it is.
    pub progress: Arc<dyn Progress>,
}

/// Collectors that run, or wait for their turn. Dropping it stops them all.
pub struct Together {
    tasks: JoinSet<Collected>,
    jobs: BTreeMap<Id, (usize, Collected)>,
}

impl Together {
    /// Starts the jobs, `at_once` of them at once; the wall-clock limit of one begins when its turn comes.
    ///
    /// Must be called within a runtime of tokio; one with several threads runs several guests at the same time.
    pub fn start(jobs: Vec<Job>, at_once: usize) -> Self {
        let turns = Arc::new(Semaphore::new(at_once.clamp(1, Semaphore::MAX_PERMITS)));
        let mut together = Self { tasks: JoinSet::new(), jobs: BTreeMap::new() };
        for (place, job) in jobs.into_iter().enumerate() {
            let lost = lost(&job);
            let turns = Arc::clone(&turns);
            let task = together.tasks.spawn(async move {
                // Nobody closes it: an error cannot come.
                let _turn = turns.acquire_owned().await;
                job.progress.started(&job.request.collector);
                collect(&job.plugin, job.request, &job.grant, &job.limits, job.source, job.progress).await
            });
            together.jobs.insert(task.id(), (place, lost));
        }
        together
    }

    /// What the next one to end collected, with its job's place in the list; `None` when all have ended.
    ///
    /// Nothing is lost when the wait is given up and taken up again.
    pub async fn next(&mut self) -> Option<(usize, Collected)> {
        while let Some(ended) = self.tasks.join_next_with_id().await {
            let (id, collected) = match ended {
                Ok((id, collected)) => (id, Some(collected)),
                Err(error) => (error.id(), None),
            };
            if let Some((place, lost)) = self.jobs.remove(&id) {
                return Some((place, collected.unwrap_or(lost)));
            }
        }
        // Whatever becomes of the tasks, no job goes without a word.
        self.jobs.pop_first().map(|(_, lost)| lost)
    }
}

/// What a job gives that the host itself broke off.
fn lost(job: &Job) -> Collected {
    let request = &job.request;
    Collected::lost(&Transcript {
        collector: request.collector.clone(),
        component: job.plugin.file().digest(),
        request: request.json(),
        started_at: request.started_at,
        seed: request.seed,
        entries: Vec::new(),
        ended: Ended::Finished,
        log: Vec::new(),
    })
}
