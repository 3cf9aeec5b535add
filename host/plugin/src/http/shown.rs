//! What of an answer the guest and the transcript see: bodies and headers without secrets.
//!
//! Takes what was received and gives what is found. Nothing of an answer goes another way.

use reqwest::header::HeaderMap;
use smol_str::SmolStr;

use super::Http;
use super::attempt::Received;
use super::policy::Ready;
use crate::answer::Answer;
use crate::filter::secret::Needles;
use crate::filter::{AWS_ENVIRONMENT, AWS_KEYS, CREDENTIAL, aws, environment, json};
use crate::guest::Found;

const MAX_HEADER_BYTES: usize = 64 * 1024;

/// The response headers that a guest sees when its manifest names none.
const SHOWN: &[&str] = &[
    "content-type",
    "content-language",
    "content-range",
    "date",
    "etag",
    "last-modified",
    "link",
    "location",
    "retry-after",
    "x-next-page",
    "x-page",
    "x-per-page",
    "x-prev-page",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-ratelimit-resource",
    "ratelimit-limit",
    "ratelimit-remaining",
    "ratelimit-reset",
    "x-request-id",
    "x-total-count",
    "x-total",
    "x-total-pages",
];

/// Those that no manifest can have.
const NEVER_SHOWN: &[&str] = &[
    "set-cookie",
    "set-cookie2",
    "www-authenticate",
    "proxy-authenticate",
    "authentication-info",
    "authorization",
    "x-amz-security-token",
];

impl Http {
    /// Takes out of an answer what the guest and the transcript must not hold.
    pub(super) fn filtered(&self, received: Received, ready: &Ready, attempts: u32) -> Found {
        let Received { status, headers, mut body, mut truncated, signature, .. } = received;
        let mut filters: Vec<SmolStr> = Vec::new();
        let mut withheld = None;
        let known = self.credentials.needles();
        let needles = [&*known, &signature];
        let encoded = headers.get("content-encoding").is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"));
        let wants_json = !(ready.drop.is_empty() && ready.mask.is_empty());
        if encoded && !body.is_empty() && (wants_json || needles.iter().any(|it| !it.is_empty())) {
            withheld = Some("it is compressed although that was not asked for, so the filters cannot run");
        } else if wants_json && !body.is_empty() {
            filters.extend(json_filters(ready));
            match (truncated, json::filtered(&body, &ready.drop, &ready.mask)) {
                (false, Some(filtered)) => body = filtered,
                _ => withheld = Some("it is not whole JSON, so the filters cannot run"),
            }
        }
        if ready.signing.is_some() {
            match environment::without_values(&body) {
                environment::Found::None => {}
                environment::Found::Masked(without) => {
                    body = without;
                    filters.push(SmolStr::new_static(AWS_ENVIRONMENT));
                }
                environment::Found::Withheld => {
                    withheld = Some("it names an environment and is not whole JSON, so the filters cannot run");
                }
            }
        }
        if withheld.is_some() {
            body.clear();
            truncated = true;
        }
        if ready.signing.is_some()
            && let Some(without) = aws::without_keys(&body)
        {
            body = without;
            filters.push(SmolStr::new_static(AWS_KEYS));
        }
        let mut hidden = false;
        if let Some(masked) = masked(needles, &body) {
            body = masked;
            hidden = true;
        }
        let headers = shown_headers(&headers, ready, needles, &mut hidden);
        if hidden {
            filters.push(SmolStr::new_static(CREDENTIAL));
        }
        let mut more = serde_json::json!({ "attempts": attempts, "filters": filters });
        if let (Some(reason), Some(fields)) = (withheld, more.as_object_mut()) {
            fields.insert("withheld".to_owned(), reason.into());
        }
        let answer = Answer::Response { status, headers, body, truncated, more: more.to_string() };
        Found { answer, filters, attempts }
    }
}

fn shown_headers(headers: &HeaderMap, ready: &Ready, needles: [&Needles; 2], hidden: &mut bool) -> Vec<(String, Vec<u8>)> {
    let mut left = MAX_HEADER_BYTES;
    let mut shown = Vec::new();
    for (name, value) in headers {
        let name = name.as_str();
        let wanted = match &ready.shown {
            Some(names) => names.iter().any(|shown| shown == name),
            None => SHOWN.contains(&name),
        };
        let size = name.len() + value.len();
        if !wanted || NEVER_SHOWN.contains(&name) || size > left {
            continue;
        }
        left -= size;
        let masked = masked(needles, value.as_bytes());
        *hidden |= masked.is_some();
        shown.push((name.to_owned(), masked.unwrap_or_else(|| value.as_bytes().to_vec())));
    }
    shown
}

/// The bytes without what any of the needles finds; `None` when there is nothing in them.
pub(super) fn masked(needles: [&Needles; 2], bytes: &[u8]) -> Option<Vec<u8>> {
    needles.into_iter().fold(None, |out, needles| needles.masked(out.as_deref().unwrap_or(bytes)).or(out))
}

fn json_filters(ready: &Ready) -> impl Iterator<Item = SmolStr> {
    let drop = (!ready.drop.is_empty()).then(|| SmolStr::new_static("json-drop/1"));
    let mask = (!ready.mask.is_empty()).then(|| SmolStr::new_static("json-mask/1"));
    drop.into_iter().chain(mask)
}
