//! What an operator grants of AWS: whose keys sign, which roles are taken on, and where.
//!
//! Takes texts of `engine.toml` and gives parsed values; decides which of them signs for an account. Holds no key.

use core::fmt;
use core::str::FromStr;
use std::path::PathBuf;

use smol_str::{SmolStr, format_smolstr};
use url::Url;

use crate::grant::CredentialSource;
use crate::pattern::{PatternError, refused};

/// AWS keys that sign requests, and the roles that they may take on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsGrant {
    /// Where the keys are.
    pub keys: AwsKeySource,
    /// The account of the keys themselves, when requests name accounts.
    pub account: Option<AwsAccount>,
    /// The roles that requests are signed as, at most one in each account; empty for the keys themselves.
    pub roles: Vec<RoleArn>,
    /// What the roles' trust policies ask for.
    pub external_id: Option<AwsExternalId>,
    /// Under what name the roles are taken on; it stands in the account's own log.
    pub session_name: AwsSessionName,
    /// Where roles are taken on.
    pub sts: StsEndpoint,
    /// The region of that place.
    pub region: AwsWord,
}

/// Where AWS keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AwsKeySource {
    /// In the environment, or each in a file of its own.
    Separate {
        /// The key's id.
        id: CredentialSource,
        /// The secret access key.
        secret: CredentialSource,
        /// The token of temporary keys.
        token: CredentialSource,
        /// Whether there must be a token; otherwise it is used when it is there.
        token_required: bool,
    },
    /// In a file of the form that AWS tools share.
    Profile {
        /// The file.
        file: PathBuf,
        /// The section of it.
        profile: String,
    },
}

impl Default for AwsKeySource {
    /// The variables that every AWS tool reads.
    fn default() -> Self {
        let env = |name: &str| CredentialSource::Env(name.to_owned());
        Self::Separate {
            id: env("AWS_ACCESS_KEY_ID"),
            secret: env("AWS_SECRET_ACCESS_KEY"),
            token: env("AWS_SESSION_TOKEN"),
            token_required: false,
        }
    }
}

/// Who signs a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AwsSigner<'a> {
    /// The operator's keys.
    Keys,
    /// A role that they take on.
    Role(&'a RoleArn),
}

impl AwsGrant {
    /// Who signs for this account, or for the only one there is. An error says what to do.
    pub(crate) fn signer(&self, account: Option<&AwsAccount>) -> Result<AwsSigner<'_>, String> {
        match (account, self.roles.as_slice()) {
            (None, []) => Ok(AwsSigner::Keys),
            (None, [role]) if self.account.is_none() => Ok(AwsSigner::Role(role)),
            (None, _) => Err("the request must name the `account` that it is for: the credential holds several".to_owned()),
            (Some(account), _) if self.account.as_ref() == Some(account) => Ok(AwsSigner::Keys),
            (Some(account), roles) => roles.iter().find(|role| role.account() == account).map(AwsSigner::Role).ok_or_else(|| {
                format!(
                    "it is not for the account `{account}`: add a role of that account to `assume_role`, or say \
                     `account = \"{account}\"` when the keys themselves are of that account"
                )
            }),
        }
    }
}

/// The twelve digits of an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AwsAccount(SmolStr);

impl FromStr for AwsAccount {
    type Err = PatternError;
    fn from_str(text: &str) -> Result<Self, PatternError> {
        let fits = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        if fits { Ok(Self(text.into())) } else { Err(refused("number of an AWS account", "its twelve digits", text)) }
    }
}

/// A service or a region, as signatures spell it: `iam`, `eu-west-1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AwsWord(SmolStr);

impl FromStr for AwsWord {
    type Err = PatternError;
    fn from_str(text: &str) -> Result<Self, PatternError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let fits = (1..=64).contains(&text.len()) && text.bytes().all(plain);
        if fits {
            Ok(Self(text.into()))
        } else {
            Err(refused("service or region of AWS", "lower-case letters, digits and `-`", text))
        }
    }
}

/// The ARN of a role, such as `arn:aws:iam::123456789012:role/audit`.
///
/// ```
/// use engine_plugin::RoleArn;
/// let role: RoleArn = "arn:aws:iam::123456789012:role/audit/reader".parse().unwrap();
/// assert_eq!(role.account().to_string(), "123456789012");
/// assert!("arn:aws:iam::123456789012:user/alice".parse::<RoleArn>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RoleArn {
    text: SmolStr,
    partition: SmolStr,
    account: AwsAccount,
}

impl RoleArn {
    /// The account that the role is in.
    pub fn account(&self) -> &AwsAccount {
        &self.account
    }

    /// The region whose STS every account of the role's partition has.
    pub fn usual_region(&self) -> &'static str {
        match self.partition.as_str() {
            "aws-cn" => "cn-north-1",
            "aws-us-gov" => "us-gov-west-1",
            _ => "us-east-1",
        }
    }
}

impl FromStr for RoleArn {
    type Err = PatternError;
    fn from_str(text: &str) -> Result<Self, PatternError> {
        let error = || refused("role of AWS", "its ARN, such as `arn:aws:iam::123456789012:role/audit`", text);
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, "iam", "", account, resource] = parts.as_slice() else { return Err(error()) };
        let name = resource.strip_prefix("role/").ok_or_else(error)?;
        let is_partition = partition.parse::<AwsWord>().is_ok() && partition.starts_with("aws");
        if !is_partition || !is_text(name, "_+=,.@-/", 1, 1024) {
            return Err(error());
        }
        Ok(Self { text: text.into(), partition: (*partition).into(), account: account.parse().map_err(|_| error())? })
    }
}

/// What a role's trust policy asks of those who take it on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsExternalId(SmolStr);

impl FromStr for AwsExternalId {
    type Err = PatternError;
    fn from_str(text: &str) -> Result<Self, PatternError> {
        if is_text(text, "_+=,.@:/-", 2, 1224) {
            Ok(Self(text.into()))
        } else {
            Err(refused("possible external id", "2 to 1224 letters, digits and `_+=,.@:/-`", text))
        }
    }
}

/// The name under which a role is taken on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsSessionName(SmolStr);

impl FromStr for AwsSessionName {
    type Err = PatternError;
    fn from_str(text: &str) -> Result<Self, PatternError> {
        if is_text(text, "_+=,.@-", 2, 64) {
            Ok(Self(text.into()))
        } else {
            Err(refused("possible name of a session", "2 to 64 letters, digits and `_+=,.@-`", text))
        }
    }
}

fn is_text(text: &str, signs: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.chars().all(|it| it.is_ascii_alphanumeric() || signs.contains(it))
}

/// Where roles are taken on: the security token service, or what stands in for it.
///
/// ```
/// use engine_plugin::StsEndpoint;
/// assert_eq!(StsEndpoint::of("eu-west-1").to_string(), "https://sts.eu-west-1.amazonaws.com/");
/// assert!("http://127.0.0.1:5000".parse::<StsEndpoint>().is_ok());
/// assert!("https://sts.example.com/path".parse::<StsEndpoint>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StsEndpoint(SmolStr);

impl StsEndpoint {
    /// The service's own place in a region.
    pub fn of(region: &str) -> Self {
        let beneath = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        Self(format_smolstr!("https://sts.{region}.{beneath}/"))
    }
}

impl FromStr for StsEndpoint {
    type Err = PatternError;
    fn from_str(text: &str) -> Result<Self, PatternError> {
        let error = || refused("endpoint", "`https://` or `http://`, a host, perhaps a port, and nothing else", text);
        let url = Url::parse(text).map_err(|_| error())?;
        let is_plain = matches!(url.scheme(), "https" | "http") && url.has_host() && url.path() == "/";
        let has_more =
            url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some();
        if is_plain && !has_more { Ok(Self(url.as_str().into())) } else { Err(error()) }
    }
}

macro_rules! shown_as_its_text {
    ($($name:ty: $field:tt),*) => {$(
        impl $name {
            /// The text as it was written.
            pub fn as_str(&self) -> &str {
                &self.$field
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    )*};
}
shown_as_its_text!(AwsAccount: 0, AwsWord: 0, RoleArn: text, AwsExternalId: 0, AwsSessionName: 0, StsEndpoint: 0);

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(account: Option<&str>, roles: &[&str]) -> AwsGrant {
        AwsGrant {
            keys: AwsKeySource::default(),
            account: account.map(|it| it.parse().unwrap()),
            roles: roles.iter().map(|it| format!("arn:aws:iam::{it}:role/audit").parse().unwrap()).collect(),
            external_id: None,
            session_name: "engine".parse().unwrap(),
            sts: StsEndpoint::of("us-east-1"),
            region: "us-east-1".parse().unwrap(),
        }
    }

    #[track_caller]
    fn check(grant: &AwsGrant, account: Option<&str>, expected: Result<&str, &str>) {
        let account = account.map(|it| it.parse::<AwsAccount>().unwrap());
        match (grant.signer(account.as_ref()), expected) {
            (Ok(AwsSigner::Keys), Ok("keys")) => {}
            (Ok(AwsSigner::Role(role)), Ok(expected)) => assert_eq!(role.account().as_str(), expected),
            (Err(message), Err(says)) => assert!(message.contains(says), "{message}"),
            (signer, expected) => panic!("{signer:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn a_request_is_signed_for_the_account_that_it_names_and_for_no_other() {
        let (one, two, three) = ("111111111111", "222222222222", "333333333333");
        check(&grant(None, &[]), None, Ok("keys"));
        check(&grant(None, &[]), Some(one), Err("say `account = \"111111111111\"`"));
        check(&grant(Some(one), &[]), Some(one), Ok("keys"));
        check(&grant(None, &[one]), None, Ok(one));
        check(&grant(None, &[one]), Some(one), Ok(one));
        check(&grant(None, &[one]), Some(two), Err("add a role of that account"));
        check(&grant(None, &[one, two]), None, Err("must name the `account`"));
        check(&grant(None, &[one, two]), Some(two), Ok(two));
        check(&grant(Some(three), &[one]), None, Err("must name the `account`"));
        check(&grant(Some(three), &[one]), Some(three), Ok("keys"));
        check(&grant(Some(three), &[one]), Some(one), Ok(one));
    }

    #[test]
    fn texts_that_could_change_a_signature_or_a_form_are_refused() {
        for text in ["", "IAM", "us east", "a/b", "a\nb", "é"] {
            assert!(text.parse::<AwsWord>().is_err(), "{text:?}");
        }
        for text in [
            "arn:aws:iam::1:role/a",
            "arn:aws:iam::123456789012:role/",
            "arn:x:iam::123456789012:role/a",
            "role/a",
            "arn:aws:iam:us-east-1:123456789012:role/a",
        ] {
            assert!(text.parse::<RoleArn>().is_err(), "{text:?}");
        }
        for text in ["a", "a b", "a&b=c"] {
            assert!(text.parse::<AwsSessionName>().is_err() && text.parse::<AwsExternalId>().is_err(), "{text:?}");
        }
        for text in ["ftp://a.b", "https://u:p@a.b", "https://a.b/?x", "a.b"] {
            assert!(text.parse::<StsEndpoint>().is_err(), "{text:?}");
        }
        assert_eq!(StsEndpoint::of("cn-north-1").as_str(), "https://sts.cn-north-1.amazonaws.com.cn/");
        assert_eq!("arn:aws-us-gov:iam::123456789012:role/a".parse::<RoleArn>().unwrap().usual_region(), "us-gov-west-1");
    }
}
