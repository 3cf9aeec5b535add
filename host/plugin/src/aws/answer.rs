//! What AWS says of keys: errors about a signature, requests to slow down, and the keys of a role.
//!
//! Takes answers, which are not trusted, and gives codes, faults and keys. A fault's text is plain and short.

use model::{Fault, Timestamp};
use reqwest::header::{DATE, HeaderMap};
use roxmltree::Document;
use serde_json::Value;

use super::grant::RoleArn;
use super::keys::Keys;
use crate::answer::fault;
use crate::filter::secret::Secret;

/// An error is small; what is larger is not one.
const MAX_ERROR: usize = 64 * 1024;
const MAX_MESSAGE: usize = 300;

/// The codes by which services ask to slow down, whatever the status.
const THROTTLED: &[&str] = &[
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

/// An error as AWS writes it, in XML, JSON or a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AwsError {
    pub(crate) code: String,
    pub(crate) message: String,
}

/// The error that an answer holds, if it does.
pub(crate) fn error_of(status: u16, headers: &HeaderMap, body: &[u8]) -> Option<AwsError> {
    if status < 400 || body.len() > MAX_ERROR {
        return None;
    }
    let text = core::str::from_utf8(body).ok()?;
    let (code, message) = in_xml(text).or_else(|| in_json(text)).unwrap_or_default();
    let named = headers.get("x-amzn-errortype").and_then(|value| value.to_str().ok());
    let code = named.map_or(code, str::to_owned);
    // `com.amazon.coral#CODE:http://…` is the longest form there is.
    let code = code.split(':').next().and_then(|it| it.rsplit('#').next()).unwrap_or_default();
    let fits = (1..=100).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    fits.then(|| AwsError { code: code.to_owned(), message: readable(&message) })
}

fn in_xml(text: &str) -> Option<(String, String)> {
    let Ok(document) = Document::parse(text) else {
        // The beginning of an error names its code.
        let code = text.split_once("<Code>")?.1.split_once("</Code>")?.0;
        return Some((code.to_owned(), String::new()));
    };
    let first = |name: &str| {
        let node = document.descendants().find(|node| node.tag_name().name() == name)?;
        Some(node.text().unwrap_or_default().trim().to_owned())
    };
    Some((first("Code")?, first("Message").unwrap_or_default()))
}

fn in_json(text: &str) -> Option<(String, String)> {
    let value: Value = serde_json::from_str(text).ok()?;
    let first = |names: &[&str]| names.iter().find_map(|name| Some(value.get(name)?.as_str()?.to_owned()));
    let code = first(&["__type", "code", "Code"]).unwrap_or_default();
    Some((code, first(&["message", "Message"]).unwrap_or_default()))
}

/// A text of a server as it may stand in a sentence of ours.
pub(crate) fn readable(text: &str) -> String {
    let plain = |it: char| if it.is_control() { ' ' } else { it };
    text.chars().map(plain).take(MAX_MESSAGE).collect::<String>().trim().to_owned()
}

/// Whether the server asks to slow down.
pub(crate) fn is_throttled(error: &AwsError) -> bool {
    THROTTLED.contains(&error.code.as_str())
}

/// An answer that is about the keys or the signature: the host's affair, not the guest's.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) fault: Fault,
    /// Other keys of the same role would do.
    pub(crate) is_expired: bool,
}

/// Why the signature itself was refused; `None` when the error is about something else.
pub(crate) fn refusal(error: &AwsError, headers: &HeaderMap, now: Timestamp, credential: &str) -> Option<Refusal> {
    let begin = format!("AWS refused the credential `{credential}` ({})", error.code);
    let is_signature = matches!(error.code.as_str(), "SignatureDoesNotMatch" | "InvalidSignatureException");
    let is_of_time = ["Signature expired", "Signature not yet current"].iter().any(|says| error.message.contains(says));
    let (code, says, is_expired) = match error.code.as_str() {
        "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" => {
            ("denied", "its session token has expired: give it new keys".to_owned(), true)
        }
        "RequestTimeTooSkewed" | "RequestExpired" | "RequestInTheFuture" => ("unavailable", skew(headers, now), false),
        _ if is_signature && is_of_time => ("unavailable", skew(headers, now), false),
        "SignatureDoesNotMatch" | "InvalidSignatureException" | "IncompleteSignature" | "IncompleteSignatureException" => {
            let says = "the secret access key does not belong to the key's id, or the service or region is not the server's";
            ("denied", says.to_owned(), false)
        }
        _ => return None,
    };
    Some(Refusal { fault: fault(code, format!("{begin}: {says}")), is_expired })
}

fn skew(headers: &HeaderMap, now: Timestamp) -> String {
    let date = headers.get(DATE).and_then(|value| value.to_str().ok());
    let server = date.and_then(|text| jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok());
    let apart = server.map(|server| now.as_second().saturating_sub(server.as_second()));
    match apart.filter(|apart| *apart != 0) {
        Some(apart) if apart > 0 => format!("this machine's clock is {apart} s ahead of the server's: set it"),
        Some(apart) => format!("this machine's clock is {} s behind the server's: set it", apart.unsigned_abs()),
        None => "this machine's clock and the server's are too far apart: set it".to_owned(),
    }
}

/// Why a role could not be taken on.
pub(crate) fn role_refusal(error: Option<&AwsError>, status: u16, role: &RoleArn) -> Fault {
    let begin = format!("the role `{role}` cannot be assumed");
    let Some(AwsError { code, message }) = error else {
        let code = if status < 500 { "denied" } else { "unavailable" };
        return fault(code, format!("{begin}: the server answered with status {status}"));
    };
    let says = match code.as_str() {
        "AccessDenied" => {
            "its trust policy and the keys' own policy must both allow it, with the external id if one is asked for"
        }
        "InvalidClientTokenId" | "UnrecognizedClientException" | "InvalidAccessKeyId" => "the access key is not known there",
        "RegionDisabledException" => "the security token service is switched off in this `region`",
        _ => "see the message",
    };
    let kind = if status >= 500 || status == 429 || THROTTLED.contains(&code.as_str()) { "unavailable" } else { "denied" };
    let quoted = if message.is_empty() { String::new() } else { format!("; the server says: {message}") };
    fault(kind, format!("{begin} ({code}): {says}{quoted}"))
}

/// The keys of a role, as the answer to `AssumeRole` gives them.
pub(crate) fn assumed(body: &[u8], now: Timestamp) -> Result<Keys, String> {
    let unreadable = || "the answer of the security token service cannot be read".to_owned();
    let text = core::str::from_utf8(body).map_err(|_| unreadable())?;
    let document = Document::parse(text).map_err(|_| unreadable())?;
    let named = |name: &'static str| move |node: &roxmltree::Node<'_, '_>| node.tag_name().name() == name;
    let credentials = document.descendants().find(named("Credentials")).ok_or_else(unreadable)?;
    let part = |name: &'static str| {
        let node = credentials.children().find(named(name))?;
        node.text().map(str::trim).filter(|text| !text.is_empty())
    };
    let secret = |name: &'static str| part(name).map(Secret::new).ok_or_else(unreadable);
    let expires_at: Timestamp = part("Expiration").and_then(|text| text.parse().ok()).ok_or_else(unreadable)?;
    if expires_at <= now {
        return Err("the role's keys had expired when they came: this machine's clock is ahead, set it".to_owned());
    }
    let keys = Keys::checked(secret("AccessKeyId")?, secret("SecretAccessKey")?, Some(secret("SessionToken")?))?;
    Ok(Keys { expires_at: Some(expires_at), ..keys })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(header: Option<&'static str>, body: &str, expected: Option<(&str, &str)>) {
        let headers =
            header.map(|it| (reqwest::header::HeaderName::from_static("x-amzn-errortype"), HeaderValue::from_static(it)));
        let error = error_of(400, &headers.into_iter().collect(), body.as_bytes());
        assert_eq!(error.as_ref().map(|it| (it.code.as_str(), it.message.as_str())), expected, "{body}");
    }

    #[test]
    fn an_error_is_read_in_every_form_that_services_write() {
        let iam = "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate &quot;exceeded&quot;\n!</Message></Error></ErrorResponse>";
        check(None, iam, Some(("Throttling", "Rate \"exceeded\" !")));
        check(
            None,
            "<Response><Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors></Response>",
            Some(("RequestLimitExceeded", "")),
        );
        check(None, "<Error><Code>SlowDown</Code><Mess", Some(("SlowDown", "")));
        check(None, r#"{"__type":"com.amazon#ThrottlingException","message":"x"}"#, Some(("ThrottlingException", "x")));
        check(Some("TooManyRequestsException:http://x/"), r#"{"message":"x"}"#, Some(("TooManyRequestsException", "x")));
        check(None, r#"{"message":"x"}"#, None);
        check(None, "<Error><Code>not a code</Code></Error>", None);
        assert_eq!(error_of(200, &HeaderMap::new(), iam.as_bytes()), None);
    }

    proptest! {
        #[test]
        fn any_bytes_give_an_error_or_none(body: Vec<u8>, status: u16) {
            let _ = error_of(status, &HeaderMap::new(), &body);
            let _ = assumed(&body, Timestamp::UNIX_EPOCH);
        }
    }

    #[test]
    fn threat_6_xml_that_is_nested_without_end_is_no_error_and_no_overflow() {
        let body = "<a>".repeat(MAX_ERROR / 3);
        assert_eq!(error_of(400, &HeaderMap::new(), body.as_bytes()), None);
        assert!(assumed("<a>".repeat(80_000).as_bytes(), Timestamp::UNIX_EPOCH).is_err());
    }

    #[track_caller]
    fn check_refusal(code: &str, message: &str, expected: Option<(&str, &str)>) {
        let error = AwsError { code: code.to_owned(), message: message.to_owned() };
        let headers = HeaderMap::from_iter([(DATE, HeaderValue::from_static("Mon, 23 Nov 2026 00:00:00 GMT"))]);
        let refused = refusal(&error, &headers, "2026-11-23T00:20:00Z".parse().unwrap(), "aws");
        match (&refused, expected) {
            (None, None) => {}
            (Some(refused), Some((kind, says))) => {
                assert!(refused.fault.code == kind && refused.fault.message.contains(says), "{refused:?}");
            }
            _ => panic!("{code}: {refused:?}"),
        }
    }

    #[test]
    fn an_error_about_the_signature_is_told_apart_from_a_denial() {
        check_refusal("ExpiredToken", "", Some(("denied", "(ExpiredToken): its session token has expired")));
        check_refusal("RequestTimeTooSkewed", "", Some(("unavailable", "1200 s ahead")));
        check_refusal("SignatureDoesNotMatch", "Signature expired: 20261123T", Some(("unavailable", "set it")));
        check_refusal("SignatureDoesNotMatch", "The request signature", Some(("denied", "secret access key")));
        check_refusal("AccessDenied", "", None);
        check_refusal("InvalidClientTokenId", "", None);
    }

    #[test]
    fn keys_that_have_expired_when_they_come_are_not_used() {
        let body = "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>b</SecretAccessKey>\
                    <SessionToken>c</SessionToken><Expiration>2026-11-23T01:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
        let at = |text: &str| assumed(body.as_bytes(), text.parse().unwrap());
        let keys = at("2026-11-23T00:00:00Z").unwrap();
        assert_eq!((keys.id.expose(), keys.secret.expose(), keys.token.unwrap().expose()), ("A", "b", "c"));
        assert!(at("2026-11-23T01:00:00Z").unwrap_err().contains("clock is ahead"));
        assert!(assumed(b"<a/>", Timestamp::UNIX_EPOCH).unwrap_err().contains("cannot be read"));
    }
}
