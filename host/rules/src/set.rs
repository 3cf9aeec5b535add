//! A checked set of rules: texts, headers and programs, ready to be evaluated from any thread.
//!
//! Takes the sources of a run, the kinds and the settings; gives a [`RuleSet`] or every problem at once. It never runs a
//! rule, and what it holds does not change.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{Kind, KindId, RuleHeader, RuleId, RuleOrigin, SourceSet, Value, nearest};
use smol_str::SmolStr;

use crate::problem::{Draft, ProblemKind, RuleErrors, RuleProblem, Setting, SettingPart};
use crate::script::compile::{Context, compile};
use crate::script::header::{self, Origin};
use crate::script::parse::parse;
use crate::script::program::Program;
use crate::script::schema::Schema;
use crate::script::syntax::At;

/// The stack on which a rule is read: enough for the deepest that is refused, in an unoptimised build.
const READING_STACK: usize = 64 << 20;

/// The most problems of one rule that are told.
const MOST_PROBLEMS: usize = 20;

/// What the operator set about rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleSettings {
    /// Values in the place of the defaults in `describe()`.
    pub parameters: BTreeMap<RuleId, BTreeMap<SmolStr, Value>>,
    /// A shipped rule and the user's own (`local/…`) that stands in its place.
    pub overrides: BTreeMap<RuleId, RuleId>,
    /// Rules that are left out.
    pub disabled: BTreeSet<RuleId>,
}

/// A rule, ready to be evaluated.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) header: RuleHeader,
    pub(crate) text: Arc<str>,
    pub(crate) program: Program,
    /// Whether it reads a field of its subject that its digest leaves out.
    pub(crate) reads_volatile: bool,
    /// What it reads a subject as: a fact of its kind, or a group.
    pub(crate) shape: Arc<Schema>,
}

/// A checked set of rules.
///
/// It is `Send` and `Sync`: the rules are compiled once and evaluated by any number of threads.
///
/// ```
/// use std::collections::BTreeMap;
/// use engine_rules::{RuleSet, RuleSettings};
/// use model::SourceSet;
/// let rules = RuleSet::read(&SourceSet::new(), &BTreeMap::new(), &RuleSettings::default()).unwrap();
/// assert!(rules.headers().is_empty());
/// ```
#[derive(Debug)]
pub struct RuleSet {
    headers: Vec<RuleHeader>,
    rules: Vec<Rule>,
    schemas: BTreeMap<KindId, Arc<Schema>>,
    advice: Vec<RuleProblem>,
}

impl RuleSet {
    /// Reads `rules/**.rhai`, which ship, and `local/rules/**.rhai`, which are the user's, and applies the settings.
    ///
    /// # Errors
    /// [`RuleErrors`] with every problem of every rule and setting, each with its place.
    pub fn read(sources: &SourceSet, kinds: &BTreeMap<KindId, Kind>, settings: &RuleSettings) -> Result<Self, RuleErrors> {
        let (mut set, mut problems) = Self::inspect(sources, kinds, settings);
        if problems.iter().any(|problem| problem.fatal) {
            problems.retain(|problem| problem.fatal);
            return Err(RuleErrors { problems });
        }
        set.advice = problems;
        Ok(set)
    }

    /// The rules that can be used, and every problem and advice by file and place.
    pub(crate) fn inspect(
        sources: &SourceSet,
        kinds: &BTreeMap<KindId, Kind>,
        settings: &RuleSettings,
    ) -> (Self, Vec<RuleProblem>) {
        let (found, mut problems) = find(sources);
        check_settings(&found, settings, &mut problems);
        let schemas: BTreeMap<KindId, Arc<Schema>> =
            kinds.iter().map(|(id, kind)| (id.clone(), Arc::new(Schema::of(kind)))).collect();
        let mut rules = Vec::new();
        for file in found {
            if settings.disabled.contains(&file.id) || settings.overrides.contains_key(&file.id) {
                continue;
            }
            let text: Arc<str> = Arc::from(file.text);
            let reading = Reading { kinds, schemas: &schemas, settings };
            let (rule, drafts) = reading.rule_with_room(&file, &text);
            problems.extend(drafts.into_iter().map(|draft| draft.within(file.name, &text)));
            rules.extend(rule);
        }
        problems.sort_by(|a, b| (&a.file, a.place, &a.message).cmp(&(&b.file, b.place, &b.message)));
        rules.sort_by(|a, b| a.header.id.cmp(&b.header.id));
        let headers = rules.iter().map(|rule| rule.header.clone()).collect();
        (Self { headers, rules, schemas, advice: Vec::new() }, problems)
    }

    /// The headers of all rules in force, in the order of their ids.
    pub fn headers(&self) -> &[RuleHeader] {
        &self.headers
    }

    /// The header of one rule.
    pub fn get(&self, id: &RuleId) -> Option<&RuleHeader> {
        self.rule(id).map(|rule| &rule.header)
    }

    /// The text of one rule.
    pub fn text(&self, id: &RuleId) -> Option<&str> {
        self.rule(id).map(|rule| rule.text.as_ref())
    }

    /// What could be better in rules that can be used: names never read, parameters never used.
    pub fn advice(&self) -> &[RuleProblem] {
        &self.advice
    }

    pub(crate) fn rule(&self, id: &RuleId) -> Option<&Rule> {
        self.rules.binary_search_by(|rule| rule.header.id.cmp(id)).ok().and_then(|at| self.rules.get(at))
    }

    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    pub(crate) fn schema(&self, kind: &KindId) -> Option<&Schema> {
        self.schemas.get(kind).map(AsRef::as_ref)
    }
}

/// One file that holds a rule.
struct File<'a> {
    name: &'a str,
    id: RuleId,
    text: &'a str,
    local: bool,
}

fn find(sources: &SourceSet) -> (Vec<File<'_>>, Vec<RuleProblem>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for (folder, prefix, local) in [("rules/", "", false), ("local/rules/", "local/", true)] {
        for (name, text) in sources.under(folder, "rhai") {
            let path = name.strip_prefix(folder).and_then(|rest| rest.strip_suffix(".rhai")).unwrap_or_default();
            match RuleId::new(format!("{prefix}{path}")) {
                Ok(id) => found.push(File { name, id, text, local }),
                Err(error) => {
                    let draft = Draft::new(ProblemKind::Header, At::default(), error.to_string())
                        .help("a rule's path is its id: put it into a folder of its topic");
                    problems.push(draft.within(name, &Arc::from(text)));
                }
            }
        }
    }
    (found, problems)
}

fn check_settings(found: &[File<'_>], settings: &RuleSettings, problems: &mut Vec<RuleProblem>) {
    let setting = |rule: &RuleId, part: SettingPart| Setting { rule: rule.clone(), part };
    let mut unknown = |setting: Setting, id: &RuleId, what: &str| {
        let near = nearest(id.as_str(), found.iter().map(|file| file.id.as_str()));
        let help = near.map_or_else(|| "`engine rule list` lists the rules".to_owned(), |near| format!("did you mean `{near}`?"));
        problems.push(Draft::of_setting(setting, format!("the rule `{id}`, which {what}, is not there"), help));
    };
    let is_there = |id: &RuleId| found.iter().any(|file| file.id == *id);
    for id in settings.parameters.keys().filter(|id| !is_there(id)) {
        unknown(setting(id, SettingPart::Whole), id, "parameters are set for");
    }
    for id in settings.disabled.iter().filter(|id| !is_there(id)) {
        unknown(setting(id, SettingPart::Whole), id, "is switched off");
    }
    for (shipped, own) in &settings.overrides {
        let parts = [(shipped, "is to be replaced", SettingPart::Whole), (own, "is to replace another", SettingPart::ReplacedBy)];
        for (id, what, part) in parts {
            if !is_there(id) {
                unknown(setting(shipped, part), id, what);
            }
        }
    }
    for (shipped, own) in &settings.overrides {
        let is_own = |id: &RuleId| found.iter().any(|file| file.id == *id && file.local);
        if is_own(shipped) || (is_there(own) && !is_own(own)) {
            let message = format!("`{own}` cannot stand in the place of `{shipped}`");
            let help = "a rule of your own (`local/…`) replaces a shipped one".to_owned();
            problems.push(Draft::of_setting(setting(shipped, SettingPart::ReplacedBy), message, help));
        }
    }
}

struct Reading<'a> {
    kinds: &'a BTreeMap<KindId, Kind>,
    schemas: &'a BTreeMap<KindId, Arc<Schema>>,
    settings: &'a RuleSettings,
}

impl Reading<'_> {
    /// Reads a rule on a thread whose stack is known, whoever asks. What it says of its problems is bounded.
    fn rule_with_room(&self, file: &File<'_>, text: &Arc<str>) -> (Option<Rule>, Vec<Draft>) {
        let refused = |message: String| (None, vec![Draft::new(ProblemKind::TooLarge, At::default(), message)]);
        let worker = std::thread::Builder::new().name("rule-read".to_owned()).stack_size(READING_STACK);
        let (rule, mut drafts) = std::thread::scope(|scope| match worker.spawn_scoped(scope, || self.rule(file, text)) {
            Ok(reading) => reading.join().unwrap_or_else(|_| refused("the parser stopped on this text".to_owned())),
            Err(error) => refused(format!("no thread could be started to read it: {error}")),
        });
        if drafts.len() > MOST_PROBLEMS {
            // What keeps the rule from being used comes before advice.
            drafts.sort_by_key(|draft| (!draft.fatal, draft.at));
            let more =
                Draft::new(ProblemKind::TooLarge, At::default(), format!("and {} problems more", drafts.len() - MOST_PROBLEMS));
            let all_advice = drafts.iter().all(|draft| !draft.fatal);
            drafts.truncate(MOST_PROBLEMS);
            drafts.push(if all_advice { more.advice() } else { more });
        }
        (rule, drafts)
    }

    fn rule(&self, file: &File<'_>, text: &Arc<str>) -> (Option<Rule>, Vec<Draft>) {
        let script = match parse(text) {
            Ok(script) => script,
            Err(problems) => return (None, problems),
        };
        let author = match (file.local, self.settings.overrides.values().any(|own| *own == file.id)) {
            (false, _) => RuleOrigin::Shipped,
            (true, false) => RuleOrigin::Local,
            (true, true) => RuleOrigin::Override,
        };
        let mut header = match header::read(&script, &Origin { id: &file.id, author, text }, self.kinds) {
            Ok(header) => header,
            Err(problems) => return (None, problems),
        };
        let mut problems = self.set_parameters(&mut header);
        let Some(shape) = self.shape(&header) else { return (None, problems) };
        let joins = header
            .joins
            .iter()
            .filter_map(|join| Some((join.name.clone(), self.schemas.get(&join.kind)?.as_ref(), join.many)))
            .collect();
        let context = Context {
            script: &script,
            subject: &shape,
            subject_name: header.kind.as_str(),
            joins,
            parameters: &header.parameters,
        };
        let (mut program, drafts) = compile(&context);
        problems.extend(drafts);
        if let Some(program) = &mut program {
            // What is joined on is read by the join, if not by the rule.
            let joined_on = header.joins.iter().flat_map(|join| &join.on);
            program.interest.extend(joined_on.filter_map(|name| shape.find(name).map(|(slot, _)| slot)));
        }
        let is_volatile = |slot: &usize| {
            let field = shape.slots.get(*slot).zip(self.kinds.get(&header.kind)).map(|(slot, kind)| kind.field(&slot.name));
            field.flatten().is_none_or(|field| field.volatile)
        };
        let rule = |program: Program| {
            let reads_volatile = program.interest.iter().any(is_volatile);
            Rule { header: header.clone(), text: Arc::clone(text), program, reads_volatile, shape: Arc::clone(&shape) }
        };
        (program.map(rule), problems)
    }

    fn shape(&self, header: &RuleHeader) -> Option<Arc<Schema>> {
        if header.group_by.is_empty() {
            return self.schemas.get(&header.kind).cloned();
        }
        self.kinds.get(&header.kind).map(|kind| Arc::new(Schema::of_group(kind, &header.group_by)))
    }

    /// Puts the operator's values in the place of the defaults; a value must have the type of its default.
    fn set_parameters(&self, header: &mut RuleHeader) -> Vec<Draft> {
        let mut problems = Vec::new();
        let at = At::default();
        for (name, value) in self.settings.parameters.get(&header.id).into_iter().flatten() {
            match header.parameters.get_mut(name) {
                Some(default) if same_type(default, value) => *default = value.clone(),
                Some(default) => {
                    let message =
                        format!("the parameter `{name}` is a {}, and is set to a {}", default.type_name(), value.type_name());
                    let part = SettingPart::Parameter(name.clone());
                    let draft = Draft::new(ProblemKind::Setting, at, message).help("give it a value of the same type");
                    problems.push(draft.about(&header.id, part));
                }
                None => {
                    let near = nearest(name, header.parameters.keys().map(SmolStr::as_str));
                    let help =
                        near.map_or_else(|| "see `describe()` of the rule".to_owned(), |near| format!("did you mean `{near}`?"));
                    let draft = Draft::new(ProblemKind::Setting, at, format!("the rule has no parameter `{name}`")).help(help);
                    problems.push(draft.about(&header.id, SettingPart::Parameter(name.clone())));
                }
            }
        }
        problems
    }
}

fn same_type(default: &Value, value: &Value) -> bool {
    match (default, value) {
        (Value::List(ours), Value::List(theirs)) => {
            let item = ours.first().or(theirs.first());
            theirs.iter().all(|it| item.is_none_or(|item| item.type_name() == it.type_name()))
                && theirs.iter().all(|it| matches!(it, Value::Bool(_) | Value::Int(_) | Value::String(_)))
        }
        (Value::Null | Value::Record(_), _) => false,
        _ => default.type_name() == value.type_name(),
    }
}
