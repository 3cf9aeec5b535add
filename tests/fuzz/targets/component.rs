//! Components through load, compile and instantiate, in this process and within small limits: what is refused says why, what
//! runs ends within its limits and replays the same. The first byte says how the rest becomes a component.
#![no_main]

use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};

use components::{Made, made, with_manifest};
use libfuzzer_sys::fuzz_target;
use model::{Archive, ArchiveError, Digest, Ended};
use plugin::{
    CollectRequest, Collected, Compiler, Grant, Limits, Loader, LoaderConfig, MANIFEST_SECTION, NoSecrets, Plugin, PluginFile,
    Silent, Source, World, collect,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

static LOADER: LazyLock<Loader> = LazyLock::new(|| {
    let config = LoaderConfig { compiler: Compiler::InThread, cache_dir: None, engine_version: semver::Version::new(0, 1, 0) };
    Loader::new(config).expect("WebAssembly can be set up here")
});
static ROOT: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("there is room for a folder"));
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made"));

fn limits() -> Limits {
    Limits {
        cpu: Duration::from_millis(20),
        wall: Duration::from_secs(5),
        memory: 16 << 20,
        table_elements: 10_000,
        facts: 1 << 20,
        log: 1 << 16,
        calls: 1_000,
        answers: 1 << 20,
        ..Limits::default()
    }
}

fn run(plugin: &Plugin, grant: &Grant, source: Source) -> Collected {
    let request = CollectRequest {
        collector: "test".parse().expect("it is a name"),
        config: serde_json::json!({}),
        kinds: Vec::new(),
        scopes: Vec::new(),
        started_at: "2026-11-23T00:00:00Z".parse().expect("it is an instant"),
        seed: [7; 32],
    };
    RUNTIME.block_on(collect(plugin, request, grant, &limits(), source, Arc::new(Silent)))
}

#[derive(Default)]
struct Shelf(Mutex<BTreeMap<Digest, Vec<u8>>>);

impl Archive for Shelf {
    fn put(&self, bytes: &[u8]) -> Result<Digest, ArchiveError> {
        let digest = Digest::of(bytes);
        self.0.lock().expect("nothing panics here").insert(digest, bytes.to_vec());
        Ok(digest)
    }
    fn get(&self, digest: &Digest) -> Result<Vec<u8>, ArchiveError> {
        let shelf = self.0.lock().expect("nothing panics here");
        shelf.get(digest).cloned().ok_or(ArchiveError::Absent { digest: *digest })
    }
}

/// Whether a run came to an end that does not depend on how quick the machine is.
fn is_certain(ended: &Ended) -> bool {
    !matches!(ended, Ended::CutOff { cause, .. } if cause == "cpu" || cause == "wall")
}

fn runs_within_its_limits(plugin: &Plugin) {
    let grant = Grant::parse(&["/etc/**".to_owned()], &[], &[], &[]).expect("it is a grant");
    let world = World {
        files_root: ROOT.path().to_owned(),
        ..World::new(Arc::new(NoSecrets), Arc::new(|| model::Timestamp::UNIX_EPOCH))
    };
    let live = run(plugin, &grant, Source::Live(world));
    let shelf = Shelf::default();
    let mut transcript = live.transcript.clone();
    for entry in &mut transcript.entries {
        shelf.put(&entry.answer.take().expect("a live run has its answers")).expect("a shelf takes all");
    }
    let replayed = run(plugin, &Grant::default(), Source::Replay { transcript, archive: Arc::new(shelf) });
    if is_certain(&live.transcript.ended) && is_certain(&replayed.transcript.ended) {
        assert_eq!(replayed.transcript.ended, live.transcript.ended, "a replay ends as the run did");
        assert_eq!(replayed.records, live.records, "a replay says what the run said");
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((how, bytes)) = input.split_first() else { return };
    let how = usize::from(*how) % 4;
    let component = match how.checked_sub(1).and_then(|how| Made::ALL.get(how)) {
        None => Some(bytes.to_vec()),
        Some(how) => made(*how, bytes),
    };
    let Some(component) = component else { return };
    let has_one = component.windows(MANIFEST_SECTION.len()).any(|it| it == MANIFEST_SECTION.as_bytes());
    let component = if has_one { component } else { with_manifest(&component) };
    let refused = |reason: String| assert!(!reason.is_empty() && reason.len() < 20_000, "a refusal says why: {reason}");
    match PluginFile::from_bytes(component) {
        Err(error) => refused(error.to_string()),
        Ok(file) => match LOADER.load(&file) {
            Err(error) => refused(error.to_string()),
            Ok(plugin) => runs_within_its_limits(&plugin),
        },
    }
});
