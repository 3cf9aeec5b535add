//! Who may call something, by its own policy: takes a policy, gives whether everyone may, and which other accounts.

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
const NARROWING: [&str; 10] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourcevpc",
    "aws:sourcevpce",
];

/// Who may call a function by its policy; what is allowed by its address alone is left to whoever reads the address.
pub(crate) fn of_function(policy: &Value, own: &str) -> Reach {
    let mut reach = Reach::default();
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.as_slice(),
        Some(statement) => core::slice::from_ref(statement),
        None => &[],
    };
    for statement in statements.iter().filter(|it| it.get("Effect").is_some_and(|it| it == "Allow") && calls(it)) {
        let principals = statement.get("Principal").map(principals).unwrap_or_default();
        if statement.get("NotPrincipal").is_some() {
            reach.unclear = true;
        }
        if principals.contains(&"*") {
            match condition(statement.get("Condition")) {
                Some(true) => reach.everyone = true,
                Some(false) => {}
                None => reach.unclear = true,
            }
        }
        let accounts = principals.into_iter().map(|it| it.split(':').nth(4).unwrap_or(it));
        reach.accounts.extend(accounts.filter(|it| is_account(it) && *it != own).map(str::to_owned));
    }
    reach
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit())
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn calls(statement: &Value) -> bool {
    let is_call = |action: &&str| {
        let action = action.to_ascii_lowercase();
        action.contains('*') || action.starts_with("lambda:invoke")
    };
    statement.get("NotAction").is_some() || statement.get("Action").is_some_and(|it| texts(it).iter().any(is_call))
}

fn principals(principal: &Value) -> Vec<&str> {
    match principal {
        Value::Object(kinds) => kinds.get("AWS").map(texts).unwrap_or_default(),
        other => texts(other),
    }
}

/// Whether a condition leaves everyone in; `None` where that cannot be told.
fn condition(condition: Option<&Value>) -> Option<bool> {
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
}
