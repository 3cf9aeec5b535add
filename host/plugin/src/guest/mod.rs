//! One run of one component, seen from the host: the data of its store and the functions that it may call.
//!
//! Everything above the source of answers is the same for a live run and for a replay.

pub(crate) mod bindings;
pub(crate) mod clock;
pub(crate) mod cut;
mod imports;
mod log;
mod meter;
pub(crate) mod random;
mod recorder;
mod refuse;
mod statements;
pub(crate) mod wasi;

use std::sync::Arc;

use model::CollectorName;
use wasmtime::component::{Component, HasSelf, Linker, ResourceTable};

pub(crate) use self::clock::VirtualClock;
pub(crate) use self::log::Log;
pub(crate) use self::meter::Meter;
pub(crate) use self::random::Random;
pub(crate) use self::recorder::{Found, Question, REPLAYED, Recorder};
pub(crate) use self::statements::{Statements, shortened};
use crate::files::Files;
use crate::http::Http;
use crate::source::Progress;

/// The data of one run's store.
pub(crate) struct Guest {
    pub(crate) collector: CollectorName,
    /// What `run.request` answers.
    pub(crate) request: String,
    pub(crate) table: ResourceTable,
    pub(crate) clock: VirtualClock,
    pub(crate) random: Random,
    pub(crate) log: Log,
    pub(crate) meter: Meter,
    pub(crate) recorder: Recorder,
    pub(crate) statements: Statements,
    pub(crate) progress: Arc<dyn Progress>,
    /// Where answers come from; `None` in a replay.
    pub(crate) live: Option<Live>,
}

/// Where the answers of a live run come from.
#[derive(Clone)]
pub(crate) struct Live {
    pub(crate) files: Arc<Files>,
    pub(crate) http: Arc<Http>,
}

/// Links all that a component may import.
pub(crate) fn link(linker: &mut Linker<Guest>, component: &Component) -> wasmtime::Result<()> {
    bindings::collector::Collector::add_to_linker::<_, HasSelf<_>>(linker, |guest| guest)?;
    bindings::wasi::Wasi::add_to_linker::<_, HasSelf<_>>(linker, |guest| guest)?;
    refuse::link(linker, component)
}
