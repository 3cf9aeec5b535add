//! PAM's stacks.

/// A line of a PAM file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// A module.
    Module(Module),
    /// Another file whose lines of this type stand here; `None` for all types.
    Include {
        /// The type, such as `auth`.
        of: Option<String>,
        /// The name of the file.
        file: String,
    },
}

/// A module of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Module {
    /// `auth`, `account`, `password` or `session`.
    pub(crate) of: String,
    pub(crate) control: String,
    /// Without path and ending, such as `pam_unix`.
    pub(crate) name: String,
    pub(crate) arguments: Vec<String>,
}

/// The lines of a file, those that a backslash continues put together.
pub(crate) fn lines(text: &str) -> Vec<Line> {
    let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
    super::settings::lines(&joined).filter_map(|(_, text)| line(text.split('#').next().unwrap_or_default())).collect()
}

fn line(text: &str) -> Option<Line> {
    let (first, rest) = text.split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    if first == "@include" {
        return Some(Line::Include { of: None, file: rest.split_whitespace().next()?.to_owned() });
    }
    let of = first.trim_start_matches('-').to_ascii_lowercase();
    let (control, rest) = match rest.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => rest.split_once(char::is_whitespace)?,
    };
    let mut words = rest.split_whitespace();
    let target = words.next()?;
    if matches!(control, "include" | "substack") {
        return Some(Line::Include { of: Some(of), file: target.rsplit('/').next()?.to_owned() });
    }
    let name = target.rsplit('/').next()?.trim_end_matches(".so").to_owned();
    Some(Line::Module(Module { of, control: control.trim().to_owned(), name, arguments: words.map(str::to_owned).collect() }))
}

impl Module {
    /// Whether an argument stands alone.
    pub(crate) fn has(&self, argument: &str) -> bool {
        self.arguments.iter().any(|it| it == argument)
    }

    /// The value of an argument `name=value`; the last holds.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.arguments.iter().rev().find_map(|it| it.strip_prefix(name)?.strip_prefix('='))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_controls_and_includes_are_read() {
        let text = "@include common-auth\n-session optional pam_systemd.so\nauth [success=1 default=ignore] pam_unix.so nullok \\\n try_first_pass\n\
            auth substack password-auth\npassword requisite /lib/security/pam_pwquality.so retry=3 minlen=14 # c\nnonsense\n";
        let lines = lines(text);
        assert_eq!(lines[0], Line::Include { of: None, file: "common-auth".to_owned() });
        assert_eq!(lines[3], Line::Include { of: Some("auth".to_owned()), file: "password-auth".to_owned() });
        let Line::Module(unix) = &lines[2] else { panic!("a module") };
        assert!(unix.has("nullok") && unix.has("try_first_pass") && unix.control == "success=1 default=ignore");
        let Line::Module(quality) = &lines[4] else { panic!("a module") };
        assert_eq!((quality.name.as_str(), quality.value("minlen")), ("pam_pwquality", Some("14")));
        assert_eq!(lines.len(), 5);
    }
}
