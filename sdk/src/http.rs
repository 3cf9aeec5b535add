//! Requests to granted hosts, answers as JSON with their places, and pages of answers.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};

use crate::{Fault, ReadFrom, Run};

/// One request.
///
/// ```
/// use engine_sdk::http::Request;
/// let request = Request::get("https://api.example.com/users").query("page size", "100&more").credential("api");
/// assert_eq!(request.url, "https://api.example.com/users?page%20size=100%26more");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Upper case, such as `GET`.
    pub method: String,
    /// Absolute.
    pub url: String,
    /// Names and values; the host sets `host`, `content-length`, `authorization` and `cookie` itself.
    pub headers: Vec<(String, String)>,
    /// May be empty.
    pub body: Vec<u8>,
    /// The name of a credential of the manifest, or empty.
    pub credential: String,
    /// How long the host may take, in milliseconds.
    pub timeout_ms: Option<u64>,
    /// Sending it twice does no more than sending it once, so that the host may retry. GET and HEAD always are.
    pub idempotent: bool,
    /// What the host's signature is for, when the credential is of the kind `aws`.
    pub aws: Option<Aws>,
}

/// What a signature of AWS is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aws {
    /// As signatures spell it, such as `iam`.
    pub service: String,
    /// Such as `eu-west-1`; services without regions sign for `us-east-1`.
    pub region: String,
    /// Which of the accounts that the operator granted; `None` where there is one.
    pub account: Option<String>,
}

impl Request {
    /// A GET.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new("GET", url)
    }

    /// A POST of JSON.
    ///
    /// # Errors
    /// A fault when the value cannot be written as JSON.
    pub fn post_json(url: impl Into<String>, body: &impl serde::Serialize) -> Result<Self, Fault> {
        let mut request = Self::new("POST", url).header("content-type", "application/json");
        request.body = serde_json::to_vec(body)?;
        Ok(request)
    }

    /// Any request.
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            url: url.into(),
            headers: Vec::new(),
            body: Vec::new(),
            credential: String::new(),
            timeout_ms: None,
            idempotent: false,
            aws: None,
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a parameter to the query, or replaces it; the name and the value are percent-encoded.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        let (address, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
        let name = percent_encoded(name);
        let mut parts: Vec<String> = query
            .split('&')
            .filter(|part| !part.is_empty() && part.split('=').next() != Some(&name))
            .map(str::to_owned)
            .collect();
        parts.push(format!("{name}={}", percent_encoded(value)));
        self.url = format!("{address}?{}", parts.join("&"));
        self
    }

    /// Lets the host add a credential; the collector never sees it.
    #[must_use]
    pub fn credential(mut self, name: impl Into<String>) -> Self {
        self.credential = name.into();
        self
    }

    /// Says that the host may retry it.
    #[must_use]
    pub fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Says what service and region the host's signature is for. The credential must be of the kind `aws`.
    ///
    /// ```
    /// use engine_sdk::http::Request;
    /// let users = Request::get("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08")
    ///     .credential("aws")
    ///     .aws("iam", "us-east-1")
    ///     .account("123456789012");
    /// assert_eq!(users.aws.unwrap().account.as_deref(), Some("123456789012"));
    /// ```
    #[must_use]
    pub fn aws(mut self, service: impl Into<String>, region: impl Into<String>) -> Self {
        let account = self.aws.and_then(|it| it.account);
        self.aws = Some(Aws { service: service.into(), region: region.into(), account });
        self
    }

    /// Says which account a request that is signed is for.
    #[must_use]
    pub fn account(mut self, account: impl Into<String>) -> Self {
        self.aws.get_or_insert_default().account = Some(account.into());
        self
    }

    pub(crate) fn options(&self) -> String {
        let mut options = serde_json::Map::new();
        if let Some(timeout) = self.timeout_ms {
            options.insert("timeout_ms".to_owned(), timeout.into());
        }
        if self.idempotent {
            options.insert("idempotent".to_owned(), true.into());
        }
        if let Some(Aws { service, region, account }) = &self.aws {
            options.insert("service".to_owned(), service.as_str().into());
            options.insert("region".to_owned(), region.as_str().into());
            if let Some(account) = account {
                options.insert("account".to_owned(), account.as_str().into());
            }
        }
        if options.is_empty() { String::new() } else { serde_json::Value::from(options).to_string() }
    }
}

/// One part of a path, such as the name of a bucket or an ARN: each byte but letters, digits and `-._~` becomes `%XX`.
///
/// ```
/// assert_eq!(engine_sdk::http::path_part("a b/c:d"), "a%20b%2Fc%3Ad");
/// ```
pub fn path_part(text: &str) -> String {
    percent_encoded(text)
}

/// Each byte that a query may not hold as it is becomes `%XX`.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(b"0123456789ABCDEF".get(usize::from(byte >> 4)).copied().unwrap_or(b'0')));
            encoded.push(char::from(b"0123456789ABCDEF".get(usize::from(byte & 15)).copied().unwrap_or(b'0')));
        }
    }
    encoded
}

/// One answer, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The number of the call.
    pub call: u64,
    /// The status, such as 200.
    pub status: u16,
    /// Lower-case names and values, after the filters.
    pub headers: Vec<(String, String)>,
    /// After the filters.
    pub body: Vec<u8>,
    /// The body is only the beginning of what was sent.
    pub truncated: bool,
}

/// One item of a JSON answer and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item<T> {
    /// What it says.
    pub value: T,
    /// Where it was read, for `$from`.
    pub from: Vec<ReadFrom>,
}

impl Response {
    /// The answer itself when it is a whole success.
    ///
    /// # Errors
    /// `denied` for 401 and 403, `not-found` for 404, `unavailable` for 429 and 5xx, `http-STATUS` for any other status that
    /// is not 2xx; `too-large` when the body was cut.
    pub fn ok(self) -> Result<Self, Fault> {
        let code = match self.status {
            200..=299 if self.truncated => {
                return Err(Fault::new(
                    "too-large",
                    "the answer was larger than the limit and was cut: raise `http_body` of the collector's limits",
                ));
            }
            200..=299 => return Ok(self),
            401 | 403 => "denied".to_owned(),
            404 => "not-found".to_owned(),
            429 | 500..=599 => "unavailable".to_owned(),
            status => format!("http-{status}"),
        };
        Err(Fault {
            retryable: code == "unavailable",
            ..Fault::new(code, format!("the server answered with status {}", self.status))
        })
    }

    /// The first header of that name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// The whole body as one value.
    ///
    /// # Errors
    /// `invalid` when it is not that JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<Item<T>, Fault> {
        let value = serde_json::from_slice(&self.body)?;
        Ok(Item { value, from: vec![ReadFrom { call: self.call, offset: 0, length: self.body.len() as u64 }] })
    }

    /// The items of the list at a JSON pointer (empty for the whole body), each with its own place.
    ///
    /// ```
    /// use engine_sdk::http::Response;
    /// let body = br#"{"data":{"users":[{"name":"a"}, {"name":"b"}]}}"#.to_vec();
    /// let response = Response { call: 7, status: 200, headers: vec![], body, truncated: false };
    /// let users = response.items::<std::collections::BTreeMap<String, String>>("/data/users").unwrap();
    /// assert_eq!(users[1].value["name"], "b");
    /// assert_eq!((users[1].from[0].call, users[1].from[0].offset, users[1].from[0].length), (7, 32, 12));
    /// ```
    ///
    /// # Errors
    /// `invalid` when the body is not JSON, has nothing there, or an item is not that JSON.
    pub fn items<T: DeserializeOwned>(&self, pointer: &str) -> Result<Vec<Item<T>>, Fault> {
        let list: Vec<&RawValue> = serde_json::from_str(self.at(pointer)?.get())?;
        let start = self.body.as_ptr().addr();
        list.into_iter()
            .map(|raw| {
                let offset = (raw.get().as_ptr().addr() - start) as u64;
                let from = vec![ReadFrom { call: self.call, offset, length: raw.get().len() as u64 }];
                Ok(Item { value: serde_json::from_str(raw.get())?, from })
            })
            .collect()
    }

    /// The text at a JSON pointer; `None` when nothing, null or an empty text stands there.
    ///
    /// # Errors
    /// `invalid` when the body is not JSON or something else than text stands there.
    pub fn text_at(&self, pointer: &str) -> Result<Option<String>, Fault> {
        let Ok(raw) = self.at(pointer) else { return Ok(None) };
        let text: Option<String> = serde_json::from_str(raw.get())?;
        Ok(text.filter(|text| !text.is_empty()))
    }

    fn at(&self, pointer: &str) -> Result<&RawValue, Fault> {
        let mut raw: &RawValue = serde_json::from_slice(&self.body)?;
        for part in pointer.split('/').skip(1) {
            let part = part.replace("~1", "/").replace("~0", "~");
            let fields: Fields<'_> = serde_json::from_str(raw.get())?;
            raw = fields.0.get(part.as_str()).copied().ok_or_else(|| Fault::invalid(format!("the answer has no `{pointer}`")))?;
        }
        Ok(raw)
    }
}

#[derive(Deserialize)]
struct Fields<'a>(#[serde(borrow)] BTreeMap<String, &'a RawValue>);

/// The pages of an answer, one request after the other, each checked with [`Response::ok`].
pub struct Pages<'a, F> {
    pub(crate) run: &'a Run<'a>,
    pub(crate) next: Option<Request>,
    pub(crate) follow: F,
    pub(crate) seen: BTreeSet<(String, Vec<u8>)>,
}

impl<F> Iterator for Pages<'_, F>
where
    F: FnMut(&Request, &Response) -> Result<Option<Request>, Fault>,
{
    type Item = Result<Response, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let request = self.next.take()?;
        if !self.seen.insert((request.url.clone(), request.body.clone())) {
            return Some(Err(Fault::invalid("the server names a page as the next one that was read before")));
        }
        let page = self.run.send(request.clone()).and_then(Response::ok).and_then(|response| {
            self.next = (self.follow)(&request, &response)?;
            Ok(response)
        });
        Some(page)
    }
}

/// Follows `Link: <…>; rel="next"`, for [`Run::pages`]. Only a link of the same origin is followed.
///
/// # Errors
/// `invalid` when the link leads elsewhere.
pub fn next_link(request: &Request, response: &Response) -> Result<Option<Request>, Fault> {
    let links = response.headers.iter().filter(|(name, _)| name == "link").flat_map(|(_, value)| value.split(','));
    for link in links {
        let mut parts = link.split(';').map(str::trim);
        let address = parts.next().and_then(|part| part.strip_prefix('<')?.strip_suffix('>'));
        let is_next = parts.any(|part| matches!(part, "rel=next" | "rel=\"next\""));
        let Some(address) = address.filter(|_| is_next) else { continue };
        let url = if address.starts_with('/') { format!("{}{address}", origin(&request.url)) } else { address.to_owned() };
        if origin(&url) != origin(&request.url) {
            return Err(Fault::invalid("the server names a next page on another host"));
        }
        return Ok(Some(Request { url, ..request.clone() }));
    }
    Ok(None)
}

/// Follows a token in the answer: the text at `pointer` becomes the query parameter `parameter`, for [`Run::pages`].
pub fn next_token(pointer: &str, parameter: &str) -> impl FnMut(&Request, &Response) -> Result<Option<Request>, Fault> {
    move |request, response| Ok(response.text_at(pointer)?.map(|token| request.clone().query(parameter, &token)))
}

/// The scheme and authority of an address.
fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(start..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(url.len(), |at| start + at);
    url.get(..end).unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Recorded;

    const FIRST: &str = "https://api.example.com/users";

    fn names(
        host: &Recorded,
        follow: impl FnMut(&Request, &Response) -> Result<Option<Request>, Fault>,
    ) -> Result<Vec<String>, Fault> {
        let run = Run::new(host)?;
        let mut names = Vec::new();
        for page in run.pages(Request::get(FIRST), follow) {
            names.extend(page?.items::<String>("/names")?.into_iter().map(|item| item.value));
        }
        Ok(names)
    }

    #[test]
    fn links_are_followed_to_the_end_on_the_same_origin_only() {
        let link = |to: &str| format!("<{FIRST}?page=9>; rel=\"last\", <{to}>; rel=\"next\"");
        let host = Recorded::new()
            .answer_with(&format!("GET {FIRST}"), 200, &[("link", &link("/users?page=2"))], r#"{"names":["a"]}"#)
            .answer(&format!("GET {FIRST}?page=2"), 200, r#"{"names":["b"]}"#);
        assert_eq!(names(&host, next_link).unwrap(), ["a", "b"]);
        let host = Recorded::new().answer_with(
            &format!("GET {FIRST}"),
            200,
            &[("link", &link("https://other.example.com/"))],
            r#"{"names":[]}"#,
        );
        assert_eq!(names(&host, next_link).unwrap_err().code, "invalid");
    }

    #[test]
    fn tokens_are_followed_until_there_is_none_and_a_circle_is_a_fault() {
        let host = Recorded::new().answer(&format!("GET {FIRST}"), 200, r#"{"names":["a"],"meta":{"next":"t=1"}}"#).answer(
            &format!("GET {FIRST}?after=t%3D1"),
            200,
            r#"{"names":["b"],"meta":{"next":null}}"#,
        );
        assert_eq!(names(&host, next_token("/meta/next", "after")).unwrap(), ["a", "b"]);
        let host = Recorded::new().answer(&format!("GET {FIRST}"), 200, r#"{"names":[],"next":"x"}"#).answer(
            &format!("GET {FIRST}?after=x"),
            200,
            r#"{"names":[],"next":"x"}"#,
        );
        assert_eq!(names(&host, next_token("/next", "after")).unwrap_err().code, "invalid");
    }

    #[test]
    fn an_answer_that_is_no_success_or_was_cut_is_a_fault() {
        let check = |status: u16, truncated: bool, code: &str, retryable: bool| {
            let response = Response { call: 1, status, headers: Vec::new(), body: Vec::new(), truncated };
            let fault = response.ok().unwrap_err();
            assert_eq!((fault.code.as_str(), fault.retryable), (code, retryable));
        };
        check(403, false, "denied", false);
        check(404, false, "not-found", false);
        check(429, false, "unavailable", true);
        check(503, false, "unavailable", true);
        check(302, false, "http-302", false);
        check(200, true, "too-large", false);
    }

    #[test]
    fn what_a_signature_is_for_stands_in_the_options() {
        let signed = Request::get(FIRST).aws("iam", "us-east-1").idempotent();
        assert_eq!(signed.options(), r#"{"idempotent":true,"region":"us-east-1","service":"iam"}"#);
        let signed = Request::get(FIRST).account("123456789012").aws("s3", "eu-north-1");
        assert_eq!(signed.options(), r#"{"account":"123456789012","region":"eu-north-1","service":"s3"}"#);
        assert_eq!(Request::get(FIRST).options(), "");
    }

    #[test]
    fn a_page_that_cannot_be_read_ends_the_pages_with_a_fault() {
        let host = Recorded::new().answer(&format!("GET {FIRST}"), 500, "");
        assert_eq!(names(&host, next_link).unwrap_err().code, "unavailable");
    }
}
