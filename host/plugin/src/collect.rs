//! Running a plugin: once, in a fresh store, within its limits, over the world or over a transcript.
//!
//! Takes a [`Plugin`], a request, a grant, limits and a [`Source`]; gives records and the transcript. It never fails:
//! whatever ends a run is in [`Transcript::ended`].

use core::time::Duration;
use std::sync::Arc;

use model::{CollectorName, Ended, Fault, KindId, Record, ScopeId, Timestamp, Transcript};
use wasmtime::component::ResourceTable;
use wasmtime::{Store, UpdateDeadline};

use crate::answer::fault;
use crate::files::{Access, Files};
use crate::grant::Grant;
use crate::guest::cut::Cut;
use crate::guest::{Guest, Live, Log, Meter, REPLAYED, Random, Recorder, Statements, VirtualClock, shortened};
use crate::http::{Http, HttpPolicy};
use crate::limits::Limits;
use crate::load::Plugin;
use crate::manifest::Asked;
use crate::source::{Credentials, Progress, Source, World};

/// What is asked of one run.
#[derive(Debug, Clone)]
pub struct CollectRequest {
    /// The collector's name in the configuration.
    pub collector: CollectorName,
    /// Its configuration, as [`crate::Manifest::check_config`] gave it.
    pub config: serde_json::Value,
    /// The kinds that are wanted.
    pub kinds: Vec<KindId>,
    /// The scopes that are expected; may be empty.
    pub scopes: Vec<ScopeId>,
    /// When virtual time begins.
    pub started_at: Timestamp,
    /// What all randomness is drawn from.
    pub seed: [u8; 32],
}

impl CollectRequest {
    /// What `run.request` answers.
    pub(crate) fn json(&self) -> String {
        serde_json::json!({
            "collector": self.collector, "config": self.config, "kinds": self.kinds, "scopes": self.scopes, "period": null, "since": null,
        })
        .to_string()
    }
}

/// What a run gave.
#[derive(Debug, Clone)]
pub struct Collected {
    /// What the collector said, in its order, not yet admitted.
    pub records: Vec<Record>,
    /// Every answer of the host, with its bytes, and how the run ended.
    pub transcript: Transcript,
}

impl Collected {
    /// What is left of a run in which the host itself failed: nothing that was said is known, and replay says the same.
    #[must_use]
    pub fn lost(run: &Transcript) -> Self {
        let ended = Ended::CutOff {
            cause: "panic".to_owned(),
            message: "the engine itself failed while it ran; please report it, with what `ENGINE_LOG=debug` shows".to_owned(),
            last_call: 0,
        };
        let transcript = Transcript {
            collector: run.collector.clone(),
            component: run.component,
            request: run.request.clone(),
            started_at: run.started_at,
            seed: run.seed,
            entries: Vec::new(),
            ended,
            log: Vec::new(),
        };
        Self { records: Vec::new(), transcript }
    }
}

/// The export that is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Export {
    Check,
    Collect,
}

/// Runs the collector once.
///
/// A replay uses the request of the transcript, not the given one: only `collector` must be the same. It is cut off with
/// the cause `nondeterministic` when the component asks anything else than what was recorded.
pub async fn collect(
    plugin: &Plugin,
    request: CollectRequest,
    grant: &Grant,
    limits: &Limits,
    source: Source,
    progress: Arc<dyn Progress>,
) -> Collected {
    let recorded = match &source {
        Source::Replay { transcript, .. } => Some(transcript.clone()),
        Source::Live(_) => None,
    };
    if let Some(recorded) = &recorded
        && let Some(ended) = not_replayable(plugin, recorded)
    {
        return Collected {
            records: Vec::new(),
            transcript: Transcript { entries: Vec::new(), ended, log: Vec::new(), ..recorded.clone() },
        };
    }
    let frame = recorded.as_ref().map_or_else(|| Frame::of(&request), Frame::recorded);
    let guest = guest(plugin, &request, frame.clone(), grant, limits, source, progress, limits.cpu);
    let (returned, guest) = run(plugin, guest, limits, Export::Collect).await;
    finish(plugin, request.collector, frame, returned, guest, recorded.as_ref())
}

/// Asks the plugin whether it can reach what it needs, without collecting.
///
/// # Errors
/// The plugin's own fault, or `cut-off` when it was stopped.
pub async fn check(plugin: &Plugin, request: CollectRequest, grant: &Grant, limits: &Limits, world: World) -> Result<(), Fault> {
    let frame = Frame::of(&request);
    let progress = Arc::new(crate::source::Silent);
    let guest = guest(plugin, &request, frame, grant, limits, Source::Live(world), progress, limits.check_cpu);
    match run(plugin, guest, limits, Export::Check).await.0 {
        Ok(answer) => answer,
        Err(mut cut) => {
            cut.limit = cut.limit.map(|limit| if limit == "cpu" { "check_cpu" } else { limit });
            Err(fault("cut-off", format!("{} ({})", cut.told(&request.collector), cut.cause)))
        }
    }
}

/// What a run begins with, and a replay begins with again.
#[derive(Clone)]
struct Frame {
    request: String,
    started_at: Timestamp,
    seed: [u8; 32],
}

impl Frame {
    fn of(request: &CollectRequest) -> Self {
        Self { request: request.json(), started_at: request.started_at, seed: request.seed }
    }

    fn recorded(transcript: &Transcript) -> Self {
        Self { request: transcript.request.clone(), started_at: transcript.started_at, seed: transcript.seed }
    }
}

/// Why a transcript cannot be run over this plugin, or how it ends when there is nothing to run.
fn not_replayable(plugin: &Plugin, recorded: &Transcript) -> Option<Ended> {
    if recorded.component != plugin.file().digest() {
        let message = format!("the recording is of the component {}, this is {}", recorded.component, plugin.file().digest());
        return Some(Ended::CutOff { cause: "nondeterministic".to_owned(), message, last_call: 0 });
    }
    match &recorded.ended {
        ended @ Ended::CutOff { last_call: 0, .. } => Some(ended.clone()),
        _ => None,
    }
}

#[expect(clippy::too_many_arguments, reason = "the one place where a run is put together")]
fn guest(
    plugin: &Plugin,
    request: &CollectRequest,
    frame: Frame,
    grant: &Grant,
    limits: &Limits,
    source: Source,
    progress: Arc<dyn Progress>,
    cpu: Duration,
) -> Guest {
    let collector = request.collector.clone();
    let (recorder, live) = match source {
        Source::Replay { transcript, archive } => (Recorder::replay(&transcript, archive, limits), None),
        Source::Live(world) => (Recorder::live(limits), Some(live(plugin, request, grant, limits, &world))),
    };
    let mut table = ResourceTable::new();
    table.set_max_capacity(100_000);
    Guest {
        collector,
        table,
        clock: VirtualClock::new(frame.started_at),
        random: Random::new(frame.seed, "guest"),
        log: Log::new(limits.log),
        meter: Meter::new(limits, cpu, Arc::clone(plugin.ticks())),
        recorder,
        statements: Statements::new(limits),
        progress,
        live,
        request: frame.request,
    }
}

fn live(plugin: &Plugin, request: &CollectRequest, grant: &Grant, limits: &Limits, world: &World) -> Live {
    let asked = Asked::of(plugin.manifest(), &request.config);
    let credentials = Arc::new(Credentials::read(&request.collector, plugin.manifest(), grant, &*world.secrets));
    let policy = HttpPolicy::new(&request.collector, &asked, grant);
    let access = Access::new(&request.collector, asked.files, grant);
    let files = Files::new(&world.files_root, access, Arc::clone(&credentials), limits);
    let around = (Arc::clone(&world.lookup), Arc::clone(&world.clock));
    let http = Http::new(policy, credentials, around, limits, request.seed);
    Live { files: Arc::new(files), http: Arc::new(http) }
}

/// Calls one export in a fresh store, within the wall-clock limit, and takes the store apart again.
async fn run(plugin: &Plugin, guest: Guest, limits: &Limits, export: Export) -> (Result<Result<(), Fault>, Cut>, Guest) {
    let mut store = Store::new(plugin.engine(), guest);
    store.limiter(|guest| &mut guest.meter);
    store.set_hostcall_fuel(usize::try_from(limits.host_allocation).unwrap_or(usize::MAX));
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|mut context| {
        context.data_mut().meter.count_tick()?;
        // Yielding lets the wall-clock limit be looked at, even in an endless loop.
        Ok(UpdateDeadline::Yield(1))
    });
    let call = async {
        let collector = plugin.pre().instantiate_async(&mut store).await?;
        match export {
            Export::Check => collector.call_check(&mut store).await,
            Export::Collect => collector.call_collect(&mut store).await,
        }
    };
    let outcome = match tokio::time::timeout(limits.wall, call).await {
        Ok(Ok(returned)) => Ok(returned.map_err(|fault| shortened(fault.into()))),
        Ok(Err(error)) => Err(Cut::of(&error)),
        Err(_) => Err(Cut::at_limit("wall", "wall", format!("it took longer than its limit of {:?}", limits.wall))),
    };
    (outcome, store.into_data())
}

fn finish(
    plugin: &Plugin,
    collector: CollectorName,
    frame: Frame,
    returned: Result<Result<(), Fault>, Cut>,
    guest: Guest,
    recorded: Option<&Transcript>,
) -> Collected {
    let last_call = guest.recorder.last_call();
    let cut_off = |cause: &str, message: String| Ended::CutOff { cause: cause.to_owned(), message, last_call };
    let mut ended = match (returned, recorded) {
        (Ok(Ok(())), _) => Ended::Finished,
        (Ok(Err(Fault { code, message, .. })), _) => Ended::Failed { code, message },
        (Err(cut), Some(recorded)) if cut.cause == REPLAYED => recorded.ended.clone(),
        (Err(cut), _) => cut_off(cut.cause, cut.told(&collector)),
    };
    if let Some(recorded) = recorded
        && !matches!(ended, Ended::CutOff { .. })
    {
        if let Some(call) = guest.recorder.unasked() {
            ended = cut_off("nondeterministic", format!("it ended before call {call} of the recording"));
        } else if ended != recorded.ended {
            ended = cut_off("nondeterministic", "it ended otherwise than in the recording".to_owned());
        }
    }
    let cut_at = if let Ended::CutOff { last_call, .. } = &ended { Some(*last_call) } else { None };
    let transcript = Transcript {
        collector,
        component: plugin.file().digest(),
        request: frame.request,
        started_at: frame.started_at,
        seed: frame.seed,
        entries: guest.recorder.finish(),
        ended,
        log: guest.log.finish(),
    };
    Collected { records: guest.statements.finish(cut_at), transcript }
}
