//! What the program carries with it: the texts of `scripts/` and the bundled collectors. Gives them; never reads a disk.

use model::SourceSet;

mod generated {
    include!(concat!(env!("OUT_DIR"), "/bundled.rs"));
}

/// The shipped kinds, rules, frameworks, controls and relations.
///
/// ```
/// assert!(engine::bundled::sources().get("frameworks/soc2.toml").is_some());
/// ```
pub fn sources() -> SourceSet {
    set_of(generated::SCRIPTS)
}

/// The fixtures of the shipped rules, named as the rules are.
pub fn fixtures() -> SourceSet {
    set_of(generated::FIXTURES)
}

/// The files of the example company, named as they stand in `host/engine/example/`.
pub fn example() -> SourceSet {
    set_of(generated::EXAMPLE)
}

/// A file of the recording of the example company, named as it stands in `host/engine/recording/`.
pub fn recording(name: &str) -> Option<&'static str> {
    generated::RECORDING.iter().find(|(it, _)| *it == name).map(|(_, text)| *text)
}

fn set_of(table: &[(&'static str, &'static str)]) -> SourceSet {
    let mut sources = SourceSet::new();
    for (name, text) in table {
        sources.insert(*name, *text);
    }
    sources
}

/// The component of a bundled collector, such as `linux-host`.
pub fn component(name: &str) -> Option<&'static [u8]> {
    generated::COLLECTORS.iter().find(|(it, _)| *it == name).map(|(_, bytes)| *bytes)
}

/// The names of the bundled collectors.
pub fn names() -> impl Iterator<Item = &'static str> {
    generated::COLLECTORS.iter().map(|(name, _)| *name)
}
