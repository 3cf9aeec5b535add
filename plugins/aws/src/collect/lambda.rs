//! `compute.function@1`. The host takes the values of the environment out of the answers; only names come here.

use engine_sdk::http::path_part;
use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::compute::{Function, FunctionPackaging};
use engine_sdk::{Facts, Fault};
use serde_json::Value;

use super::{Gaps, give, key_name, reach, runtime, unless, unless_absent};
use crate::call::{Answer, Caller};
use crate::times::instant;

const NONE: &str = "resource-not-found-exception";

/// Every function of the region.
pub(crate) fn functions(caller: &Caller<'_>, region: &str, facts: &mut Facts<'_, Function>) -> Result<(), Fault> {
    let listed = unless_absent(caller.rest_all("lambda", region, "ListFunctions", ("/2015-03-31/functions/", "Functions")))?;
    let names: Vec<String> = listed.iter().map(|it| needed(&it.value, "FunctionName")).collect::<Result<_, _>>()?;
    let paths = |version: &str, of: &str| -> Vec<String> {
        names.iter().map(|name| format!("/{version}/functions/{}/{of}", path_part(name))).collect()
    };
    let policies = caller.rest_each("lambda", region, "GetPolicy", &paths("2015-03-31", "policy"));
    let urls = caller.rest_each("lambda", region, "GetFunctionUrlConfig", &paths("2021-10-31", "url"));
    for (((listed, name), policy), url) in listed.into_iter().zip(names).zip(policies).zip(urls) {
        one(caller, region, (name, listed), (unless(NONE, policy), unless(NONE, url)), facts)?;
    }
    Ok(())
}

fn text<'a>(of: &'a Value, pointer: &str) -> Option<&'a str> {
    of.pointer(pointer).and_then(Value::as_str).filter(|it| !it.is_empty())
}

fn needed(of: &Value, field: &str) -> Result<String, Fault> {
    let text = of.get(field).and_then(Value::as_str);
    text.map(str::to_owned).ok_or_else(|| Fault::invalid(format!("lambda:ListFunctions: a function has no `{field}`")))
}

type Maybe = Result<Option<Answer<Value>>, Fault>;

fn one(
    caller: &Caller<'_>,
    region: &str,
    (name, listed): (String, Answer<Value>),
    (policy, url): (Maybe, Maybe),
    facts: &mut Facts<'_, Function>,
) -> Result<(), Fault> {
    let mut gaps = Gaps::default();
    let policy = gaps.or_gap(&["public_access", "shared_accounts"], policy).flatten();
    let url = gaps.or_gap(&["public_access", "url", "url_authenticated"], url).flatten();
    let from: Vec<_> =
        [Some(listed.from), policy.as_ref().map(|it| it.from), url.as_ref().map(|it| it.from)].into_iter().flatten().collect();
    let reach = policy.map_or_else(|| Ok(reach::Reach::default()), |it| reach_of(&it.value, &caller.account));
    let reach = gaps.or_gap(&["public_access", "shared_accounts"], reach).unwrap_or_default();
    let is_open = url.as_ref().is_some_and(|it| text(&it.value, "/AuthType") != Some("AWS_IAM"));
    if reach.unclear && !reach.everyone && !is_open {
        gaps.add(&["public_access"], "its policy lets everyone call it under a condition that this collector does not read");
    }
    let of = &listed.value;
    let is_image = text(of, "/PackageType") == Some("Image");
    let runtime = text(of, "/Runtime").filter(|_| !is_image);
    let end = runtime.map(runtime::support_end);
    if end == Some(None) {
        gaps.add(
            &["runtime_deprecated", "runtime_support_end_at"],
            "this collector does not know until when the runtime is mended",
        );
    }
    let end: Nullable<String> = end.flatten().into();
    let now = instant(&Value::from(caller.run.host().started_at())).unwrap_or_default();
    let group = text(of, "/LoggingConfig/LogGroup").map_or_else(|| format!("/aws/lambda/{name}"), str::to_owned);
    let variables = of.pointer("/Environment/Variables").and_then(Value::as_object);
    let mut environment_names: Vec<String> = variables.into_iter().flat_map(|it| it.keys().cloned()).collect();
    environment_names.sort();
    let body = Function {
        account: caller.account.clone(),
        classification: None,
        code_signed: is_image.then_some(Nullable::Null),
        criticality: None,
        dead_letters: text(of, "/DeadLetterConfig/TargetArn").map(|_| true),
        encryption_key: Some(text(of, "/KMSKeyArn").map(key_name).into()),
        environment: None,
        environment_names,
        log_group: Some(Nullable::Value(group)),
        modified_at: text(of, "/LastModified").map(|it| it.replace("+0000", "Z")),
        packaging: if is_image { FunctionPackaging::Image } else { FunctionPackaging::Archive },
        public_access: reach.everyone || is_open,
        region: region.to_owned(),
        role: text(of, "/Role").map(key_name).into(),
        runtime: runtime.map(str::to_owned).into(),
        runtime_deprecated: Some(match &end {
            Nullable::Value(end) => Nullable::Value(end < &now),
            Nullable::Null => Nullable::Null,
        }),
        runtime_support_end_at: Some(end),
        shared_accounts: Some(reach.accounts.into_iter().collect()),
        system: None,
        tags: None,
        tracing: text(of, "/TracingConfig/Mode").map(|it| it == "Active"),
        url: Some(url.as_ref().and_then(|it| text(&it.value, "/FunctionUrl")).map(str::to_owned).into()),
        url_authenticated: Some(url.as_ref().map(|_| !is_open).into()),
        vpc: text(of, "/VpcConfig/VpcId").map(str::to_owned).into(),
        name,
    };
    give(facts, &format!("aws:lambda:{region}:{}:function/{}", caller.account, body.name), &body, from, gaps)
}

fn reach_of(answer: &Value, own: &str) -> Result<reach::Reach, Fault> {
    let policy = text(answer, "/Policy").ok_or_else(|| Fault::invalid("lambda:GetPolicy: the answer has no `Policy`"))?;
    Ok(reach::of_function(&serde_json::from_str(policy)?, own))
}
