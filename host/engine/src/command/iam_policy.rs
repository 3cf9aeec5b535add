//! `engine plugin inspect --format iam-policy`: takes the permissions that a manifest names, gives a policy of AWS that allows
//! those and no others.

use std::collections::BTreeMap;
use std::io::{self, Write};

use miette::Diagnostic;
use plugin::Manifest;
use serde::Serialize;
use thiserror::Error;

/// What a plugin needs cannot be written as a policy of AWS.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
pub(super) enum PolicyError {
    #[error("`{plugin}` names no permissions")]
    #[diagnostic(
        code(engine::plugin::no_permissions),
        help(
            "`engine plugin inspect` shows what it asks for; its vendor lists permissions under `[permissions]` in plugin.toml"
        )
    )]
    NoPermissions { plugin: String },
    #[error("`{permission}`, which `{plugin}` needs, is no action of AWS")]
    #[diagnostic(
        code(engine::plugin::not_an_aws_action),
        help("an action is one service and one name, such as `iam:ListUsers`; `engine plugin inspect` lists what is needed")
    )]
    NotAnAction { plugin: String, permission: String },
}

/// A policy, its fields in AWS's usual order.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Policy {
    version: &'static str,
    statement: Vec<Statement>,
}

/// What is allowed of one service.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    effect: &'static str,
    action: Vec<String>,
    resource: &'static str,
}

/// The policy of a plugin: one statement for each service, services and actions sorted.
///
/// A wildcard is refused: a plugin that wants more than it names would get it unseen.
pub(super) fn of(manifest: &Manifest) -> Result<Policy, PolicyError> {
    let plugin = || manifest.name.to_string();
    let mut services: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for name in manifest.permissions.keys() {
        let service = name.split_once(':').filter(|(service, action)| is_service(service) && is_action(action));
        let Some((service, _)) = service else {
            return Err(PolicyError::NotAnAction { plugin: plugin(), permission: name.to_string() });
        };
        services.entry(service).or_default().push(name.to_string());
    }
    if services.is_empty() {
        return Err(PolicyError::NoPermissions { plugin: plugin() });
    }
    let statements = services.into_values().map(|action| Statement { effect: "Allow", action, resource: "*" });
    Ok(Policy { version: "2012-10-17", statement: statements.collect() })
}

fn is_service(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
}

fn is_action(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_alphanumeric())
}

/// Writes it as AWS takes it.
pub(super) fn write(out: &mut dyn Write, policy: &Policy) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, policy)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_permissions(permissions: &str) -> Result<Policy, PolicyError> {
        let head = "name='x'\nversion='0.1.0'\ndescription='x'\nengine='*'\nwit='0.1.0'\nkinds=['host.os@1']\n[permissions]\n";
        of(&Manifest::parse(&format!("{head}{permissions}")).unwrap())
    }

    #[test]
    fn a_policy_has_one_statement_for_each_service_sorted() {
        let policy = of_permissions("'s3:B'={why='x'}\n'iam:A'={why='x'}\n's3:A'={why='x'}").unwrap();
        let statements: Vec<_> = policy.statement.iter().map(|it| (it.effect, it.action.join(" "), it.resource)).collect();
        assert_eq!(statements, [("Allow", "iam:A".to_owned(), "*"), ("Allow", "s3:A s3:B".to_owned(), "*")]);
    }

    #[test]
    fn what_is_no_single_action_makes_no_policy() {
        for wide in ["*", "iam:*", "iam:Get*", "User.Read.All", "iam:", ":A"] {
            let refused = of_permissions(&format!("'{wide}'={{why='x'}}\n'iam:A'={{why='x'}}")).unwrap_err();
            assert!(matches!(&refused, PolicyError::NotAnAction { permission, .. } if permission == wide), "{refused}");
        }
        assert!(matches!(of_permissions(""), Err(PolicyError::NoPermissions { .. })));
    }
}
