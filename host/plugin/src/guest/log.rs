//! The run's log: what the guest says and what it prints, up to a limit.

use smol_str::SmolStr;

const MAX_LINE: usize = 16 * 1024;
const LEVELS: [&str; 4] = ["error", "warn", "info", "debug"];

/// Lines with their level, as the guest gave them; shown only escaped.
#[derive(Debug)]
pub(crate) struct Log {
    lines: Vec<(SmolStr, String)>,
    left: u64,
    full: bool,
    printed: [Vec<u8>; 2],
}

/// Where a guest prints to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

impl Log {
    pub(crate) fn new(limit: u64) -> Self {
        Self { lines: Vec::new(), left: limit, full: false, printed: [Vec::new(), Vec::new()] }
    }

    /// Adds a line; once the limit is reached one line says so and the rest is dropped.
    pub(crate) fn line(&mut self, level: &str, text: &str) {
        if self.full {
            return;
        }
        let level = LEVELS.into_iter().find(|known| *known == level).unwrap_or("info");
        let cost = text.len() as u64 + 16;
        if cost > self.left {
            self.full = true;
            self.lines.push((SmolStr::new_static("warn"), "the log is full; what follows is dropped".to_owned()));
            return;
        }
        self.left -= cost;
        self.lines.push((SmolStr::new(level), text.to_owned()));
    }

    /// Takes what the guest printed; whole lines go to the log.
    pub(crate) fn print(&mut self, stream: Stream, bytes: &[u8]) {
        if self.full {
            return;
        }
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let [out, err] = &mut self.printed;
            let pending = if stream == Stream::Out { out } else { err };
            pending.extend_from_slice(piece);
            if piece.ends_with(b"\n") || pending.len() >= MAX_LINE {
                self.flush(stream);
            }
        }
    }

    fn flush(&mut self, stream: Stream) {
        let [out, err] = &mut self.printed;
        let (pending, level) = if stream == Stream::Out { (out, "info") } else { (err, "warn") };
        let bytes = core::mem::take(pending);
        let text = String::from_utf8_lossy(bytes.strip_suffix(b"\n").unwrap_or(&bytes));
        if !text.is_empty() {
            self.line(level, &text);
        }
    }

    pub(crate) fn finish(mut self) -> Vec<(SmolStr, String)> {
        self.flush(Stream::Out);
        self.flush(Stream::Err);
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_becomes_lines() {
        let mut log = Log::new(1024);
        log.print(Stream::Out, b"one\ntw");
        log.print(Stream::Err, b"error");
        log.print(Stream::Out, b"o\n");
        let lines = log.finish();
        let texts: Vec<_> = lines.iter().map(|(level, text)| (level.as_str(), text.as_str())).collect();
        assert_eq!(texts, [("info", "one"), ("info", "two"), ("warn", "error")]);
    }

    /// Seen to fail with the limit off.
    #[test]
    fn threat_3_a_full_log_says_so_once_and_grows_no_more() {
        let mut log = Log::new(100);
        for _ in 0..1000 {
            log.line("info", "0123456789");
            log.print(Stream::Out, &[b'x'; 1000]);
        }
        let lines = log.finish();
        assert!(lines.len() < 8 && lines.last().unwrap().1.contains("full"));
    }
}
