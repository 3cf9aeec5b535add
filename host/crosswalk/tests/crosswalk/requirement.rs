//! Aspects, requirements, their parents, and what travels between them.

use model::Relation::{self, EqualTo, EquivalentTo, IntersectsWith, SubsetOf, SupersetOf};
use model::RequirementStatus::{
    self, Attested, CarvedOut, Deviations, NotApplicable, OutOfScope, PartlySupported, Supported, Uncovered, Unknown,
};
use model::{Basis, Outcome, Strength, Strength::Full, Strength::Partial};

use crate::world::{Report, World, edge};

/// A world with controls of each sort: `k/pass`, `k/fail`, `k/doubt`, `k/idle`, `k/word` (attested), `k/none` (untested).
fn world() -> World {
    let mut world = World::default();
    world.tested("k/pass", "a.x@1", &[("u0", Outcome::Pass)]);
    world.tested("k/fail", "b.x@1", &[("u0", Outcome::Fail)]);
    world.tested("k/doubt", "c.x@1", &[("u0", Outcome::Inconclusive)]);
    world.tested("k/idle", "d.x@1", &[]);
    world.control_named("k/word");
    world.attest("k/word", 1, -1);
    world.control_named("k/none");
    world
}

/// A leaf whose aspects are each covered by some of those controls.
fn leaf(id: &str, aspects: &[&[(&str, Strength)]]) -> World {
    let mut world = world();
    add(&mut world, id, aspects);
    world
}

fn add(world: &mut World, id: &str, aspects: &[&[(&str, Strength)]]) {
    let words: Vec<_> = ["p", "q", "r"].into_iter().take(aspects.len()).collect();
    world.leaf(id, None, "in", &words);
    for (word, covering) in words.iter().zip(aspects) {
        for (control, strength) in *covering {
            world.edge(&format!("k/{control}"), &format!("{id}#{word}"), *strength);
        }
    }
}

#[track_caller]
fn check(aspects: &[&[(&str, Strength)]], status: RequirementStatus) {
    assert_eq!(leaf("f:1", aspects).requirement("f:1").status, status, "{aspects:?}");
}

#[test]
fn an_aspect_is_what_the_worst_of_its_controls_says_and_else_what_a_full_edge_shows() {
    check(&[&[("pass", Full), ("fail", Full)]], Deviations);
    check(&[&[("pass", Full), ("fail", Partial)]], Deviations);
    check(&[&[("pass", Full), ("doubt", Partial)]], Unknown);
    check(&[&[("pass", Full), ("word", Full), ("none", Full), ("idle", Full)]], Supported);
    check(&[&[("pass", Partial), ("word", Full)]], Attested);
    check(&[&[("pass", Partial)]], Uncovered);
    check(&[&[("word", Partial)]], Uncovered);
    check(&[&[("idle", Full), ("none", Full)]], NotApplicable);
    check(&[&[("idle", Partial)]], Uncovered);
    check(&[&[("none", Full)]], Uncovered);
}

#[test]
fn a_requirement_is_supported_only_when_every_aspect_is() {
    let (pass, word, idle): (&[_], &[_], &[_]) = (&[("pass", Full)], &[("word", Full)], &[("idle", Full)]);
    check(&[], Uncovered);
    check(&[&[], &[]], Uncovered);
    check(&[pass, pass], Supported);
    check(&[pass, &[]], PartlySupported);
    check(&[word, &[]], PartlySupported);
    check(&[pass, word], Attested);
    check(&[pass, idle], Supported);
    check(&[idle, idle], NotApplicable);
    check(&[idle, &[]], Uncovered);
    check(&[pass, &[("doubt", Full)], &[]], Unknown);
    check(&[&[("fail", Full)], &[("doubt", Full)], pass], Deviations);
}

#[test]
fn what_remains_is_named_and_so_is_what_edges_leave_open() {
    let mut world = leaf("f:1", &[&[], &[]]);
    world.control_named("k/pass").edges.push(edge("f:1#p", Full, "people outside the directory"));
    world.control_named("k/none").edges.push(edge("f:1#p", Full, "not said, for it shows nothing"));
    let found = world.requirement("f:1");
    assert_eq!(found.remaining, ["title of q", "people outside the directory"]);
    assert_eq!((found.basis, found.reason.as_str()), (vec![Basis::Collected], "1 of 2 aspects answered, by k/pass"));
    assert_eq!(found.aspects[0].controls.iter().map(ToString::to_string).collect::<Vec<_>>(), ["k/none", "k/pass"]);
}

#[test]
fn a_reason_names_the_controls_with_their_rates() {
    let found = leaf("f:1", &[&[("fail", Full)], &[("doubt", Full)]]).requirement("f:1");
    assert_eq!(found.reason, "a control fails: k/fail (1 of 1 fails)");
}

#[test]
fn of_alternatives_one_that_passes_is_enough_and_a_failure_counts_when_no_other_could_answer() {
    let group = |members: &[(&str, Strength)]| {
        let mut world = leaf("f:1", &[members]);
        let ids: Vec<_> = members.iter().map(|(control, _)| format!("k/{control}")).collect();
        world.any_of("f:1#p", &ids.iter().map(String::as_str).collect::<Vec<_>>());
        world.requirement("f:1").status
    };
    assert_eq!(group(&[("pass", Full), ("fail", Full)]), Supported);
    assert_eq!(group(&[("pass", Full), ("doubt", Full)]), Supported);
    assert_eq!(group(&[("fail", Full), ("doubt", Full)]), Unknown);
    assert_eq!(group(&[("fail", Full), ("none", Full)]), Unknown, "the other was not looked at");
    assert_eq!(group(&[("fail", Full), ("word", Full)]), Unknown, "a statement does not outweigh a failure");
    assert_eq!(group(&[("fail", Full), ("idle", Full)]), Deviations, "the other is not in use");
    assert_eq!(group(&[("fail", Full), ("pass", Partial)]), Unknown, "the other shows a part only");
    assert_eq!(group(&[("word", Full), ("idle", Full)]), Attested);
}

#[test]
fn a_carve_out_holds_while_the_report_is_current_and_outweighs_nothing_that_was_seen() {
    let carved = |aspects: &[&[(&str, Strength)]], ended: i64| {
        let mut world = leaf("f:1", aspects);
        world.carve_out(&["f:1"], &[]);
        world.reports(&[Report::ended(ended)]);
        world.requirement("f:1").status
    };
    assert_eq!(carved(&[&[], &[]], 100), CarvedOut);
    assert_eq!(carved(&[], 100), CarvedOut);
    assert_eq!(carved(&[&[("fail", Full)], &[]], 100), Deviations);
    assert_eq!(carved(&[&[("doubt", Full)], &[]], 100), Unknown);
    assert_eq!(carved(&[&[("pass", Full)], &[]], 100), Supported);
    assert_eq!(carved(&[&[("idle", Full)], &[]], 100), CarvedOut);
    // Where it does not hold, what it is stated of is not known, and own evidence does not stand in for it.
    assert_eq!(carved(&[&[], &[]], 900), Unknown);
    assert_eq!(carved(&[], 900), Unknown);
    assert_eq!(carved(&[&[("pass", Full)], &[("pass", Full)]], 900), Unknown);
    assert_eq!(carved(&[&[("word", Full)]], 900), Unknown);
    assert_eq!(carved(&[&[("fail", Full)], &[]], 900), Deviations);
}

#[test]
fn a_parent_is_what_its_parts_in_scope_are() {
    let parent = |parts: &[(&str, &str)]| {
        let mut world = world();
        world.leaf("f:0", None, "in", &[]);
        for (number, (control, category)) in parts.iter().enumerate() {
            let id = format!("f:{}", number + 1);
            world.leaf(&id, Some("f:0"), category, &["p"]);
            world.edge(&format!("k/{control}"), &format!("{id}#p"), Full);
        }
        world.requirement("f:0").status
    };
    assert_eq!(parent(&[("pass", "in"), ("fail", "in"), ("doubt", "in")]), Deviations);
    assert_eq!(parent(&[("pass", "in"), ("fail", "out")]), Supported);
    assert_eq!(parent(&[("pass", "in"), ("doubt", "in")]), Unknown);
    assert_eq!(parent(&[("pass", "in"), ("idle", "in")]), Supported);
    assert_eq!(parent(&[("pass", "in"), ("word", "in")]), Attested);
    assert_eq!(parent(&[("pass", "in"), ("none", "in")]), PartlySupported);
    assert_eq!(parent(&[("none", "in"), ("idle", "in")]), Uncovered);
    assert_eq!(parent(&[("idle", "in"), ("idle", "in")]), NotApplicable);
    assert_eq!(parent(&[("pass", "out"), ("fail", "out")]), OutOfScope);
}

/// What becomes of `g:1`, with `own` as its one aspect, when `f:1` with `other` is related to it.
fn related(other: &str, relation: Relation, own: &str) -> RequirementStatus {
    let mut world = world();
    add(&mut world, "f:1", &[&[(other, Full)]]);
    add(&mut world, "g:1", &[&[(own, Full)]]);
    world.relate("f:1", relation, "g:1");
    world.requirement("g:1").status
}

#[test]
fn support_travels_to_what_asks_no_more_and_lifts_only_what_is_uncovered() {
    for relation in [EqualTo, EquivalentTo, SupersetOf] {
        assert_eq!(related("pass", relation, "none"), Supported);
        assert_eq!(related("word", relation, "none"), Attested);
        assert_eq!(related("pass", relation, "word"), Attested, "attested never becomes supported");
        assert_eq!(related("pass", relation, "doubt"), Unknown);
        assert_eq!(related("pass", relation, "fail"), Deviations);
        assert_eq!(related("pass", relation, "idle"), NotApplicable);
        assert_eq!(related("idle", relation, "none"), Uncovered);
    }
    for relation in [SubsetOf, IntersectsWith] {
        assert_eq!(related("pass", relation, "none"), Uncovered);
    }
}

#[test]
fn a_deviation_travels_to_what_asks_no_less_and_so_does_doubt() {
    for relation in [EqualTo, EquivalentTo, SubsetOf] {
        for own in ["pass", "none", "idle", "word", "doubt", "fail"] {
            assert_eq!(related("fail", relation, own), Deviations);
        }
        assert_eq!(related("doubt", relation, "pass"), Unknown);
        assert_eq!(related("doubt", relation, "none"), Unknown);
        assert_eq!(related("doubt", relation, "fail"), Deviations);
    }
    for relation in [SupersetOf, IntersectsWith] {
        assert_eq!(related("fail", relation, "pass"), Supported);
        assert_eq!(related("doubt", relation, "none"), Uncovered);
    }
}

#[test]
fn what_came_shows_its_path_and_what_did_not_carry_is_listed_after_it() {
    let mut world = world();
    add(&mut world, "f:1", &[&[("pass", Full)]]);
    add(&mut world, "f:2", &[&[("pass", Full)]]);
    add(&mut world, "h:1", &[&[]]);
    add(&mut world, "g:1", &[&[], &[]]);
    world.relate("f:1", SupersetOf, "h:1");
    world.relate("h:1", EqualTo, "g:1");
    world.relate("f:2", IntersectsWith, "g:1");
    let found = world.requirement("g:1");
    assert_eq!((found.status, found.remaining.len(), found.basis), (Supported, 0, vec![Basis::Collected]));
    assert_eq!(found.reason, "supported over f:1 (superset-of this); nothing shows it directly");
    let via: Vec<_> = found.via.iter().map(|via| (via.from.as_str(), via.relation, via.path.len(), via.carries)).collect();
    assert_eq!(via, [("f:1", SupersetOf, 2, true), ("f:2", IntersectsWith, 1, false)]);
}

#[test]
fn what_was_passed_on_is_not_passed_on_again() {
    let mut world = world();
    add(&mut world, "f:1", &[&[("pass", Full)]]);
    for id in ["g:1", "g:2", "g:3", "g:4"] {
        add(&mut world, id, &[&[]]);
    }
    for (from, to) in [("f:1", "g:1"), ("g:1", "g:2"), ("g:2", "g:3"), ("g:3", "g:4")] {
        world.relate(from, EqualTo, to);
    }
    assert_eq!(world.requirement("g:3").status, Supported);
    assert_eq!(world.requirement("g:4").status, Uncovered, "four steps");
}

#[test]
fn a_source_out_of_scope_still_carries() {
    let mut world = world();
    world.leaf("f:1", None, "out", &["p"]);
    world.edge("k/fail", "f:1#p", Full);
    add(&mut world, "g:1", &[&[("pass", Full)]]);
    world.relate("f:1", SubsetOf, "g:1");
    assert_eq!((world.requirement("f:1").status, world.requirement("g:1").status), (OutOfScope, Deviations));
}

#[test]
fn the_summary_counts_leaves_and_adds_up() {
    let mut world = world();
    world.leaf("f:0", None, "in", &[]);
    for (number, control) in ["pass", "fail", "doubt", "none"].iter().enumerate() {
        let id = format!("f:{}", number + 1);
        world.leaf(&id, Some("f:0"), if *control == "doubt" { "out" } else { "in" }, &["p"]);
        world.edge(&format!("k/{control}"), &format!("{id}#p"), Full);
    }
    let summary = world.assess().frameworks[0].summary;
    assert_eq!((summary.supported, summary.deviations, summary.uncovered, summary.out_of_scope), (1, 1, 1, 1));
    assert_eq!((summary.total, summary.catalog_total), (3, 4));
}
