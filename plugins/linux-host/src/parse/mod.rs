//! What the files of a Linux system say, as pure functions of their text.
//!
//! Each module takes text and gives plain values; none reads a file, and no bytes make one panic. A line that does not have
//! its form is named, not guessed at.

pub(crate) mod accounts;
pub(crate) mod apt_conf;
pub(crate) mod apt_sources;
pub(crate) mod dates;
pub(crate) mod mountinfo;
pub(crate) mod packages;
pub(crate) mod pam;
pub(crate) mod proc_net;
pub(crate) mod settings;
pub(crate) mod sshd;
pub(crate) mod sudoers;
pub(crate) mod support;

#[cfg(test)]
mod hostile;
