//! Whether the report of a subservice organisation bears out that it answers for something.

use std::collections::BTreeSet;

use engine_crosswalk::{CarveOut, SubserviceStatement};
use model::RequirementStatus::{CarvedOut, PartlySupported, Supported, Unknown};
use model::{Basis, Outcome, RequirementStatus, Seconds, Strength::Full};
use proptest::prelude::*;
use serde_json::Value::Null;

use crate::world::{DAY, Report, World, ago};

/// `f:1`, of which `org` is to answer for the whole.
fn world(reports: &[Report]) -> World {
    let mut world = World::default();
    world.leaf("f:1", None, "in", &["p", "q"]);
    world.carve_out(&[], &["f:1#p", "f:1#q"]);
    world.reports(reports);
    world
}

#[track_caller]
fn check_with(change: impl Fn(&mut World), reports: &[Report], status: RequirementStatus, reason: &str) {
    let mut world = world(reports);
    change(&mut world);
    let found = world.requirement("f:1");
    assert_eq!((found.status, found.reason.as_str()), (status, reason));
}

#[track_caller]
fn check(report: &Report, status: RequirementStatus, reason: &str) {
    check_with(|_| (), std::slice::from_ref(report), status, reason);
}

/// `ended(100)`, doubted for this reason.
#[track_caller]
fn doubted(report: &Report, reason: &str) {
    check(report, Unknown, &format!("Org is to answer for it: its soc2-type2 report to 2026-10-07: {reason}"));
}

fn good() -> Report {
    Report::ended(100)
}

const RELIED: &str = "Org answers for it: its soc2-type2 report to 2026-10-07 is relied on until 2027-10-08";

#[test]
fn a_report_that_is_current_unqualified_reviewed_and_mapped_is_relied_on() {
    check(&good(), CarvedOut, RELIED);
    let found = world(&[good()]).requirement("f:1");
    assert_eq!(found.basis, [Basis::Collected], "that of the register");
    check(&good().with("review_result", "relied-on"), CarvedOut, RELIED);
    check(&good().with("exception_count", 2).with("exceptions_judged", true), CarvedOut, RELIED);
    check(&good().with("cuec_count", 0).with("cuec_mapped_count", Null), CarvedOut, RELIED);
}

#[test]
fn nothing_less_is() {
    doubted(&good().with("opinion", "qualified"), "its opinion is qualified");
    doubted(&good().with("opinion", "adverse"), "its opinion is adverse");
    doubted(&good().with("opinion", "disclaimer"), "its auditor gives no opinion");
    doubted(&good().with("opinion", Null), "its opinion is not known");
    doubted(&good().without("opinion"), "its opinion is not known");
    doubted(&good().with("reviewed_at", Null), "it was not reviewed");
    doubted(&good().without("reviewed_at"), "it was not reviewed");
    doubted(&good().with("reviewed_at", ago(-3).to_string()), "it was not reviewed");
    doubted(&good().with("reviewed_at", ago(200).to_string()), "it was reviewed before its period had ended");
    doubted(&good().with("review_result", "not-relied-on"), "it was reviewed and not relied on");
    doubted(&good().with("review_result", Null), "how its review ended is not known");
    doubted(&good().with("cuec_mapped_count", 9), "3 controls that it expects of its users are not mapped");
    doubted(&good().with("cuec_mapped_count", Null), "12 controls that it expects of its users are not mapped");
    doubted(&good().with("cuec_count", Null), "the controls that it expects of its users were not counted");
    doubted(&good().with("exception_count", 2), "2 deviations in it were not judged");
    doubted(&good().with("covers_service", false), "its scope leaves out the service");
    doubted(&good().with("opinion", "qualified").with("reviewed_at", Null), "its opinion is qualified and it was not reviewed");
}

#[test]
fn a_report_is_current_for_a_year_and_with_a_letter_for_three_months_more() {
    let status = |report: Report| world(&[report]).requirement("f:1").status;
    assert_eq!((status(Report::ended(365)), status(Report::ended(366))), (CarvedOut, Unknown));
    let letter = |days_ago: i64, until: i64| Report::ended(days_ago).with("bridge_until_at", ago(until).to_string());
    assert_eq!((status(letter(400, 0)), status(letter(400, 1))), (CarvedOut, Unknown), "the letter's own last day counts");
    assert_eq!((status(letter(457, -99)), status(letter(458, -99))), (CarvedOut, Unknown), "no letter covers more");
    assert_eq!(status(letter(100, 50)), CarvedOut, "a letter takes nothing away");
    check(&Report::ended(366), Unknown, "Org is to answer for it: its soc2-type2 report to 2026-01-14: it ended too long ago");
    let early = Report::ended(-10).with("reviewed_at", ago(0).to_string());
    assert_eq!(status(early), Unknown, "a period that has not ended");
    let longer = |world: &mut World| world.statements[0].current_for = Seconds(400 * DAY);
    check_with(
        longer,
        &[Report::ended(366)],
        CarvedOut,
        "Org answers for it: its soc2-type2 report to 2026-01-14 is relied on until 2027-02-19",
    );
}

#[test]
fn a_certificate_holds_to_its_last_day_and_has_no_opinion() {
    let certificate = |until: i64| {
        good()
            .with("report_type", "iso27001")
            .with("period_end_at", ago(until).to_string())
            .with("opinion", Null)
            .with("cuec_count", Null)
            .with("reviewed_at", ago(300).to_string())
    };
    let accepted = |world: &mut World| world.statements[0].report_types.push("iso27001".into());
    check_with(
        accepted,
        &[certificate(-30)],
        CarvedOut,
        "Org answers for it: its iso27001 certificate to 2027-02-14 is relied on until 2027-02-15",
    );
    check_with(
        accepted,
        &[certificate(1)],
        Unknown,
        "Org is to answer for it: its iso27001 certificate to 2027-01-14: it has run out",
    );
    check(&certificate(-30), Unknown, "Org is to answer for it: there is no report of it (soc2-type2)");
}

#[test]
fn without_a_report_or_a_whole_register_nothing_is_carved_out() {
    let other = good().with("vendor", "other");
    for reports in [&[][..], &[other]] {
        check_with(|_| (), reports, Unknown, "Org is to answer for it: there is no report of it (soc2-type2)");
    }
    let reports = [good()];
    check_with(
        |world| world.expected[0].claimed = None,
        &reports,
        Unknown,
        "Org is to answer for it: not all of vendor.report@1 was seen",
    );
    check_with(|world| world.expected[0].seen_at = ago(90), &reports, CarvedOut, RELIED);
    check_with(
        |world| world.expected[0].seen_at = ago(91),
        &reports,
        Unknown,
        "Org is to answer for it: the register of reports was last read on 2026-10-16, longer than 90d ago",
    );
    let nobody = |world: &mut World| {
        world.expected.clear();
        world.facts.clear();
    };
    check_with(
        nobody,
        &reports,
        Unknown,
        "Org is to answer for it: nothing gives vendor.report@1, there is no report of it (soc2-type2)",
    );
}

#[test]
fn the_newest_report_counts_and_an_older_one_only_until_a_newer_is_adverse() {
    let old = Report::ended(300);
    let relied = "Org answers for it: its soc2-type2 report to 2026-03-21 is relied on until 2027-03-22";
    check_with(|_| (), &[old.clone(), good()], CarvedOut, RELIED);
    check_with(|_| (), &[good().with("reviewed_at", Null), old.clone()], CarvedOut, relied);
    for opinion in ["qualified", "adverse", "disclaimer"] {
        assert_eq!(world(&[good().with("opinion", opinion), old.clone()]).requirement("f:1").status, Unknown);
    }
    let undated = good().without("period_end_at").with("opinion", "adverse");
    assert_eq!(world(&[good(), undated]).requirement("f:1").status, Unknown, "it could be the newest");
    assert_eq!(
        world(&[good(), good().with("reviewed_at", Null)]).requirement("f:1").status,
        Unknown,
        "the worse of two registers"
    );
}

#[test]
fn aspects_are_carved_out_one_by_one_and_each_says_who_answers() {
    let mut one = world(&[good()]);
    one.statements[0].aspects.pop();
    let found = one.requirement("f:1");
    assert_eq!(found.status, PartlySupported);
    assert_eq!(
        found.reason,
        "1 of 2 aspects answered, by a subservice organisation; Org answers for #p: its soc2-type2 report to 2026-10-07 is relied on until 2027-10-08"
    );
    one.tested("k/a", "a.x@1", &[("u0", Outcome::Pass)]);
    one.edge("k/a", "f:1#q", Full);
    assert_eq!(one.requirement("f:1").status, Supported);
    let second = SubserviceStatement { organisation: "second".into(), ..one.statements[0].clone() };
    one.statements.push(second);
    let found = one.requirement("f:1");
    assert_eq!(found.status, Unknown, "each that is to answer does");
    assert!(found.reason.starts_with("second is to answer for #p: there is no report of it"), "{}", found.reason);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn taking_a_report_away_never_makes_anything_better(ended in prop::collection::vec((0..600_i64, 0..6_usize), 1..5), which in any::<usize>(), claimed in any::<bool>()) {
        let report = |(days, sort): &(i64, usize)| match sort {
            0 => Report::ended(*days).with("reviewed_at", Null),
            1 => Report::ended(*days).with("cuec_mapped_count", 0),
            2 => Report::ended(*days).with("vendor", "other"),
            _ => Report::ended(*days),
        };
        let reports: Vec<Report> = ended.iter().map(report).collect();
        let before = world(&reports);
        let mut after = before.clone();
        after.facts.remove(which % reports.len());
        if claimed {
            // Not even where the register itself says that it never was there: none of these has an adverse opinion. Of two that
            // end on one day the worse counts, so that to say that one of them never was is another register.
            let days: BTreeSet<i64> = ended.iter().map(|(days, _)| *days).collect();
            prop_assume!(days.len() == ended.len());
            after.expected[0].claimed = Some(after.facts.len() as u64);
        }
        if before.requirement("f:1").status == Unknown {
            prop_assert_eq!(after.requirement("f:1").status, Unknown);
        }
        let facts = after.admitted();
        let now = crate::world::now();
        for it in &after.statements {
            let was = CarveOut::of(it, &before.admitted(), now).holds(now);
            prop_assert!(was || !CarveOut::of(it, &facts, now).holds(now));
        }
    }
}
