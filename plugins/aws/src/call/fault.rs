//! Errors of AWS: takes an answer that is no success, gives a fault with AWS's code, or `denied` with the permission's name.

use engine_sdk::Fault;
use engine_sdk::http::Response;
use serde_json::Value;

use super::xml::Tree;

/// How AWS says that an account has no subscription to a service, and so nothing in it.
///
/// `OptInRequired` is among the errors that every service's reference lists as common: "The AWS access key ID needs a subscription
/// for the service" (`CommonErrors` of each API reference). Services that answer in JSON give the same message with the code
/// `SubscriptionRequiredException`. An account that AWS has suspended or not yet admitted gets them too, and from every service;
/// so they are believed only where EC2 has told the account's regions.
///
/// Not among them: a denied call, whose code is the same wherever a service is not offered and wherever a permission is missing;
/// an address that does not resolve, which a name server says and not AWS; an action that is not known.
const UNSUBSCRIBED: [&str; 2] = ["opt-in-required", "subscription-required-exception"];

/// Whether AWS says that the account has no subscription to the service.
pub(crate) fn is_unsubscribed(fault: &Fault) -> bool {
    UNSUBSCRIBED.contains(&fault.code.as_str())
}

/// What AWS says of an action that it did not do.
pub(super) fn of(response: &Response, action: &str) -> Fault {
    let Some(code) = code(response) else {
        return match response.clone().ok() {
            Ok(_) => Fault::invalid(format!("{action}: the answer is no error")),
            Err(fault) => fault.about(action),
        };
    };
    if ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "NotAuthorized"]
        .contains(&code.as_str())
    {
        return Fault::new("denied", format!("permission `{action}` is missing ({code})"));
    }
    Fault { retryable: response.status >= 500, ..Fault::new(kebab(&code), format!("{action}: AWS answered {code}")) }
}

fn code(response: &Response) -> Option<String> {
    let named = response.header("x-amzn-errortype").and_then(|it| it.split(':').next());
    let code = if let Some(code) = named {
        code.to_owned()
    } else if let Ok(body) = serde_json::from_slice::<Value>(&response.body) {
        let code = body.get("__type").or_else(|| body.get("code"))?.as_str()?;
        code.rsplit('#').next()?.to_owned()
    } else {
        Tree::parse(&response.body).ok()?.deep_text("Code")?.to_owned()
    };
    let is_word = !code.is_empty() && code.len() <= 100 && code.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'.');
    is_word.then_some(code)
}

/// `NoSuchEntity` as `no-such-entity`, `InvalidGroup.NotFound` as `invalid-group-not-found`.
fn kebab(code: &str) -> String {
    let mut word = String::new();
    let mut was_lower = false;
    for letter in code.chars() {
        if letter == '.' {
            word.push('-');
        } else {
            if letter.is_ascii_uppercase() && was_lower {
                word.push('-');
            }
            word.push(letter.to_ascii_lowercase());
        }
        was_lower = letter.is_ascii_lowercase() || letter.is_ascii_digit();
    }
    word
}
