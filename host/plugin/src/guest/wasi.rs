//! The part of WASI that guests of every language need to start, in our own meaning: closed input, output to the log,
//! virtual time, seeded randomness, and waiting that resolves by advancing virtual time.
//!
//! Reads no clock, no environment and no source of randomness of this machine.

use core::time::Duration;

use wasmtime::Result;
use wasmtime::component::Resource;

use super::Guest;
use super::bindings::wasi::wasi::{cli, clocks, io, random};
use super::cut::Cut;
use super::log::Stream;

/// Why a stream failed. None ever does; the type is part of the interface.
#[allow(unreachable_pub, reason = "the generated bindings name it in public items")]
pub struct StreamFault;

/// Something to wait for: an instant of virtual time, in nanoseconds since the run began.
#[allow(unreachable_pub, reason = "the generated bindings name it in public items")]
pub struct Pollable {
    deadline: u64,
}

/// Standard input: at its end from the beginning.
#[allow(unreachable_pub, reason = "the generated bindings name it in public items")]
pub struct ClosedInput;

/// Standard output or error: goes to the log.
#[allow(unreachable_pub, reason = "the generated bindings name it in public items")]
pub struct LogOutput {
    stream: Stream,
}

const PERMIT: u64 = 64 * 1024;
const MAX_RANDOM: u64 = 1024 * 1024;
const MAX_POLLED: usize = 10_000;

impl Guest {
    /// Waits until an instant of virtual time: really when live, not at all in a replay.
    async fn wait_until(&mut self, deadline: u64) {
        let wait = self.clock.advance_to(deadline);
        if self.recorder.is_live() && wait > 0 {
            let tick = self.meter.tick();
            tokio::time::sleep(Duration::from_nanos(wait)).await;
            self.meter.waited_since(tick);
        }
    }

    fn pollable(&mut self, deadline: u64) -> Result<Resource<Pollable>> {
        Ok(self.table.push(Pollable { deadline })?)
    }

    fn printed(&mut self, stream: &Resource<LogOutput>, bytes: &[u8]) -> Result<()> {
        let stream = self.table.get(stream)?.stream;
        self.log.print(stream, bytes);
        Ok(())
    }

    fn random_bytes(&mut self, count: u64) -> Result<Vec<u8>> {
        let count = usize::try_from(count.min(MAX_RANDOM + 1)).unwrap_or(usize::MAX);
        if count as u64 > MAX_RANDOM {
            return Err(Cut::new("memory", "it asked for more than 1 MiB of random bytes at once").into());
        }
        Ok(self.random.bytes(count))
    }
}

impl io::error::Host for Guest {}
impl io::error::HostError for Guest {
    fn to_debug_string(&mut self, fault: Resource<StreamFault>) -> Result<String> {
        self.table.get(&fault)?;
        Ok("the stream failed".to_owned())
    }
    fn drop(&mut self, fault: Resource<StreamFault>) -> Result<()> {
        self.table.delete(fault)?;
        Ok(())
    }
}

impl io::poll::Host for Guest {
    async fn poll(&mut self, pollables: Vec<Resource<Pollable>>) -> Result<Vec<u32>> {
        if pollables.is_empty() || pollables.len() > MAX_POLLED {
            return Err(Cut::new("trap", "it waits for nothing, or for too much at once").into());
        }
        let mut deadlines = Vec::with_capacity(pollables.len());
        for pollable in &pollables {
            deadlines.push(self.table.get(pollable)?.deadline);
        }
        let now = self.clock.read();
        let earliest = deadlines.iter().copied().min().unwrap_or(now);
        if earliest > now {
            self.wait_until(earliest).await;
        }
        let now = self.clock.elapsed();
        let ready = deadlines.iter().enumerate().filter(|(_, deadline)| **deadline <= now);
        Ok(ready.filter_map(|(index, _)| u32::try_from(index).ok()).collect())
    }
}

impl io::poll::HostPollable for Guest {
    async fn ready(&mut self, pollable: Resource<Pollable>) -> Result<bool> {
        let deadline = self.table.get(&pollable)?.deadline;
        Ok(deadline <= self.clock.read())
    }
    async fn block(&mut self, pollable: Resource<Pollable>) -> Result<()> {
        let deadline = self.table.get(&pollable)?.deadline;
        self.wait_until(deadline).await;
        Ok(())
    }
    async fn drop(&mut self, pollable: Resource<Pollable>) -> Result<()> {
        self.table.delete(pollable)?;
        Ok(())
    }
}

type Streamed<T> = Result<Result<T, io::streams::StreamError>>;

impl io::streams::Host for Guest {}
impl io::streams::HostInputStream for Guest {
    fn read(&mut self, _: Resource<ClosedInput>, _: u64) -> Streamed<Vec<u8>> {
        Ok(Err(io::streams::StreamError::Closed))
    }
    fn blocking_read(&mut self, _: Resource<ClosedInput>, _: u64) -> Streamed<Vec<u8>> {
        Ok(Err(io::streams::StreamError::Closed))
    }
    fn skip(&mut self, _: Resource<ClosedInput>, _: u64) -> Streamed<u64> {
        Ok(Err(io::streams::StreamError::Closed))
    }
    fn blocking_skip(&mut self, _: Resource<ClosedInput>, _: u64) -> Streamed<u64> {
        Ok(Err(io::streams::StreamError::Closed))
    }
    fn subscribe(&mut self, _: Resource<ClosedInput>) -> Result<Resource<Pollable>> {
        self.pollable(0)
    }
    fn drop(&mut self, input: Resource<ClosedInput>) -> Result<()> {
        self.table.delete(input)?;
        Ok(())
    }
}

impl io::streams::HostOutputStream for Guest {
    fn check_write(&mut self, _: Resource<LogOutput>) -> Streamed<u64> {
        Ok(Ok(PERMIT))
    }
    fn write(&mut self, output: Resource<LogOutput>, bytes: Vec<u8>) -> Streamed<()> {
        self.printed(&output, &bytes)?;
        Ok(Ok(()))
    }
    fn blocking_write_and_flush(&mut self, output: Resource<LogOutput>, bytes: Vec<u8>) -> Streamed<()> {
        self.printed(&output, &bytes)?;
        Ok(Ok(()))
    }
    fn flush(&mut self, _: Resource<LogOutput>) -> Streamed<()> {
        Ok(Ok(()))
    }
    fn blocking_flush(&mut self, _: Resource<LogOutput>) -> Streamed<()> {
        Ok(Ok(()))
    }
    fn subscribe(&mut self, _: Resource<LogOutput>) -> Result<Resource<Pollable>> {
        self.pollable(0)
    }
    fn write_zeroes(&mut self, output: Resource<LogOutput>, count: u64) -> Streamed<()> {
        let count = usize::try_from(count.min(PERMIT)).unwrap_or_default();
        self.printed(&output, &vec![0; count])?;
        Ok(Ok(()))
    }
    fn blocking_write_zeroes_and_flush(&mut self, output: Resource<LogOutput>, count: u64) -> Streamed<()> {
        self.write_zeroes(output, count)
    }
    fn splice(&mut self, _: Resource<LogOutput>, _: Resource<ClosedInput>, _: u64) -> Streamed<u64> {
        Ok(Err(io::streams::StreamError::Closed))
    }
    fn blocking_splice(&mut self, _: Resource<LogOutput>, _: Resource<ClosedInput>, _: u64) -> Streamed<u64> {
        Ok(Err(io::streams::StreamError::Closed))
    }
    fn drop(&mut self, output: Resource<LogOutput>) -> Result<()> {
        self.table.delete(output)?;
        Ok(())
    }
}

impl clocks::wall_clock::Host for Guest {
    fn now(&mut self) -> Result<clocks::wall_clock::Datetime> {
        self.clock.read();
        let now = self.clock.now();
        let nanoseconds = u32::try_from(now.subsec_nanosecond().max(0)).unwrap_or_default();
        Ok(clocks::wall_clock::Datetime { seconds: u64::try_from(now.as_second()).unwrap_or_default(), nanoseconds })
    }
    fn resolution(&mut self) -> Result<clocks::wall_clock::Datetime> {
        Ok(clocks::wall_clock::Datetime { seconds: 0, nanoseconds: 1_000 })
    }
}

impl clocks::monotonic_clock::Host for Guest {
    fn now(&mut self) -> Result<u64> {
        Ok(self.clock.read())
    }
    fn resolution(&mut self) -> Result<u64> {
        Ok(1_000)
    }
    fn subscribe_instant(&mut self, when: u64) -> Result<Resource<Pollable>> {
        self.pollable(when)
    }
    fn subscribe_duration(&mut self, duration: u64) -> Result<Resource<Pollable>> {
        let deadline = self.clock.elapsed().saturating_add(duration);
        self.pollable(deadline)
    }
}

impl random::random::Host for Guest {
    fn get_random_bytes(&mut self, count: u64) -> Result<Vec<u8>> {
        self.random_bytes(count)
    }
    fn get_random_u64(&mut self) -> Result<u64> {
        Ok(self.random.next_u64())
    }
}
impl random::insecure::Host for Guest {
    fn get_insecure_random_bytes(&mut self, count: u64) -> Result<Vec<u8>> {
        self.random_bytes(count)
    }
    fn get_insecure_random_u64(&mut self) -> Result<u64> {
        Ok(self.random.next_u64())
    }
}
impl random::insecure_seed::Host for Guest {
    fn insecure_seed(&mut self) -> Result<(u64, u64)> {
        Ok((self.random.next_u64(), self.random.next_u64()))
    }
}

impl cli::exit::Host for Guest {
    fn exit(&mut self, status: Result<(), ()>) -> Result<()> {
        self.exit_with_code(u8::from(status.is_err()))
    }
    fn exit_with_code(&mut self, code: u8) -> Result<()> {
        Err(Cut::new("exit", format!("it ended itself with code {code} instead of returning")).into())
    }
}
impl cli::stdin::Host for Guest {
    fn get_stdin(&mut self) -> Result<Resource<ClosedInput>> {
        Ok(self.table.push(ClosedInput)?)
    }
}
impl cli::stdout::Host for Guest {
    fn get_stdout(&mut self) -> Result<Resource<LogOutput>> {
        Ok(self.table.push(LogOutput { stream: Stream::Out })?)
    }
}
impl cli::stderr::Host for Guest {
    fn get_stderr(&mut self) -> Result<Resource<LogOutput>> {
        Ok(self.table.push(LogOutput { stream: Stream::Err })?)
    }
}
