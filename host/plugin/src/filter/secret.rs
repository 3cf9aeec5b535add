//! Secrets that the host holds, and their removal from anything that leaves it.

use base64::Engine as _;
use zeroize::Zeroizing;

/// A secret of the operator. It is erased from memory when dropped and shows nothing of itself.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a secret; white space around it does not belong to it.
    pub fn new(text: impl Into<String>) -> Self {
        let text = Zeroizing::new(text.into());
        Self(Zeroizing::new(text.trim().to_owned()))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl core::fmt::Debug for Secret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Secret(***)")
    }
}

const MASK: &[u8] = b"***";

/// The forms in which secrets could come back in an answer.
#[derive(Clone, Default)]
pub(crate) struct Needles(Vec<Zeroizing<Vec<u8>>>);

impl Needles {
    /// Adds a secret in all its usual spellings: as it is, in JSON, in a URL, in base64, also with a user before it.
    pub(crate) fn add(&mut self, secret: &str, user: Option<&str>) {
        let mut forms = vec![secret.to_owned(), json_form(secret)];
        forms.push(url::form_urlencoded::byte_serialize(secret.as_bytes()).collect());
        let mut plain = vec![secret.to_owned()];
        plain.extend(user.map(|user| format!("{user}:{secret}")));
        for text in &plain {
            forms.push(base64::engine::general_purpose::STANDARD_NO_PAD.encode(text));
            forms.push(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text));
        }
        self.add_forms(forms);
    }

    /// Adds a secret as bytes in hexadecimal, `0a 1b`, as S3 shows what it was asked to sign.
    pub(crate) fn add_spelled_in_hex(&mut self, secret: &str) {
        self.add_forms(vec![secret.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")]);
    }

    fn add_forms(&mut self, forms: Vec<String>) {
        for form in forms {
            let form = Zeroizing::new(form.into_bytes());
            if !form.is_empty() && !self.0.contains(&form) {
                self.0.push(form);
            }
        }
        self.0.sort_by_key(|form| core::cmp::Reverse(form.len()));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes with every secret masked; `None` when there is none in them.
    pub(crate) fn masked(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut out: Option<Vec<u8>> = None;
        for needle in &self.0 {
            let current = out.as_deref().unwrap_or(bytes);
            if let Some(next) = replaced(current, needle) {
                out = Some(next);
            }
        }
        out
    }
}

fn json_form(text: &str) -> String {
    let quoted = serde_json::Value::String(text.to_owned()).to_string();
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(&quoted).to_owned()
}

fn replaced(bytes: &[u8], needle: &[u8]) -> Option<Vec<u8>> {
    let first = *needle.first()?;
    let mut out: Option<Vec<u8>> = None;
    let (mut at, mut copied) = (0, 0);
    while let Some(step) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == first)) {
        at += step;
        if bytes.get(at..).is_some_and(|rest| rest.starts_with(needle)) {
            let out = out.get_or_insert_with(|| Vec::with_capacity(bytes.len()));
            out.extend_from_slice(bytes.get(copied..at).unwrap_or_default());
            out.extend_from_slice(MASK);
            at += needle.len();
            copied = at;
        } else {
            at += 1;
        }
    }
    if let Some(out) = &mut out {
        out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threat_2_a_secret_is_masked_in_every_usual_spelling() {
        let mut needles = Needles::default();
        needles.add("s3cr\"et/+", Some("bob"));
        let basic = base64::engine::general_purpose::STANDARD.encode("bob:s3cr\"et/+");
        for text in ["a s3cr\"et/+ b", r#"{"x":"s3cr\"et/+"}"#, "q=s3cr%22et%2F%2B", basic.as_str()] {
            let masked = String::from_utf8(needles.masked(text.as_bytes()).unwrap()).unwrap();
            assert!(masked.contains("***") && !masked.contains("s3cr"), "{masked}");
        }
        assert!(needles.masked(b"nothing here").is_none());
        assert_eq!(format!("{:?}", Secret::new("s3cret")), "Secret(***)");
    }
}
