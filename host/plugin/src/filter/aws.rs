//! `aws-keys/1`: keys that an API of AWS hands out, in XML or JSON, are taken out of its answer.
//!
//! Takes bytes and gives bytes. Looks for the names of what is never evidence and replaces what stands there.

const MASK: &[u8] = b"***";

/// What AWS calls the secret parts of keys.
const NAMES: &[&[u8]] = &[b"SecretAccessKey", b"secretAccessKey", b"SessionToken", b"sessionToken"];

/// The bytes with every key masked; `None` when there is none in them.
pub(crate) fn without_keys(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let (mut at, mut copied) = (0, 0);
    while let Some((name_end, rest)) = next_name(bytes, at) {
        at = name_end;
        let Some((start, closing)) = value_after(rest) else { continue };
        let start = name_end + start;
        let tail = bytes.get(start..).unwrap_or_default();
        let end = start + end_of_value(tail, closing);
        if end > start {
            out.extend_from_slice(bytes.get(copied..start).unwrap_or_default());
            out.extend_from_slice(MASK);
            copied = end;
        }
        at = end;
    }
    if copied == 0 {
        return None;
    }
    out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
    Some(out)
}

/// Where the next name ends, and what follows it.
fn next_name(bytes: &[u8], from: usize) -> Option<(usize, &[u8])> {
    let mut at = from;
    loop {
        let tail = bytes.get(at..)?;
        let start = tail.iter().position(|byte| matches!(byte, b'S' | b's'))?;
        let here = tail.get(start..)?;
        if let Some(rest) = NAMES.iter().find_map(|name| here.strip_prefix(*name)) {
            return Some((bytes.len() - rest.len(), rest));
        }
        at += start + 1;
    }
}

/// Where the value begins that follows a name, and what it ends with: an element's text, or a JSON string.
fn value_after(rest: &[u8]) -> Option<(usize, u8)> {
    let mut bytes = rest.iter().enumerate();
    match bytes.next()?.1 {
        b'>' => Some((1, b'<')),
        b'"' => {
            let mut after_space = bytes.filter(|(_, byte)| !byte.is_ascii_whitespace());
            let is_field = after_space.next()?.1 == &b':';
            let (quote, byte) = after_space.next()?;
            (is_field && *byte == b'"').then_some((quote + 1, b'"'))
        }
        _ => None,
    }
}

fn end_of_value(tail: &[u8], closing: u8) -> usize {
    let mut is_escaped = false;
    for (at, byte) in tail.iter().enumerate() {
        if *byte == closing && !is_escaped {
            return at;
        }
        is_escaped = closing == b'"' && *byte == b'\\' && !is_escaped;
    }
    tail.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let found = without_keys(text.as_bytes()).map(|it| String::from_utf8(it).unwrap());
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn threat_2_keys_that_an_api_hands_out_are_masked_in_every_form() {
        check(
            "<C><AccessKeyId>A</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken></C>",
            Some("<C><AccessKeyId>A</AccessKeyId><SecretAccessKey>***</SecretAccessKey><SessionToken>***</SessionToken></C>"),
        );
        check(r#"{"SecretAccessKey" : "s\"\\","x":1}"#, Some(r#"{"SecretAccessKey" : "***","x":1}"#));
        check(r#"{"sessionToken":"cut"#, Some(r#"{"sessionToken":"***"#));
        check("<SecretAccessKey>cut", Some("<SecretAccessKey>***"));
    }

    #[test]
    fn what_only_mentions_a_key_stays() {
        check("the SecretAccessKey is not here", None);
        check("<SecretAccessKey/><SecretAccessKey></SecretAccessKey>", None);
        check(r#"{"SecretAccessKey":null,"a":"SessionToken"}"#, None);
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_filtered(bytes: Vec<u8>, before in "[<\":> \\\\a]*", after in "[<\":> \\\\a]*") {
            let text = [before.as_bytes(), b"SecretAccessKey", after.as_bytes(), &bytes].concat();
            let _ = without_keys(&text);
        }
    }
}
