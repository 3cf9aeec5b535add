//! Many calls at once: takes the parameters of each, gives the answers in the order asked. The host keeps to its rate limits.

use std::collections::BTreeSet;

use engine_sdk::Fault;
use engine_sdk::http::{Request, Response};
use serde_json::Value;

use super::xml::Tree;
use super::{Answer, Caller, QueryService, fresh, permission, tree, whole};

/// How many requests are sent at once; the host takes at most 1000, and their answers together must fit its limit.
const BATCH: usize = 100;

/// One question about a bucket: the parameter that asks it, and the permission for it.
pub(crate) struct Asked<'a> {
    pub(crate) region: &'a str,
    pub(crate) path: String,
    pub(crate) what: &'static str,
    pub(crate) action: &'static str,
}

impl Caller<'_> {
    /// Questions about buckets, all at once; answers in their order.
    pub(crate) fn s3_each(&self, asked: &[Asked<'_>]) -> Vec<Result<Response, Fault>> {
        if let Some(fault) = asked.iter().find_map(|it| permission::declared(&format!("s3:{}", it.action)).err()) {
            return asked.iter().map(|_| Err(fault.clone())).collect();
        }
        let requests = asked.iter().map(|it| self.s3_request(it.region, &it.path, &[(it.what, "")])).collect();
        let answers = self.run.send_all(requests).into_iter().zip(asked);
        answers.map(|(response, it)| Self::answered(response, &format!("s3:{}", it.action))).collect()
    }

    fn send_each(&self, requests: &[Request], action: &str) -> Vec<Result<Response, Fault>> {
        if let Err(fault) = permission::declared(action) {
            return requests.iter().map(|_| Err(fault.clone())).collect();
        }
        let mut answers = Vec::with_capacity(requests.len());
        for batch in requests.chunks(BATCH) {
            let answered = self.run.send_all(batch.to_vec());
            answers.extend(answered.into_iter().map(|response| Self::answered(response, action)));
        }
        answers
    }

    /// One action of the Query protocol for each set of parameters, one answer each.
    pub(crate) fn query_each(
        &self,
        service: &QueryService,
        region: &str,
        action: &str,
        each: &[Vec<(&str, &str)>],
    ) -> Vec<Result<Answer<Tree>, Fault>> {
        let requests = each.iter().map(|parameters| self.query_request(service, region, action, parameters));
        let action = service.permission(action);
        let answers = self.send_each(&requests.collect::<Vec<_>>(), &action);
        answers.into_iter().map(|response| tree(&response?, &action)).collect()
    }

    /// One action of the Query protocol for each set of parameters, all pages of each.
    pub(crate) fn query_all_each(
        &self,
        service: &QueryService,
        region: &str,
        action: &str,
        each: &[Vec<(&str, &str)>],
    ) -> Vec<Result<Vec<Answer<Tree>>, Fault>> {
        let firsts = self.query_each(service, region, action, each);
        let all = firsts.into_iter().zip(each);
        all.map(|(first, parameters)| self.query_rest(first?, service, region, action, parameters)).collect()
    }

    /// Several actions of the Query protocol without parameters, one answer each.
    pub(crate) fn query_several(
        &self,
        service: &QueryService,
        region: &str,
        actions: &[&str],
    ) -> Vec<Result<Answer<Tree>, Fault>> {
        let named: Vec<String> = actions.iter().map(|action| service.permission(action)).collect();
        if let Some(fault) = named.iter().find_map(|it| permission::declared(it).err()) {
            return actions.iter().map(|_| Err(fault.clone())).collect();
        }
        let requests = actions.iter().map(|action| self.query_request(service, region, action, &[])).collect();
        let answers = self.run.send_all(requests);
        named.into_iter().zip(answers).map(|(action, response)| tree(&Self::answered(response, &action)?, &action)).collect()
    }

    /// One action of the JSON 1.1 protocol for each body.
    pub(crate) fn json_each(
        &self,
        service: (&str, &str),
        region: &str,
        action: &str,
        bodies: &[Value],
    ) -> Vec<Result<Answer<Value>, Fault>> {
        let requests: Result<Vec<Request>, Fault> =
            bodies.iter().map(|body| self.json_request(service, region, action, body)).collect();
        match requests {
            Ok(requests) => {
                let answers = self.send_each(&requests, &format!("{}:{action}", service.0));
                answers.into_iter().map(|response| json(&response?)).collect()
            }
            Err(fault) => bodies.iter().map(|_| Err(fault.clone())).collect(),
        }
    }

    fn rest_request(&self, service: &str, region: &str, path: &str) -> Request {
        self.signed(Request::get(format!("{}{path}", self.address(&format!("{service}.{region}")))), service, region)
    }

    /// One action of a REST protocol that answers in JSON, for each path.
    pub(crate) fn rest_each(
        &self,
        service: &str,
        region: &str,
        action: &str,
        paths: &[String],
    ) -> Vec<Result<Answer<Value>, Fault>> {
        let requests: Vec<Request> = paths.iter().map(|path| self.rest_request(service, region, path)).collect();
        let answers = self.send_each(&requests, &format!("{service}:{action}"));
        answers.into_iter().map(|response| json(&response?)).collect()
    }

    /// One action of a REST protocol that answers in JSON, for one path and with a body.
    pub(crate) fn rest_post(
        &self,
        service: &str,
        region: &str,
        action: &str,
        path: &str,
        body: &Value,
    ) -> Result<Answer<Value>, Fault> {
        let request = Request::post_json(format!("{}{path}", self.address(&format!("{service}.{region}"))), body)?;
        json(&self.send(self.signed(request, service, region), &format!("{service}:{action}"))?)
    }

    /// One action of a REST protocol that answers in JSON, the items of a list on all pages by `Marker` and `NextMarker`.
    pub(crate) fn rest_all(
        &self,
        service: &str,
        region: &str,
        action: &str,
        (path, list): (&str, &str),
    ) -> Result<Vec<Answer<Value>>, Fault> {
        self.rest_listed(service, region, action, (path, list), ("Marker", "NextMarker"))
    }

    /// The same by the names that the parameter and the answer give to the next page.
    pub(crate) fn rest_listed(
        &self,
        service: &str,
        region: &str,
        action: &str,
        (path, list): (&str, &str),
        (asked_by, given_as): (&str, &str),
    ) -> Result<Vec<Answer<Value>>, Fault> {
        let action = format!("{service}:{action}");
        let mut items = Vec::new();
        let mut tokens = BTreeSet::new();
        let mut request = self.rest_request(service, region, path);
        loop {
            let page = json(&self.send(request.clone(), &action)?)?;
            let listed = page.value.get(list).and_then(Value::as_array);
            let listed = listed.ok_or_else(|| Fault::invalid(format!("{action}: the answer has no `{list}`")))?;
            items.extend(listed.iter().map(|item| Answer { value: item.clone(), from: page.from }));
            let Some(token) = page.value.get(given_as).and_then(Value::as_str).filter(|it| !it.is_empty()) else {
                return Ok(items);
            };
            fresh(&mut tokens, token, &action)?;
            request = request.query(asked_by, token);
        }
    }
}

/// An answer as JSON; one without a body says nothing.
pub(super) fn json(response: &Response) -> Result<Answer<Value>, Fault> {
    if response.body.is_empty() {
        return Ok(Answer { value: Value::Null, from: whole(response) });
    }
    Ok(Answer { value: response.json::<Value>()?.value, from: whole(response) })
}
