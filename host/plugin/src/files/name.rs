//! Names of files as guests write them: absolute, every byte that is not UTF-8 and `%` itself written `%XX`.

use core::fmt;

use model::Fault;

use crate::answer::fault;

const MAX_PATH: usize = 4_096;

/// An absolute path without `.`, `..`, doubled slashes or NUL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GuestPath {
    text: String,
    bytes: Vec<u8>,
}

impl GuestPath {
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let shown = || text.chars().take(200).flat_map(char::escape_debug).collect::<String>();
        let invalid = |why: &str| fault("invalid", format!("`{}` {why}", shown()));
        if !text.starts_with('/') || text.len() > MAX_PATH {
            return Err(invalid("is not an absolute path of at most 4,096 bytes"));
        }
        let raw = unescaped(text).ok_or_else(|| invalid("has a `%` that two hexadecimal digits do not follow"))?;
        let parts: Vec<&[u8]> = raw.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).collect();
        if parts.iter().any(|part| *part == b"." || *part == b".." || part.contains(&0)) {
            return Err(invalid("has a part that is `.` or `..`, or a NUL"));
        }
        let mut bytes = Vec::with_capacity(raw.len());
        for part in &parts {
            bytes.push(b'/');
            bytes.extend_from_slice(part);
        }
        if bytes.is_empty() {
            bytes.push(b'/');
        }
        Ok(Self { text: escaped(&bytes), bytes })
    }

    /// In the one spelling that is matched against patterns.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The last part.
    pub(super) fn name(&self) -> &str {
        self.text.rsplit('/').next().unwrap_or_default()
    }
}

impl fmt::Display for GuestPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.text.chars().take(500).flat_map(char::escape_debug) {
            fmt::Write::write_char(f, c)?;
        }
        Ok(())
    }
}

/// The bytes as text: valid UTF-8 as it is, other bytes and `%` as `%XX`.
pub(super) fn escaped(bytes: &[u8]) -> String {
    use fmt::Write as _;
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(&chunk.valid().replace('%', "%25"));
        for byte in chunk.invalid() {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

fn unescaped(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        if *byte == b'%' {
            let (digits, after) = after.split_at_checked(2)?;
            if !digits.iter().all(u8::is_ascii_hexdigit) {
                return None;
            }
            bytes.push(u8::from_str_radix(core::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = after;
        } else {
            bytes.push(*byte);
            rest = after;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_name_survives_its_escaping(bytes: Vec<u8>) {
            prop_assert_eq!(unescaped(&escaped(&bytes)).unwrap(), bytes);
        }
    }

    #[test]
    fn a_path_has_one_spelling() {
        let path = GuestPath::parse("//etc///x%2Fy%41/").unwrap();
        assert_eq!((path.text(), path.name()), ("/etc/x/yA", "yA"));
        assert_eq!(GuestPath::parse("/").unwrap().bytes(), b"/");
        for text in ["", "etc", "/a/../b", "/a/./b", "/a/%2e%2e/b", "/a%0", "/a%zz", "/a%00b", "/a/.."] {
            assert!(GuestPath::parse(text).is_err(), "{text}");
        }
    }
}
