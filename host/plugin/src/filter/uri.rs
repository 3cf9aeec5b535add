//! `uri-credential/1`: users and passwords with which packages are fetched become `***`. They stand in addresses
//! (`https://user:password@host/`), in settings such as `password=`, and in apt's `auth.conf`.
//!
//! What it cannot take apart it hides rather than shows. The number of lines stays.

const MASK: &[u8] = b"***";

/// The settings of dnf and yum that hold a user or a password.
const SETTINGS: &[&[u8]] = &[b"username", b"password", b"proxy_username", b"proxy_password"];

/// The words of `auth.conf` after which a secret stands.
const SECRETS: &[&[u8]] = &[b"login", b"password", b"account"];

/// How a file may hold users and passwords beside those in its addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// In no other way.
    Addresses,
    /// In settings, as dnf and yum have them.
    Settings,
    /// In the form of apt's `auth.conf`.
    Logins,
}

/// The bytes without users and passwords; `None` when there are none.
pub(crate) fn without_credentials(bytes: &[u8], form: Form) -> Option<Vec<u8>> {
    let text = match form {
        Form::Addresses => addresses(bytes),
        Form::Settings => addresses(&settings(bytes)),
        Form::Logins => addresses(&logins(bytes)),
    };
    (text != bytes).then_some(text)
}

/// What stands before the host of every address is masked.
fn addresses(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut words = Words { bytes, end: 0, last_at: None };
    let mut from = 0;
    while let Some(sign) = bytes.get(from..).and_then(|rest| rest.windows(3).position(|window| window == b"://")) {
        let after = from + sign + 3;
        out.extend_from_slice(bytes.get(from..after).unwrap_or_default());
        from = after;
        if let Some(end) = words.user_end(after) {
            out.extend_from_slice(MASK);
            from = end;
        }
    }
    out.extend_from_slice(bytes.get(from..).unwrap_or_default());
    out
}

/// The words of a text, each looked through once however many addresses are in it.
struct Words<'a> {
    bytes: &'a [u8],
    /// Where the word ends that was looked at last.
    end: usize,
    /// Where the last `@` of that word stands.
    last_at: Option<usize>,
}

impl Words<'_> {
    /// Where the `@` stands that ends the user and password of an address that begins at `start`. A password in which `/`, `?`
    /// or `#` was not escaped is found too: a `:` that no port follows gives it away.
    fn user_end(&mut self, start: usize) -> Option<usize> {
        self.look(start);
        let word = self.bytes.get(start..self.end)?;
        let is_end = |byte: &u8| matches!(byte, b'/' | b'?' | b'#');
        let authority = word.get(..word.iter().position(is_end).unwrap_or(word.len()))?;
        if let Some(at) = authority.iter().rposition(|byte| *byte == b'@') {
            return Some(start + at);
        }
        let colon = authority.iter().position(|byte| *byte == b':')?;
        let is_port = authority.get(colon + 1..)?.iter().all(u8::is_ascii_digit);
        if is_port || authority.starts_with(b"[") { None } else { self.last_at.filter(|at| *at >= start) }
    }

    /// Finds the end of the word that goes on at `start`.
    fn look(&mut self, start: usize) {
        if start < self.end {
            return;
        }
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'<' | b'>');
        let rest = self.bytes.get(start..).unwrap_or_default();
        let word = rest.get(..rest.iter().position(is_end).unwrap_or(rest.len())).unwrap_or_default();
        self.end = start + word.len();
        self.last_at = word.iter().rposition(|byte| *byte == b'@').map(|at| start + at);
    }
}

/// The values of [`SETTINGS`] are masked, with the lines that go on with them.
fn settings(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut goes_on = false;
    for whole in bytes.split_inclusive(|byte| *byte == b'\n') {
        let line = whole.strip_suffix(b"\n").unwrap_or(whole);
        goes_on &= line.starts_with(b" ") || line.starts_with(b"\t");
        if goes_on {
            out.push(b' ');
            out.extend_from_slice(MASK);
        } else if let Some(name) = secret_name(line) {
            out.extend_from_slice(name);
            out.extend_from_slice(MASK);
            goes_on = true;
        } else {
            out.extend_from_slice(line);
        }
        if line.len() < whole.len() {
            out.push(b'\n');
        }
    }
    out
}

/// The name of a setting that holds a secret, with the sign that follows it; one that is commented out counts.
fn secret_name(line: &[u8]) -> Option<&[u8]> {
    let sign = line.iter().position(|byte| matches!(byte, b'=' | b':'))?;
    let name = line.get(..sign)?;
    let start = name.iter().position(|byte| !matches!(byte, b'#' | b';' | b' ' | b'\t'))?;
    let word = name.get(start..)?.trim_ascii();
    SETTINGS.iter().any(|setting| word.eq_ignore_ascii_case(setting)).then(|| line.get(..=sign))?
}

/// What the next word of `auth.conf` is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expects {
    Keyword,
    Machine,
    Secret,
    /// The rest of a secret in quotes.
    Quoted,
}

/// Of `auth.conf` only its keywords and the names of machines stay.
fn logins(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut expects = Expects::Keyword;
    let mut rest = bytes;
    while !rest.is_empty() {
        let (space, after) = split_where(rest, |byte| !byte.is_ascii_whitespace());
        out.extend_from_slice(space);
        if expects == Expects::Quoted && space.contains(&b'\n') {
            expects = Expects::Keyword;
        }
        let is_comment = expects == Expects::Keyword && after.starts_with(b"#");
        let (word, after) =
            if is_comment { split_where(after, |byte| *byte == b'\n') } else { split_where(after, u8::is_ascii_whitespace) };
        rest = after;
        if word.is_empty() {
            continue;
        }
        let is = |keywords: &[&[u8]]| keywords.iter().any(|keyword| word.eq_ignore_ascii_case(keyword));
        let closes = word.ends_with(b"\"");
        let (is_shown, next) = match expects {
            Expects::Keyword if is(&[b"machine"]) => (true, Expects::Machine),
            Expects::Keyword if is(SECRETS) => (true, Expects::Secret),
            Expects::Keyword => (is(&[b"default"]), Expects::Keyword),
            Expects::Machine => (true, Expects::Keyword),
            Expects::Secret if word.starts_with(b"\"") && (word.len() == 1 || !closes) => (false, Expects::Quoted),
            Expects::Quoted if !closes => (false, Expects::Quoted),
            Expects::Secret | Expects::Quoted => (false, Expects::Keyword),
        };
        expects = next;
        if is_comment {
            out.push(b'#');
        }
        out.extend_from_slice(if is_shown { word } else { MASK });
    }
    out
}

/// The bytes before the first such byte, and those from it on.
fn split_where(bytes: &[u8], is: impl Fn(&u8) -> bool) -> (&[u8], &[u8]) {
    let at = bytes.iter().position(is).unwrap_or(bytes.len());
    bytes.split_at_checked(at).unwrap_or((bytes, &[]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check_form(form: Form, text: &str, expected: &str) {
        let out = without_credentials(text.as_bytes(), form).unwrap_or_else(|| text.as_bytes().to_vec());
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    /// Seen not to end within 25 s when each looked through the line again.
    #[test]
    fn threat_4_a_line_of_addresses_is_gone_through_once() {
        let text = "://a:b".repeat(700_000);
        assert_eq!(without_credentials(text.as_bytes(), Form::Addresses), None);
        assert_eq!(without_credentials(format!("{text}@c").as_bytes(), Form::Addresses).unwrap(), b"://***@c");
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        check_form(Form::Addresses, text, expected);
        check_form(Form::Settings, text, expected);
    }

    #[track_caller]
    fn check_logins(text: &str, expected: &str) {
        check_form(Form::Logins, text, expected);
    }

    #[test]
    fn threat_2_the_user_and_password_of_an_address_do_not_come_through() {
        check("deb https://me:pw@host.example/x stable main\n", "deb https://***@host.example/x stable main\n");
        check("deb [arch=amd64] https://TOKEN@host/x s\n", "deb [arch=amd64] https://***@host/x s\n");
        check("https://TOKEN:x-oauth-basic@host", "https://***@host");
        check("Acquire::http::Proxy \"http://u:p;w@proxy:3128\";", "Acquire::http::Proxy \"http://***@proxy:3128\";");
        check("baseurl=https://a/1,https://u:p@b/2\n", "baseurl=https://a/1,https://***@b/2\n");
        check("mirror+https://u:p@@[::1]:80/x", "mirror+https://***@[::1]:80/x");
        check("# deb http://old:secret@host/ x", "# deb http://***@host/ x");
    }

    #[test]
    fn threat_2_a_password_that_was_not_escaped_does_not_come_through() {
        check("https://u:p/a?s#s@host/x y", "https://***@host/x y");
        check("https://u:1@p/a@host/x", "https://***@p/a@host/x");
    }

    #[test]
    fn an_address_without_a_user_stays() {
        for text in [
            "deb https://host:8443/a@b stable main",
            "https://[fe80::1]/a@b",
            "cdrom:[Debian]/ x main",
            "https://",
            "://@",
            "a@b.example",
            "gpgkey=file:///etc/pki/x",
        ] {
            let expected = text.replace("://@", "://***@");
            check(text, &expected);
        }
    }

    #[test]
    fn threat_2_the_password_of_a_setting_does_not_come_through() {
        let text = "[r]\nname=x\nusername = me\npassword=pw pw\n more\n\n more\nenabled=1\n";
        let expected = "[r]\nname=x\nusername =***\npassword=***\n ***\n\n more\nenabled=1\n";
        check_form(Form::Settings, text, expected);
        check_form(Form::Settings, "#Proxy_Password: pw\nproxy=http://p:80\n", "#Proxy_Password:***\nproxy=http://p:80\n");
        check_form(Form::Settings, "password_age=3\n", "password_age=3\n");
        // A script's variable is no setting, and what follows it must not be lost.
        check_form(Form::Addresses, "username=$USER\n  TMOUT=900\n", "username=$USER\n  TMOUT=900\n");
    }

    #[test]
    fn threat_2_of_apts_logins_only_keywords_and_machines_stay() {
        check_logins("machine host/x login me password pw\n", "machine host/x login *** password ***\n");
        check_logins("machine h\nlogin\nme\npassword\npw\n", "machine h\nlogin\n***\npassword\n***\n");
        check_logins(
            "machine a password machine password \"my machine pw\" login x\n",
            "machine a password *** password *** *** *** login ***\n",
        );
        check_logins("password \"open\nmachine b login c", "password ***\nmachine b login ***");
        check_logins("# machine pw\nstray\nmachine https://u:p@h/ login x", "#***\n***\nmachine https://***@h/ login ***");
        check_logins("password #pw\n", "password ***\n");
    }

    proptest! {
        #[test]
        fn any_bytes_keep_their_lines_and_are_filtered_but_once(bytes: Vec<u8>, form in form()) {
            let once = without_credentials(&bytes, form).unwrap_or_else(|| bytes.clone());
            let count = |bytes: &[u8]| bytes.split(|byte| *byte == b'\n').count();
            prop_assert_eq!(count(&once), count(&bytes));
            prop_assert_eq!(without_credentials(&once, form), None);
        }

        #[test]
        fn threat_2_no_password_survives(
            text in "[a-z =:/@\"#\n]{0,20}", user in "[a-z]{1,5}", password in "CANARY[!-~&&[^\"'<>]]{0,5}", form in form(),
        ) {
            let address = format!("{text} https://{user}:{password}@host/x\n");
            let out = without_credentials(address.as_bytes(), form).unwrap();
            let out = String::from_utf8_lossy(&out);
            prop_assert!(!out.contains("CANARY"), "{out}");
        }
    }

    fn form() -> impl Strategy<Value = Form> {
        prop_oneof![Just(Form::Addresses), Just(Form::Settings), Just(Form::Logins)]
    }
}
