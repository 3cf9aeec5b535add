//! Who may take a role on: takes the role's trust, gives each principal, and whether anyone at all may.

use std::collections::BTreeSet;

use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::identity::{RoleTrusts, RoleTrustsPrincipalType as Sort};
use serde_json::Value;

use super::super::reach;
use super::document::{Condition, Document, Statement, texts};
use super::ways::Level;

/// Who may take a role on.
#[derive(Debug, Default)]
pub(crate) struct Trust {
    /// One for each principal of each statement, sorted.
    pub(crate) trusts: Vec<RoleTrusts>,
    /// Anyone at all may; `None` where a condition that is not known here decides it.
    pub(crate) is_open: Option<bool>,
    /// Whom of the same account it names, by ARN; `*` for everyone.
    pub(crate) named: Vec<(String, Level)>,
    /// Whether it leaves it to the account's own policies.
    pub(crate) account: Level,
    /// The services that it names.
    pub(crate) services: BTreeSet<String>,
}

/// Providers of identities that everyone can have.
const PUBLIC: [&str; 8] = [
    "accounts.google.com",
    "agent.buildkite.com",
    "app.terraform.io",
    "cognito-identity.amazonaws.com",
    "gitlab.com",
    "graph.facebook.com",
    "token.actions.githubusercontent.com",
    "www.amazon.com",
];

/// Those of them of whom everyone may ask for any audience.
const ANY_AUDIENCE: [&str; 4] = ["agent.buildkite.com", "app.terraform.io", "gitlab.com", "token.actions.githubusercontent.com"];

/// The ways to take a role on.
const ACTIONS: [&str; 3] = ["sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity"];

impl Trust {
    /// A trust that cannot be read may name anyone.
    pub(crate) fn unread() -> Self {
        Self { is_open: None, named: vec![("*".to_owned(), Level::Unclear)], ..Self::default() }
    }

    /// What a document says, of a role of the account `own`.
    pub(crate) fn of(document: &Document, own: &str) -> Self {
        let mut trust = Self { is_open: Some(false), ..Self::default() };
        let is_about_it = |it: &&Statement| ACTIONS.iter().any(|action| it.is_about(action));
        let (allowed, denied): (Vec<_>, Vec<_>) = document.statements.iter().filter(is_about_it).partition(|it| it.is_allow);
        // What a denial leaves of this is not weighed: then nothing is sure.
        let most = if denied.is_empty() { Level::Yes } else { Level::Unclear };
        for statement in allowed {
            let level = if statement.condition == Condition::Unknown { Level::Unclear } else { Level::Yes }.min(most);
            for (kind, principal) in principals(statement) {
                trust.add(statement, (&kind, principal), own, level);
            }
        }
        trust.trusts.sort_by(|a, b| (&a.principal, &a.conditions).cmp(&(&b.principal, &b.conditions)));
        trust.trusts.dedup();
        trust
    }

    fn add(&mut self, statement: &Statement, (kind, principal): (&str, String), own: &str, level: Level) {
        let (sort, account) = sort_of(kind, &principal);
        let is_open = match sort {
            Sort::Anyone => is_open_to_all(statement),
            Sort::Federation => Some(is_open_federation(statement, &principal)),
            _ => Some(false),
        };
        self.is_open = match (self.is_open, is_open) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (None, _) | (_, None) => None,
            _ => Some(false),
        };
        match sort {
            Sort::Anyone => self.named.push(("*".to_owned(), level)),
            Sort::Service => drop(self.services.insert(principal.clone())),
            Sort::Account if account.as_deref() == Some(own) => self.account = self.account.max(level),
            _ if account.as_deref() == Some(own) => self.named.push((principal.clone(), level)),
            _ => {}
        }
        let is_provider_here = sort == Sort::Federation && principal.split(':').nth(4) == Some(own);
        let is_gone = sort == Sort::Other && kind == "AWS";
        let mut conditions: Vec<String> = keys(statement).map(|(_, key, _)| key.to_owned()).collect();
        conditions.sort();
        conditions.dedup();
        self.trusts.push(RoleTrusts {
            external: match sort {
                Sort::Service => false,
                _ => account.as_deref() != Some(own) && !is_provider_here && !is_gone && !is_narrowed_to(statement, own),
            },
            account: account.into(),
            conditions,
            external_id_required: Some(requires(statement, "sts:externalid", |operator, values| {
                operator == "StringEquals" && !values.is_empty() && values.iter().all(|it| !it.is_empty())
            })),
            mfa_required: Some(
                requires(statement, "aws:multifactorauthpresent", |operator, values| operator == "Bool" && values == ["true"])
                    || requires(statement, "aws:multifactorauthage", |operator, _| operator.starts_with("NumericLessThan")),
            ),
            principal,
            principal_type: sort,
        });
    }

    /// The external accounts, sorted.
    pub(crate) fn external_accounts(&self) -> Vec<String> {
        let external = self.trusts.iter().filter(|it| it.external);
        let accounts = external.filter_map(|it| match &it.account {
            Nullable::Value(account) => Some(account.clone()),
            Nullable::Null => None,
        });
        accounts.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// Each principal with its kind. All but somebody is everyone.
fn principals(statement: &Statement) -> Vec<(String, String)> {
    if statement.is_not_principal {
        return vec![("AWS".to_owned(), "*".to_owned())];
    }
    match &statement.principal {
        Value::Object(kinds) => {
            let each = kinds.iter().flat_map(|(kind, of)| {
                // What cannot be read may be anyone.
                texts(of).unwrap_or_else(|| vec!["*".to_owned()]).into_iter().map(move |it| (kind.clone(), it))
            });
            each.collect()
        }
        other => texts(other).unwrap_or_default().into_iter().map(|it| ("AWS".to_owned(), it)).collect(),
    }
}

/// What a principal is, and whose account it belongs to.
fn sort_of(kind: &str, principal: &str) -> (Sort, Option<String>) {
    match kind {
        "Service" => return (Sort::Service, None),
        "Federated" => return (Sort::Federation, None),
        "AWS" => {}
        _ => return (Sort::Other, None),
    }
    if principal == "*" {
        return (Sort::Anyone, None);
    }
    if reach::is_account(principal) {
        return (Sort::Account, Some(principal.to_owned()));
    }
    let mut parts = principal.splitn(6, ':').skip(4);
    let account = parts.next().filter(|it| reach::is_account(it)).map(str::to_owned);
    let sort = match (parts.next().unwrap_or_default(), &account) {
        (_, None) => Sort::Other,
        ("root", _) => Sort::Account,
        (it, _) if it.starts_with("user/") || it.starts_with("federated-user/") => Sort::User,
        (it, _) if it.starts_with("role/") || it.starts_with("assumed-role/") => Sort::Role,
        _ => Sort::Other,
    };
    (sort, account)
}

/// Each condition: its operator, its key as written, its values.
fn keys(statement: &Statement) -> impl Iterator<Item = (&str, &str, Vec<String>)> {
    statement.conditions.iter().flat_map(|(operator, keys)| {
        let keys = keys.as_object().into_iter().flatten();
        keys.map(move |(key, values)| {
            let values = match values {
                Value::Bool(value) => vec![value.to_string()],
                other => texts(other).unwrap_or_default(),
            };
            (operator.as_str(), key.as_str(), values)
        })
    })
}

/// Whether a condition on a key is of a form.
fn requires(statement: &Statement, key: &str, is_form: impl Fn(&str, &[String]) -> bool) -> bool {
    keys(statement).any(|(operator, it, values)| it.eq_ignore_ascii_case(key) && is_form(operator, &values))
}

/// Everyone, but only of the account itself.
fn is_narrowed_to(statement: &Statement, own: &str) -> bool {
    requires(statement, "aws:principalaccount", |operator, values| {
        ["StringEquals", "StringLike"].contains(&operator) && !values.is_empty() && values.iter().all(|it| it == own)
    })
}

/// Whether a trust in everyone lets everyone in; `None` where a condition that is not known here decides it.
fn is_open_to_all(statement: &Statement) -> Option<bool> {
    let conditions = Value::Object(statement.conditions.clone());
    if reach::condition((!statement.conditions.is_empty()).then_some(&conditions)) == Some(false) {
        return Some(false);
    }
    let is_network = requires(statement, "aws:sourceip", |operator, values| {
        operator == "IpAddress" && !values.is_empty() && values.iter().all(|it| !it.ends_with("/0"))
    });
    if is_network {
        return Some(false);
    }
    // A word, a second factor and TLS leave everyone in who has them.
    let shown = ["aws:multifactorauthage", "aws:multifactorauthpresent", "aws:securetransport", "sts:externalid"];
    keys(statement).all(|(_, key, _)| shown.contains(&key.to_ascii_lowercase().as_str())).then_some(true)
}

/// Whether everyone whom a provider knows may take the role on, and everyone can be known to it.
fn is_open_federation(statement: &Statement, principal: &str) -> bool {
    let issuer = principal.split_once("oidc-provider/").map_or(principal, |(_, issuer)| issuer);
    if !PUBLIC.contains(&issuer) {
        return principal == "*";
    }
    let is_any_audience = ANY_AUDIENCE.contains(&issuer);
    !keys(statement).any(|(operator, key, values)| {
        let claim = key.strip_prefix(issuer).and_then(|it| it.strip_prefix(':'));
        let is_equal = operator.ends_with("StringEquals") || operator.ends_with("StringLike");
        claim.is_some_and(|it| it != "aud" || !is_any_audience)
            && is_equal
            && !values.is_empty()
            && values.iter().all(|it| names_somebody(it))
    })
}

/// `repo:acme/*` does, `repo:*` does not.
fn names_somebody(value: &str) -> bool {
    let Some((before, _)) = value.split_once(['*', '?']) else { return !value.is_empty() };
    !before.is_empty() && (!before.ends_with(':') || before.matches(':').count() > 1)
}
