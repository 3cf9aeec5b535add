//! What the commands that read a run draw.

use engine_report::{
    FindingFilter, Place, Reached, Topic, changes, control_show, crosswalk, diff, explain, fact_list, finding_list,
};
use model::{ControlId, Outcome, ReadFrom, Relation, RequirementId, Step};

use crate::sample::World;
use crate::{drawn, plain, sample};

fn place(_: &model::CollectorName, read: &ReadFrom) -> Option<Place> {
    (read.call < 5).then(|| Place {
        asked: format!("GET https://iam.amazonaws.com/?Action=ListUsers&page={}", read.call),
        line: Some(17),
        text: Some(r#""UserName": "alice","#.to_owned()),
    })
}

fn explained(world: &World, name: &str) -> (String, Option<Topic>) {
    let mut topic = None;
    let text = drawn(|out| {
        topic = explain(&world.report(), name, &place, out, &plain(100))?;
        Ok(())
    });
    (text, topic)
}

#[test]
fn a_requirement_is_explained_down_to_the_line_that_was_read() {
    let (text, topic) = explained(&sample::world(), "soc2:CC6.1");
    assert!(matches!(topic, Some(Topic::Requirement(_))));
    insta::assert_snapshot!("explain-requirement", text);
}

#[test]
fn a_finding_is_explained_with_its_evidence() {
    let world = sample::world();
    let list = drawn(|out| {
        finding_list(
            &world.report(),
            &FindingFilter { outcome: Some(Outcome::Fail), limit: 1, ..FindingFilter::default() },
            out,
            &plain(200),
        )
    });
    let id = list.split_whitespace().find(|word| word.len() == 16 && word.chars().all(|c| c.is_ascii_hexdigit())).unwrap();
    let (text, topic) = explained(&world, id);
    assert!(matches!(topic, Some(Topic::Finding(_))));
    insta::assert_snapshot!("explain-finding", text);
}

#[test]
fn every_other_name_in_a_report_is_explained_too() {
    let world = sample::world();
    for name in
        ["soc2:CC6.1#authentication", "access/mfa", "identity/mfa-enforced", "denied", "soc2:CC6", "hipaa:164.308(a)(3)(ii)(C)"]
    {
        let (text, topic) = explained(&world, name);
        assert!(topic.is_some() && text.lines().count() > 2, "{name}: {text}");
    }
    assert_eq!(explained(&world, "soc2:CC99.9"), (String::new(), None));
    assert_eq!(explained(&world, "\u{1b}[2J"), (String::new(), None));
}

#[test]
fn what_a_requirement_reaches_is_drawn_as_a_tree() {
    let world = sample::world();
    let from: RequirementId = "iso27001:A.5.18".parse().unwrap();
    let to = |id: &str, relation| Step { relation, to: id.parse().unwrap() };
    let reached = [
        Reached {
            to: "soc2:CC6.2".parse().unwrap(),
            relation: Relation::EquivalentTo,
            path: vec![to("soc2:CC6.2", Relation::EquivalentTo)],
        },
        Reached {
            to: "hipaa:164.308(a)(3)(ii)(C)".parse().unwrap(),
            relation: Relation::SupersetOf,
            path: vec![to("soc2:CC6.2", Relation::EquivalentTo), to("hipaa:164.308(a)(3)(ii)(C)", Relation::SupersetOf)],
        },
    ];
    let text = drawn(|out| crosswalk(&world.catalog, &from, &reached, Some(&world.report()), out, &plain(100)).map(drop));
    insta::assert_snapshot!("crosswalk", text);
}

#[test]
fn a_control_shows_what_it_covers() {
    let world = sample::world();
    let id: ControlId = "access/mfa".parse().unwrap();
    insta::assert_snapshot!("control-show", drawn(|out| control_show(&world.report(), &id, out, &plain(100)).map(drop)));
}

#[test]
fn lists_are_tables_that_say_what_they_leave_out() {
    let world = sample::world();
    let text = drawn(|out| fact_list(&world.report(), None, 3, out, &plain(100)));
    assert!(text.contains("… 3 of 12 facts"), "{text}");
    let text =
        drawn(|out| finding_list(&world.report(), &FindingFilter { limit: 2, ..FindingFilter::default() }, out, &plain(120)));
    insta::assert_snapshot!("finding-list", text);
}

#[test]
fn two_runs_differ_in_what_changed_and_nothing_else() {
    let (before, mut after) = (sample::world(), sample::world());
    assert!(diff(&before.report(), &after.report()).is_empty());
    let (facts, scopes, _) = after.facts.clone().into_parts();
    let facts = facts
        .into_iter()
        .filter(|fact| !fact.subject.as_str().ends_with("/bob"))
        .map(|mut fact| {
            if fact.subject.as_str().ends_with("/alice") {
                fact.body = model::Body::parse(br#"{"console_access":true,"mfa_enabled":true,"name":"alice"}"#).unwrap();
                fact.digest = model::Digest::of(b"changed");
            }
            fact
        })
        .collect();
    after.facts = model::FactSet::new(facts, scopes, vec![]);
    let decided = after.rules.iter().map(|header| sample::findings(&after.facts, header, |_| (Outcome::Pass, String::new())));
    after.findings = model::FindingSet::new(decided.collect());
    after.assessment.controls[1].status = model::ControlStatus::Passing;
    let found = diff(&before.report(), &after.report());
    assert_eq!((found.controls.len(), found.requirements.len(), found.closed_gaps.len()), (1, 0, 3));
    assert_eq!(
        found.facts.iter().map(|it| (it.change, it.fields.join(","))).collect::<Vec<_>>(),
        [("changed", "mfa_enabled".to_owned()), ("removed", String::new())]
    );
    assert!(found.ended_failures.iter().all(|it| it.other == Some("pass")));
    insta::assert_snapshot!("diff", drawn(|out| changes(&found, out, &plain(100))));
}
