//! `engine.toml` as it is written: names and values with their places in the file. Says nothing of whether they make sense.

use toml::Spanned;
use toml::de::DeTable;

use super::problem::{Problems, Sort};
use super::table::Table;

/// Members with names that the operator chose, in the order of the names.
type Named<T> = Vec<(Spanned<String>, T)>;

/// The whole file.
#[derive(Debug, Default)]
pub(super) struct ConfigFile {
    pub(super) store: Option<String>,
    pub(super) threads: Option<Spanned<i64>>,
    pub(super) collectors_at_once: Option<Spanned<i64>>,
    pub(super) rules: Vec<Spanned<String>>,
    pub(super) controls: Vec<Spanned<String>>,
    pub(super) kinds: Vec<Spanned<String>>,
    pub(super) frameworks: Option<Vec<Spanned<String>>>,
    pub(super) framework: Named<FrameworkFile>,
    pub(super) collector: Named<CollectorFile>,
    pub(super) rule: Named<RuleFile>,
    pub(super) control: Named<ControlFile>,
    pub(super) retired: Vec<RetiredFile>,
    pub(super) carve_out: Vec<CarveOutFile>,
}

/// `[framework.soc2]`
#[derive(Debug)]
pub(super) struct FrameworkFile {
    pub(super) categories: Vec<Spanned<String>>,
}

/// `[collector.NAME]`
#[derive(Debug)]
pub(super) struct CollectorFile {
    /// There must be one.
    pub(super) plugin: Option<Spanned<String>>,
    pub(super) config: Named<Spanned<toml::Value>>,
    pub(super) kinds: Vec<Spanned<String>>,
    pub(super) scopes: Vec<Spanned<String>>,
    pub(super) grant: GrantFile,
    /// `[collector.NAME.limits]`: durations such as `30s`, sizes such as `128MiB`, counts.
    pub(super) limits: Named<Spanned<toml::Value>>,
    /// Reads files beneath this folder instead of `/`: a recorded tree, or a mounted disk.
    pub(super) files_root: Option<String>,
}

/// `[collector.NAME.grant]`
#[derive(Debug, Default)]
pub(super) struct GrantFile {
    pub(super) files: Vec<Spanned<String>>,
    pub(super) hosts: Vec<Spanned<String>>,
    pub(super) networks: Vec<Spanned<String>>,
    pub(super) plain_http: Vec<Spanned<String>>,
    pub(super) credentials: Named<CredentialFile>,
}

/// `[collector.NAME.grant.credentials.CREDENTIAL]`
#[derive(Debug)]
pub(super) struct CredentialFile {
    pub(super) hosts: Vec<Spanned<String>>,
    /// There must be one.
    pub(super) kind: Option<Spanned<String>>,
    pub(super) env: Option<String>,
    pub(super) file: Option<String>,
    pub(super) user: Option<String>,
    pub(super) name: Option<String>,
    pub(super) access_key_id_env: Option<Spanned<String>>,
    pub(super) secret_access_key_env: Option<Spanned<String>>,
    pub(super) session_token_env: Option<Spanned<String>>,
    pub(super) profile: Option<Spanned<String>>,
    pub(super) account: Option<Spanned<String>>,
    /// One role, or a list of them.
    pub(super) assume_role: Option<Spanned<toml::Value>>,
    pub(super) external_id: Option<Spanned<String>>,
    pub(super) session_name: Option<Spanned<String>>,
    pub(super) region: Option<Spanned<String>>,
    pub(super) sts_endpoint: Option<Spanned<String>>,
}

/// `[rule."identity/access-key-rotation"]`
#[derive(Debug)]
pub(super) struct RuleFile {
    pub(super) parameters: Named<Spanned<toml::Value>>,
    pub(super) enabled: Option<bool>,
    pub(super) replaced_by: Option<Spanned<String>>,
}

/// `[control."access/mfa"]`
#[derive(Debug)]
pub(super) struct ControlFile {
    pub(super) owner: Option<String>,
    pub(super) enabled: Option<bool>,
    pub(super) within: Option<Spanned<String>>,
}

/// `[[retired]]`: a scope that is no longer expected.
#[derive(Debug)]
pub(super) struct RetiredFile {
    /// There must be one.
    pub(super) collector: Option<Spanned<String>>,
    pub(super) kind: Option<Spanned<String>>,
    pub(super) scope: Option<Spanned<String>>,
}

/// `[[carve_out]]`: what a subservice organisation answers for.
#[derive(Debug)]
pub(super) struct CarveOutFile {
    /// There must be one.
    pub(super) organisation: Option<Spanned<String>>,
    /// There must be some.
    pub(super) requirements: Option<Spanned<Vec<Spanned<String>>>>,
    pub(super) report_types: Option<Vec<Spanned<String>>>,
    pub(super) current_for: Option<Spanned<String>>,
    pub(super) bridge: Option<Spanned<String>>,
}

impl ConfigFile {
    /// Reads the text; what is not TOML gives nothing but the problems with that.
    pub(super) fn read(text: &str, problems: &mut Problems) -> Option<Self> {
        let (root, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            for error in errors {
                let help = "the file is not TOML there, so nothing of it was read; `engine init` writes one with every setting";
                problems.note(Sort::Syntax, error.span().unwrap_or(0..0), error.message(), help);
            }
            return None;
        }
        let mut table = Table::whole(root.get_ref());
        let read = Self {
            store: plain(table.text("store", problems)),
            threads: table.number("threads", problems),
            collectors_at_once: table.number("collectors_at_once", problems),
            rules: list(&mut table, "rules", problems),
            controls: list(&mut table, "controls", problems),
            kinds: list(&mut table, "kinds", problems),
            frameworks: table.texts("frameworks", problems).map(Spanned::into_inner),
            framework: named(table.sections("framework", problems), problems, FrameworkFile::read),
            collector: named(table.sections("collector", problems), problems, CollectorFile::read),
            rule: named(table.sections("rule", problems), problems, RuleFile::read),
            control: named(table.sections("control", problems), problems, ControlFile::read),
            retired: table.repeated("retired", problems).into_iter().map(|it| RetiredFile::read(it, problems)).collect(),
            carve_out: table.repeated("carve_out", problems).into_iter().map(|it| CarveOutFile::read(it, problems)).collect(),
        };
        table.finish(problems);
        Some(read)
    }
}

fn plain<T>(written: Option<Spanned<T>>) -> Option<T> {
    written.map(Spanned::into_inner)
}

fn list(table: &mut Table<'_>, name: &'static str, problems: &mut Problems) -> Vec<Spanned<String>> {
    plain(table.texts(name, problems)).unwrap_or_default()
}

fn named<'a, T>(sections: Named<Table<'a>>, problems: &mut Problems, read: impl Fn(Table<'a>, &mut Problems) -> T) -> Named<T> {
    sections.into_iter().map(|(name, table)| (name, read(table, problems))).collect()
}

impl FrameworkFile {
    fn read(mut table: Table<'_>, problems: &mut Problems) -> Self {
        let read = Self { categories: list(&mut table, "categories", problems) };
        table.finish(problems);
        read
    }
}

impl CollectorFile {
    fn read(mut table: Table<'_>, problems: &mut Problems) -> Self {
        table.require("plugin", "add `plugin = \"bundled:NAME\"`, or the path of a component there", problems);
        let read = Self {
            plugin: table.text("plugin", problems),
            config: table.values("config", problems),
            kinds: list(&mut table, "kinds", problems),
            scopes: list(&mut table, "scopes", problems),
            grant: table.section("grant", problems).map(|it| GrantFile::read(it, problems)).unwrap_or_default(),
            limits: table.values("limits", problems),
            files_root: plain(table.text("files_root", problems)),
        };
        table.finish(problems);
        read
    }
}

impl GrantFile {
    fn read(mut table: Table<'_>, problems: &mut Problems) -> Self {
        let read = Self {
            files: list(&mut table, "files", problems),
            hosts: list(&mut table, "hosts", problems),
            networks: list(&mut table, "networks", problems),
            plain_http: list(&mut table, "plain_http", problems),
            credentials: named(table.sections("credentials", problems), problems, CredentialFile::read),
        };
        table.finish(problems);
        read
    }
}

impl CredentialFile {
    fn read(mut table: Table<'_>, problems: &mut Problems) -> Self {
        table.require("hosts", "add `hosts = [\"…\"]`: the only hosts that may ever receive it", problems);
        table.require("kind", "add `kind = \"bearer\"`, or \"basic\", \"header\" or \"aws\" there", problems);
        let read = Self {
            hosts: list(&mut table, "hosts", problems),
            kind: table.text("kind", problems),
            env: plain(table.text("env", problems)),
            file: plain(table.text("file", problems)),
            user: plain(table.text("user", problems)),
            name: plain(table.text("name", problems)),
            access_key_id_env: table.text("access_key_id_env", problems),
            secret_access_key_env: table.text("secret_access_key_env", problems),
            session_token_env: table.text("session_token_env", problems),
            profile: table.text("profile", problems),
            account: table.text("account", problems),
            assume_role: table.value("assume_role", problems),
            external_id: table.text("external_id", problems),
            session_name: table.text("session_name", problems),
            region: table.text("region", problems),
            sts_endpoint: table.text("sts_endpoint", problems),
        };
        table.finish(problems);
        read
    }
}

impl RuleFile {
    fn read(mut table: Table<'_>, problems: &mut Problems) -> Self {
        let read = Self {
            parameters: table.values("parameters", problems),
            enabled: table.truth("enabled", problems),
            replaced_by: table.text("replaced_by", problems),
        };
        table.finish(problems);
        read
    }
}

impl ControlFile {
    fn read(mut table: Table<'_>, problems: &mut Problems) -> Self {
        let read = Self {
            owner: plain(table.text("owner", problems)),
            enabled: table.truth("enabled", problems),
            within: table.text("within", problems),
        };
        table.finish(problems);
        read
    }
}

impl RetiredFile {
    fn read(mut table: Table<'_>, problems: &mut Problems) -> Self {
        table.require("collector", "add `collector = \"NAME\"`: whose scope it was", problems);
        let read = Self {
            collector: table.text("collector", problems),
            kind: table.text("kind", problems),
            scope: table.text("scope", problems),
        };
        table.finish(problems);
        read
    }
}

impl CarveOutFile {
    fn read(mut table: Table<'_>, problems: &mut Problems) -> Self {
        table.require("organisation", "add `organisation = \"NAME\"`, as the register of reports has it", problems);
        table.require("requirements", "add `requirements = [\"…\"]`: what it answers for", problems);
        let read = Self {
            organisation: table.text("organisation", problems),
            requirements: table.texts("requirements", problems),
            report_types: plain(table.texts("report_types", problems)),
            current_for: table.text("current_for", problems),
            bridge: table.text("bridge", problems),
        };
        table.finish(problems);
        read
    }
}
