//! Many calls at once: takes the parameters of each, gives the answers in the order asked. The host keeps to its rate limits.

use std::collections::BTreeSet;

use engine_sdk::Fault;
use engine_sdk::http::{Request, Response};
use serde_json::Value;

use super::xml::Tree;
use super::{Answer, Caller, QueryService, fresh, tree, whole};

/// How many requests are sent at once; the host takes at most 1000, and their answers together must fit its limit.
const BATCH: usize = 100;

impl Caller<'_> {
    fn send_each(&self, requests: &[Request], action: &str) -> Vec<Result<Response, Fault>> {
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
        let action = format!("{}:{action}", service.name);
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
        let requests = actions.iter().map(|action| self.query_request(service, region, action, &[])).collect();
        let answers = self.run.send_all(requests);
        let named = actions.iter().map(|action| format!("{}:{action}", service.name));
        named.zip(answers).map(|(action, response)| tree(&Self::answered(response, &action)?, &action)).collect()
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

    /// One action of a REST protocol that answers in JSON, the items of a list on all pages by `Marker` and `NextMarker`.
    pub(crate) fn rest_all(
        &self,
        service: &str,
        region: &str,
        action: &str,
        (path, list): (&str, &str),
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
            let Some(token) = page.value.get("NextMarker").and_then(Value::as_str).filter(|it| !it.is_empty()) else {
                return Ok(items);
            };
            fresh(&mut tokens, token, &action)?;
            request = request.query("Marker", token);
        }
    }
}

fn json(response: &Response) -> Result<Answer<Value>, Fault> {
    Ok(Answer { value: response.json::<Value>()?.value, from: whole(response) })
}
