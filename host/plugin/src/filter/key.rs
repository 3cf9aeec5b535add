//! `private-key/1`: of a private key only its first line comes through. What stands before and after it, such as a
//! certificate, stays.

const BEGIN: &[u8] = b"-----BEGIN ";
const KIND: &[u8] = b"PRIVATE KEY";
const PUTTY: &[u8] = b"PuTTY-User-Key-File-";

/// The bytes without the bodies of private keys; `None` when there are none.
pub(crate) fn without_private_keys(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.starts_with(PUTTY) {
        let end = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| end + 1);
        return Some(bytes.get(..end).unwrap_or_default().to_vec());
    }
    let mut out = Vec::new();
    let mut rest = bytes;
    let mut found = false;
    while let Some((start, end)) = next_header(rest) {
        found = true;
        let (header, after) = rest.split_at_checked(end)?;
        out.extend_from_slice(header.get(..start).unwrap_or_default());
        out.extend_from_slice(header.get(start..).unwrap_or_default());
        out.push(b'\n');
        rest = find(after, b"-----END ")
            .and_then(|at| {
                let tail = after.get(at..)?;
                let line = tail.iter().position(|byte| *byte == b'\n')?;
                tail.get(line + 1..)
            })
            .unwrap_or_default();
    }
    out.extend_from_slice(rest);
    found.then_some(out)
}

/// Where the next header of a private key begins and ends, both dashes included.
fn next_header(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut from = 0;
    loop {
        let start = from + find(bytes.get(from..)?, BEGIN)?;
        let label = bytes.get(start + BEGIN.len()..)?;
        let label = label.get(..label.len().min(64))?;
        let dashes = find(label, b"-----").unwrap_or(label.len());
        let label = label.get(..dashes)?;
        if find(label, KIND).is_some() {
            return Some((start, (start + BEGIN.len() + dashes + 5).min(bytes.len())));
        }
        from = start + BEGIN.len();
    }
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(without_private_keys(text.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap()).as_deref(), expected);
    }

    #[test]
    fn threat_2_of_a_private_key_only_the_header_comes_through() {
        check(
            "-----BEGIN OPENSSH PRIVATE KEY-----\nSECRET\n-----END OPENSSH PRIVATE KEY-----\n",
            Some("-----BEGIN OPENSSH PRIVATE KEY-----\n"),
        );
        check("-----BEGIN PRIVATE KEY-----\nSECRET", Some("-----BEGIN PRIVATE KEY-----\n"));
        check("-----BEGIN RSA PRIVATE KEY----- SECRET -----END RSA PRIVATE KEY-----", Some("-----BEGIN RSA PRIVATE KEY-----\n"));
        check("PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\nSECRET", Some("PuTTY-User-Key-File-3: ssh-ed25519\n"));
    }

    #[test]
    fn a_certificate_beside_a_key_stays() {
        let certificate = "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n";
        let key = "-----BEGIN EC PRIVATE KEY-----\nSECRET\n-----END EC PRIVATE KEY-----\n";
        check(
            &format!("{certificate}{key}{certificate}"),
            Some(&format!("{certificate}-----BEGIN EC PRIVATE KEY-----\n{certificate}")),
        );
        check(certificate, None);
        check("no key here", None);
    }
}
