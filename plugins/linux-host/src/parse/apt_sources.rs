//! Where apt and dnf take packages from: sources.list, deb822 `.sources`, and `.repo` files.

/// One source: an address and a suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) line: u64,
    pub(crate) is_source_code: bool,
    pub(crate) is_enabled: bool,
    pub(crate) uri: String,
    pub(crate) suite: String,
    pub(crate) components: Vec<String>,
    pub(crate) is_trusted: bool,
    pub(crate) signed_by: Option<String>,
}

/// Lines such as `deb [signed-by=…] https://… suite main`, and the numbers of lines that have not that form.
pub(crate) fn one_line(text: &str) -> (Vec<Source>, Vec<u64>) {
    let mut sources = Vec::new();
    let mut bad = Vec::new();
    for (number, line) in super::settings::lines(text) {
        match source_line(line.split(" #").next().unwrap_or(line), number) {
            Some(source) => sources.push(source),
            None => bad.push(number),
        }
    }
    (sources, bad)
}

fn source_line(line: &str, number: u64) -> Option<Source> {
    let (word, rest) = line.split_once(char::is_whitespace)?;
    let is_source_code = match word {
        "deb" => false,
        "deb-src" => true,
        _ => return None,
    };
    let rest = rest.trim_start();
    let (options, rest) = match rest.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => ("", rest),
    };
    let option = |name: &str| {
        options
            .split_whitespace()
            .find_map(|option| option.split_once('=').filter(|(it, _)| it.eq_ignore_ascii_case(name)))
            .map(|(_, value)| value)
    };
    let mut words = rest.split_whitespace();
    Some(Source {
        line: number,
        is_source_code,
        is_enabled: true,
        uri: without_secret(words.next()?),
        suite: words.next()?.to_owned(),
        components: words.map(str::to_owned).collect(),
        is_trusted: option("trusted").is_some_and(super::settings::is_yes),
        signed_by: option("signed-by").map(str::to_owned),
    })
}

/// Paragraphs of `.sources`; each address with each suite is a source. Also the lines of paragraphs without an address.
pub(crate) fn paragraphs(text: &str) -> (Vec<Source>, Vec<u64>) {
    let mut sources = Vec::new();
    let mut bad = Vec::new();
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut start = 1;
    for (number, line) in (1..).zip(text.lines().chain([""])) {
        if line.starts_with('#') {
            continue;
        }
        if line.trim().is_empty() {
            if !fields.is_empty() && !add(&fields, start, &mut sources) {
                bad.push(start);
            }
            fields.clear();
            start = number + 1;
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push('\n');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    (sources, bad)
}

fn add(fields: &[(String, String)], line: u64, sources: &mut Vec<Source>) -> bool {
    let field = |name: &str| fields.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str());
    let words = |name: &str| field(name).unwrap_or_default().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let signed_by = field("signed-by").map(|value| {
        if value.contains("PGP PUBLIC KEY") { "a key in the file itself".to_owned() } else { value.trim().to_owned() }
    });
    let before = sources.len();
    for uri in words("uris") {
        for suite in words("suites") {
            for package_type in words("types") {
                sources.push(Source {
                    line,
                    is_source_code: package_type == "deb-src",
                    is_enabled: field("enabled").is_none_or(super::settings::is_yes),
                    uri: without_secret(&uri),
                    suite: suite.clone(),
                    components: words("components"),
                    is_trusted: field("trusted").is_some_and(super::settings::is_yes),
                    signed_by: signed_by.clone(),
                });
            }
        }
    }
    sources.len() > before
}

/// A repository of dnf or yum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repository {
    pub(crate) line: u64,
    pub(crate) id: String,
    pub(crate) uri: String,
    pub(crate) is_enabled: bool,
    /// `None`: as the main configuration says.
    pub(crate) is_checked: Option<bool>,
    pub(crate) key: Option<String>,
}

pub(crate) fn repositories(text: &str) -> Vec<Repository> {
    let mut repositories: Vec<Repository> = Vec::new();
    for (line, content) in super::settings::lines(text) {
        if let Some((id, _)) = content.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            let uri = String::new();
            repositories.push(Repository { line, id: id.trim().to_owned(), uri, is_enabled: true, is_checked: None, key: None });
        }
        let (Some(repository), Some((name, value))) = (repositories.last_mut(), content.split_once('=')) else { continue };
        let value = value.trim();
        match name.trim() {
            "baseurl" | "metalink" | "mirrorlist" if repository.uri.is_empty() => repository.uri = without_secret(value),
            "enabled" => repository.is_enabled = super::settings::is_yes(value),
            "gpgcheck" => repository.is_checked = Some(super::settings::is_yes(value)),
            "gpgkey" => repository.key = Some(value.to_owned()).filter(|key| !key.is_empty()),
            _ => {}
        }
    }
    repositories
}

/// An address without the user name and password that may stand in it.
fn without_secret(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once("://") else { return uri.to_owned() };
    let authority = rest.split('/').next().unwrap_or_default();
    let Some((_, host)) = authority.rsplit_once('@') else { return uri.to_owned() };
    format!("{scheme}://{host}{}", rest.get(authority.len()..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_options_are_read_and_secrets_left_out() {
        let (sources, bad) =
            one_line("deb [arch=amd64 trusted=yes] https://me:pw@pkg.example.com/x stable main extra\nrpm x\n# deb a b\n");
        assert_eq!(bad, [2]);
        assert_eq!(
            (sources[0].uri.as_str(), sources[0].is_trusted, sources[0].components.len()),
            ("https://pkg.example.com/x", true, 2)
        );
    }

    #[test]
    fn a_paragraph_gives_a_source_for_each_address_and_suite() {
        let (sources, bad) = paragraphs(
            "Types: deb\nURIs: https://a.example/ \nSuites: s s-security\nComponents: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n\nTypes: deb\n",
        );
        assert_eq!(sources.iter().map(|source| source.suite.as_str()).collect::<Vec<_>>(), ["s", "s-security"]);
        assert_eq!(sources[0].signed_by.as_deref(), Some("a key in the file itself"));
        assert_eq!(bad, [9]);
    }
}
