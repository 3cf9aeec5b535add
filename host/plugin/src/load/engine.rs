//! The one configuration of wasmtime, for the compiling child and for the host alike, and the ticker of its epochs.

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::sync::Arc;

use wasmtime::{Config, Engine, OptLevel, Strategy};

/// How often the epoch advances: the grain of the CPU limit.
pub(crate) const TICK: Duration = Duration::from_millis(10);

const WASM_STACK: usize = 512 * 1024;
const FIBER_STACK: usize = 2 * 1024 * 1024;

/// The engine's own settings: what is not needed is off, and what could differ between machines is fixed.
pub(super) fn config() -> Config {
    let mut config = Config::new();
    config
        .strategy(Strategy::Cranelift)
        .cranelift_opt_level(OptLevel::Speed)
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true)
        .epoch_interruption(true)
        .max_wasm_stack(WASM_STACK)
        .async_stack_size(FIBER_STACK)
        .generate_address_map(false)
        .wasm_backtrace_max_frames(None)
        .wasm_component_model(true)
        .wasm_memory64(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false);
    config
}

/// An engine whose epochs advance by themselves for as long as it is alive.
#[derive(Clone)]
pub(crate) struct Ticking {
    engine: Engine,
    ticks: Arc<AtomicU64>,
}

impl Ticking {
    /// Starts the ticker: one thread, which ends when the last clone of the engine is gone.
    pub(super) fn start() -> wasmtime::Result<Self> {
        let engine = Engine::new(&config())?;
        let ticks = Arc::new(AtomicU64::new(0));
        let (weak, count) = (engine.weak(), Arc::clone(&ticks));
        std::thread::Builder::new().name("plugin-epochs".to_owned()).spawn(move || {
            while let Some(engine) = weak.upgrade() {
                count.fetch_add(1, Ordering::Relaxed);
                engine.increment_epoch();
                drop(engine);
                std::thread::sleep(TICK);
            }
        })?;
        Ok(Self { engine, ticks })
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// How many ticks there have been.
    pub(crate) fn ticks(&self) -> &Arc<AtomicU64> {
        &self.ticks
    }
}
