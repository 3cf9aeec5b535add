//! Who may use something, by its own policy: takes a policy, gives whether everyone may, and which other accounts.

use std::collections::BTreeSet;

use serde_json::Value;

/// What a policy allows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    /// Anyone may.
    pub(crate) everyone: bool,
    /// It lets everyone under a condition that is not known here.
    pub(crate) unclear: bool,
    /// Other accounts that may.
    pub(crate) accounts: BTreeSet<String>,
}

/// Conditions that leave nobody in but those whom they name.
const NARROWING: [&str; 11] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
];

/// Those of them that name accounts.
const ACCOUNTS: [&str; 3] = ["aws:principalaccount", "aws:sourceaccount", "aws:sourceowner"];

/// Who may call a function by its policy; what is allowed by its address alone is left to whoever reads the address.
pub(crate) fn of_function(policy: &Value, own: &str) -> Reach {
    of(policy, own, &["lambda:invoke"])
}

/// Who may do what begins so, in lower case, by the policy of a thing of the account `own`.
pub(crate) fn of(policy: &Value, own: &str, actions: &[&str]) -> Reach {
    let mut reach = Reach::default();
    for statement in
        statements(policy).iter().filter(|it| it.get("Effect").is_some_and(|it| it == "Allow") && allows(it, actions))
    {
        let mut principals = statement.get("Principal").map(principals).unwrap_or_default();
        if statement.get("NotPrincipal").is_some() {
            reach.unclear = true;
        }
        if principals.contains(&"*") {
            match condition(statement.get("Condition")) {
                Some(true) => reach.everyone = true,
                Some(false) => principals.extend(named_accounts(statement)),
                None => reach.unclear = true,
            }
        }
        let accounts = principals.into_iter().map(|it| it.split(':').nth(4).unwrap_or(it));
        reach.accounts.extend(accounts.filter(|it| is_account(it) && *it != own).map(str::to_owned));
    }
    reach
}

/// Whether a text is the number of an account.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit())
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn allows(statement: &Value, actions: &[&str]) -> bool {
    let is_one = |action: &&str| {
        let action = action.to_ascii_lowercase();
        action.contains('*') || actions.iter().any(|it| action.starts_with(it))
    };
    statement.get("NotAction").is_some() || statement.get("Action").is_some_and(|it| texts(it).iter().any(is_one))
}

/// The accounts that the condition of a statement leaves in.
fn named_accounts(statement: &Value) -> Vec<&str> {
    let operators = statement.get("Condition").and_then(Value::as_object).into_iter().flat_map(|it| it.values());
    let keys = operators.filter_map(Value::as_object).flatten();
    keys.filter(|(key, _)| ACCOUNTS.contains(&key.to_ascii_lowercase().as_str())).flat_map(|(_, value)| texts(value)).collect()
}

fn principals(principal: &Value) -> Vec<&str> {
    match principal {
        Value::Object(kinds) => kinds.get("AWS").map(texts).unwrap_or_default(),
        other => texts(other),
    }
}

/// Whether a condition leaves everyone in; `None` where that cannot be told.
pub(crate) fn condition(condition: Option<&Value>) -> Option<bool> {
    let Some(condition) = condition else { return Some(true) };
    let operators = condition.as_object()?;
    let mut is_narrow = false;
    let mut is_whole = true;
    for (operator, keys) in operators {
        for (key, value) in keys.as_object()? {
            let (key, values) = (key.to_ascii_lowercase(), texts(value));
            let is_equal =
                ["StringEquals", "StringLike", "ArnEquals", "ArnLike", "ForAnyValue:StringEquals", "ForAnyValue:StringLike"]
                    .contains(&operator.as_str());
            let names = !values.is_empty() && values.iter().all(|it| it.trim_matches('*').len() > 3);
            is_narrow |= is_equal && names && NARROWING.contains(&key.as_str());
            // Such a call comes by the function's address, whose own setting says who may.
            is_narrow |= is_equal && key == "lambda:functionurlauthtype" && values == ["NONE"];
            is_narrow |= operator == "Bool" && key == "lambda:invokedviafunctionurl" && (values == ["true"] || value == true);
            is_whole = false;
        }
    }
    if is_narrow { Some(false) } else { is_whole.then_some(true) }
}

/// Whether a statement refuses everyone an action, in lower case, on a thing, whatever does not come over TLS.
pub(crate) fn refuses_without_tls(policy: &Value, action: &str, arn: &str) -> bool {
    statements(policy).iter().any(|statement| {
        let principals = statement.get("Principal").map(principals).unwrap_or_default();
        let actions = statement.get("Action").map(texts).unwrap_or_default();
        let service = action.split(':').next().unwrap_or_default();
        let all = |it: &str| it == "*" || it == action || it.strip_suffix(":*").is_some_and(|it| it == service);
        let resources = statement.get("Resource").map(texts).unwrap_or_default();
        let conditions = statement.get("Condition").and_then(Value::as_object).filter(|it| it.len() == 1);
        let secure = conditions.and_then(|it| it.get("Bool")?.as_object()).filter(|it| it.len() == 1);
        let secure = secure.and_then(|it| it.iter().find(|(key, _)| key.eq_ignore_ascii_case("aws:SecureTransport")));
        statement.get("Effect").is_some_and(|it| it == "Deny")
            && principals.contains(&"*")
            && actions.iter().any(|it| all(&it.to_ascii_lowercase()))
            && resources.iter().any(|it| *it == "*" || *it == arn)
            && secure.is_some_and(|(_, value)| value == false || texts(value) == ["false"])
    })
}

fn statements(policy: &Value) -> &[Value] {
    match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.as_slice(),
        Some(statement) => core::slice::from_ref(statement),
        None => &[],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(principal: &Value, condition: Option<Value>, everyone: bool, unclear: bool, accounts: &[&str]) {
        let mut statement = json!({"Effect": "Allow", "Action": "lambda:InvokeFunction", "Principal": principal});
        if let Some(condition) = condition {
            statement["Condition"] = condition;
        }
        let expected = Reach { everyone, unclear, accounts: accounts.iter().map(|it| (*it).to_owned()).collect() };
        assert_eq!(of_function(&json!({ "Statement": statement }), "111111111111"), expected);
    }

    #[test]
    fn a_policy_opens_to_everyone_to_accounts_or_only_under_a_condition_that_names_somebody() {
        check(&json!("*"), None, true, false, &[]);
        check(&json!({"AWS": ["*"]}), None, true, false, &[]);
        check(&json!("*"), Some(json!({"StringEquals": {"aws:PrincipalOrgID": "o-12345"}})), false, false, &[]);
        check(&json!("*"), Some(json!({"StringLike": {"aws:SourceArn": "*"}})), false, true, &[]);
        check(&json!("*"), Some(json!({"StringNotEquals": {"aws:SourceAccount": "222222222222"}})), false, true, &[]);
        check(&json!("*"), Some(json!({"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}})), false, false, &[]);
        check(&json!("*"), Some(json!({"StringEquals": {"AWS:SourceOwner": "111111111111"}})), false, false, &[]);
        check(&json!("*"), Some(json!({"StringEquals": {"aws:SourceAccount": "222222222222"}})), false, false, &["222222222222"]);
        check(&json!({"Service": "s3.amazonaws.com"}), None, false, false, &[]);
        check(
            &json!({"AWS": ["arn:aws:iam::222222222222:root", "333333333333"]}),
            None,
            false,
            false,
            &["222222222222", "333333333333"],
        );
        check(&json!({"AWS": "arn:aws:iam::111111111111:root"}), None, false, false, &[]);
    }
    #[test]
    fn only_what_allows_the_actions_in_question_counts() {
        let policy = |action: &str| json!({"Statement": [{"Effect": "Allow", "Action": action, "Principal": "*"}]});
        for (action, everyone) in [("SNS:Publish", true), ("sns:*", true), ("*", true), ("sns:GetTopicAttributes", false)] {
            assert_eq!(of(&policy(action), "111111111111", &["sns:publish"]).everyone, everyone, "{action}");
        }
    }

    #[test]
    fn tls_is_asked_of_everyone_or_not_at_all() {
        let deny = json!({"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "SNS:Publish", "Resource": "arn:t",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}}});
        assert!(refuses_without_tls(&json!({"Statement": [deny]}), "sns:publish", "arn:t"));
        for (field, value) in [
            ("Effect", json!("Allow")),
            ("Principal", json!({"AWS": "111111111111"})),
            ("Action", json!("sns:Subscribe")),
            ("Resource", json!("arn:other")),
            ("Condition", json!({"Bool": {"aws:SecureTransport": "true"}})),
            ("Condition", json!({"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"a": "b"}})),
        ] {
            let mut other = deny.clone();
            other[field] = value;
            assert!(!refuses_without_tls(&json!({ "Statement": other }), "sns:publish", "arn:t"), "{other}");
        }
    }
}
