//! Users, groups, roles and policies against recorded answers.

use engine_sdk::testing::{Recorded, Said};
use engine_sdk::{Collector as _, Run};
use serde_json::{Value, json};

use crate::Aws;

const STS: &str = "GET https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15";
const PAGE: &str = "GET https://iam.amazonaws.com/?Action=GetAccountAuthorizationDetails&Version=2010-05-08";
const DENIED: &str = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
const KINDS: [&str; 2] = ["identity.role@1", "identity.policy@1"];

fn recorded(kinds: &[&str]) -> Recorded {
    let config = r#"{"accounts":["123456789012"],"regions":["eu-west-1"]}"#;
    let identity = "<R><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></R>";
    Recorded::new().config(config).kinds(kinds).answer(STS, 200, identity)
}

fn collected(host: Recorded) -> Recorded {
    Aws::collect(&Run::new(&host).unwrap()).unwrap();
    host
}

/// What an account has, in AWS's form.
#[derive(Default)]
struct World {
    users: String,
    groups: String,
    roles: String,
    policies: String,
}

fn document(statements: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

fn allow(action: &str, resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

fn inline(list: &str, statements: &Value) -> String {
    let text = document(statements);
    format!("<{list}><member><PolicyName>own</PolicyName><PolicyDocument>{text}</PolicyDocument></member></{list}>")
}

fn member(sort: &str, name: &str, rest: &str) -> String {
    let lower = sort.to_lowercase();
    format!(
        "<member><Path>/</Path><{sort}Name>{name}</{sort}Name><Arn>arn:aws:iam::123456789012:{lower}/{name}</Arn>\
         <CreateDate>2026-01-01T00:00:00Z</CreateDate>{rest}</member>"
    )
}

impl World {
    fn user(mut self, name: &str, statements: &Value, rest: &str) -> Self {
        self.users += &member("User", name, &(inline("UserPolicyList", statements) + rest));
        self
    }

    fn group(mut self, name: &str, statements: &Value) -> Self {
        self.groups += &member("Group", name, &inline("GroupPolicyList", statements));
        self
    }

    fn role(mut self, name: &str, trust: &Value, statements: &Value) -> Self {
        let trust = format!("<AssumeRolePolicyDocument>{}</AssumeRolePolicyDocument>", document(trust));
        self.roles += &member("Role", name, &(inline("RolePolicyList", statements) + &trust));
        self
    }

    fn policy(mut self, name: &str, text: &str) -> Self {
        let policy = format!(
            "<member><Arn>arn:aws:iam::123456789012:policy/team/{name}</Arn><AttachmentCount>1</AttachmentCount>\
             <CreateDate>2026-01-01T00:00:00Z</CreateDate><PolicyVersionList>\
             <member><Document>{{}}</Document><IsDefaultVersion>false</IsDefaultVersion></member>\
             <member><Document>{text}</Document><IsDefaultVersion>true</IsDefaultVersion></member></PolicyVersionList></member>"
        );
        self.policies += &policy;
        self
    }

    fn page(&self, rest: &str) -> String {
        let Self { users, groups, roles, policies } = self;
        format!(
            "<R><X><UserDetailList>{users}</UserDetailList><GroupDetailList>{groups}</GroupDetailList>\
             <RoleDetailList>{roles}</RoleDetailList><Policies>{policies}</Policies>{rest}</X></R>"
        )
    }

    /// The roles and policies of it, each by its subject's last part.
    fn seen(&self) -> Recorded {
        collected(recorded(&KINDS).answer(PAGE, 200, &self.page("<IsTruncated>false</IsTruncated>")))
    }

    /// Whether a role is an administrator.
    fn role_administers(&self, name: &str) -> Option<bool> {
        let facts = self.seen().bodies("identity.role@1");
        facts[&format!("aws:iam::123456789012:role/{name}")].get("administrator").and_then(Value::as_bool)
    }

    /// Whether a user is an administrator, with what was said where that is a gap.
    fn user_administers(&self, name: &str) -> Result<bool, String> {
        let users = format!(
            "<R><Users><member><UserName>{name}</UserName><CreateDate>2026-01-01T00:00:00Z</CreateDate></member></Users></R>"
        );
        let listed = "GET https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08";
        let host = recorded(&["identity.user@1"]).answer(PAGE, 200, &self.page("")).answer(listed, 200, &users);
        let line = collected(host).said().into_iter().find_map(|said| match said {
            Said::Fact { line, .. } => Some(line),
            _ => None,
        });
        let line = line.unwrap();
        line["body"]["administrator"].as_bool().ok_or_else(|| line["$gaps"]["administrator"].to_string())
    }
}

fn trusting(principal: &Value) -> Value {
    json!([{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}])
}

#[test]
fn pages_are_read_to_the_end_and_a_policy_on_a_later_one_counts() {
    let attached = "<AttachedManagedPolicies><member><PolicyName>all</PolicyName>\
        <PolicyArn>arn:aws:iam::123456789012:policy/team/all</PolicyArn></member></AttachedManagedPolicies>";
    let first = World::default().role("reader", &json!([]), &json!([]));
    let holder = member(
        "Role",
        "holder",
        &format!("{attached}<AssumeRolePolicyDocument>%7B%22Statement%22%3A%5B%5D%7D</AssumeRolePolicyDocument><RoleLastUsed/>"),
    );
    let first = World { roles: first.roles + &holder, ..first };
    let everything =
        "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%7D";
    let second = World::default().policy("all", everything);
    let third = World::default().role("last", &json!([]), &json!([]));
    let more = |marker: &str| format!("<IsTruncated>true</IsTruncated><Marker>{marker}</Marker>");
    let host = recorded(&KINDS).answer(PAGE, 200, &first.page(&more("m1")));
    let host = host.answer(&format!("{PAGE}&Marker=m1"), 200, &second.page(&more("m2")));
    let host = collected(host.answer(&format!("{PAGE}&Marker=m2"), 200, &third.page("<IsTruncated>false</IsTruncated>")));
    assert_eq!(host.complete_counts()["identity.role@1 aws:123456789012"], 3);
    assert_eq!(host.complete_counts()["identity.policy@1 aws:123456789012"], 3);
    let role = &host.bodies("identity.role@1")["aws:iam::123456789012:role/holder"];
    assert_eq!((&role["administrator"], &role["policies"], &role["last_used_at"]), (&json!(true), &json!(["all"]), &json!(null)));
    let policies = host.bodies("identity.policy@1");
    let policy = &policies["aws:iam::123456789012:policy/all"];
    assert_eq!((&policy["grants_everything"], &policy["grants_administration"]), (&json!(true), &json!(true)));
    assert_eq!((&policy["attached_to"], &policy["wildcard_services"]), (&json!(["role/holder"]), &json!(["*"])));
    let inline = &policies["aws:iam::123456789012:role/reader/policy/own"];
    assert_eq!((&inline["inline"], &inline["grants_administration"]), (&json!(true), &json!(false)));
}

#[test]
fn denied_details_are_one_gap_of_roles_and_policies_each_and_a_gap_of_the_field_of_groups() {
    let groups = "GET https://iam.amazonaws.com/?Action=ListGroups&Version=2010-05-08";
    let page = "<R><Groups><member><GroupName>staff</GroupName></member></Groups></R>";
    let host = recorded(&["identity.role@1", "identity.policy@1", "identity.group@1"]);
    let host = collected(host.answer(PAGE, 403, DENIED).answer(groups, 200, page));
    for kind in KINDS {
        let gaps = host.gaps(kind);
        assert_eq!((gaps.len(), gaps[0].code.as_str()), (1, "denied"));
        assert!(gaps[0].message.contains("`iam:GetAccountAuthorizationDetails`"), "{}", gaps[0].message);
    }
    let said = format!("{:?}", host.said());
    assert!(host.bodies("identity.group@1")["aws:iam::123456789012:group/staff"].get("administrator").is_none());
    assert_eq!(said.matches("permission `iam:GetAccountAuthorizationDetails` is missing").count(), 3, "{said}");
}

#[test]
fn an_answer_without_its_lists_or_its_next_page_is_a_gap_and_not_an_empty_account() {
    for answer in ["<R><X/></R>".to_owned(), World::default().page("<IsTruncated>true</IsTruncated>")] {
        let host = collected(recorded(&KINDS).answer(PAGE, 200, &answer));
        assert_eq!(host.gaps("identity.role@1")[0].code, "invalid");
        assert_eq!(host.complete_counts().len(), 0);
    }
}

/// `true` and `false` are sure; `None` is a gap.
#[track_caller]
fn check(statements: &Value, expected: Option<bool>) {
    let found = World::default().role("x", &json!([]), statements).role_administers("x");
    assert_eq!(found, expected, "{statements}");
}

#[test]
fn whoever_can_write_policies_administers_whatever_the_statement_is_called() {
    check(&json!([allow("*", "*")]), Some(true));
    check(&json!([allow("*:*", "*")]), Some(true));
    check(&json!([allow("iam:*", "*")]), Some(true));
    check(&json!([allow("IAM:Put*", "arn:aws:iam::*:role/*")]), Some(true));
    check(&json!([allow("iam:AttachRolePolicy", "arn:aws:iam::123456789012:role/x")]), Some(true));
    check(&json!([{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}]), Some(true));
    check(&json!([{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::x"}]), Some(true));
    check(&json!([{"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}]), Some(false));
    check(&json!([allow("s3:*", "*"), allow("iam:Get*", "*"), allow("iam:List*", "*")]), Some(false));
    check(&json!([allow("*", "arn:aws:s3:::bucket/*")]), Some(false));
    check(&json!([allow("iam:PutRolePolicy", "arn:aws:iam::*:role/aws-service-role/x")]), Some(false));
    check(&json!([]), Some(false));
}

#[test]
fn what_hangs_on_a_condition_a_denial_or_on_what_is_not_there_is_no_answer() {
    let network = json!({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}});
    let second_factor = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
    let everything = |condition: &Value| json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition});
    check(&json!([everything(&network)]), None);
    check(&json!([everything(&second_factor)]), Some(true));
    let deny = |action: &str, resource: &str, condition: Value| json!([allow("*", "*"), {"Effect": "Deny", "Action": action, "Resource": resource, "Condition": condition}]);
    check(&deny("iam:*", "*", json!({})), Some(false));
    check(&deny("iam:Put*", "*", json!({})), Some(true));
    check(&deny("s3:*", "*", json!({})), Some(true));
    check(&deny("iam:*", "arn:aws:iam::123456789012:role/other", json!({})), Some(true));
    check(&deny("*", "*", network.clone()), None);
    check(&deny("*", "*", json!({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}})), Some(true));
    check(&json!([allow("iam:PutRolePolicy", "arn:aws:iam::123456789012:role/app-*")]), None);
    check(&json!([allow("iam:SetDefaultPolicyVersion", "*")]), None);
}

#[test]
fn a_user_has_what_its_groups_have_and_only_what_its_limit_allows() {
    let in_group = "<GroupList><member>staff</member></GroupList>";
    let of = |group: Value, user: Value, rest: &str, limit: &Value| {
        let limit = document(limit);
        World::default().group("staff", &group).user("alice", &user, rest).policy("limit", &limit).user_administers("alice")
    };
    let none = json!([]);
    let all = json!([allow("*", "*")]);
    assert_eq!(of(all.clone(), none.clone(), in_group, &none), Ok(true));
    assert_eq!(of(all.clone(), none.clone(), "", &none), Ok(false));
    let limited = "<PermissionsBoundary><PermissionsBoundaryArn>arn:aws:iam::123456789012:policy/team/limit</PermissionsBoundaryArn></PermissionsBoundary>";
    assert_eq!(of(none.clone(), all.clone(), limited, &json!([allow("s3:*", "*")])), Ok(false));
    assert_eq!(of(none.clone(), all.clone(), limited, &all), Ok(true));
    let lifted = json!([allow("iam:DeleteUserPermissionsBoundary", "*")]);
    assert!(of(none.clone(), all.clone(), limited, &lifted).is_err());
    let gone = limited.replace("team/limit", "team/gone");
    assert!(of(none.clone(), all.clone(), &gone, &all).unwrap_err().contains("cannot be told"));
    let itself = "arn:aws:iam::*:user/${aws:username}";
    assert_eq!(of(none.clone(), json!([allow("iam:PutUserPolicy", itself)]), "", &none), Ok(true));
    assert_eq!(of(all, json!([allow("iam:CreateAccessKey", itself)]), "", &none), Ok(false));
    let unread = "<AttachedManagedPolicies><member><PolicyName>x</PolicyName><PolicyArn>arn:aws:iam::aws:policy/x</PolicyArn></member></AttachedManagedPolicies>";
    assert!(of(none.clone(), none.clone(), unread, &none).unwrap_err().contains("policy x"));
    let administrator = unread.replace("policy/x", "policy/AdministratorAccess");
    assert_eq!(of(none.clone(), none.clone(), &administrator, &none), Ok(true));
    let denied = json!([{"Effect": "Deny", "Action": "*", "Resource": "*"}]);
    assert_eq!(of(none.clone(), denied, &administrator, &none), Ok(false));
    assert!(World::default().user_administers("alice").unwrap_err().contains("does not have user/alice"));
}

#[test]
fn who_can_reach_an_administrator_is_one() {
    let account = json!({"AWS": "arn:aws:iam::123456789012:root"});
    let machine = json!({"Service": "ec2.amazonaws.com"});
    let all = json!([allow("*", "*")]);
    let reaching = |trust: &Value, statements: Value| {
        World::default().role("top", trust, &all).user("alice", &statements, "").user_administers("alice")
    };
    let role = "arn:aws:iam::123456789012:role/top";
    assert_eq!(reaching(&trusting(&account), json!([allow("sts:AssumeRole", role)])), Ok(true));
    assert_eq!(
        reaching(&trusting(&account), json!([allow("sts:AssumeRole", "arn:aws:iam::123456789012:role/other")])),
        Ok(false)
    );
    assert_eq!(reaching(&trusting(&account), json!([])), Ok(false));
    let alice = json!({"AWS": "arn:aws:iam::123456789012:user/alice"});
    assert_eq!(reaching(&trusting(&alice), json!([])), Ok(true));
    assert_eq!(reaching(&trusting(&alice), json!([{"Effect": "Deny", "Action": "sts:*", "Resource": "*"}])), Ok(false));
    let word = json!([{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": account,
        "Condition": {"StringEquals": {"sts:ExternalId": "x"}}}]);
    assert!(reaching(&word, json!([allow("sts:AssumeRole", "*")])).unwrap_err().contains("role/top"));
    let starting = json!([allow("iam:PassRole", role), allow("ec2:RunInstances", "*")]);
    assert_eq!(reaching(&trusting(&machine), starting.clone()), Ok(true));
    assert_eq!(reaching(&trusting(&account), starting), Ok(false));
    assert!(reaching(&trusting(&machine), json!([allow("iam:PassRole", "*")])).is_err());
    assert!(reaching(&trusting(&machine), json!([allow("ssm:SendCommand", "*")])).unwrap_err().contains("ssm:sendcommand"));
    assert_eq!(reaching(&json!([]), json!([allow("iam:UpdateAssumeRolePolicy", "*")])), Ok(true));
    let middle = json!([allow("sts:AssumeRole", role)]);
    let chain = World::default().role("middle", &trusting(&alice), &middle).role("top", &trusting(&account), &all);
    assert_eq!(chain.user("alice", &json!([]), "").user_administers("alice"), Ok(true));
    let keys = World::default().user("root-like", &all, "").user("alice", &json!([allow("iam:CreateAccessKey", "*")]), "");
    assert_eq!(keys.user_administers("alice"), Ok(true));
    let group = World::default().group("admins", &all).user("alice", &json!([allow("iam:AddUserToGroup", "*")]), "");
    assert_eq!(group.user_administers("alice"), Ok(true));
}

/// Whether anyone may take a role on, and what is said of the first whom it trusts.
#[track_caller]
fn trusts(statement: &Value, anyone: Option<bool>, first: &Value) {
    let host = World::default().role("x", &json!([statement]), &json!([])).seen();
    let body = &host.bodies("identity.role@1")["aws:iam::123456789012:role/x"];
    assert_eq!(body.get("trusts_anyone").and_then(Value::as_bool), anyone, "{body}");
    for (field, value) in first.as_object().unwrap() {
        assert_eq!(&body["trusts"][0][field], value, "`{field}` of {body}");
    }
    assert_eq!(body["trusts_external"], body["trusts"][0]["external"], "{body}");
}

#[test]
fn whom_a_role_trusts_is_named_with_the_conditions() {
    let of = |principal: Value, action: &str, condition: Value| {
        let action = format!("sts:AssumeRole{action}");
        json!({"Effect": "Allow", "Action": action, "Principal": principal, "Condition": condition})
    };
    let anyone = |condition: Value| of(json!({"AWS": "*"}), "", condition);
    let everyone = json!({"principal_type": "anyone", "principal": "*", "account": null, "external": true});
    trusts(&anyone(json!({})), Some(true), &everyone);
    trusts(&anyone(json!({"StringEquals": {"sts:ExternalId": "x"}})), Some(true), &json!({"external_id_required": true}));
    trusts(&anyone(json!({"StringEquals": {"aws:PrincipalOrgID": "o-12345"}})), Some(false), &everyone);
    trusts(&anyone(json!({"StringEquals": {"aws:PrincipalAccount": "123456789012"}})), Some(false), &json!({"external": false}));
    trusts(&anyone(json!({"IpAddress": {"aws:SourceIp": ["192.0.2.0/24"]}})), Some(false), &everyone);
    trusts(&anyone(json!({"StringLike": {"aws:UserAgent": "x"}})), None, &everyone);
    let other = json!({"principal_type": "account", "account": "210987654321", "external": true, "external_id_required": true,
        "conditions": ["sts:ExternalId"], "mfa_required": false});
    let word = json!({"StringEquals": {"sts:ExternalId": "x"}});
    trusts(&of(json!({"AWS": "arn:aws:iam::210987654321:root"}), "", word), Some(false), &other);
    let second_factor = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
    let own = json!({"principal_type": "account", "external": false, "mfa_required": true});
    trusts(&of(json!({"AWS": "123456789012"}), "", second_factor), Some(false), &own);
    let user = json!({"principal_type": "user", "account": "210987654321", "external": true, "conditions": []});
    trusts(&of(json!({"AWS": "arn:aws:iam::210987654321:user/x"}), "", json!({})), Some(false), &user);
    let service = json!({"principal_type": "service", "account": null, "external": false});
    trusts(&of(json!({"Service": "ec2.amazonaws.com"}), "", json!({})), Some(false), &service);
    trusts(
        &of(json!({"AWS": "AIDAEXAMPLE"}), "", json!({})),
        Some(false),
        &json!({"principal_type": "other", "external": false}),
    );
    let saml = json!({"Federated": "arn:aws:iam::123456789012:saml-provider/company"});
    let federation = json!({"principal_type": "federation", "account": null, "external": false});
    trusts(&of(saml, "WithSAML", json!({})), Some(false), &federation);
    let github = || json!({"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"});
    let claim = |claim: &str, value: &str| json!({"StringLike": {format!("token.actions.githubusercontent.com:{claim}"): value}});
    for (condition, is_open) in [
        (json!({}), true),
        (claim("aud", "sts.amazonaws.com"), true),
        (claim("sub", "repo:*"), true),
        (claim("sub", "repo:acme/*"), false),
    ] {
        trusts(&of(github(), "WithWebIdentity", condition), Some(is_open), &federation);
    }
    let google = json!({"Federated": "accounts.google.com"});
    let audience = json!({"StringEquals": {"accounts.google.com:aud": "app"}});
    trusts(&of(google, "WithWebIdentity", audience), Some(false), &json!({"external": true}));
}

#[test]
fn a_trust_that_cannot_be_read_leaves_out_whom_it_names_and_is_open_to_who_could_be_meant() {
    let mut world = World::default().role("top", &json!([]), &json!([allow("*", "*")])).user("alice", &json!([]), "");
    world.roles = world.roles.replace("<AssumeRolePolicyDocument>{", "<AssumeRolePolicyDocument>{{");
    let host = world.seen();
    let body = &host.bodies("identity.role@1")["aws:iam::123456789012:role/top"];
    for field in ["trusts", "trusts_anyone", "trusts_external", "external_accounts"] {
        assert_eq!(body.get(field), None, "{body}");
    }
    assert!(world.user_administers("alice").is_err());
}
