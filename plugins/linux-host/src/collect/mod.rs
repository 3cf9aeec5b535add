//! The kinds, one module for a few that are read from the same place. Each takes the machine and states facts or a gap.

pub(crate) mod account;
pub(crate) mod banner;
pub(crate) mod file;
pub(crate) mod firewall;
pub(crate) mod listener;
pub(crate) mod logging;
pub(crate) mod mount;
pub(crate) mod os;
pub(crate) mod package;
pub(crate) mod password;
pub(crate) mod protection;
pub(crate) mod service;
pub(crate) mod session;
pub(crate) mod source;
pub(crate) mod sshd;
pub(crate) mod sudo;
pub(crate) mod sysctl;
pub(crate) mod time;
pub(crate) mod updates;
