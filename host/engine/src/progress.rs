//! What a person sees while something lasts: on stderr, and only on a terminal.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use model::CollectorName;

/// The lines of progress of one command.
pub struct Progress {
    bars: MultiProgress,
    stage: ProgressBar,
}

impl Progress {
    /// Shows progress when it is wanted and stderr is a terminal.
    pub fn new(wanted: bool) -> Self {
        let shown = wanted && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bars = MultiProgress::with_draw_target(target);
        let stage = bars.add(ProgressBar::new_spinner());
        if shown {
            stage.enable_steady_tick(Duration::from_millis(100));
        }
        Self { bars, stage }
    }

    /// Shows nothing.
    pub fn silent() -> Self {
        Self::new(false)
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
        Arc::new(CollectorProgress { bar })
    }

    /// Takes every line away.
    pub fn finish(&self) {
        tracing::debug!("finished");
        self.stage.finish_and_clear();
        let _ = self.bars.clear();
    }
}

/// The line of one collector.
pub struct CollectorProgress {
    bar: ProgressBar,
}

impl plugin::Progress for CollectorProgress {
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
