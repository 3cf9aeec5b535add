//! AWS keys: read from the environment or from the file that AWS tools share.
//!
//! Takes texts and gives [`Keys`]. The file's reader is our own and strict, so that no copy of a key stays behind in memory
//! and no line of the file stands in a message.

use model::Timestamp;
use zeroize::Zeroizing;

use super::grant::AwsKeySource;
use crate::filter::secret::{Needles, Secret};
use crate::grant::CredentialSource;
use crate::source::Secrets;

/// Keys that sign. They show nothing of themselves.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    pub(crate) id: Secret,
    pub(crate) secret: Secret,
    /// Of temporary keys.
    pub(crate) token: Option<Secret>,
    /// When temporary keys end, where that is known.
    pub(crate) expires_at: Option<Timestamp>,
}

impl Keys {
    /// Reads the operator's keys.
    ///
    /// # Errors
    /// One sentence that says what is missing, without any part of a key.
    pub(crate) fn read(source: &AwsKeySource, secrets: &dyn Secrets) -> Result<Self, String> {
        match source {
            AwsKeySource::Separate { id, secret, token, token_required } => {
                let token = secrets.secret(token);
                let token = if *token_required { Some(token?) } else { token.ok() };
                Self::checked(secrets.secret(id)?, secrets.secret(secret)?, token.filter(|it| !it.expose().is_empty()))
            }
            AwsKeySource::Profile { file, profile } => {
                let text = secrets.secret(&CredentialSource::File(file.clone()))?;
                of_profile(text.expose(), profile).map_err(|reason| format!("`{}`: {reason}", file.display()))
            }
        }
    }

    pub(super) fn checked(id: Secret, secret: Secret, token: Option<Secret>) -> Result<Self, String> {
        let is_printable = |it: &Secret| !it.expose().is_empty() && it.expose().bytes().all(|byte| byte.is_ascii_graphic());
        if !is_printable(&id) || !is_printable(&secret) || token.as_ref().is_some_and(|token| !is_printable(token)) {
            return Err("the keys are empty or hold characters that no key of AWS has".to_owned());
        }
        Ok(Self { id, secret, token, expires_at: None })
    }

    /// Adds what must never leave the host. The id of lasting keys is none of it: IAM itself lists it, as evidence. Where it
    /// stands in a signature it is taken out with that.
    pub(crate) fn add_to(&self, needles: &mut Needles) {
        needles.add(self.secret.expose(), None);
        if let Some(token) = &self.token {
            needles.add(token.expose(), None);
            needles.add_spelled_in_hex(token.expose());
            needles.add(self.id.expose(), None);
        }
    }
}

/// The keys of one section.
fn of_profile(text: &str, wanted: &str) -> Result<Keys, String> {
    let (mut id, mut secret, mut token) = (None, None, None);
    let (mut found, mut is_in, mut elsewhere) = (false, false, None);
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            let name = name.strip_suffix(']').ok_or_else(|| format!("line {number} is not a section"))?.trim();
            is_in = name == wanted || name.strip_prefix("profile ").is_some_and(|name| name.trim() == wanted);
            if is_in && found {
                return Err(format!("the section `{wanted}` stands twice"));
            }
            found |= is_in;
            continue;
        }
        if !is_in {
            continue;
        }
        let (key, value) = line.split_once('=').ok_or_else(|| format!("line {number} is not `key = value`"))?;
        let (key, value) = (key.trim().to_ascii_lowercase(), Zeroizing::new(value.trim().to_owned()));
        let place = match key.as_str() {
            "aws_access_key_id" => &mut id,
            "aws_secret_access_key" => &mut secret,
            "aws_session_token" | "aws_security_token" => &mut token,
            "role_arn" | "credential_process" | "sso_session" | "sso_start_url" | "web_identity_token_file" => {
                elsewhere = Some(key);
                continue;
            }
            _ => continue,
        };
        if place.replace(Secret::new(value.as_str())).is_some() {
            return Err(format!("line {number} gives a second `{key}`"));
        }
    }
    match (id, secret, elsewhere) {
        _ if !found => Err(format!("there is no section `{wanted}`")),
        (Some(id), Some(secret), _) => Keys::checked(id, secret, token.filter(|it| !it.expose().is_empty())),
        (_, _, Some(key)) => Err(format!(
            "the section `{wanted}` holds no keys but `{key}`, which is not followed: give keys, and roles in `assume_role`"
        )),
        _ => Err(format!("the section `{wanted}` needs `aws_access_key_id` and `aws_secret_access_key`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, profile: &str, expected: Result<(&str, &str, Option<&str>), &str>) {
        match (of_profile(text, profile), expected) {
            (Ok(keys), Ok(expected)) => {
                let token = keys.token.as_ref().map(Secret::expose);
                assert_eq!((keys.id.expose(), keys.secret.expose(), token), expected);
            }
            (Err(message), Err(says)) => {
                assert!(message.contains(says), "{message}");
                assert!(!message.contains("c4nary"), "{message}");
            }
            (found, expected) => panic!("{found:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn the_keys_of_one_section_are_read() {
        let file = "\u{feff}# mine\n[default]\naws_access_key_id = A\r\naws_secret_access_key = b+/c=\nregion = x\n\n; other\n[profile audit]\n\
                    AWS_ACCESS_KEY_ID=D\naws_secret_access_key=e\naws_session_token = f==\n";
        check(file, "default", Ok(("A", "b+/c=", None)));
        check(file, "audit", Ok(("D", "e", Some("f=="))));
        check(file, "other", Err("no section `other`"));
    }

    #[test]
    fn threat_2_a_file_that_cannot_be_read_is_named_by_its_line_and_never_quoted() {
        let keys = "aws_access_key_id = c4nary\naws_secret_access_key = c4nary\n";
        check(&format!("[a]\n{keys}c4nary\n"), "a", Err("line 4 is not"));
        check(&format!("[a]\n{keys}aws_access_key_id = c4nary\n"), "a", Err("line 4 gives a second"));
        check(&format!("[a]\n{keys}[a]\n"), "a", Err("stands twice"));
        check("[a]\naws_access_key_id = c4nary\n", "a", Err("needs `aws_access_key_id`"));
        check("[a]\naws_access_key_id = c4nary\naws_secret_access_key = c4 nary # no\n", "a", Err("characters that no key"));
        check("[a]\ncredential_process = /bin/c4nary\n", "a", Err("`credential_process`, which is not followed"));
        check("[a\n", "a", Err("line 1"));
        assert!(!format!("{:?}", of_profile(&format!("[a]\n{keys}"), "a").unwrap()).contains("c4nary"));
    }
}
