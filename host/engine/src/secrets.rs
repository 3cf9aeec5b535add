//! Where secrets come from: the environment, or a file. Read when a collector's requests need one, given to the host, kept
//! nowhere.

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
            CredentialSource::Env(variable) => {
                std::env::var(variable).map_err(|_| format!("the environment variable `{variable}` is not set to text"))?
            }
            CredentialSource::File(path) => {
                let failed = |error: std::io::Error| format!("the file `{}` cannot be read: {error}", path.display());
                if std::fs::metadata(path).map_err(failed)?.len() > MAX_SECRET {
                    return Err(format!("the file `{}` is larger than a secret can be", path.display()));
                }
                std::fs::read_to_string(path).map_err(failed)?
            }
        };
        let secret = text.trim_end_matches(['\r', '\n']);
        if secret.is_empty() { Err("the secret is empty".to_owned()) } else { Ok(Secret::new(secret)) }
    }
}
