//! What a person sees on stderr while something lasts: moving lines on a terminal, plain ones elsewhere. No line tells a time.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use model::{CollectorName, CollectorStatus};

/// The lines of progress of one command.
pub struct Progress {
    bars: MultiProgress,
    stage: ProgressBar,
    /// Where stderr is no terminal, and lines are wanted: what was not yet told of.
    plain: Option<Untold>,
}

/// The collectors that run and have no line yet.
type Untold = Arc<Mutex<BTreeMap<CollectorName, ProgressBar>>>;

impl Progress {
    /// Shows progress when it is wanted: on a terminal as it goes, elsewhere a plain line for each collector.
    pub fn new(wanted: bool) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Self::of(wanted && is_terminal, wanted && !is_terminal)
    }

    /// Shows nothing.
    pub fn silent() -> Self {
        Self::of(false, false)
    }

    fn of(moving: bool, plain: bool) -> Self {
        let target = if moving { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bars = MultiProgress::with_draw_target(target);
        let stage = bars.add(ProgressBar::new_spinner());
        if moving {
            stage.enable_steady_tick(Duration::from_millis(100));
        }
        Self { bars, stage, plain: plain.then(Untold::default) }
    }

    /// Says which stage begins.
    pub fn stage(&self, name: &str) {
        tracing::debug!(stage = name);
        self.stage.set_message(name.to_owned());
    }

    /// A line for one collector.
    pub fn collector(&self, name: &CollectorName) -> Arc<CollectorProgress> {
        let style =
            ProgressStyle::with_template("  {prefix} {pos}/{len} {wide_msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = self.bars.add(ProgressBar::new(0).with_style(style).with_prefix(name.to_string()));
        Arc::new(CollectorProgress { bar, untold: self.plain.clone() })
    }

    /// Nothing happened for a while: where lines are plain, each collector that runs is named, once.
    pub fn waits(&self) {
        for (name, bar) in self.plain.iter().flat_map(|untold| std::mem::take(&mut *locked(untold))) {
            let so_far = match bar.length() {
                Some(total) if total > 0 => format!(" ({} of {total})", bar.position()),
                _ => String::new(),
            };
            line(&format!("{name}: still collecting{so_far}"));
        }
    }

    /// A collector ended, with so many facts and gaps.
    pub fn ended(&self, name: &CollectorName, facts: usize, gaps: usize, status: CollectorStatus) {
        let Some(untold) = &self.plain else { return };
        locked(untold).remove(name);
        let how = match status {
            CollectorStatus::Ok => "",
            CollectorStatus::Failed => ", failed",
            CollectorStatus::CutOff => ", cut off",
        };
        let (fact, gap) = (if facts == 1 { "fact" } else { "facts" }, if gaps == 1 { "gap" } else { "gaps" });
        line(&format!("{name}: {facts} {fact}, {gaps} {gap}{how}"));
    }

    /// Takes every line away.
    pub fn finish(&self) {
        tracing::debug!("finished");
        self.stage.finish_and_clear();
        let _ = self.bars.clear();
    }
}

fn locked(untold: &Untold) -> std::sync::MutexGuard<'_, BTreeMap<CollectorName, ProgressBar>> {
    untold.lock().unwrap_or_else(PoisonError::into_inner)
}

fn line(text: &str) {
    // A reader that went away is no reason to stop.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// The line of one collector.
pub struct CollectorProgress {
    bar: ProgressBar,
    untold: Option<Untold>,
}

impl plugin::Progress for CollectorProgress {
    fn started(&self, collector: &CollectorName) {
        if let Some(untold) = &self.untold {
            locked(untold).insert(collector.clone(), self.bar.clone());
        }
    }

    fn progress(&self, _: &CollectorName, done: u64, total: u64, label: &str) {
        self.bar.set_length(total);
        self.bar.set_position(done);
        self.bar.set_message(report::inert(label, 60));
    }
}

impl Drop for CollectorProgress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
