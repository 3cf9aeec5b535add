//! A credential of a collector's grant, from how it is written to how the host uses it. No secret is read here.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use model::CollectorName;
use plugin::{AwsGrant, AwsKeySource, AwsWord, CredentialGrant, CredentialKind, CredentialSource, RoleArn, StsEndpoint};
use toml::Spanned;

use super::file::CredentialFile;
use super::grant::parsed;
use super::problem::Problems;

/// One credential and its place in the file.
struct Written<'a> {
    place: String,
    name: &'a Spanned<String>,
    kind: &'a Spanned<String>,
    file: &'a CredentialFile,
    folder: &'a Path,
}

pub(super) fn credential_of(
    collector: &CollectorName,
    name: &Spanned<String>,
    file: &CredentialFile,
    folder: &Path,
    problems: &mut Problems,
) -> Option<CredentialGrant> {
    let hosts = parsed(&file.hosts, problems);
    let kind = file.kind.as_ref()?;
    let place = format!("collector.{collector}.grant.credentials.{}", name.get_ref());
    let written = Written { place, name, kind, file, folder };
    let kind = if kind.get_ref() == "aws" {
        written.aws(collector, problems).map(|aws| CredentialKind::Aws(Arc::new(aws)))
    } else {
        written.secret(problems)
    };
    let granted = CredentialGrant { hosts, kind: kind? };
    if let Some(host) = granted.unbound_sts() {
        let span = file.sts_endpoint.as_ref().map_or_else(|| written.kind.span(), Spanned::span);
        let message = format!("`{}` assumes roles at `{host}`, which is not among its `hosts`", written.place);
        problems.add(span, message, format!("add \"{host}\" to its `hosts`"));
    }
    Some(granted)
}

impl Written<'_> {
    /// A secret that is sent as it is.
    fn secret(&self, problems: &mut Problems) -> Option<CredentialKind> {
        let source = match (&self.file.env, &self.file.file) {
            (Some(variable), None) => Some(CredentialSource::Env(variable.clone())),
            (None, Some(file)) => Some(CredentialSource::File(self.folder.join(file))),
            _ => {
                problems.add(
                    self.name.span(),
                    format!("`{}` does not say where the secret is", self.place),
                    "give one of `env = \"VARIABLE\"` and `file = \"PATH\"`",
                );
                None
            }
        };
        let (kind, user, name) = (self.kind.get_ref().as_str(), &self.file.user, &self.file.name);
        let fits = matches!((kind, user, name), ("bearer", None, None) | ("basic", Some(_), None) | ("header", None, Some(_)));
        if !fits || self.has_settings_of_aws() {
            let help = "kinds are `bearer`; `basic` with `user`; `header` with `name`; `aws`";
            problems.add(self.kind.span(), format!("`{}` has no kind that its settings fit", self.place), help);
            return None;
        }
        let source = source?;
        Some(match (user, name) {
            (Some(user), _) => CredentialKind::Basic { user: user.clone(), source },
            (_, Some(name)) => CredentialKind::Header { name: name.clone(), source },
            _ => CredentialKind::Bearer { source },
        })
    }

    fn has_settings_of_aws(&self) -> bool {
        let file = self.file;
        let texts = [
            &file.access_key_id_env,
            &file.secret_access_key_env,
            &file.session_token_env,
            &file.profile,
            &file.account,
            &file.external_id,
            &file.session_name,
            &file.region,
            &file.sts_endpoint,
        ];
        file.assume_role.is_some() || texts.into_iter().any(Option::is_some)
    }

    /// Keys that sign.
    fn aws(&self, collector: &CollectorName, problems: &mut Problems) -> Option<AwsGrant> {
        let file = self.file;
        if file.env.is_some() || file.user.is_some() || file.name.is_some() {
            let help = "keys are in the variables that every AWS tool reads; `access_key_id_env`, `secret_access_key_env` and \
                        `session_token_env` name others, `file` and `profile` a file of keys";
            problems.add(self.kind.span(), format!("`{}` has settings that are not for `aws`", self.place), help);
        }
        let keys = self.keys(problems);
        let roles = self.roles(problems);
        let account = one(file.account.as_ref(), problems);
        if let (Some(account), Some(span)) = (&account, &file.account)
            && roles.iter().any(|role| role.account() == account)
        {
            let message = format!("`account` is whose the keys are, and `assume_role` has a role in `{account}` too");
            problems.add(span.span(), message, "leave one of them out");
        }
        let only_for_roles = [
            ("external_id", &file.external_id),
            ("session_name", &file.session_name),
            ("region", &file.region),
            ("sts_endpoint", &file.sts_endpoint),
        ];
        for (setting, written) in only_for_roles.iter().filter_map(|(setting, it)| Some((setting, it.as_ref()?))) {
            if file.assume_role.is_none() {
                problems.add(written.span(), format!("`{setting}` is for roles, and there is no `assume_role`"), "");
            }
        }
        let usual = roles.first().map_or("us-east-1", RoleArn::usual_region);
        let region: AwsWord = one(file.region.as_ref(), problems).or_else(|| usual.parse().ok())?;
        let sts = one(file.sts_endpoint.as_ref(), problems).unwrap_or_else(|| StsEndpoint::of(region.as_str()));
        let session_name = one(file.session_name.as_ref(), problems)
            .or_else(|| format!("engine-{collector}").parse().ok())
            .or_else(|| "engine".parse().ok())?;
        let external_id = one(file.external_id.as_ref(), problems);
        Some(AwsGrant { keys: keys?, account, roles, external_id, session_name, sts, region })
    }

    fn keys(&self, problems: &mut Problems) -> Option<AwsKeySource> {
        let file = self.file;
        let variables = [&file.access_key_id_env, &file.secret_access_key_env, &file.session_token_env];
        let named = variables.into_iter().flatten().next();
        match (&file.file, &file.profile, named) {
            (Some(_), _, Some(named)) => {
                problems.add(
                    named.span(),
                    format!("`{}` has both a file and variables for its keys", self.place),
                    "leave one out",
                );
                return None;
            }
            (Some(path), profile, None) => {
                let profile = profile.as_ref().map_or("default", |it| it.get_ref()).to_owned();
                return Some(AwsKeySource::Profile { file: self.folder.join(path), profile });
            }
            (None, Some(profile), _) => {
                problems.add(profile.span(), "`profile` is a section of a file, and there is no `file`", "add `file = \"PATH\"`");
                return None;
            }
            (None, None, _) => {}
        }
        let mut variable = |written: &Option<Spanned<String>>, usual: &str| {
            let Some(written) = written else { return Some(CredentialSource::Env(usual.to_owned())) };
            let text = written.get_ref();
            let is_name = text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_') && !text.is_empty();
            if !is_name {
                // Not quoted: it may be the key itself.
                problems.add(written.span(), "that is not the name of an environment variable", "keys never stand in this file");
            }
            is_name.then(|| CredentialSource::Env(text.clone()))
        };
        let id = variable(&file.access_key_id_env, "AWS_ACCESS_KEY_ID");
        let secret = variable(&file.secret_access_key_env, "AWS_SECRET_ACCESS_KEY");
        let token = variable(&file.session_token_env, "AWS_SESSION_TOKEN");
        let token_required = file.session_token_env.is_some();
        Some(AwsKeySource::Separate { id: id?, secret: secret?, token: token?, token_required })
    }

    fn roles(&self, problems: &mut Problems) -> Vec<RoleArn> {
        let Some(written) = &self.file.assume_role else { return Vec::new() };
        let texts: Option<Vec<&str>> = match written.get_ref() {
            toml::Value::String(text) => Some(vec![text]),
            toml::Value::Array(items) if !items.is_empty() => items.iter().map(toml::Value::as_str).collect(),
            _ => None,
        };
        let Some(texts) = texts else {
            problems.add(written.span(), "`assume_role` is the ARN of a role, or a list of them, each in its own account", "");
            return Vec::new();
        };
        let roles: Vec<RoleArn> =
            texts.into_iter().filter_map(|text| problems.keep(written.span(), text.parse::<RoleArn>())).collect();
        let mut accounts = BTreeSet::new();
        for role in &roles {
            if !accounts.insert(role.account()) {
                let message = format!("`assume_role` has two roles in the account `{}`", role.account());
                problems.add(written.span(), message, "a request names its account, so there can be one in each");
            }
        }
        roles
    }
}

fn one<T: FromStr<Err: Display>>(written: Option<&Spanned<String>>, problems: &mut Problems) -> Option<T> {
    written.and_then(|it| problems.keep(it.span(), it.get_ref().parse()))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use miette::Diagnostic as _;
    use plugin::Grant;

    use super::*;
    use crate::config::ConfigError;
    use crate::config::resolve::resolve;

    fn read(settings: &str) -> (String, Result<Grant, ConfigError>) {
        let text = format!(
            "[collector.c]\nplugin = \"bundled:linux-host\"\n[collector.c.grant.credentials.aws]\nkind = \"aws\"\n{settings}"
        );
        let config = resolve(&text, None, PathBuf::from("/folder"));
        let grant = config.map(|it| it.collectors["c"].grant.clone());
        (text, grant)
    }

    fn aws(settings: &str) -> AwsGrant {
        let grant = read(settings).1.unwrap();
        match &grant.credentials["aws"].kind {
            CredentialKind::Aws(aws) => AwsGrant::clone(aws),
            other => panic!("{other:?}"),
        }
    }

    /// The sentence of each problem, and the text that it points at.
    #[track_caller]
    fn check(settings: &str, expected: &[(&str, &str)]) {
        let (text, read) = read(settings);
        let error = read.unwrap_err();
        let problems = error.related().unwrap().map(|problem| {
            let at = problem.labels().unwrap().next().unwrap();
            (problem.to_string(), text[at.offset()..at.offset() + at.len()].to_owned())
        });
        let problems: Vec<_> = problems.collect();
        let shown: Vec<_> = problems.iter().map(|(message, place)| (message.as_str(), place.as_str())).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn keys_come_from_the_usual_variables_from_others_or_from_a_file() {
        let usual = aws("hosts = [\"*.amazonaws.com\"]");
        assert_eq!((usual.keys, usual.roles.len(), usual.region.as_str()), (AwsKeySource::default(), 0, "us-east-1"));
        let other = aws("hosts = []\nsecret_access_key_env = \"AUDIT_KEY\"\nsession_token_env = \"AUDIT_TOKEN\"");
        let AwsKeySource::Separate { id, secret, token, token_required } = other.keys else { panic!("{:?}", other.keys) };
        let env = |name: &str| CredentialSource::Env(name.to_owned());
        assert_eq!((id, secret, token), (env("AWS_ACCESS_KEY_ID"), env("AUDIT_KEY"), env("AUDIT_TOKEN")));
        assert!(token_required);
        let file = aws("hosts = []\nfile = \"keys\"\nprofile = \"audit\"");
        assert_eq!(file.keys, AwsKeySource::Profile { file: "/folder/keys".into(), profile: "audit".to_owned() });
    }

    #[test]
    fn roles_are_assumed_in_the_region_or_at_the_endpoint_that_is_given() {
        let one = aws("hosts = [\"*.amazonaws.com\"]\nassume_role = \"arn:aws:iam::111111111111:role/audit\"");
        assert_eq!((one.sts.as_str(), one.session_name.as_str()), ("https://sts.us-east-1.amazonaws.com/", "engine-c"));
        let many = aws(
            "hosts = [\"127.0.0.1\"]\nassume_role = [\"arn:aws:iam::111111111111:role/a\", \"arn:aws:iam::222222222222:role/b\"]\n\
             account = \"333333333333\"\nexternal_id = \"x1\"\nsession_name = \"audit\"\nregion = \"eu-west-1\"\nsts_endpoint = \"http://127.0.0.1:5000\"",
        );
        assert_eq!((many.roles.len(), many.sts.as_str(), many.region.as_str()), (2, "http://127.0.0.1:5000/", "eu-west-1"));
        assert_eq!((many.external_id.unwrap().as_str(), many.session_name.as_str()), ("x1", "audit"));
        let china = aws("hosts = [\"*.amazonaws.com.cn\"]\nassume_role = \"arn:aws-cn:iam::111111111111:role/audit\"");
        assert_eq!(china.sts.as_str(), "https://sts.cn-north-1.amazonaws.com.cn/");
    }

    #[test]
    fn every_mistake_has_its_place() {
        check(
            "hosts = []\nenv = \"X\"",
            &[("`collector.c.grant.credentials.aws` has settings that are not for `aws`", "\"aws\"")],
        );
        check(
            "hosts = []\nfile = \"keys\"\naccess_key_id_env = \"X\"",
            &[("`collector.c.grant.credentials.aws` has both a file and variables for its keys", "\"X\"")],
        );
        check("hosts = []\nprofile = \"a\"", &[("`profile` is a section of a file, and there is no `file`", "\"a\"")]);
        check("hosts = []\nregion = \"eu-west-1\"", &[("`region` is for roles, and there is no `assume_role`", "\"eu-west-1\"")]);
        check("hosts = []\naccount = \"12\"", &[("`12` is not a number of an AWS account: its twelve digits", "\"12\"")]);
        check(
            "hosts = []\nassume_role = 3",
            &[("`assume_role` is the ARN of a role, or a list of them, each in its own account", "3")],
        );
        let role = "\"arn:aws:iam::111111111111:role/a\"";
        let hosts = "hosts = [\"*.amazonaws.com\"]";
        check(
            &format!("{hosts}\nassume_role = [{role}, {role}]"),
            &[("`assume_role` has two roles in the account `111111111111`", &format!("[{role}, {role}]"))],
        );
        check(
            &format!("{hosts}\nassume_role = {role}\naccount = \"111111111111\""),
            &[("`account` is whose the keys are, and `assume_role` has a role in `111111111111` too", "\"111111111111\"")],
        );
        check(
            &format!("hosts = [\"iam.amazonaws.com\"]\nassume_role = {role}\nsts_endpoint = \"http://127.0.0.1:5000\""),
            &[(
                "`collector.c.grant.credentials.aws` assumes roles at `127.0.0.1:5000`, which is not among its `hosts`",
                "\"http://127.0.0.1:5000\"",
            )],
        );
    }

    #[test]
    fn threat_2_a_key_that_was_written_into_the_file_is_not_quoted_in_the_message() {
        check(
            "hosts = []\nsecret_access_key_env = \"c4nary/+key\"",
            &[("that is not the name of an environment variable", "\"c4nary/+key\"")],
        );
    }

    #[test]
    fn settings_of_aws_fit_no_other_kind() {
        let text = "[collector.c]\nplugin = \"bundled:linux-host\"\n[collector.c.grant.credentials.x]\nkind = \"bearer\"\n\
                    hosts = []\nenv = \"X\"\nregion = \"x\"";
        let error = resolve(text, None, PathBuf::from("/folder")).unwrap_err();
        let problems: Vec<String> = error.related().unwrap().map(ToString::to_string).collect();
        assert_eq!(problems, ["`collector.c.grant.credentials.x` has no kind that its settings fit"]);
    }
}
