//! sudoers: who may run what as whom.

use std::collections::BTreeMap;

/// How deep aliases may stand in aliases.
const DEPTH: usize = 16;
/// How many names one list may come to, so that aliases of aliases cannot grow without end.
const NAMES: usize = 4_096;

/// What one file says, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Statement {
    /// `#include` or `@include`.
    Include(String),
    /// `#includedir` or `@includedir`.
    IncludeFolder(String),
    /// A name for a list.
    Alias { kind: AliasKind, name: String, list: Vec<String> },
    /// A setting; `bound` when it holds for some users, hosts, commands or runas only.
    Default { binding: Option<Binding>, settings: Vec<Setting> },
    /// Privileges of some users.
    Privileges(Vec<Privilege>),
}

/// What an alias stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum AliasKind {
    User,
    Runas,
    Host,
    Command,
}

/// For whom, as whom, for what or where Defaults hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binding {
    pub(crate) kind: AliasKind,
    pub(crate) list: Vec<String>,
}

/// One setting of Defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) name: String,
    pub(crate) is_negated: bool,
    pub(crate) value: Option<String>,
}

/// What some users may do, aliases not yet replaced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Privilege {
    pub(crate) users: Vec<String>,
    pub(crate) hosts: Vec<String>,
    pub(crate) runas_users: Vec<String>,
    pub(crate) runas_groups: Vec<String>,
    pub(crate) commands: Vec<String>,
    pub(crate) tags: Tags,
}

/// The tags in force for a command; `None` where no tag was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tags {
    pub(crate) nopasswd: Option<bool>,
    pub(crate) setenv: Option<bool>,
    pub(crate) noexec: Option<bool>,
}

/// The statements of a file with the number of their first line, and the numbers of lines that have not their form.
pub(crate) fn read(text: &str) -> (Vec<(u64, Statement)>, Vec<u64>) {
    let mut statements = Vec::new();
    let mut bad = Vec::new();
    for (number, line) in logical_lines(text) {
        match statement(&line) {
            Some(found) => statements.extend(found.into_iter().map(|statement| (number, statement))),
            None => bad.push(number),
        }
    }
    (statements, bad)
}

/// Lines with their continuations, without comments.
fn logical_lines(text: &str) -> Vec<(u64, String)> {
    let mut lines: Vec<(u64, String)> = Vec::new();
    let mut is_continued = false;
    for (number, line) in (1..).zip(text.lines()) {
        let (line, goes_on) = line.strip_suffix('\\').map_or((line, false), |line| (line, true));
        match lines.last_mut() {
            Some((_, last)) if is_continued => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => lines.push((number, line.trim().to_owned())),
        }
        is_continued = goes_on;
    }
    lines
        .into_iter()
        .map(|(number, line)| (number, without_comment(&line).trim().to_owned()))
        .filter(|(_, line)| !line.is_empty())
        .collect()
}

/// A `#` begins a comment, unless it begins a directive or a user's number, or is quoted or escaped.
fn without_comment(line: &str) -> &str {
    if line.starts_with("#include") {
        return line;
    }
    let mut before = ' ';
    let mut is_quoted = false;
    for (at, c) in line.char_indices() {
        match c {
            '"' if before != '\\' => is_quoted = !is_quoted,
            '#' if !is_quoted && before != '\\' => {
                let is_number = line.get(at + 1..).and_then(|rest| rest.chars().next()).is_some_and(|c| c.is_ascii_digit());
                if !is_number || !matches!(before, ' ' | '\t' | ',' | '(' | '!' | '%' | ':') || at == 0 && !line.contains('=') {
                    return line.get(..at).unwrap_or_default();
                }
            }
            _ => {}
        }
        before = c;
    }
    line
}

/// What a line states: one thing, or several aliases.
fn statement(line: &str) -> Option<Vec<Statement>> {
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let kind = match word {
        "#include" | "@include" => return (!rest.is_empty()).then(|| vec![Statement::Include(path(rest))]),
        "#includedir" | "@includedir" => return (!rest.is_empty()).then(|| vec![Statement::IncludeFolder(path(rest))]),
        "User_Alias" => AliasKind::User,
        "Runas_Alias" => AliasKind::Runas,
        "Host_Alias" => AliasKind::Host,
        "Cmnd_Alias" | "Cmd_Alias" => AliasKind::Command,
        _ if word.starts_with("Defaults") => {
            let (binding, rest) = binding(line.strip_prefix("Defaults")?)?;
            return Some(vec![Statement::Default { binding, settings: settings(rest) }]);
        }
        _ => return privileges(line).map(|privileges| vec![Statement::Privileges(privileges)]),
    };
    aliases(kind, rest)
}

/// What stands behind `Defaults`: `:users`, `>targets`, `!commands` or `@hosts`, and the settings.
fn binding(text: &str) -> Option<(Option<Binding>, &str)> {
    let kind = match text.chars().next() {
        None => return Some((None, "")),
        Some(c) if c.is_whitespace() => return Some((None, text.trim())),
        Some(':') => AliasKind::User,
        Some('>') => AliasKind::Runas,
        Some('!') => AliasKind::Command,
        Some('@') => AliasKind::Host,
        Some(_) => return None,
    };
    // The list ends at white space that no comma precedes or follows.
    let text = text.get(1..)?.trim_start();
    let end = text.char_indices().find(|(at, c)| {
        let (before, after) = text.split_at_checked(*at).unwrap_or((text, ""));
        c.is_whitespace() && !before.trim_end().ends_with([',', '\\']) && !after.trim_start().starts_with(',')
    });
    let (list, rest) = text.split_at_checked(end.map_or(text.len(), |(at, _)| at))?;
    Some((Some(Binding { kind, list: split(list, ',') }), rest.trim()))
}

/// `NAME = a, b : OTHER = c`. A colon that no name follows belongs to the list, as in an IPv6 address.
fn aliases(kind: AliasKind, text: &str) -> Option<Vec<Statement>> {
    let mut definitions: Vec<(String, String)> = Vec::new();
    for part in split(text, ':') {
        let named = part.split_once('=').filter(|(name, _)| is_alias_name(name.trim()));
        match (named, definitions.last_mut()) {
            (Some((name, list)), _) => definitions.push((name.trim().to_owned(), list.to_owned())),
            (None, Some((_, list))) => {
                list.push(':');
                list.push_str(&part);
            }
            (None, None) => return None,
        }
    }
    let statements = definitions.into_iter().map(|(name, list)| {
        let list = split(&list, ',');
        (!list.is_empty()).then_some(Statement::Alias { kind, name, list })
    });
    statements.collect::<Option<Vec<_>>>().filter(|statements| !statements.is_empty())
}

fn is_alias_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

fn path(text: &str) -> String {
    text.trim_matches('"').replace("\\ ", " ")
}

/// Parts between a separator that is neither quoted nor escaped nor in parentheses, trimmed, empty ones left out.
fn split(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before = ' ';
    let mut is_quoted = false;
    let mut depth = 0_u32;
    for c in text.chars() {
        match c {
            '"' if before != '\\' => is_quoted = !is_quoted,
            '(' if !is_quoted => depth += 1,
            ')' if !is_quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c == separator && before != '\\' && !is_quoted && depth == 0 {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(c);
        }
        before = if before == '\\' && c == '\\' { ' ' } else { c };
    }
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

fn settings(text: &str) -> Vec<Setting> {
    let setting = |text: &String| {
        let (is_negated, text) = text.strip_prefix('!').map_or((false, text.as_str()), |rest| (true, rest.trim_start()));
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let name = name.trim().trim_end_matches(['+', '-']).trim();
        Setting { name: name.to_owned(), is_negated, value: value.map(|value| value.trim().trim_matches('"').to_owned()) }
    };
    split(text, ',').iter().map(setting).collect()
}

/// `users hosts = (runas) TAG: command, … : hosts = …`.
fn privileges(line: &str) -> Option<Vec<Privilege>> {
    let (who, _) = line.split_once('=')?;
    let (users, first_hosts) = users_and_hosts(who)?;
    let mut privileges = Vec::new();
    let mut hosts = first_hosts;
    let mut rest = line.get(who.len() + 1..)?;
    loop {
        let (commands, next) = next_host_list(rest);
        privileges.extend(command_list(commands, &users, &hosts)?);
        let Some((next_hosts, after)) = next else { return Some(privileges) };
        hosts = split(next_hosts, ',');
        rest = after;
    }
}

/// The list of users ends at the first white space that no comma is beside.
fn users_and_hosts(text: &str) -> Option<(Vec<String>, Vec<String>)> {
    let text = text.trim();
    let mut before = ' ';
    let mut is_quoted = false;
    for (at, c) in text.char_indices() {
        if c == '"' && before != '\\' {
            is_quoted = !is_quoted;
        }
        if c.is_whitespace() && !is_quoted && before != '\\' {
            let (left, right) = text.split_at(at);
            if !left.trim_end().ends_with([',', '!']) && !right.trim_start().starts_with(',') {
                let (users, hosts) = (split(left, ','), split(right, ','));
                return (!users.is_empty() && !hosts.is_empty()).then_some((users, hosts));
            }
        }
        before = c;
    }
    None
}

/// What stands before ` : hosts =`, the hosts, and what follows.
fn next_host_list(text: &str) -> (&str, Option<(&str, &str)>) {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(':')).map(|at| from + at) {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
        let is_tag = before.rsplit([' ', ',', '=', ')', '\t', ':']).next().is_some_and(is_tag_word);
        let in_parentheses = before.matches('(').count() > before.matches(')').count();
        let next = after.split_once('=').filter(|(hosts, _)| !hosts.contains('/'));
        if let Some(next) = next.filter(|_| !is_tag && !in_parentheses && !before.ends_with('\\')) {
            return (before, Some(next));
        }
        from = at + 1;
    }
    (text, None)
}

fn is_tag_word(word: &str) -> bool {
    word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// Commands with the tags and the runas that hold for them; one privilege for each run of equal ones.
fn command_list(text: &str, users: &[String], hosts: &[String]) -> Option<Vec<Privilege>> {
    let mut privileges: Vec<Privilege> = Vec::new();
    let mut tags = Tags::default();
    let mut runas: (Vec<String>, Vec<String>) = (vec!["root".to_owned()], Vec::new());
    for part in split(text, ',') {
        let mut rest = part.as_str();
        if let Some((list, after)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            let (as_users, as_groups) = list.split_once(':').unwrap_or((list, ""));
            runas = (split(as_users, ','), split(as_groups, ','));
            if runas.0.is_empty() && runas.1.is_empty() {
                runas.0.push("root".to_owned());
            }
            rest = after.trim_start();
        }
        rest = take_tags(rest, &mut tags);
        if rest.is_empty() {
            return None;
        }
        match privileges.last_mut() {
            Some(last) if last.tags == tags && last.runas_users == runas.0 && last.runas_groups == runas.1 => {
                last.commands.push(rest.to_owned());
            }
            _ => privileges.push(Privilege {
                users: users.to_vec(),
                hosts: hosts.to_vec(),
                runas_users: runas.0.clone(),
                runas_groups: runas.1.clone(),
                commands: vec![rest.to_owned()],
                tags,
            }),
        }
    }
    (!privileges.is_empty()).then_some(privileges)
}

/// Takes `TAG:` and options such as `TIMEOUT=…` off the front of a command.
fn take_tags<'a>(text: &'a str, tags: &mut Tags) -> &'a str {
    let mut rest = text.trim_start();
    loop {
        let end = rest.find(|c: char| !c.is_ascii_uppercase() && c != '_').unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if let Some(after) = after.trim_start().strip_prefix(':').filter(|_| is_tag_word(word)) {
            match word {
                "NOPASSWD" => tags.nopasswd = Some(true),
                "PASSWD" => tags.nopasswd = Some(false),
                "SETENV" => tags.setenv = Some(true),
                "NOSETENV" => tags.setenv = Some(false),
                "NOEXEC" => tags.noexec = Some(true),
                "EXEC" => tags.noexec = Some(false),
                _ => {}
            }
            rest = after.trim_start();
        } else if let Some(after) = after.strip_prefix('=').filter(|_| is_tag_word(word) || word == "CWD") {
            rest = after.split_once(char::is_whitespace).map_or("", |(_, after)| after).trim_start();
        } else {
            return rest;
        }
    }
}

/// Every alias of all files.
pub(crate) type Aliases = BTreeMap<(AliasKind, String), Vec<String>>;

/// A list with its aliases replaced; `!` before an alias turns each of its names round.
pub(crate) fn expanded(list: &[String], kind: AliasKind, aliases: &Aliases) -> Vec<String> {
    let mut names = Vec::new();
    expand(list, kind, aliases, false, DEPTH, &mut names);
    names
}

fn expand(list: &[String], kind: AliasKind, aliases: &Aliases, is_negated: bool, depth: usize, names: &mut Vec<String>) {
    for item in list {
        let bare = item.trim_start_matches(['!', ' ']);
        let turns = item.chars().take_while(|c| matches!(c, '!' | ' ')).filter(|c| *c == '!').count();
        let is_negated = is_negated ^ (turns % 2 == 1);
        let alias = aliases.get(&(kind, bare.to_owned())).filter(|_| depth > 0);
        match alias {
            Some(list) => expand(list, kind, aliases, is_negated, depth - 1, names),
            None if names.len() < NAMES => {
                let name = bare.trim_matches('"');
                names.push(if is_negated { format!("!{name}") } else { name.to_owned() });
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn privileges_of(text: &str) -> Vec<Privilege> {
        let (statements, bad) = read(text);
        assert_eq!(bad, [] as [u64; 0], "{text}");
        statements
            .into_iter()
            .flat_map(|(_, statement)| if let Statement::Privileges(list) = statement { list } else { vec![] })
            .collect()
    }

    #[test]
    fn the_usual_lines_are_read() {
        let list = privileges_of("root ALL=(ALL:ALL) ALL\n%sudo\tALL=(ALL:ALL) NOPASSWD:ALL\n");
        assert_eq!((list[0].users[0].as_str(), list[0].commands[0].as_str()), ("root", "ALL"));
        assert_eq!((list[1].tags.nopasswd, list[1].runas_groups[0].as_str()), (Some(true), "ALL"));
    }

    #[test]
    fn tags_hold_until_another_and_part_a_line() {
        let list = privileges_of("a, b web1 , web2 = (www) NOPASSWD: /bin/x *, NOEXEC: /bin/y, PASSWD: !/bin/z : db = /bin/q");
        assert_eq!(list.len(), 4);
        assert_eq!((list[0].users.len(), list[0].hosts.len(), list[0].commands[0].as_str()), (2, 2, "/bin/x *"));
        assert_eq!((list[1].tags.nopasswd, list[1].tags.noexec), (Some(true), Some(true)));
        assert_eq!(list[2].tags.nopasswd, Some(false));
        assert_eq!((list[3].hosts[0].as_str(), list[3].runas_users[0].as_str()), ("db", "root"));
    }

    #[test]
    fn continuations_comments_and_numbers_are_told_apart() {
        let list = privileges_of("# note\n#1000 ALL = \\\n  /bin/a # more\n\"%my group\" ALL=ALL\nmy\\ name ALL=ALL\n");
        assert_eq!((list[0].users[0].as_str(), list[0].commands[0].as_str()), ("#1000", "/bin/a"));
        assert_eq!(list.len(), 3);
    }

    #[test]
    fn includes_defaults_and_aliases_are_read_and_nonsense_is_named() {
        let (statements, bad) = read(
            "@includedir /etc/sudoers.d\n#include /etc/sudoers.local\nDefaults use_pty, !visiblepw, timestamp_timeout=5\nDefaults:bob !authenticate\nUser_Alias ADMINS = alice, !bob\nnonsense\n",
        );
        assert_eq!(bad, [6]);
        assert!(matches!(&statements[0].1, Statement::IncludeFolder(path) if path == "/etc/sudoers.d"));
        assert!(matches!(&statements[1].1, Statement::Include(path) if path == "/etc/sudoers.local"));
        let Statement::Default { settings, binding: None } = &statements[2].1 else { panic!("settings") };
        assert_eq!((settings[1].is_negated, settings[2].value.as_deref()), (true, Some("5")));
    }

    #[test]
    fn defaults_may_be_bound() {
        let bound = |line: &str| match &read(line).0[0].1 {
            Statement::Default { binding: Some(Binding { kind, list }), settings } => (*kind, list.join("+"), settings.len()),
            other => panic!("{other:?}"),
        };
        assert_eq!(bound("Defaults:bob !authenticate\n"), (AliasKind::User, "bob".to_owned(), 1));
        assert_eq!(bound("Defaults: bob , %dba,x a, !b\n"), (AliasKind::User, "bob+%dba+x".to_owned(), 2));
        assert_eq!(bound("Defaults!/bin/sh,SHELLS noexec\n"), (AliasKind::Command, "/bin/sh+SHELLS".to_owned(), 1));
        assert_eq!(bound("Defaults>root x\n").0, AliasKind::Runas);
        assert_eq!(bound("Defaults@web x\n").0, AliasKind::Host);
        assert_eq!(read("Defaultsx y\n").1, [1]);
    }

    #[test]
    fn a_line_may_name_several_aliases_and_addresses_with_colons() {
        let (statements, bad) = read("Host_Alias A = fe80::1, web : B = db\nUser_Alias = x\n");
        assert_eq!(bad, [2]);
        let alias = |name: &str, list: &[&str]| Statement::Alias {
            kind: AliasKind::Host,
            name: name.to_owned(),
            list: list.iter().map(|it| (*it).to_owned()).collect(),
        };
        assert_eq!(statements[1].1, alias("B", &["db"]));
        assert!(matches!(&statements[0].1, Statement::Alias { list, .. } if list.len() == 2));
    }

    #[test]
    fn aliases_of_aliases_end_even_in_a_circle() {
        let mut aliases = Aliases::new();
        aliases.insert((AliasKind::User, "A".to_owned()), vec!["B".to_owned(), "x".to_owned()]);
        aliases.insert((AliasKind::User, "B".to_owned()), vec!["A".to_owned(), "!y".to_owned()]);
        let names = expanded(&["!A".to_owned()], AliasKind::User, &aliases);
        assert!(names.contains(&"!x".to_owned()) && names.contains(&"y".to_owned()));
        assert!(names.len() < 100);
    }
}
