//! What a run uses, against its limits: memory and tables of all instances together, and guest execution in ticks.
//!
//! Takes wasmtime's questions and ticks and gives leave or a [`Cut`].

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::sync::Arc;

use wasmtime::{ResourceLimiter, Result};

use super::cut::Cut;
use crate::limits::Limits;
use crate::load::TICK;

const MAX_INSTANCES: usize = 1_000;
const MAX_MEMORIES: usize = 100;
const MAX_TABLES: usize = 100;

/// Counts what a run uses.
#[derive(Debug)]
pub(crate) struct Meter {
    memory: u64,
    memory_limit: u64,
    pending_memory: u64,
    tables: u64,
    tables_limit: u64,
    pending_tables: u64,
    ticks: Arc<AtomicU64>,
    started: u64,
    /// Ticks that passed while the guest waited for the host.
    waited: u64,
    /// Ticks not waited for, when last looked at.
    seen: u64,
    used: u64,
    allowed: u64,
}

impl Meter {
    pub(crate) fn new(limits: &Limits, cpu: Duration, ticks: Arc<AtomicU64>) -> Self {
        let started = ticks.load(Ordering::Relaxed);
        let allowed = u64::try_from(cpu.as_nanos() / TICK.as_nanos()).unwrap_or(u64::MAX).max(1);
        Self {
            memory: 0,
            memory_limit: limits.memory,
            pending_memory: 0,
            tables: 0,
            tables_limit: limits.table_elements,
            pending_tables: 0,
            ticks,
            started,
            waited: 0,
            seen: 0,
            used: 0,
            allowed,
        }
    }

    /// The tick that it is, to be given to [`Meter::waited_since`].
    pub(crate) fn tick(&self) -> u64 {
        self.ticks.load(Ordering::Relaxed)
    }

    /// Says that the guest was waiting for the host since that tick.
    pub(crate) fn waited_since(&mut self, tick: u64) {
        self.waited += self.tick().saturating_sub(tick);
    }

    /// Called by the guest's own code at most once a tick: counts it when the guest was running, and only one however
    /// many passed, for the machine may have been busy with others.
    pub(crate) fn count_tick(&mut self) -> Result<(), Cut> {
        let run = self.tick().saturating_sub(self.started).saturating_sub(self.waited);
        if run > self.seen {
            self.seen = run;
            self.used += 1;
        }
        if self.used < self.allowed {
            return Ok(());
        }
        let limit = TICK.saturating_mul(u32::try_from(self.allowed).unwrap_or(u32::MAX));
        Err(Cut::at_limit("cpu", "cpu", format!("it computed for longer than its limit of {limit:?}")))
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let more = desired.saturating_sub(current) as u64;
        let total = self.memory.saturating_add(more);
        if total > self.memory_limit {
            let limit = self.memory_limit;
            return Err(Cut::at_limit("memory", "memory", format!("it needs more memory than its limit of {limit} bytes")).into());
        }
        self.memory = total;
        self.pending_memory = more;
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> Result<()> {
        self.memory = self.memory.saturating_sub(core::mem::take(&mut self.pending_memory));
        Ok(())
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let more = desired.saturating_sub(current) as u64;
        let total = self.tables.saturating_add(more);
        if total > self.tables_limit {
            let limit = self.tables_limit;
            return Err(Cut::at_limit(
                "memory",
                "table_elements",
                format!("its tables need more than their limit of {limit} elements"),
            )
            .into());
        }
        self.tables = total;
        self.pending_tables = more;
        Ok(true)
    }

    fn table_grow_failed(&mut self, _error: wasmtime::Error) -> Result<()> {
        self.tables = self.tables.saturating_sub(core::mem::take(&mut self.pending_tables));
        Ok(())
    }

    fn instances(&self) -> usize {
        MAX_INSTANCES
    }
    fn tables(&self) -> usize {
        MAX_TABLES
    }
    fn memories(&self) -> usize {
        MAX_MEMORIES
    }
}
