//! A server with AWS's interfaces on loopback, one test's at a time. Without one a test says that it was not run.

use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Tests share one server, so only one may seed it at a time.
static SERVER: Mutex<()> = Mutex::new(());

/// A server that is this test's alone while the value lives.
pub(crate) struct Moto {
    pub(crate) endpoint: String,
    _alone: MutexGuard<'static, ()>,
}

impl Moto {
    /// The server that the tester named.
    pub(crate) fn named() -> Option<Self> {
        #[expect(clippy::disallowed_methods, reason = "where moto is, is the tester's to say")]
        let Ok(endpoint) = std::env::var("ENGINE_TEST_MOTO") else {
            eprintln!("NOT RUN: ENGINE_TEST_MOTO names no server of moto; see docs/guides/aws.md");
            return None;
        };
        Some(Self { endpoint, _alone: SERVER.lock().unwrap_or_else(PoisonError::into_inner) })
    }

    /// Runs a script of `tests/moto` against it, and gives what that prints.
    #[track_caller]
    pub(crate) fn run(&self, script: &str, arguments: &[&str]) -> String {
        #[expect(clippy::disallowed_methods, reason = "which python has boto3, is the tester's to say")]
        let python = std::env::var("ENGINE_TEST_MOTO_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/moto").join(script);
        let output = Command::new(python).arg(path).arg(&self.endpoint).args(arguments).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "moto is not seeded; ENGINE_TEST_MOTO_PYTHON names a python that has boto3\n{told}");
        String::from_utf8(output.stdout).unwrap()
    }
}
