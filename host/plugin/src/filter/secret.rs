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
pub(crate) struct Needles {
    /// Looked for as they are, the longest first.
    forms: Vec<Zeroizing<Vec<u8>>>,
    /// Looked for with any of their characters escaped, as JSON, a URL or HTML may.
    spelled: Vec<Zeroizing<Vec<u8>>>,
}

impl Needles {
    /// Adds a secret in all its usual spellings: as it is, in JSON, in a URL, in base64, also with a user before it.
    pub(crate) fn add(&mut self, secret: &str, user: Option<&str>) {
        let mut forms = vec![secret.to_owned(), json_form(secret)];
        forms.push(url::form_urlencoded::byte_serialize(secret.as_bytes()).collect());
        forms.extend(user.into_iter().flat_map(|user| in_base64(&format!("{user}:{secret}"))));
        forms.extend(in_base64(secret));
        self.add_forms(forms);
        let spelled = Zeroizing::new(secret.as_bytes().to_vec());
        if !spelled.is_empty() && !self.spelled.contains(&spelled) {
            self.spelled.push(spelled);
            self.spelled.sort_by_key(|form| core::cmp::Reverse(form.len()));
        }
    }

    /// Adds a secret as bytes in hexadecimal, `0a 1b`, as S3 shows what it was asked to sign.
    pub(crate) fn add_spelled_in_hex(&mut self, secret: &str) {
        self.add_forms(vec![secret.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")]);
    }

    fn add_forms(&mut self, forms: Vec<String>) {
        for form in forms {
            let form = Zeroizing::new(form.into_bytes());
            if !form.is_empty() && !self.forms.contains(&form) {
                self.forms.push(form);
            }
        }
        self.forms.sort_by_key(|form| core::cmp::Reverse(form.len()));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    /// The bytes with every secret masked; `None` when there is none in them.
    pub(crate) fn masked(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut out: Option<Vec<u8>> = None;
        for needle in &self.forms {
            let starts = |byte| needle.first() == Some(&byte);
            let found = |rest: &[u8]| rest.starts_with(needle).then_some(needle.len());
            out = replaced(out.as_deref().unwrap_or(bytes), starts, found).or(out);
        }
        for secret in &self.spelled {
            let starts = |byte| matches!(byte, b'\\' | b'%' | b'&' | b'+') || secret.first() == Some(&byte);
            out = replaced(out.as_deref().unwrap_or(bytes), starts, |rest| spelled(rest, secret)).or(out);
        }
        out
    }
}

/// A text in base64, alone and as a part of something longer: at each of the three places where it can begin.
fn in_base64(text: &str) -> Vec<String> {
    // Of something shorter, what is left would be found in anything.
    const SHORTEST: usize = 6;
    let mut forms = Vec::new();
    for engine in [base64::engine::general_purpose::STANDARD_NO_PAD, base64::engine::general_purpose::URL_SAFE_NO_PAD] {
        forms.push(engine.encode(text));
        for before in (0..3).filter(|_| text.len() >= SHORTEST) {
            let longer = Zeroizing::new([vec![0; before], text.as_bytes().to_vec()].concat());
            let encoded = engine.encode(&*longer);
            // Characters that hold bits of what stands beside it are left out.
            let (first, last) = ((before * 8).div_ceil(6), longer.len() * 8 / 6);
            forms.extend(encoded.get(first..last).map(str::to_owned));
        }
    }
    forms
}

/// How many bytes spell the secret, each of its characters as it is or escaped; `None` where it does not begin here.
fn spelled(bytes: &[u8], secret: &[u8]) -> Option<usize> {
    secret.iter().try_fold(0, |at, wanted| Some(at + character(bytes.get(at..)?, *wanted)?))
}

/// How many bytes spell this one character at the beginning of a text.
fn character(text: &[u8], wanted: u8) -> Option<usize> {
    let in_hex = |digits: Option<&[u8]>| {
        let digits = core::str::from_utf8(digits?).ok().filter(|it| it.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u32::from_str_radix(digits, 16).ok().filter(|code| *code == u32::from(wanted))
    };
    let escaped = match text {
        [b'\\', b'u', ..] => in_hex(text.get(2..6)).map(|_| 6),
        [b'\\', next, ..] if *next == wanted && !wanted.is_ascii_alphanumeric() => Some(2),
        [b'%', ..] => in_hex(text.get(1..3)).map(|_| 3),
        [b'+', ..] if wanted == b' ' => Some(1),
        [b'&', ..] => entity(text, wanted),
        _ => None,
    };
    escaped.or_else(|| (text.first() == Some(&wanted)).then_some(1))
}

/// How many bytes of an entity of HTML spell this character.
fn entity(text: &[u8], wanted: u8) -> Option<usize> {
    const LONGEST: usize = 10;
    let end = text.iter().take(LONGEST).position(|byte| *byte == b';')?;
    let name = core::str::from_utf8(text.get(1..end)?).ok()?;
    let code = match name {
        "amp" => u32::from(b'&'),
        "lt" => u32::from(b'<'),
        "gt" => u32::from(b'>'),
        "quot" => u32::from(b'"'),
        "apos" => u32::from(b'\''),
        _ => {
            let number = name.strip_prefix('#')?;
            match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            }
        }
    };
    (code == u32::from(wanted)).then_some(end + 1)
}

fn json_form(text: &str) -> String {
    let quoted = serde_json::Value::String(text.to_owned()).to_string();
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(&quoted).to_owned()
}

/// The bytes with a mask for all that is found: `found` says how long it is where something may start.
fn replaced(bytes: &[u8], starts: impl Fn(u8) -> bool, found: impl Fn(&[u8]) -> Option<usize>) -> Option<Vec<u8>> {
    let mut out: Option<Vec<u8>> = None;
    let (mut at, mut copied) = (0, 0);
    while let Some(step) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| starts(*byte))) {
        at += step;
        if let Some(length) = bytes.get(at..).and_then(&found) {
            let out = out.get_or_insert_with(|| Vec::with_capacity(bytes.len()));
            out.extend_from_slice(bytes.get(copied..at).unwrap_or_default());
            out.extend_from_slice(MASK);
            at += length;
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

    /// Seen to fail with the masks off.
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

    #[test]
    fn threat_2_the_text_of_a_panic_shows_no_secret() {
        let told = std::panic::catch_unwind(|| panic!("{:?}", (Secret::new("c4nary"), "and all"))).unwrap_err();
        let told = told.downcast::<String>().unwrap();
        assert!(told.contains("Secret(***)") && told.contains("and all") && !told.contains("c4nary"), "{told}");
    }

    /// Seen to fail with the masks and `spelled` off.
    #[test]
    fn threat_2_a_secret_is_masked_however_its_characters_are_escaped() {
        let mut needles = Needles::default();
        needles.add("s3cr\"et/+=&1", None);
        for text in [
            r#"{"x":"s3cr\"et\/+=&1"}"#,
            r#"{"x":"s3cr\u0022et\u002F\u002b\u003d\u00261"}"#,
            "q=s3cr%22et%2f%2b%3D%261",
            "s3cr&quot;et&#x2F;&#43;&#61;&amp;1",
            r"\u0073\u0033cr%22et\/+=&1",
        ] {
            let masked = String::from_utf8(needles.masked(text.as_bytes()).unwrap()).unwrap();
            assert!(masked.contains("***") && !masked.contains("et"), "{masked}");
        }
        let engine = base64::engine::general_purpose::STANDARD;
        for around in ["", "a", "ab", "abc", "Bearer "] {
            let encoded = engine.encode(format!("{around}s3cr\"et/+=&1{around}"));
            let masked = String::from_utf8(needles.masked(encoded.as_bytes()).unwrap()).unwrap();
            // What is left on either side is less than a character of it.
            assert!(masked.len() < around.len() * 2 * 4 / 3 + 3 + 8, "{encoded} {masked}");
        }
        for text in [r"s3cr\", "s3cr%", "s3cr%2", r"s3cr\u00", "s3cr&", "s3cr&#;", "s3cr&#x;", "s3cr&amp", "s3cr\\u+022et"] {
            assert!(needles.masked(text.as_bytes()).is_none(), "{text}");
        }
    }
}
