//! `storage.bucket@1`.

use std::collections::BTreeMap;

use engine_sdk::http::Response;
use engine_sdk::kinds::storage::{Bucket, BucketPublicBlock, BucketVersioning};
use engine_sdk::{Facts, Fault, ReadFrom};
use serde_json::Value;

use super::{Gaps, give, unless};
use crate::call::xml::Tree;
use crate::call::{Asked, Caller, tree, whole};

const EVERYONE: [&str; 2] =
    ["http://acs.amazonaws.com/groups/global/AllUsers", "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"];

/// Every bucket of the account.
pub(crate) fn buckets(caller: &Caller<'_>, facts: &mut Facts<'_, Bucket>) -> Result<(), Fault> {
    let mut token: Option<String> = None;
    let mut account: Option<Result<Option<BucketPublicBlock>, Fault>> = None;
    loop {
        let mut parameters = vec![("max-buckets", "1000")];
        if let Some(token) = &token {
            parameters.push(("continuation-token", token));
        }
        let response = caller.s3(caller.home(), &parameters, "ListAllMyBuckets")?;
        let page = tree(&response, "s3:ListAllMyBuckets")?;
        for some in page.value.list("Buckets")?.chunks(AT_ONCE) {
            let of_account = account.get_or_insert_with(|| account_block(caller));
            for bucket in One::of_each(caller, some, page.from)? {
                bucket.state(of_account, facts)?;
            }
        }
        let next = page.value.text("ContinuationToken").map(str::to_owned);
        if next.is_some() && next == token {
            return Err(Fault::invalid("s3:ListAllMyBuckets: AWS names a page as the next one that was read before"));
        }
        token = next;
        if token.is_none() {
            return Ok(());
        }
    }
}

/// The blocks of public access that hold for the whole account; `None` when none was ever set.
pub(super) fn account_block(caller: &Caller<'_>) -> Result<Option<BucketPublicBlock>, Fault> {
    let answer = unless("no-such-public-access-block-configuration", caller.s3_account_block(caller.home()))?;
    Ok(answer.map(|it| block(&it.value)))
}

fn block(tree: &Tree) -> BucketPublicBlock {
    let says = |name: &str| tree.deep_text(name).is_some_and(|it| it.eq_ignore_ascii_case("true"));
    BucketPublicBlock {
        ignores_public_acls: says("IgnorePublicAcls"),
        refuses_public_acls: says("BlockPublicAcls"),
        refuses_public_policies: says("BlockPublicPolicy"),
        restricts_public_policies: says("RestrictPublicBuckets"),
    }
}

/// How many buckets are asked about at once, each with [`QUESTIONS`].
const AT_ONCE: usize = 20;

/// What is asked of each bucket: the parameter, and the permission for it.
const QUESTIONS: [(&str, &str); 9] = [
    ("publicAccessBlock", "GetBucketPublicAccessBlock"),
    ("policyStatus", "GetBucketPolicyStatus"),
    ("acl", "GetBucketAcl"),
    ("policy", "GetBucketPolicy"),
    ("encryption", "GetEncryptionConfiguration"),
    ("versioning", "GetBucketVersioning"),
    ("logging", "GetBucketLogging"),
    ("lifecycle", "GetLifecycleConfiguration"),
    ("object-lock", "GetBucketObjectLockConfiguration"),
];

/// One bucket and what was answered about it.
struct One<'a> {
    caller: &'a Caller<'a>,
    name: String,
    created_at: Option<String>,
    region: String,
    from: Vec<ReadFrom>,
    gaps: Gaps,
    answers: BTreeMap<&'static str, Result<Response, Fault>>,
}

/// What decides about who reaches a bucket.
struct Access {
    block: Option<BucketPublicBlock>,
    by_policy: bool,
    by_acl: bool,
    writes_by_acl: bool,
}

impl<'a> One<'a> {
    /// Some buckets with all answers about them, asked for at once.
    fn of_each(caller: &'a Caller<'a>, listed: &[Tree], from: ReadFrom) -> Result<Vec<Self>, Fault> {
        let mut buckets = listed.iter().map(|it| Self::of(caller, it, from)).collect::<Result<Vec<_>, _>>()?;
        // AWS names the region in the listing; other servers of this interface may not.
        let unplaced: Vec<&mut Self> = buckets.iter_mut().filter(|it| it.region.is_empty()).collect();
        let asked = unplaced.iter().map(|it| Asked {
            region: caller.home(),
            path: it.path(),
            what: "location",
            action: "GetBucketLocation",
        });
        let answers = caller.s3_each(&asked.collect::<Vec<_>>());
        for (bucket, answer) in unplaced.into_iter().zip(answers) {
            bucket.place(answer);
        }
        let each = buckets
            .iter()
            .flat_map(|it| QUESTIONS.map(|(what, action)| Asked { region: &it.region, path: it.path(), what, action }));
        let mut answers = caller.s3_each(&each.collect::<Vec<_>>()).into_iter();
        for bucket in &mut buckets {
            bucket.answers = QUESTIONS.iter().map(|(what, _)| *what).zip(answers.by_ref().take(QUESTIONS.len())).collect();
        }
        Ok(buckets)
    }

    fn of(caller: &'a Caller<'a>, listed: &Tree, from: ReadFrom) -> Result<Self, Fault> {
        Ok(Self {
            caller,
            name: listed.needed("Name")?,
            created_at: listed.text("CreationDate").map(str::to_owned),
            region: listed.text("BucketRegion").unwrap_or_default().to_owned(),
            from: vec![from],
            gaps: Gaps::default(),
            answers: BTreeMap::new(),
        })
    }

    fn place(&mut self, answer: Result<Response, Fault>) {
        let location = answer.and_then(|it| tree(&it, "s3:GetBucketLocation"));
        let Some(location) = self.gaps.or_gap(&["region"], location) else {
            self.caller.home().clone_into(&mut self.region);
            return;
        };
        self.region = match location.value.deep_text("LocationConstraint") {
            None => "us-east-1".to_owned(),
            Some("EU") => "eu-west-1".to_owned(),
            Some(region) => region.to_owned(),
        };
        self.from.push(location.from);
    }

    fn path(&self) -> String {
        format!("/{}", engine_sdk::http::path_part(&self.name))
    }

    fn answer(&mut self, what: &str) -> Result<Response, Fault> {
        self.answers.remove(what).unwrap_or_else(|| Err(Fault::invalid(format!("s3: nothing was answered to `{what}`"))))
    }

    /// An answer, `None` where AWS says with that code that there is none, and a gap of the fields where it says neither.
    fn known(&mut self, what: &str, none: &str, fields: &[&'static str]) -> Option<Tree> {
        let action = QUESTIONS.iter().find(|(it, _)| *it == what).map_or(what, |(_, action)| action);
        let answer = unless(none, self.answer(what)).and_then(|it| it.map(|it| tree(&it, action)).transpose());
        let answer = self.gaps.or_gap(fields, answer).flatten()?;
        self.from.push(answer.from);
        Some(answer.value)
    }

    fn policy(&mut self) -> Option<Value> {
        let response = unless("no-such-bucket-policy", self.answer("policy"));
        let response = self.gaps.or_gap(&["tls_required"], response).flatten()?;
        self.from.push(whole(&response));
        self.gaps.or_gap(&["tls_required"], serde_json::from_slice(&response.body).map_err(Fault::from))
    }

    fn access(&mut self, of_account: &Result<Option<BucketPublicBlock>, Fault>) -> Access {
        let none = "no-such-public-access-block-configuration";
        let fields = ["public_block", "public_blocked", "public_access", "public_write"];
        let block = self.known("publicAccessBlock", none, &fields).map(|it| block(&it));
        if let Err(fault) = of_account {
            self.gaps.add(&["public_blocked", "public_access", "public_write"], &fault.message);
        }
        let fields = ["public_by_policy", "public_access"];
        let status = self.known("policyStatus", "no-such-bucket-policy", &fields);
        let fields = ["public_by_acl", "public_access", "public_write"];
        let list = self.known("acl", "", &fields);
        let grants = list.as_ref().and_then(|it| it.deep("AccessControlList"));
        let open: Vec<&str> = grants.iter().flat_map(|it| it.children("Grant")).filter_map(open_to_everyone).collect();
        Access {
            block,
            by_policy: status.is_some_and(|it| it.deep_text("IsPublic").is_some_and(|it| it.eq_ignore_ascii_case("true"))),
            by_acl: !open.is_empty(),
            writes_by_acl: open.iter().any(|it| *it != "READ" && *it != "READ_ACP"),
        }
    }

    #[expect(clippy::too_many_lines, reason = "one line a field of the fact")]
    fn state(
        mut self,
        of_account: &Result<Option<BucketPublicBlock>, Fault>,
        facts: &mut Facts<'_, Bucket>,
    ) -> Result<(), Fault> {
        let access = self.access(of_account);
        let policy = self.policy();
        let none = "server-side-encryption-configuration-not-found-error";
        let encryption = self.known("encryption", none, &["encrypted", "encryption_algorithm"]);
        let algorithm = encryption.as_ref().and_then(|it| it.deep_text("SSEAlgorithm")).map(str::to_owned);
        let versioning = self.known("versioning", "", &["versioning", "delete_protected", "delete_needs_mfa"]);
        let logging = self.known("logging", "", &["access_logging", "access_log_bucket"]);
        let log_bucket = logging.as_ref().and_then(|it| it.deep_text("TargetBucket")).map(str::to_owned);
        let none = "no-such-lifecycle-configuration";
        let lifecycle = self.known("lifecycle", none, &["lifecycle"]);
        let none = "object-lock-configuration-not-found-error";
        let lock = self.known("object-lock", none, &["delete_protected", "locked"]);
        let locked = lock.is_some_and(|it| it.deep_text("ObjectLockEnabled") == Some("Enabled"));
        let says = |name: &str| versioning.as_ref().and_then(|it| it.text(name)) == Some("Enabled");
        let both = |of: fn(&BucketPublicBlock) -> bool| {
            access.block.as_ref().is_some_and(of) || of_account.as_ref().is_ok_and(|it| it.as_ref().is_some_and(of))
        };
        let (ignores, restricts) = (both(|it| it.ignores_public_acls), both(|it| it.restricts_public_policies));
        let refuses = both(|it| it.refuses_public_acls) && both(|it| it.refuses_public_policies);
        let writes_by_acl = access.writes_by_acl && !ignores;
        let is_policy_known = !self.gaps.0.iter().any(|(field, _)| *field == "public_by_policy");
        let is_write_known = is_policy_known && (writes_by_acl || !access.by_policy || restricts);
        let body = Bucket {
            access_logging: log_bucket.is_some(),
            access_log_bucket: log_bucket.into(),
            account: self.caller.account.clone(),
            acls_disabled: None,
            classification: None,
            created_at: self.created_at.clone(),
            criticality: None,
            delete_needs_mfa: Some(says("MfaDelete")),
            delete_protected: says("MfaDelete") || locked,
            encrypted: algorithm.is_some(),
            encryption_algorithm: algorithm.into(),
            encryption_key: None,
            environment: None,
            expiry_days: None,
            key_owner: None,
            lifecycle: lifecycle.is_some_and(|it| it.children("Rule").any(|rule| rule.text("Status") == Some("Enabled"))),
            lock_days: None,
            locked: Some(locked),
            public_access: (access.by_policy && !restricts) || (access.by_acl && !ignores),
            public_blocked: ignores && restricts && refuses,
            public_by_acl: access.by_acl,
            public_by_policy: access.by_policy,
            public_write: is_write_known.then_some(writes_by_acl),
            public_block: Some(access.block.into()),
            region: self.region.clone(),
            replicated: None,
            shared_accounts: None,
            system: None,
            tags: None,
            tls_required: policy.is_some_and(|it| requires_tls(&it, &self.name)),
            versioning: match versioning.as_ref().and_then(|it| it.text("Status")) {
                Some("Enabled") => BucketVersioning::Enabled,
                Some("Suspended") => BucketVersioning::Suspended,
                _ => BucketVersioning::Off,
            },
            website: None,
            bucket: self.name,
        };
        let subject = format!("aws:s3::{}:bucket/{}", self.caller.account, body.bucket);
        give(facts, &subject, &body, self.from, self.gaps)
    }
}

/// The right that a line of an access list gives to everyone.
fn open_to_everyone(grant: &Tree) -> Option<&str> {
    let uri = grant.child("Grantee")?.text("URI")?;
    EVERYONE.contains(&uri).then(|| grant.text("Permission").unwrap_or("FULL_CONTROL"))
}

fn one_or_many(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Whether a statement refuses everyone, for everything in the bucket, whatever does not come over TLS.
fn requires_tls(policy: &Value, bucket: &str) -> bool {
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.as_slice(),
        Some(statement) => core::slice::from_ref(statement),
        None => &[],
    };
    statements.iter().any(|statement| {
        let principal = statement.get("Principal");
        let principal = principal.and_then(|it| it.get("AWS")).or(principal);
        let resources = one_or_many(statement.get("Resource"));
        let names =
            |end: &str| resources.iter().any(|it| it.strip_suffix(end).is_some_and(|it| it.ends_with(&format!(":::{bucket}"))));
        let conditions = statement.get("Condition").and_then(Value::as_object);
        let only_tls = conditions.is_some_and(|it| {
            let secure = it.get("Bool").and_then(Value::as_object).filter(|it| it.len() == 1);
            let secure = secure.and_then(|it| it.get("aws:SecureTransport"));
            it.len() == 1 && secure.is_some_and(|it| it == "false" || it == &Value::Bool(false))
        });
        statement.get("Effect").is_some_and(|it| it == "Deny")
            && one_or_many(principal).contains(&"*")
            && one_or_many(statement.get("Action")).iter().any(|it| *it == "*" || *it == "s3:*")
            && (resources.contains(&"*") || (names("") && names("/*")))
            && only_tls
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tls_is_required_only_by_a_statement_without_exceptions() {
        let whole = json!({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}}});
        assert!(requires_tls(&json!({"Statement": [whole]}), "b"));
        for (field, value) in [
            ("Effect", json!("Allow")),
            ("Principal", json!({"AWS": "arn:aws:iam::1:root"})),
            ("Action", json!("s3:GetObject")),
            ("Resource", json!("arn:aws:s3:::b/*")),
            ("Condition", json!({"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:PrincipalAccount": "1"}})),
        ] {
            let mut narrower = whole.clone();
            narrower[field] = value;
            assert!(!requires_tls(&json!({"Statement": narrower}), "b"), "{field}");
        }
    }
}
