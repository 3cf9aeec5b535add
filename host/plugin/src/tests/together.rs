//! Several guests at once: what one does stays its own.

use core::time::Duration;
use std::sync::mpsc;

use model::{CollectorName, Ended};

use super::*;
use crate::{Job, Progress, Together};

fn job(name: &str, body: &str, limits: Limits, progress: Arc<dyn Progress>) -> Job {
    let world = World::new(Arc::new(NoSecrets), Arc::new(|| model::Timestamp::UNIX_EPOCH));
    let request = CollectRequest { collector: name.parse().unwrap(), ..request() };
    let plugin = load(collects(body)).unwrap();
    Job { plugin, request, grant: Grant::default(), limits, source: Source::Live(world), progress }
}

const LOOPS: &str = "(loop $l (br $l))";
const SAYS: &str = "(call $say)";

fn threads(count: usize) -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(count).enable_all().build().unwrap()
}

/// A host that does not come back from telling how far it is until it may.
struct Stuck(Mutex<mpsc::Receiver<()>>);

impl Progress for Stuck {
    fn started(&self, _: &CollectorName) {
        let _ = self.0.lock().unwrap().recv();
    }
    fn progress(&self, _: &CollectorName, _: u64, _: u64, _: &str) {}
}

/// A host that fails.
struct Panics;

impl Progress for Panics {
    fn started(&self, name: &CollectorName) {
        panic!("a test: {name}");
    }
    fn progress(&self, _: &CollectorName, _: u64, _: u64, _: &str) {}
}

#[test]
fn one_that_does_not_let_go_of_its_thread_holds_up_no_other() {
    let (let_go, stuck) = mpsc::channel();
    let jobs = vec![
        job("stuck", SAYS, Limits::default(), Arc::new(Stuck(Mutex::new(stuck)))),
        job("good", SAYS, Limits::default(), Arc::new(Silent)),
    ];
    threads(2).block_on(async move {
        let mut together = Together::start(jobs, 2);
        let (place, good) = together.next().await.unwrap();
        assert_eq!((place, good.transcript.ended), (1, Ended::Finished));
        let_go.send(()).unwrap();
        let (place, stuck) = together.next().await.unwrap();
        assert_eq!((place, stuck.transcript.ended), (0, Ended::Finished));
        assert!(together.next().await.is_none());
    });
}

#[test]
fn threat_4_one_that_loops_without_end_leaves_the_others_whole() {
    let alone = threads(1).block_on(async {
        Together::start(vec![job("good", SAYS, Limits::default(), Arc::new(Silent))], 1).next().await.unwrap().1
    });
    let limits = Limits { cpu: Duration::from_millis(100), ..Limits::default() };
    for count in [1, 2] {
        let jobs = vec![
            job("loops", LOOPS, limits.clone(), Arc::new(Silent)),
            job("good", SAYS, Limits::default(), Arc::new(Silent)),
            job("traps", "unreachable", Limits::default(), Arc::new(Silent)),
        ];
        let mut ended = threads(count).block_on(async move {
            let mut together = Together::start(jobs, 8);
            let mut ended = BTreeMap::new();
            while let Some((place, collected)) = together.next().await {
                ended.insert(place, collected);
            }
            ended
        });
        assert_eq!((cause(&ended[&0]), cause(&ended[&2])), ("cpu", "trap"));
        let good = ended.remove(&1).unwrap();
        assert_eq!((good.records, good.transcript), (alone.records.clone(), alone.transcript.clone()), "{count} threads");
    }
}

#[test]
fn no_more_run_at_once_than_may() {
    let limits = Limits { cpu: Duration::from_millis(50), ..Limits::default() };
    for (at_once, first) in [(1, 0), (2, 1)] {
        let jobs =
            vec![job("loops", LOOPS, limits.clone(), Arc::new(Silent)), job("good", SAYS, Limits::default(), Arc::new(Silent))];
        // On one thread they are started in their order.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (place, _) = runtime.block_on(async move { Together::start(jobs, at_once).next().await.unwrap() });
        assert_eq!(place, first, "{at_once} at once");
    }
}

#[test]
fn a_panic_of_the_host_in_one_run_is_that_runs_end_only() {
    let jobs =
        vec![job("panics", SAYS, Limits::default(), Arc::new(Panics)), job("good", SAYS, Limits::default(), Arc::new(Silent))];
    let plugin = jobs[0].plugin.clone();
    let runtime = threads(2);
    let ended = runtime.block_on(async move {
        let mut together = Together::start(jobs, 1);
        BTreeMap::from([together.next().await.unwrap(), together.next().await.unwrap()])
    });
    assert_eq!(ended[&1].transcript.ended, Ended::Finished);
    let lost = &ended[&0];
    assert_eq!((cause(lost), lost.records.len(), lost.transcript.collector.as_str()), ("panic", 0, "panics"));
    let again = runtime.block_on(replay(&plugin, lost));
    assert_eq!((again.records.len(), again.transcript.digest()), (0, lost.transcript.digest()));
}
