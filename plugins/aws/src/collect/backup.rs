//! `backup.plan@1`, and in `vault` `backup.vault@1`.

pub(crate) mod vault;

use std::collections::BTreeSet;

use engine_sdk::http::path_part;
use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::backup::{Plan, PlanRules};
use engine_sdk::{Facts, Fault, ReadFrom};
use serde_json::Value;

use super::schedule::longest_hours;
use super::{Gaps, give, key_name, needed, text_of, unless_absent};
use crate::call::{Answer, Caller};
use crate::times::instant;

const SERVICE: &str = "backup";
const TOKENS: (&str, &str) = ("nextToken", "NextToken");

/// When a rule runs that names no schedule.
const USUAL: &str = "cron(0 5 ? * * *)";

/// Every plan of the region.
pub(crate) fn plans(caller: &Caller<'_>, region: &str, facts: &mut Facts<'_, Plan>) -> Result<(), Fault> {
    let listed = caller.rest_listed(SERVICE, region, "ListBackupPlans", ("/backup/plans/", "BackupPlansList"), TOKENS);
    let listed = unless_absent(listed)?;
    let ids = listed.iter().map(|it| needed(&it.value, "BackupPlanId", "backup:ListBackupPlans"));
    let ids: Vec<String> = ids.collect::<Result<_, _>>()?;
    let paths: Vec<String> = ids.iter().map(|id| format!("/backup/plans/{}/", path_part(id))).collect();
    let plans = caller.rest_each(SERVICE, region, "GetBackupPlan", &paths);
    for (((listed, id), path), plan) in listed.into_iter().zip(ids).zip(paths).zip(plans) {
        let mut one = One { caller, region, from: vec![listed.from], gaps: Gaps::default() };
        let selections = one.selections(&path);
        one.state(&id, &listed.value, plan, selections, facts)?;
    }
    Ok(())
}

/// A thing of this service by the name that facts give it.
fn name_of(arn: &str) -> String {
    let name = key_name(arn);
    name.replacen(":backup-vault:", ":backup-vault/", 1).replacen(":backup-plan:", ":backup-plan/", 1)
}

/// One plan while it is asked about.
struct One<'a> {
    caller: &'a Caller<'a>,
    region: &'a str,
    from: Vec<ReadFrom>,
    gaps: Gaps,
}

impl One<'_> {
    /// How many selections the plan has, and what they name; `None` where that cannot be known.
    fn selections(&mut self, plan: &str) -> Option<(usize, Vec<String>)> {
        let path = format!("{plan}selections/");
        let listed = ("ListBackupSelections", (path.as_str(), "BackupSelectionsList"));
        let listed = self.caller.rest_listed(SERVICE, self.region, listed.0, listed.1, TOKENS);
        let listed = self.gaps.or_gap(&["selections", "selects_nothing"], listed)?;
        let ids = listed.iter().map(|it| needed(&it.value, "SelectionId", "backup:ListBackupSelections"));
        let ids = self.gaps.or_gap(&["selections", "selects_nothing"], ids.collect::<Result<Vec<_>, _>>())?;
        self.from.extend(listed.first().map(|it| it.from));
        let paths: Vec<String> = ids.iter().map(|id| format!("{path}{}", path_part(id))).collect();
        let mut selected = BTreeSet::new();
        for answer in self.caller.rest_each(SERVICE, self.region, "GetBackupSelection", &paths) {
            if let Some(Answer { value, from }) = self.gaps.or_gap(&["selections"], answer) {
                self.from.push(from);
                let selection = value.get("BackupSelection").unwrap_or(&Value::Null);
                if is_narrowed(selection) {
                    self.gaps
                        .add(&["selections"], "it is narrowed by conditions or exceptions, which this collector does not read");
                }
                selected.extend(chosen(selection));
            }
        }
        Some((paths.len(), selected.into_iter().collect()))
    }

    fn state(
        mut self,
        id: &str,
        listed: &Value,
        plan: Result<Answer<Value>, Fault>,
        selections: Option<(usize, Vec<String>)>,
        facts: &mut Facts<'_, Plan>,
    ) -> Result<(), Fault> {
        let plan = self.gaps.or_gap(&["rules", "copied_elsewhere", "min_retention_days"], plan);
        self.from.extend(plan.iter().map(|it| it.from));
        let rules = plan.as_ref().and_then(|it| it.value.pointer("/BackupPlan/Rules")).and_then(Value::as_array);
        let rules: Vec<PlanRules> = rules.into_iter().flatten().map(rule).collect::<Result<_, _>>()?;
        let days = rules.iter().filter_map(|it| if let Nullable::Value(days) = it.retention_days { Some(days) } else { None });
        let here = format!("aws:backup:{}:{}:", self.region, self.caller.account);
        let body = Plan {
            account: self.caller.account.clone(),
            copied_elsewhere: rules.iter().flat_map(|it| &it.copies_to).any(|it| !it.starts_with(&here)),
            created_at: listed.get("CreationDate").and_then(instant),
            last_run_at: Some(listed.get("LastExecutionDate").and_then(instant).into()),
            min_retention_days: days.min().into(),
            name: needed(listed, "BackupPlanName", "backup:ListBackupPlans")?,
            region: self.region.to_owned(),
            rules,
            selects_nothing: selections.as_ref().is_some_and(|(count, _)| *count == 0),
            selections: Some(selections.unwrap_or_default().1),
        };
        give(facts, &format!("{here}backup-plan/{id}"), &body, self.from, self.gaps)
    }
}

fn rule(of: &Value) -> Result<PlanRules, Fault> {
    let schedule = text_of(of, "ScheduleExpression").unwrap_or(USUAL);
    let copies = of.get("CopyActions").and_then(Value::as_array).into_iter().flatten();
    let copies: BTreeSet<String> = copies.filter_map(|it| text_of(it, "DestinationBackupVaultArn")).map(name_of).collect();
    let days = of.get("Lifecycle").and_then(|it| it.get("DeleteAfterDays")).and_then(Value::as_i64);
    Ok(PlanRules {
        continuous: Some(of.get("EnableContinuousBackup").and_then(Value::as_bool).unwrap_or(false)),
        copies_to: copies.into_iter().collect(),
        // Absent where the schedule is not understood: a rule is inconclusive then.
        every_hours: longest_hours(schedule).map(Nullable::Value),
        name: needed(of, "RuleName", "backup:GetBackupPlan")?,
        retention_days: days.filter(|it| *it > 0).into(),
        schedule: Nullable::Value(schedule.to_owned()),
        vault: text_of(of, "TargetBackupVaultName").map(str::to_owned).into(),
    })
}

/// What a selection names: things, patterns, tags.
fn chosen(selection: &Value) -> Vec<String> {
    let listed = |field: &str| selection.get(field).and_then(Value::as_array).into_iter().flatten();
    let named = listed("Resources").filter_map(Value::as_str).map(name_of);
    let tagged = listed("ListOfTags")
        .filter_map(|it| Some(format!("tag:{}={}", text_of(it, "ConditionKey")?, it.get("ConditionValue")?.as_str()?)));
    named.chain(tagged).collect()
}

fn is_narrowed(selection: &Value) -> bool {
    let holds = |of: &Value| of.as_array().is_some_and(|it| !it.is_empty());
    let conditions = selection.get("Conditions").and_then(Value::as_object);
    selection.get("NotResources").is_some_and(holds) || conditions.is_some_and(|it| it.values().any(holds))
}
