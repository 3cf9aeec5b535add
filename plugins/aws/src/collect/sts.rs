//! Whose keys these are.

use engine_sdk::Fault;

use crate::call::{Caller, QueryService};

const STS: QueryService = QueryService { name: "sts", version: "2011-06-15", is_global: false };

/// The number of the account that the keys belong to.
pub(crate) fn account(caller: &Caller<'_>) -> Result<String, Fault> {
    let answer = caller.query(&STS, caller.home(), "GetCallerIdentity", &[])?;
    let account = answer.value.deep_text("Account").unwrap_or_default();
    if account.len() == 12 && account.bytes().all(|it| it.is_ascii_digit()) {
        return Ok(account.to_owned());
    }
    Err(Fault::invalid("sts:GetCallerIdentity: the answer names no account"))
}
