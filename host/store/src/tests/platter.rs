//! What a loss of power leaves of a folder.
//!
//! Takes the acts of a session and gives the images of the disk that may remain after any of them. Harsher than file
//! systems are: until a file is synced, each sector of each write to it and each change of its length is on the disk or is
//! not, each on its own; until a folder is synced, so is each of its names; a file that is synced and has no name is lost.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::Draw;
use crate::disk::{Act, Watch};

const SECTOR: usize = 512;

/// One act of a session, or the moment at which it was told that a run is recorded.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Folder(PathBuf),
    Create(PathBuf),
    Write(PathBuf, u64, Vec<u8>),
    SetLen(PathBuf, u64),
    Sync(PathBuf),
    /// A sync that failed: what it was to make safe may be lost, and no later sync can tell.
    FailedSync(PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    SyncFolder(PathBuf),
    Acknowledged(u64),
}

/// Notes every act beneath a folder.
#[derive(Debug)]
pub(super) struct Recorder {
    root: PathBuf,
    pub(super) steps: Mutex<Vec<Step>>,
}

impl Recorder {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), steps: Mutex::default() }
    }

    pub(super) fn push(&self, step: Step) {
        self.steps.lock().unwrap().push(step);
    }

    pub(super) fn step_of(&self, act: &Act<'_>) -> Step {
        let under = |path: &Path| path.strip_prefix(&self.root).unwrap().to_owned();
        match act {
            Act::Folder { path } => Step::Folder(under(path)),
            Act::Create { path } => Step::Create(under(path)),
            Act::Write { path, offset, bytes } => Step::Write(under(path), *offset, bytes.to_vec()),
            Act::SetLen { path, length } => Step::SetLen(under(path), *length),
            Act::Sync { path } => Step::Sync(under(path)),
            Act::Rename { from, to } => Step::Rename(under(from), under(to)),
            Act::Remove { path } => Step::Remove(under(path)),
            Act::SyncFolder { path } => Step::SyncFolder(under(path)),
        }
    }
}

impl Watch for Recorder {
    fn before(&self, act: &Act<'_>) -> io::Result<()> {
        self.push(self.step_of(act));
        Ok(())
    }
}

#[derive(Debug, Clone)]
enum Change {
    Write(usize, Vec<u8>),
    SetLen(usize),
}

#[derive(Debug, Clone, Default)]
struct Node {
    folder: bool,
    safe: Vec<u8>,
    loose: Vec<Change>,
    /// What a failed sync left: it may be on the disk, and no sync makes it so.
    adrift: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Naming {
    Link(PathBuf, usize),
    Unlink(PathBuf),
    Rename(PathBuf, PathBuf, usize),
}

impl Naming {
    fn folder(&self) -> Option<&Path> {
        let (Self::Link(path, _) | Self::Unlink(path) | Self::Rename(path, ..)) = self;
        path.parent()
    }

    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self {
            Self::Link(path, node) => drop(names.insert(path.clone(), *node)),
            Self::Unlink(path) => drop(names.remove(path)),
            Self::Rename(from, to, node) => {
                names.remove(from);
                names.insert(to.clone(), *node);
            }
        }
    }
}

/// What of all that is not safe is on the disk.
#[derive(Debug)]
pub(super) enum Survives {
    /// All of it: the system ends, and the disk does not.
    All,
    /// All of it, and of the act that was going on, when it is a write, so many bytes.
    Torn(usize),
    /// Nothing.
    Nothing,
    /// What chance leaves.
    Some(Draw),
}

/// What is on the disk: files, and folders without bytes.
pub(super) type Image = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// A disk, with what is safe on it and what is not.
#[derive(Debug, Clone, Default)]
pub(super) struct Platter {
    nodes: Vec<Node>,
    names: BTreeMap<PathBuf, usize>,
    safe_names: BTreeMap<PathBuf, usize>,
    loose_names: Vec<Naming>,
}

impl Platter {
    /// A disk on which all that is in an image is safe.
    pub(super) fn of(image: &Image) -> Self {
        let mut platter = Self::default();
        for (path, bytes) in image {
            platter.names.insert(path.clone(), platter.nodes.len());
            platter.nodes.push(Node { folder: bytes.is_none(), safe: bytes.clone().unwrap_or_default(), ..Node::default() });
        }
        platter.safe_names.clone_from(&platter.names);
        platter
    }

    fn node(&mut self, path: &Path) -> &mut Node {
        let node = self.names[path];
        &mut self.nodes[node]
    }

    fn name(&mut self, naming: Naming) {
        naming.apply(&mut self.names);
        self.loose_names.push(naming);
    }

    pub(super) fn step(&mut self, step: &Step) {
        match step {
            Step::Folder(path) | Step::Create(path) => {
                if !self.names.contains_key(path) {
                    self.name(Naming::Link(path.clone(), self.nodes.len()));
                    self.nodes.push(Node { folder: matches!(step, Step::Folder(_)), ..Node::default() });
                }
            }
            Step::Write(path, offset, bytes) => {
                let change = Change::Write(usize::try_from(*offset).unwrap(), bytes.clone());
                self.node(path).loose.push(change);
            }
            Step::SetLen(path, length) => self.node(path).loose.push(Change::SetLen(usize::try_from(*length).unwrap())),
            Step::Sync(path) => {
                let node = self.node(path);
                for change in node.loose.drain(..) {
                    apply(&mut node.safe, &change);
                }
            }
            Step::FailedSync(path) => {
                let node = self.node(path);
                node.adrift.append(&mut node.loose);
            }
            Step::Rename(from, to) => self.name(Naming::Rename(from.clone(), to.clone(), self.names[from])),
            Step::Remove(path) => self.name(Naming::Unlink(path.clone())),
            Step::SyncFolder(path) => {
                let names = core::mem::take(&mut self.loose_names);
                for naming in names {
                    if naming.folder() == Some(path) {
                        naming.apply(&mut self.safe_names);
                    } else {
                        self.loose_names.push(naming);
                    }
                }
            }
            Step::Acknowledged(_) => {}
        }
    }

    /// What is on the disk when the power goes during a step.
    pub(super) fn image(&self, during: &Step, mut survives: Survives) -> Image {
        let mut disk = self.clone();
        match (&survives, during) {
            (Survives::Torn(length), Step::Write(path, offset, bytes)) => {
                let torn = bytes[..(*length).min(bytes.len())].to_vec();
                disk.step(&Step::Write(path.clone(), *offset, torn));
            }
            // A sync that is going on has made nothing safe that is not safe already.
            (Survives::Some(_), Step::Write(..) | Step::SetLen(..) | Step::Create(_) | Step::Rename(..) | Step::Remove(_)) => {
                disk.step(during);
            }
            _ => {}
        }
        let mut names = disk.safe_names;
        for naming in &disk.loose_names {
            if survives.whole() {
                naming.apply(&mut names);
            }
        }
        let present = |path: &Path| path.ancestors().skip(1).all(|it| it.as_os_str().is_empty() || names.contains_key(it));
        let mut image = Image::new();
        for (path, node) in names.iter().filter(|(path, _)| present(path)) {
            let node = &disk.nodes[*node];
            let mut bytes = node.safe.clone();
            for change in node.adrift.iter().chain(&node.loose) {
                survives.keep(&mut bytes, change);
            }
            image.insert(path.clone(), (!node.folder).then_some(bytes));
        }
        image
    }
}

impl Survives {
    fn whole(&mut self) -> bool {
        match self {
            Self::All | Self::Torn(_) => true,
            Self::Nothing => false,
            Self::Some(draw) => draw.below(2) == 0,
        }
    }

    fn keep(&mut self, bytes: &mut Vec<u8>, change: &Change) {
        match (self, change) {
            (Self::All | Self::Torn(_), change) => apply(bytes, change),
            (Self::Nothing, _) => {}
            (Self::Some(draw), Change::SetLen(_)) => {
                if draw.below(2) == 0 {
                    apply(bytes, change);
                }
            }
            (Self::Some(draw), Change::Write(offset, written)) => {
                // The whole of it, nothing of it, or some of its sectors.
                let of_four = draw.below(6);
                let mut at = 0;
                while at < written.len() {
                    let end = written.len().min(at + SECTOR - (offset + at) % SECTOR);
                    if of_four == 5 || draw.below(4) < of_four {
                        apply(bytes, &Change::Write(offset + at, written[at..end].to_vec()));
                    }
                    at = end;
                }
            }
        }
    }
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::SetLen(length) => bytes.resize(*length, 0),
        Change::Write(offset, written) => {
            let end = offset + written.len();
            if bytes.len() < end && !written.is_empty() {
                bytes.resize(end, 0);
            }
            if let Some(place) = bytes.get_mut(*offset..end) {
                place.copy_from_slice(written);
            }
        }
    }
}

/// Makes a folder what the image says.
pub(super) fn lay_out(image: &Image, root: &Path) {
    for (path, bytes) in image {
        match bytes {
            None => fs::create_dir(root.join(path)).unwrap(),
            Some(bytes) => fs::write(root.join(path), bytes).unwrap(),
        }
    }
}

/// What is in a folder.
pub(super) fn image_of(root: &Path) -> Image {
    fn add(root: &Path, folder: &Path, image: &mut Image) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_owned();
            if path.is_dir() {
                image.insert(name, None);
                add(root, &path, image);
            } else {
                image.insert(name, Some(fs::read(&path).unwrap()));
            }
        }
    }
    let mut image = Image::new();
    add(root, root, &mut image);
    image
}
