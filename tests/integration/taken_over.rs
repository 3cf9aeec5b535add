//! What a run takes over from the one before changes nothing: one thing is changed at a time, and the run that takes over says what the
//! run says that evaluates everything again.

use std::fs;
use std::path::Path;

use engine::clock::FixedClock;
use engine::config::{Config, Overrides};
use engine::pipeline::{self, Evaluated, GivenFacts, Inputs, Prepared};
use engine::progress::Progress;
use jiff::{SignedDuration, Timestamp};
use model::{ClockMode, Outcome, RunId};
use serde_json::Value;
use store::{Access, Run as KeptRun, Store, StoredRun};

use crate::desk::{Desk, Ran};
use crate::given_facts::seen_at;

const CONFIG: &str = "rules = [\"rules\"]\nkinds = [\"kinds\"]\n";

const KINDS: &str = r#"
[[kind]]
id = "acme.desk@1"
title = "A desk"
description = "A desk."
[kind.fields]
name = { type = "string", key = true, description = "Its name." }
email = { type = "string", optional = true, description = "Whose it is." }
on = { type = "bool", optional = true, description = "Whether its lamp is on." }
count = { type = "int", description = "How many drawers it has." }
due_at = { type = "timestamp", optional = true, description = "When it is looked at next." }
seen = { type = "int", optional = true, volatile = true, description = "How often it was seen." }

[[kind]]
id = "acme.owner@1"
title = "An owner"
description = "An owner of desks."
[kind.fields]
email = { type = "string", key = true, description = "The address." }
left = { type = "bool", optional = true, description = "Whether the person has left." }
badge = { type = "int", optional = true, volatile = true, description = "The number of the badge." }
"#;

/// The rules: their names, what stands in `describe()` beside the rest, and `evaluate`.
const RULES: [(&str, &str, &str); 6] = [
    (
        "lit",
        "parameters: #{ most: 4 },",
        "fn evaluate(it, parameters) { if it.count > parameters.most { fail(`${it.name} has ${it.count} drawers`) } else if it.on { pass() } else { fail(`${it.name} is off`) } }",
    ),
    ("quiet", "", "fn evaluate(it) { if it.count == 0 { not_applicable(\"no drawers\") } else { pass() } }"),
    ("seen", "", "fn evaluate(it) { if it.has(\"seen\") && it.seen == 1 { fail(`${it.name} was seen once`) } else { pass() } }"),
    (
        "owned",
        "join: #{ owner: #{ kind: \"acme.owner@1\", on: [\"email\"], many: false } },",
        "fn evaluate(it) { if it.owner.is_null() { return fail(`${it.name} is nobody's`); } if it.owner.left { fail(`${it.name}, ${it.owner.badge}`) } else { pass() } }",
    ),
    (
        "alike",
        "group_by: [\"count\"],",
        "fn evaluate(it) { if it.members.all(|desk| desk.seen != 2) { pass() } else { fail(`${it.members.len()} desks`) } }",
    ),
    ("due", "", "fn evaluate(it) { if hours_until(it.due_at) < 48 { fail(`${it.name} is due`) } else { pass() } }"),
];

fn rule(name: &str) -> String {
    let (_, extra, evaluate) = RULES.iter().find(|it| it.0 == name).unwrap();
    format!(
        "fn describe() {{ #{{ title: \"A desk is {name}\", kind: \"acme.desk@1\", controls: [\"access/mfa\"], severity: \"high\", fresh_for: \"24h\", {extra} remediation: \"Mend it.\" }} }}\n{evaluate}\n"
    )
}

/// Everything that a run is given.
#[derive(Clone)]
struct World {
    config: String,
    kinds: String,
    rules: Vec<(String, String)>,
    /// A line each, in the order in which they are given.
    desks: Vec<String>,
    owners: Vec<String>,
    /// What is said of the scopes, and all else.
    rest: Vec<String>,
    /// The file that all stand in.
    file: &'static str,
}

const DESKS: usize = 300;
const OWNERS: usize = 100;

fn complete(kind: &str, scope: &str, count: usize) -> String {
    format!(r#"{{"complete":{{"kind":"{kind}","scope":"{scope}","count":{count},"observed_at":"{}"}}}}"#, seen_at())
}

fn desk(number: usize) -> String {
    // A few hold no answer: what is inconclusive is there too.
    let (gaps, on) = match number % 50 {
        3 => (r#""$gaps":{"on":"it was locked"},"#, String::new()),
        _ => ("", format!(r#""on":{},"#, !number.is_multiple_of(7))),
    };
    format!(
        r#"{{"kind":"acme.desk@1","scope":"acme:1","subject":"acme:desk/{number:03}","observed_at":"{}",{gaps}"body":{{{on}"name":"desk-{number:03}","email":"own{}@example.com","count":{},"due_at":"2099-01-01T00:00:00Z","seen":{}}}}}"#,
        seen_at(),
        number % OWNERS,
        number % 5,
        number % 3,
    )
}

fn owner(number: usize) -> String {
    format!(
        r#"{{"kind":"acme.owner@1","scope":"acme:people","subject":"acme:owner/{number:03}","observed_at":"{}","body":{{"email":"own{number}@example.com","left":{},"badge":{number}}}}}"#,
        seen_at(),
        number.is_multiple_of(10),
    )
}

impl World {
    fn new() -> Self {
        Self {
            config: CONFIG.to_owned(),
            kinds: KINDS.to_owned(),
            rules: RULES.iter().map(|(name, ..)| ((*name).to_owned(), rule(name))).collect(),
            desks: (0..DESKS).map(desk).collect(),
            owners: (0..OWNERS).map(owner).collect(),
            rest: vec![complete("acme.desk@1", "acme:1", DESKS), complete("acme.owner@1", "acme:people", OWNERS)],
            file: "world.ndjson",
        }
    }

    fn lines(&self) -> String {
        [&self.desks[..], &self.owners[..], &self.rest[..]].concat().join("\n")
    }

    fn lay_out(&self, desk: &Desk) {
        let _ = fs::remove_dir_all(desk.path().join("rules"));
        desk.write("engine.toml", &self.config);
        desk.write("kinds/acme.toml", &self.kinds);
        for (name, text) in &self.rules {
            desk.write(&format!("rules/desk/{name}.rhai"), text);
        }
        desk.write(self.file, self.lines());
    }

    fn eval(&self, desk: &Desk, store: &str, more: &[&str]) -> Run {
        let mut command = desk.command();
        command.args(["eval", "--facts", self.file, "--store", store, "--format", "json", "--findings", "all"]).args(more);
        Run::of(command.env("ENGINE_LOG", "engine=debug").output().unwrap().into())
    }

    /// Another text for a rule.
    fn turn(&mut self, name: &str, from: &str, to: &str) {
        let text = &mut self.rules.iter_mut().find(|it| it.0 == name).unwrap().1;
        assert!(text.contains(from), "{text}");
        *text = text.replace(from, to);
    }
}

/// What a run said, and how much of it was taken over.
struct Run {
    code: i32,
    /// The report without its part on the run.
    said: Value,
    digest: String,
    /// How many outcomes are pass, fail or not applicable.
    conclusive: u64,
    taken_over: u64,
    log: String,
}

impl Run {
    #[track_caller]
    fn of(ran: Ran) -> Self {
        assert!(matches!(ran.code, 0 | 1 | 3), "{}\n{}", ran.stdout, ran.stderr);
        let mut said = ran.json();
        said.as_object_mut().unwrap().remove("run").unwrap();
        let counts = said["rules"].as_array().unwrap().iter().map(|it| &it["findings"]);
        let conclusive = counts.flat_map(|it| ["pass", "fail", "not_applicable"].map(|word| it[word].as_u64().unwrap())).sum();
        let digest = said["content_digest"].as_str().unwrap().to_owned();
        let (_, after) = ran.stderr.split_once("taken_over=").unwrap_or_else(|| panic!("{}", ran.stderr));
        let number: String = after.chars().take_while(char::is_ascii_digit).collect();
        Self { code: ran.code, said, digest, conclusive, taken_over: number.parse().unwrap(), log: ran.stderr }
    }
}

/// How much is taken over.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Share {
    /// All that the run before concluded.
    All,
    Some,
    None,
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
        }
    }
}

/// Runs one world and then another; the second run says the same whether it takes over or not, and so does a third.
#[track_caller]
fn check_both(before: &World, after: &World, share: Share) -> Desk {
    let desk = Desk::new();
    before.lay_out(&desk);
    let first = before.eval(&desk, "one", &[]);
    assert_eq!(first.taken_over, 0, "{}", first.log);
    copy(&desk.path().join("one"), &desk.path().join("two"));
    after.lay_out(&desk);
    let taken = after.eval(&desk, "one", &[]);
    let afresh = after.eval(&desk, "two", &["--afresh", "--threads", "1"]);
    same(&taken, &afresh);
    assert!(taken.taken_over <= first.conclusive.min(taken.conclusive), "what is inconclusive is evaluated");
    let found = match taken.taken_over {
        0 => Share::None,
        number if number == first.conclusive => Share::All,
        _ => Share::Some,
    };
    assert_eq!(found, share, "{} of {} were taken over", taken.taken_over, first.conclusive);
    desk
}

#[track_caller]
fn same(taken: &Run, afresh: &Run) {
    assert_eq!(afresh.taken_over, 0, "{}", afresh.log);
    assert_eq!(taken.said, afresh.said);
    assert_eq!((taken.code, &taken.digest), (afresh.code, &afresh.digest));
}

#[track_caller]
fn check(share: Share, change: impl FnOnce(&mut World)) {
    let before = World::new();
    let mut after = before.clone();
    change(&mut after);
    check_both(&before, &after, share);
}

#[test]
fn where_nothing_changed_every_conclusion_is_taken_over_run_after_run() {
    let world = World::new();
    let desk = check_both(&world, &world, Share::All);
    let third = world.eval(&desk, "one", &["--threads", "2"]);
    assert_eq!((third.taken_over, third.code), (third.conclusive, 1));
    same(&third, &world.eval(&desk, "two", &["--afresh"]));
    // What was taken over is derived again by evaluating.
    let verified = desk.run(&["verify", "--store", "one", "--replay"]).expect(0);
    assert!(verified.stdout.contains("byte for byte"), "{}", verified.stdout);
    // A run that was evaluated afresh may be built upon, and nothing is known without a store or at another time.
    assert_eq!(world.eval(&desk, "two", &[]).taken_over, third.conclusive);
    assert_eq!(world.eval(&desk, "one", &["--no-store"]).taken_over, 0);
    assert_eq!(world.eval(&desk, "one", &["--as-of", seen_at()]).taken_over, 0);
}

#[test]
fn the_order_of_the_lines_and_when_they_were_seen_change_no_conclusion() {
    check(Share::All, |world| world.desks.reverse());
    check(Share::All, |world| {
        let later = (seen_at().parse::<Timestamp>().unwrap() + SignedDuration::from_mins(20)).to_string();
        world.desks.iter_mut().for_each(|it| *it = it.replace(seen_at(), &later));
    });
}

#[test]
fn what_is_stale_by_now_is_not_taken_over() {
    let days_before = |days: i64| (seen_at().parse::<Timestamp>().unwrap() - SignedDuration::from_hours(24 * days)).to_string();
    check(Share::Some, |world| world.desks.iter_mut().for_each(|it| *it = it.replace(seen_at(), &days_before(2))));
    check(Share::Some, |world| world.owners.iter_mut().for_each(|it| *it = it.replace(seen_at(), &days_before(2))));
    check(Share::Some, |world| world.rest[1] = world.rest[1].replace(seen_at(), &days_before(2)));
}

#[test]
fn a_fact_that_changed_came_or_went_is_evaluated() {
    check(Share::Some, |world| world.desks[10] = world.desks[10].replace(r#""on":true"#, r#""on":false"#));
    check(Share::Some, |world| {
        world.desks.remove(40);
        world.rest[0] = complete("acme.desk@1", "acme:1", DESKS - 1);
    });
    check(Share::Some, |world| {
        world.desks.push(desk(DESKS));
        world.rest[0] = complete("acme.desk@1", "acme:1", DESKS + 1);
    });
    check(Share::Some, |world| {
        let dark = r#""$gaps":{"on":"it was dark"},"body":{"name""#;
        world.desks[41] = world.desks[41].replace(r#""body":{"on":true,"name""#, dark);
        assert!(world.desks[41].contains("dark"));
    });
}

#[test]
fn a_volatile_field_counts_for_the_rules_that_read_it() {
    check(Share::Some, |world| world.desks[0] = world.desks[0].replace(r#""seen":0"#, r#""seen":1"#));
    check(Share::Some, |world| world.desks[0] = world.desks[0].replace(r#","seen":0"#, ""));
}

#[test]
fn why_a_field_is_absent_is_told_anew() {
    check(Share::All, |world| world.desks[3] = world.desks[3].replace("it was locked", "it was hidden"));
}

#[test]
fn a_joined_fact_that_changed_came_or_went_counts_for_all_that_join_it() {
    check(Share::Some, |world| world.owners[20] = world.owners[20].replace(r#""left":true"#, r#""left":false"#));
    check(Share::Some, |world| world.owners[20] = world.owners[20].replace(r#""badge":20"#, r#""badge":99"#));
    check(Share::Some, |world| {
        world.owners.remove(5);
        world.rest[1] = complete("acme.owner@1", "acme:people", OWNERS - 1);
    });
}

#[test]
fn completeness_that_comes_or_goes_counts_for_joins_and_groups() {
    check(Share::Some, |world| drop(world.rest.remove(0)));
    check(Share::Some, |world| drop(world.rest.remove(1)));
    let gap =
        |kind: &str, scope: &str| format!(r#"{{"gap":{{"kind":"{kind}","scope":"{scope}","code":"denied","message":"no"}}}}"#);
    check(Share::Some, |world| world.rest.push(gap("acme.owner@1", "acme:people")));
    check(Share::Some, |world| world.rest.push(gap("acme.owner@1", "acme:elsewhere")));
    let mut before = World::new();
    before.rest.push(gap("acme.desk@1", "acme:1"));
    check_both(&before, &World::new(), Share::All);
}

#[test]
fn a_joined_kind_that_appears_or_vanishes_counts() {
    let whole = World::new();
    let mut without = whole.clone();
    without.owners.clear();
    without.rest.remove(1);
    check_both(&without, &whole, Share::All);
    check_both(&whole, &without, Share::Some);
    without.config.push_str("[[retired]]\ncollector = \"facts:world\"\nkind = \"acme.owner@1\"\n");
    check_both(&whole, &without, Share::Some);
}

#[test]
fn a_rule_that_is_another_by_any_word_is_evaluated() {
    check(Share::Some, |world| world.turn("lit", "is off", "is dark"));
    check(Share::Some, |world| world.turn("lit", "severity: \"high\"", "severity: \"low\""));
    check(Share::Some, |world| world.turn("quiet", "fresh_for: \"24h\"", "fresh_for: \"30m\""));
    check(Share::Some, |world| world.turn("seen", "Mend it.", "Mend it now."));
    check(Share::Some, |world| world.turn("alike", "[\"count\"]", "[\"count\", \"on\"]"));
}

#[test]
fn a_parameter_or_another_rule_in_its_place_counts() {
    check(Share::Some, |world| world.config.push_str("[rule.\"local/desk/lit\"]\nparameters = { most = 2 }\n"));
    check(Share::Some, |world| world.config.push_str("[rule.\"local/desk/lit\"]\nenabled = false\n"));
    check(Share::All, |world| world.rules.push(("lit-too".to_owned(), rule("lit"))));
}

#[test]
fn a_kind_that_is_described_otherwise_counts_for_everything() {
    let volatile = r#"seen = { type = "int", optional = true, volatile = true"#;
    check(Share::None, |world| world.kinds = world.kinds.replace(volatile, r#"seen = { type = "int", optional = true"#));
    check(Share::None, |world| world.kinds = world.kinds.replace("The number of the badge.", "A number."));
}

#[test]
fn facts_under_another_name_are_another_source() {
    check(Share::None, |world| world.file = "others.ndjson");
}

#[test]
fn frameworks_and_controls_do_not_decide_what_rules_conclude() {
    check(Share::All, |world| world.config.insert_str(0, "frameworks = [\"soc2\"]\n"));
    check(Share::All, |world| world.config.push_str("[control.\"access/mfa\"]\nenabled = false\n"));
}

/// Where the entries of a pack begin behind their heads, and how long they are.
fn entries(pack: &[u8]) -> Vec<(usize, usize)> {
    let mut entries = Vec::new();
    let mut at = 16;
    while let Some(head) = pack.get(at..at + 49) {
        let length = u32::from_le_bytes(head[37..41].try_into().unwrap()) as usize;
        entries.push((at + 49, length));
        at += 49 + length;
    }
    assert_eq!(at, pack.len());
    entries
}

#[test]
fn a_damaged_store_gives_nothing_that_is_taken_over() {
    let world = World::new();
    let desk = Desk::new();
    world.lay_out(&desk);
    world.eval(&desk, "one", &[]);
    let pack = fs::read(desk.path().join("one/blobs/000001.pack")).unwrap();
    let entries = entries(&pack);
    let mut refused = 0;
    for (at, length) in entries.iter().filter(|(_, length)| *length > 0).step_by(entries.len() / 24 + 1) {
        let mut damaged = pack.clone();
        damaged[at + length / 2] ^= 0x10;
        let ran = ["one", "two"].map(|store| {
            let copied = format!("{store}-{at}");
            copy(&desk.path().join("one"), &desk.path().join(&copied));
            desk.write(&format!("{copied}/blobs/000001.pack"), &damaged);
            let mut command = desk.command();
            command.args(["eval", "--facts", world.file, "--store", &copied, "--format", "json", "--findings", "all"]);
            if store == "two" {
                command.arg("--afresh");
            }
            Ran::from(command.env("ENGINE_LOG", "engine=debug").output().unwrap())
        });
        let [taken, afresh] = ran;
        assert_eq!(taken.code, afresh.code, "{}\n{}", taken.stderr, afresh.stderr);
        if taken.code != 2 {
            refused += usize::from(taken.stderr.contains("cannot be built upon"));
            same(&Run::of(taken), &Run::of(afresh));
        }
    }
    assert!(refused > 0, "none of {} entries mattered", entries.len());
}

/// A store whose only run concluded otherwise than its rules say, and is changed further.
fn forge(desk: &Desk, name: &str, change: impl FnOnce(&mut StoredRun)) {
    let mut run = Store::open(&desk.path().join("one"), Access::Read).unwrap().load(RunId(1)).unwrap();
    let mut rules = run.findings.clone().into_rules();
    let lit = rules.iter_mut().find(|it| it.rule.as_str() == "local/desk/lit").unwrap();
    assert!(lit.count(Outcome::Fail) > 0);
    lit.outcomes.fill(Outcome::Pass);
    lit.notes.clear();
    run.findings = model::FindingSet::new(rules);
    change(&mut run);
    let kept = KeptRun {
        header: &run.header,
        facts: &run.facts,
        findings: &run.findings,
        assessment: &run.assessment,
        rules: &run.rules,
        transcripts: &run.transcripts,
        closure: &run.closure,
        outline: None,
    };
    Store::open(&desk.path().join(name), Access::Write).unwrap().record(&kept).unwrap();
}

/// The settings of a run with another value in one place.
fn set(run: &mut StoredRun, key: &str, value: Value) {
    let mut settings: Value = serde_json::from_str(&run.closure.settings).unwrap();
    assert!(settings.as_object_mut().unwrap().insert(key.to_owned(), value).is_some(), "{key}");
    run.closure.settings = settings.to_string();
}

#[test]
fn a_run_of_another_engine_or_of_long_ago_is_not_built_upon() {
    let world = World::new();
    let desk = Desk::new();
    world.lay_out(&desk);
    let clean = world.eval(&desk, "one", &[]);
    let none = |name: &str, change: &dyn Fn(&mut StoredRun)| {
        forge(&desk, name, change);
        let run = world.eval(&desk, name, &[]);
        assert_eq!((run.taken_over, &run.digest), (0, &clean.digest), "{name}: {}", run.log);
    };
    let days_ago = |days: i64| move |at: Timestamp| at - SignedDuration::from_hours(24 * days);
    none("another-build", &|run| set(run, "evaluator", "0123456789abcdef".into()));
    none("no-build", &|run| set(run, "evaluator", "".into()));
    none("another-version", &|run| run.header.engine_version = "0.0.9".into());
    none("another-meaning", &|run| run.header.semantics += 1);
    none("never-whole", &|run| set(run, "afresh_at", Value::Null));
    none("long-ago", &|run| {
        let at = days_ago(8)(run.header.started_at).to_string();
        set(run, "afresh_at", at.into());
    });
    none("later-than-itself", &|run| {
        let at = days_ago(-1)(run.header.started_at).to_string();
        set(run, "afresh_at", at.into());
    });
    none("from-the-future", &|run| run.header.started_at = days_ago(-1)(run.header.started_at));
    none("not-live", &|run| run.header.clock = ClockMode::AsOf);
    none("other-kinds", &|run| {
        run.closure.sources.insert("local/kinds/acme.toml", KINDS.replace("A desk.", "A table."));
    });
    none("settings-of-another-form", &|run| run.closure.settings = "[]".to_owned());
}

#[test]
fn an_outcome_that_somebody_wrote_into_the_store_is_found_by_verifying_and_by_evaluating_afresh() {
    let world = World::new();
    let desk = Desk::new();
    world.lay_out(&desk);
    let clean = world.eval(&desk, "one", &[]);
    forge(&desk, "forged", |_| {});
    let built_upon = world.eval(&desk, "forged", &[]);
    assert!(built_upon.taken_over > 0 && built_upon.digest != clean.digest, "what is above would show nothing otherwise");
    let verified = desk.run(&["verify", "--store", "forged", "--replay"]);
    assert!(verified.code != 0 && verified.stderr.contains("local/desk/lit"), "{}\n{}", verified.stdout, verified.stderr);
    assert_eq!(world.eval(&desk, "forged", &["--afresh"]).digest, clean.digest);
    assert_eq!(world.eval(&desk, "forged", &[]).digest, clean.digest, "and the next is right again");
}

/// A run in this process, for the clock of the command is the machine's.
fn run_at(desk: &Desk, store: &Store, world: &World, at: Timestamp, afresh: bool) -> Evaluated {
    let config = Config::read(desk.path(), &Overrides::default()).unwrap();
    let progress = Progress::silent();
    let prepared = Prepared::read(&config, false, &progress).unwrap();
    let lines = world.lines();
    let facts: GivenFacts<'_> = GivenFacts::supplied("facts:world".parse().unwrap(), Box::new(lines.as_bytes()));
    let inputs = Inputs { facts: vec![facts], collect: false, as_of: None, afresh };
    let clock = FixedClock { at, mode: ClockMode::Live };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(pipeline::run(&prepared, inputs, Some(store), &clock, &progress)).unwrap()
}

#[test]
fn what_the_clock_changes_is_evaluated_when_it_changes_and_everything_after_a_week() {
    let start: Timestamp = seen_at().parse().unwrap();
    let hours = |hours: i64| start + SignedDuration::from_hours(hours);
    let mut world = World::new();
    for rule in ["lit", "quiet", "seen", "owned", "alike", "due"] {
        world.turn(rule, "24h", "30d");
    }
    // Each is due at its own hour.
    for (number, line) in world.desks.iter_mut().enumerate() {
        *line = line.replace("2099-01-01T00:00:00Z", &hours(i64::try_from(number).unwrap()).to_string());
    }
    let desk = Desk::new();
    world.lay_out(&desk);
    let open = |name: &str| Store::open(&desk.path().join(name), Access::Write).unwrap();
    let (one, two) = (open("one"), open("two"));
    let mut taken_over = Vec::new();
    for after in [1, 2, 49, 50, 120, 167, 169, 170] {
        let taken = run_at(&desk, &one, &world, hours(after), false);
        let afresh = run_at(&desk, &two, &world, hours(after), true);
        assert_eq!(taken.decided.findings, afresh.decided.findings, "after {after} hours");
        assert_eq!(taken.header.content_digest, afresh.header.content_digest, "after {after} hours");
        assert_eq!(afresh.decided.taken_over, 0);
        let due = taken.decided.findings.of_rule(&"local/desk/due".parse().unwrap()).unwrap();
        let turned = usize::try_from(after).unwrap() + 48;
        assert!(due.count(Outcome::Fail).abs_diff(turned.min(DESKS)) <= 1, "after {after} hours");
        taken_over.push(taken.decided.taken_over);
    }
    let whole = taken_over[1];
    assert!(whole > 1_000, "{taken_over:?}");
    assert_eq!((taken_over[0], taken_over[6]), (0, 0), "the first, and the first after a week: {taken_over:?}");
    let between = [1, 2, 3, 4, 5, 7].map(|at| taken_over[at]);
    assert!(between.iter().all(|it| *it > 1_000), "{taken_over:?}");
    // 47 desks came due in 47 hours, and are evaluated.
    assert!(taken_over[2] < whole && taken_over[2] + 60 > whole, "{taken_over:?}");
    drop((one, two));
    // A clock that goes back takes nothing over.
    let one = open("one");
    assert_eq!(run_at(&desk, &one, &world, hours(100), false).decided.taken_over, 0);
}
