//! Loss of power at every act of a session, and again while the writer after it recovers.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::platter::{Image, Platter, Recorder, Step, Survives, image_of, lay_out};
use super::{Draw, check, folder, record_next, watched};
use crate::{Access, Store};

/// Where the store is: two folders that are not there at first.
pub(super) fn store_in(root: &Path) -> PathBuf {
    root.join("a/store")
}

/// Opens the store that is in an image, records runs and closes it: all that it did to the disk.
fn session(before: &Image, runs: usize) -> Vec<Step> {
    let root = folder();
    lay_out(before, root.path());
    let recorder = Arc::new(Recorder::new(root.path()));
    let store = Store::open_on(&store_in(root.path()), Access::Write, &watched(Arc::<Recorder>::clone(&recorder))).unwrap();
    for _ in 0..runs {
        let id = record_next(&store).unwrap();
        recorder.push(Step::Acknowledged(id));
    }
    drop(store);
    core::mem::take(&mut *recorder.steps.lock().unwrap())
}

/// A store with some runs, closed.
fn stored(runs: usize) -> Image {
    let root = folder();
    let store = Store::open(&store_in(root.path()), Access::Write).unwrap();
    for _ in 0..runs {
        record_next(&store).unwrap();
    }
    drop(store);
    image_of(root.path())
}

/// Losses of power at the acts of a session.
struct Losses {
    before: Image,
    acknowledged: u64,
    steps: Vec<Step>,
}

impl Losses {
    fn of(before: Image, acknowledged: u64, runs: usize) -> Self {
        let steps = session(&before, runs);
        Self { before, acknowledged, steps }
    }

    /// The images that may be left when the power goes at a step, and the last run that was acknowledged by then.
    fn images(&self, at: usize, chances: usize, draw: &mut Draw) -> (Vec<(String, Image)>, u64) {
        let mut disk = Platter::of(&self.before);
        let mut acknowledged = self.acknowledged;
        for step in &self.steps[..at] {
            disk.step(step);
            if let Step::Acknowledged(id) = step {
                acknowledged = *id;
            }
        }
        let during = &self.steps[at];
        let mut ways = vec![Survives::All, Survives::Nothing];
        if let Step::Write(_, _, bytes) = during {
            let torn = [1, bytes.len() / 2, bytes.len().saturating_sub(1), draw.below(bytes.len())];
            ways.extend(torn.map(Survives::Torn));
            ways.push(Survives::Torn(draw.below(bytes.len()) / 512 * 512));
        }
        ways.extend((0..chances).map(|_| Survives::Some(Draw(draw.next()))));
        let name = |way: &Survives| format!("step {at} of {}, {}, {way:?}", self.steps.len(), told(during));
        (ways.into_iter().map(|way| (name(&way), disk.image(during, way))).collect(), acknowledged)
    }
}

pub(super) fn told(step: &Step) -> String {
    match step {
        Step::Write(path, offset, bytes) => format!("Write({}, {offset}, {} bytes)", path.display(), bytes.len()),
        step => format!("{step:?}"),
    }
}

fn check_image(image: &Image, acknowledged: u64, at: &str) {
    let root = folder();
    lay_out(image, root.path());
    check(&store_in(root.path()), acknowledged, at);
}

/// Row 16. Seen to fail, each within seconds: without the sync of packs, of the folder of packs, of the index, of the store's
/// names when it is opened or of the folders that are made for it; with the index made under its own name; without a reader's
/// repaired copy. Then an acknowledged run, or the whole index, is not there, or a reader is told of damage.
#[test]
fn threat_16_a_loss_of_power_at_any_act_leaves_every_acknowledged_run_whole() {
    let long = figures::times(1, 8);
    let chances = usize::try_from(long).unwrap();
    let mut draw = Draw(16);
    let mut tried = 0;
    for (before, acknowledged, runs) in [(Image::new(), 0, 2), (stored(2), 2, 1)] {
        let losses = Losses::of(before, acknowledged, runs);
        for at in 0..losses.steps.len() {
            let (images, acknowledged) = losses.images(at, chances, &mut draw);
            for (name, image) in images {
                check_image(&image, acknowledged, &name);
                tried += 1;
                // The writer that comes after it loses power too, at some act of its own.
                if draw.below(4) < chances {
                    tried += lose_again(image, acknowledged, &name, long, &mut draw);
                }
            }
        }
    }
    figures::tried("power-loss", tried).unwrap();
}

fn lose_again(image: Image, acknowledged: u64, first: &str, times: u64, draw: &mut Draw) -> u64 {
    // What the first loss left unacknowledged may be there or not; the writer goes on from what it finds.
    let root = folder();
    lay_out(&image, root.path());
    let path = store_in(root.path());
    let found = Store::open(&path, Access::Read).map_or(0, |store| store.last().unwrap().map_or(0, |last| last.id.0));
    let losses = Losses::of(image, found.max(acknowledged), 1);
    for _ in 0..times {
        let at = draw.below(losses.steps.len());
        let (mut images, acknowledged) = losses.images(at, 1, draw);
        let (second, image) = images.swap_remove(draw.below(images.len()));
        check_image(&image, acknowledged, &format!("{first}; then {second}"));
    }
    times
}
