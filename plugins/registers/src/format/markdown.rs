//! Policies as Markdown: front matter in YAML (between `---`) or TOML (between `+++`), then the text. One file is one policy.

use std::fmt::Write as _;

use engine_sdk::Fault;
use sha2::{Digest, Sha256};
use toml::de::{DeTable, DeValue};

use super::Fields;
use super::entries::{Entry, give};
use crate::cell::Cell;
use crate::columns::{heading_key, names_of};
use crate::document::{Document, text_of};
use crate::rows::{Place, Rows};

/// How large a file may be.
const MOST: u64 = 4 * 1024 * 1024;

/// A file of a folder of policies, and what it says of its policy, or what is wrong with it.
pub(crate) type Policy<'a> = (Document<'a>, Result<Fields, String>);

/// Gives the policies of a folder, one a file.
///
/// # Errors
/// The host's fault; a file that is wrong goes to [`Rows::wrong`].
pub(crate) fn policies(policies: &[Policy<'_>], folder: &str, rows: &mut dyn Rows) -> Result<(), Fault> {
    let all = || {
        policies.iter().map(|(document, fields)| {
            Ok(Entry { document, place: Place::Line(1), range: 0..document.size(), fields: fields.clone() })
        })
    };
    give(all, folder, rows)
}

/// What a file says of its policy: its front matter, and what follows from name and text where that says nothing.
pub(crate) fn policy(document: &Document<'_>) -> Result<Fields, String> {
    let bytes = document.whole(MOST).map_err(|fault| fault.message)?;
    let text = text_of(&bytes, document.encoding(), document.name()).map_err(|fault| fault.message)?;
    let (front, body) = parts(&text)?;
    if body.trim().is_empty() {
        return Err("has no text beneath its front matter: a policy is its text".to_owned());
    }
    let mut fields = front;
    let has = |fields: &[(String, Cell)], field: &str| {
        let names = names_of(field);
        fields.iter().any(|(name, cell)| !cell.is_empty() && names.contains(&heading_key(name)))
    };
    for (field, value) in [("document", Some(document.stem())), ("title", title(body)), ("location", Some(document.name()))] {
        if let Some(value) = value.filter(|_| !has(&fields, field)) {
            fields.retain(|(name, _)| heading_key(name) != field);
            fields.push((field.to_owned(), Cell::text(value)));
        }
    }
    // What is counted is never taken from the front matter.
    fields.retain(|(name, _)| !matches!(heading_key(name).as_str(), "word_count" | "words" | "text_digest"));
    fields.push(("word_count".to_owned(), Cell::Text(word_count(body).to_string())));
    fields.push(("text_digest".to_owned(), Cell::Text(digest(body))));
    Ok(fields)
}

/// The values of the front matter, and the text beneath it.
fn parts(text: &str) -> Result<(Fields, &str), String> {
    let mut lines = text.split_inclusive('\n');
    let fence = lines.next().unwrap_or_default();
    let (mark, is_toml) = match fence.trim_end() {
        "---" => ("---", false),
        "+++" => ("+++", true),
        _ => return Err("has no front matter: its first line is `---` for YAML or `+++` for TOML".to_owned()),
    };
    let mut end = fence.len();
    for line in lines {
        if line.trim_end() == mark {
            let front = text.get(fence.len()..end).unwrap_or_default();
            let body = text.get(end + line.len()..).unwrap_or_default();
            let fields = if is_toml { of_toml(front) } else { super::yaml::front_matter(front) };
            return Ok((fields.map_err(|why| format!("its front matter {why}"))?, body));
        }
        end += line.len();
    }
    Err(format!("its front matter does not end: a line `{mark}` is missing"))
}

fn of_toml(text: &str) -> Result<Fields, String> {
    let table = DeTable::parse(text).map_err(|error| format!("cannot be read: {}", crate::settings::plain(text, &error)))?;
    super::toml::fields(&DeValue::Table(table.into_inner()))
}

/// The first heading of a text.
fn title(body: &str) -> Option<&str> {
    body.lines().find_map(|line| line.strip_prefix("# ")).map(str::trim)
}

/// How many words a text has besides its headings.
fn word_count(body: &str) -> usize {
    let lines = body.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.flat_map(str::split_whitespace).filter(|word| word.contains(char::is_alphanumeric)).count()
}

/// The SHA-256 of a text, whatever ends its lines and stands around it.
fn digest(body: &str) -> String {
    let plain = body.replace("\r\n", "\n");
    let mut shown = String::with_capacity(64);
    for byte in Sha256::digest(plain.trim().as_bytes()) {
        let _ = write!(shown, "{byte:02x}");
    }
    shown
}

#[cfg(test)]
mod tests {
    use engine_sdk::Run;
    use engine_sdk::testing::Recorded;

    use super::*;
    use crate::rows::tests::Noted;

    fn noted(files: &[(&str, &str)]) -> Noted {
        let host = files.iter().fold(Recorded::new(), |host, (path, text)| host.file(path, *text));
        let run = Run::new(&host).unwrap();
        let open = |path: &str| Document::open(&run, path).unwrap();
        let all: Vec<_> = files.iter().map(|(path, _)| (open(path), policy(&open(path)))).collect();
        let mut noted = Noted::default();
        policies(&all, "policies", &mut noted).unwrap();
        noted
    }

    #[test]
    fn front_matter_name_and_text_say_what_a_policy_is() {
        let yaml =
            "---\nTitle: Access\nowner: ada@example.com\napproved: 2026-01-15\nword_count: 7\n---\n# Other\n\nTwo words.\n";
        let toml = "+++\ndocument = \"beta\"\napproved_at = 2026-01-15\n+++\r\n# Beta **rules**\r\n\r\nFour words - of text\r\n";
        let noted = noted(&[("/policies/access-control.md", yaml), ("/policies/b.md", toml)]);
        assert_eq!(
            noted.headings,
            ["Title", "owner", "approved", "document", "location", "word_count", "text_digest", "approved_at", "title"]
        );
        let lines = noted.lines();
        assert!(
            lines[0].starts_with("Access|ada@example.com|2026-01-15|access-control|policies/access-control.md|2|"),
            "{lines:?}"
        );
        assert!(lines[1].contains("beta|policies/b.md|4|") && lines[1].ends_with("|Beta **rules**"), "{lines:?}");
        assert_eq!(digest("\r\nFour words\r\n\r\nx\r\n"), digest("Four words\n\nx"));
    }

    #[test]
    fn a_file_that_is_no_policy_is_wrong_and_the_others_are_read() {
        let noted = noted(&[
            ("/p/a.md", "# No front matter\n"),
            ("/p/b.md", "---\ntitle: x\n"),
            ("/p/c.md", "---\ntitle: x\n---\n \n"),
            ("/p/d.md", "---\n- x\n---\ntext\n"),
            ("/p/e.md", "+++\nx = \n+++\ntext\n"),
            ("/p/f.md", "---\ntitle: x\n---\ntext\n"),
        ]);
        let reasons: Vec<_> = noted.wrong.iter().map(|it| it.trim_start_matches("line 1: ")).collect();
        assert_eq!(noted.rows.len(), 1);
        for (reason, part) in reasons.iter().zip(["no front matter", "does not end", "no text", "no table", "cannot be read"]) {
            assert!(reason.contains(part), "{reason}");
        }
    }
}
