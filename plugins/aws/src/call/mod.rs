//! Calls to AWS: takes a service, a region and an action, gives whole answers, page after page, or a fault that names the action.

mod each;
mod fault;
mod permission;
pub(crate) mod xml;

use std::collections::BTreeSet;

use engine_sdk::http::{Request, Response};
use engine_sdk::{Fault, ReadFrom, Run};
use serde_json::Value;

pub(crate) use each::Asked;
pub(crate) use fault::is_unsubscribed;
use xml::Tree;

/// An account, and how it is asked.
pub(crate) struct Caller<'a> {
    pub(crate) run: &'a Run<'a>,
    pub(crate) regions: &'a [String],
    pub(crate) account: String,
    endpoint: &'a str,
    is_named: bool,
}

/// One answer and where it was read.
#[derive(Debug, Clone)]
pub(crate) struct Answer<T> {
    pub(crate) value: T,
    pub(crate) from: ReadFrom,
}

/// A service of the Query protocol: its name in addresses and in signatures, and its version.
pub(crate) struct QueryService {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) is_global: bool,
}

impl QueryService {
    /// The permission for an action; `CloudWatch` is signed for by another name than it has in policies.
    fn permission(&self, action: &str) -> String {
        format!("{}:{action}", if self.name == "monitoring" { "cloudwatch" } else { self.name })
    }
}

impl<'a> Caller<'a> {
    pub(crate) fn new(run: &'a Run<'a>, endpoint: &'a str, regions: &'a [String], account: String, is_named: bool) -> Self {
        Self { run, regions, account, endpoint: endpoint.trim_end_matches('/'), is_named }
    }

    /// The scope of the account.
    pub(crate) fn scope(&self) -> String {
        format!("aws:{}", self.account)
    }

    /// The region that services without regions sign for.
    pub(crate) fn home(&self) -> &str {
        self.regions.first().map_or("us-east-1", String::as_str)
    }

    fn address(&self, host: &str) -> String {
        if !self.endpoint.is_empty() {
            return self.endpoint.to_owned();
        }
        let beneath = if self.home().starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        format!("https://{host}.{beneath}")
    }

    fn signed(&self, request: Request, service: &str, region: &str) -> Request {
        let request = request.credential("aws").aws(service, region).idempotent();
        if self.is_named { request.account(self.account.as_str()) } else { request }
    }

    fn send(&self, request: Request, action: &str) -> Result<Response, Fault> {
        permission::declared(action)?;
        Self::answered(self.run.send(request), action)
    }

    fn answered(response: Result<Response, Fault>, action: &str) -> Result<Response, Fault> {
        let response = response.map_err(|fault| fault.about(action))?;
        match response.status {
            200..=299 => response.ok().map_err(|fault| fault.about(action)),
            _ => Err(fault::of(&response, action)),
        }
    }

    /// One action of the Query protocol, one answer.
    pub(crate) fn query(
        &self,
        service: &QueryService,
        region: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Answer<Tree>, Fault> {
        let request = self.query_request(service, region, action, parameters);
        let action = service.permission(action);
        tree(&self.send(request, &action)?, &action)
    }

    fn query_request(&self, service: &QueryService, region: &str, action: &str, parameters: &[(&str, &str)]) -> Request {
        let (host, region) =
            if service.is_global { self.global(service.name) } else { (format!("{}.{region}", service.name), region) };
        let mut request = Request::get(format!("{}/", self.address(&host)));
        if service.name == "monitoring" {
            // CloudWatch speaks several protocols and tells them apart by this.
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        let request = request.query("Action", action).query("Version", service.version);
        let request = parameters.iter().fold(request, |request, (name, value)| request.query(name, value));
        self.signed(request, service.name, region)
    }

    /// Where a service without regions is asked, and the region that its signature names, by the partition of the regions.
    fn global(&self, service: &str) -> (String, &'static str) {
        match self.home() {
            home if home.starts_with("cn-") => (format!("{service}.cn-north-1"), "cn-north-1"),
            home if home.starts_with("us-gov-") => (format!("{service}.us-gov"), "us-gov-west-1"),
            _ => (service.to_owned(), "us-east-1"),
        }
    }

    /// One action of the Query protocol, all pages: by `Marker` or by `NextToken`, as the answers name them.
    pub(crate) fn query_all(
        &self,
        service: &QueryService,
        region: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Vec<Answer<Tree>>, Fault> {
        let first = self.query(service, region, action, parameters)?;
        self.query_rest(first, service, region, action, parameters)
    }

    /// A first page and all that follow it.
    fn query_rest(
        &self,
        first: Answer<Tree>,
        service: &QueryService,
        region: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Vec<Answer<Tree>>, Fault> {
        let mut tokens = BTreeSet::new();
        let mut next = next_page(&first.value, action)?;
        let mut pages = vec![first];
        while let Some((name, token)) = next {
            fresh(&mut tokens, &token, action)?;
            let parameters = [parameters, &[(name, &token)]].concat();
            let page = self.query(service, region, action, &parameters)?;
            next = next_page(&page.value, action)?;
            pages.push(page);
        }
        Ok(pages)
    }

    /// One action of the Query protocol, each page as it comes: where all together would be much.
    pub(crate) fn query_pages(
        &self,
        service: &QueryService,
        region: &str,
        action: &str,
        mut read: impl FnMut(&Answer<Tree>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut tokens = BTreeSet::new();
        let mut page = self.query(service, region, action, &[])?;
        loop {
            read(&page)?;
            let Some((name, token)) = next_page(&page.value, action)? else { return Ok(()) };
            fresh(&mut tokens, &token, action)?;
            page = self.query(service, region, action, &[(name, &token)])?;
        }
    }

    /// One action of the JSON 1.1 protocol.
    pub(crate) fn json(
        &self,
        service: &str,
        target: &str,
        region: &str,
        action: &str,
        body: &Value,
    ) -> Result<Answer<Value>, Fault> {
        let request = self.json_request((service, target), region, action, body)?;
        each::json(&self.send(request, &format!("{service}:{action}"))?)
    }

    fn json_request(&self, (service, target): (&str, &str), region: &str, action: &str, body: &Value) -> Result<Request, Fault> {
        let request = Request::post_json(format!("{}/", self.address(&format!("{service}.{region}"))), body)?;
        let mut request = request.header("x-amz-target", format!("{target}.{action}"));
        for (name, value) in &mut request.headers {
            if name == "content-type" {
                "application/x-amz-json-1.1".clone_into(value);
            }
        }
        Ok(self.signed(request, service, region))
    }

    /// One action of the JSON 1.1 protocol, the items of a list on all pages.
    pub(crate) fn json_all(
        &self,
        service: (&str, &str),
        region: &str,
        action: &str,
        page: (&str, &str, &str),
    ) -> Result<Vec<Answer<Value>>, Fault> {
        self.json_listed(service, region, action, page, &serde_json::json!({}))
    }

    /// The same with what each page is asked for by.
    pub(crate) fn json_listed(
        &self,
        (service, target): (&str, &str),
        region: &str,
        action: &str,
        (list, asked_by, given_as): (&str, &str, &str),
        asked: &Value,
    ) -> Result<Vec<Answer<Value>>, Fault> {
        let mut items = Vec::new();
        let mut tokens = BTreeSet::new();
        let mut body = asked.clone();
        loop {
            let page = self.json(service, target, region, action, &body)?;
            let listed = page.value.get(list).and_then(Value::as_array);
            let listed = listed.ok_or_else(|| Fault::invalid(format!("{service}:{action}: the answer has no `{list}`")))?;
            items.extend(listed.iter().map(|item| Answer { value: item.clone(), from: page.from }));
            let Some(token) = page.value.get(given_as).and_then(Value::as_str).filter(|it| !it.is_empty()) else {
                return Ok(items);
            };
            fresh(&mut tokens, token, action)?;
            if let Value::Object(fields) = &mut body {
                fields.insert(asked_by.to_owned(), token.into());
            }
        }
    }

    /// The list of buckets: `parameters` is what is asked of it.
    pub(crate) fn s3(&self, region: &str, parameters: &[(&str, &str)], action: &str) -> Result<Response, Fault> {
        self.send(self.s3_request(region, "/", parameters), &format!("s3:{action}"))
    }

    fn s3_request(&self, region: &str, path: &str, parameters: &[(&str, &str)]) -> Request {
        let request = Request::get(format!("{}{path}", self.address(&format!("s3.{region}"))));
        let request = parameters.iter().fold(request, |request, (name, value)| request.query(name, value));
        self.signed(request, "s3", region)
    }

    /// The blocks of public access that hold for the whole account.
    pub(crate) fn s3_account_block(&self, region: &str) -> Result<Answer<Tree>, Fault> {
        let address = self.address(&format!("{}.s3-control.{region}", self.account));
        let request = Request::get(format!("{address}/v20180820/configuration/publicAccessBlock"));
        let request = request.header("x-amz-account-id", self.account.as_str());
        let action = "s3:GetAccountPublicAccessBlock";
        tree(&self.send(self.signed(request, "s3", region), action)?, action)
    }
}

/// An answer as XML.
pub(crate) fn tree(response: &Response, action: &str) -> Result<Answer<Tree>, Fault> {
    Ok(Answer { value: Tree::parse(&response.body).map_err(|fault| fault.about(action))?, from: whole(response) })
}

/// Where the whole of an answer was read.
pub(crate) fn whole(response: &Response) -> ReadFrom {
    ReadFrom { call: response.call, offset: 0, length: response.body.len() as u64 }
}

/// The parameter that asks for the next page, and what it says; `None` on the last page.
fn next_page(page: &Tree, action: &str) -> Result<Option<(&'static str, String)>, Fault> {
    let marker = page.deep_text("Marker").filter(|_| page.deep_text("IsTruncated") != Some("false"));
    let marker = marker.or_else(|| page.deep_text("NextMarker")).map(|it| ("Marker", it.to_owned()));
    let next = marker.or_else(|| page.deep_text("nextToken").map(|it| ("NextToken", it.to_owned())));
    if next.is_none() && page.deep_text("IsTruncated") == Some("true") {
        return Err(Fault::invalid(format!("{action}: there is more, and AWS does not name the next page")));
    }
    Ok(next)
}

/// A page that was read before would be read for ever.
fn fresh(tokens: &mut BTreeSet<String>, token: &str, action: &str) -> Result<(), Fault> {
    if tokens.insert(token.to_owned()) {
        return Ok(());
    }
    Err(Fault::invalid(format!("{action}: AWS names a page as the next one that was read before")))
}
