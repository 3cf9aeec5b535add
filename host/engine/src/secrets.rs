//! Where secrets come from: the environment, or a file. Read when a collector's requests need one, given to the host, kept
//! nowhere.

use std::env::VarError;

use plugin::{CredentialSource, Secret, Secrets};

/// The machine's environment and files.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemSecrets;

/// A file of a secret is a line, not a document.
const MAX_SECRET: u64 = 64 * 1024;

impl Secrets for SystemSecrets {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that secrets come from")]
    fn secret(&self, source: &CredentialSource) -> Result<Secret, String> {
        let text = match source {
            CredentialSource::Env(variable) => std::env::var(variable).map_err(|error| match error {
                VarError::NotPresent => format!("{source} is not set"),
                VarError::NotUnicode(_) => format!("{source} holds bytes that are no text"),
            })?,
            CredentialSource::File(path) => {
                let failed = |error: std::io::Error| match error.kind() {
                    std::io::ErrorKind::NotFound => format!("{source} is not there"),
                    _ => format!("{source} cannot be read: {error}"),
                };
                if std::fs::metadata(path).map_err(failed)?.len() > MAX_SECRET {
                    return Err(format!("{source} is larger than a secret can be"));
                }
                std::fs::read_to_string(path).map_err(failed)?
            }
        };
        let secret = text.trim_end_matches(['\r', '\n']);
        if secret.is_empty() { Err(format!("{source} is empty")) } else { Ok(Secret::new(secret)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &CredentialSource, says: &str) {
        assert_eq!(SystemSecrets.secret(source).map(|_| ()).unwrap_err(), says);
    }

    #[test]
    fn what_is_missing_is_named() {
        check(
            &CredentialSource::Env("ENGINE_TEST_NO_SUCH_KEY".to_owned()),
            "the environment variable `ENGINE_TEST_NO_SUCH_KEY` is not set",
        );
        check(&CredentialSource::File("/nowhere/key".into()), "the file `/nowhere/key` is not there");
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty");
        std::fs::write(&empty, "\n").unwrap();
        check(&CredentialSource::File(empty.clone()), &format!("the file `{}` is empty", empty.display()));
    }
}
