//! Whether what the configuration names is there, and what it sets can be set.
//!
//! Takes a configuration and the file as it was written, gives every misfit with its place. It looks at the catalog, the rules
//! and the manifests of plugins, and runs nothing of them; whether those themselves are in order is not told here.

use std::fmt::Display;
use std::ops::Range;

use facts::KindSet;
use model::{Catalog, CollectorName, ControlId, FrameworkId, KindId, SourceSet, nearest};
use rules::{ProblemKind, Setting, SettingPart};
use smol_str::SmolStr;
use toml::Spanned;

use super::file::{CarveOutFile, CollectorFile, ConfigFile, RuleFile};
use super::problem::{Problems, Sort};
use super::{CollectorConfig, Config, carve_out};

/// Notes every misfit.
pub(super) fn check(config: &Config, problems: &mut Problems) {
    let written = &config.written.file;
    let sources = config.all_sources();
    if let Ok(catalog) = crosswalk::read_catalog(&sources) {
        frameworks(written, &catalog, problems);
        controls(written, &catalog, problems);
        carve_outs(&written.carve_out, &catalog, problems);
    }
    if let Ok(kinds) = KindSet::read(&sources) {
        rules(config, &sources, &kinds, problems);
    }
    for (name, collector) in &written.collector {
        let found = name.get_ref().parse::<CollectorName>().ok().and_then(|it| config.collectors.get(&it));
        if let Some(found) = found {
            plugin_of(name, collector, found, problems);
        }
    }
}

/// What to do about a name that is not known: the one that was probably meant, or all that there are.
pub(super) fn known_names<'a>(name: &str, known: impl Iterator<Item = &'a str>, all: &str) -> String {
    let known: Vec<&str> = known.collect();
    let near = nearest(name, known.iter().copied());
    near.map_or_else(|| format!("{all}: {}", known.join(", ")), |near| format!("did you mean `{near}`?"))
}

fn unknown(span: Range<usize>, what: impl Display, help: String, problems: &mut Problems) {
    problems.note(Sort::UnknownName, span, format!("there is no {what}"), help);
}

fn frameworks(written: &ConfigFile, catalog: &Catalog, problems: &mut Problems) {
    let named = written.frameworks.iter().flatten();
    for name in named.chain(written.framework.iter().map(|(name, _)| name)) {
        let Ok(id) = name.get_ref().parse::<FrameworkId>() else { continue };
        if !catalog.frameworks.contains_key(&id) {
            let help = known_names(id.as_str(), catalog.frameworks.keys().map(FrameworkId::as_str), "known are");
            unknown(name.span(), format_args!("framework `{id}`"), help, problems);
        }
    }
    for (name, framework) in &written.framework {
        let found = name.get_ref().parse::<FrameworkId>().ok().and_then(|id| catalog.frameworks.get(&id));
        let Some(found) = found else { continue };
        let mut known: Vec<&str> = found.requirements.iter().map(|it| it.category.as_str()).collect();
        known.sort_unstable();
        known.dedup();
        for category in framework.categories.iter().filter(|it| !known.contains(&it.get_ref().as_str())) {
            let help = known_names(category.get_ref(), known.iter().copied(), "known are");
            let what = format!("category `{}` of `{}`", category.get_ref().escape_debug(), found.id);
            unknown(category.span(), what, help, problems);
        }
    }
}

fn controls(written: &ConfigFile, catalog: &Catalog, problems: &mut Problems) {
    for (name, _) in &written.control {
        let Ok(id) = name.get_ref().parse::<ControlId>() else { continue };
        if !catalog.controls.contains_key(&id) {
            let near = nearest(id.as_str(), catalog.controls.keys().map(ControlId::as_str));
            let help = near.map_or_else(
                || "`engine control list` shows the controls of a run; one of your own needs its folder in `controls`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            unknown(name.span(), format_args!("control `{id}`"), help, problems);
        }
    }
}

fn carve_outs(written: &[CarveOutFile], catalog: &Catalog, problems: &mut Problems) {
    for id in written.iter().filter_map(|it| it.requirements.as_ref()).flat_map(Spanned::get_ref) {
        if let Some((message, help)) = carve_out::refusal(id.get_ref(), catalog) {
            problems.note(Sort::UnknownName, id.span(), message, help);
        }
    }
}

fn rules(config: &Config, sources: &SourceSet, kinds: &KindSet, problems: &mut Problems) {
    let found = rules::check(sources, kinds.kinds(), &config.settings.rule_settings());
    for problem in found.into_iter().filter(|it| it.kind == ProblemKind::Setting) {
        let Some(setting) = &problem.setting else { continue };
        let named = |(name, _): &&(Spanned<String>, RuleFile)| name.get_ref() == setting.rule.as_str();
        if let Some((name, rule)) = config.written.file.rule.iter().find(named) {
            problems.note(Sort::RuleSetting, place_of(setting, name, rule), problem.message, problem.help.unwrap_or_default());
        }
    }
}

fn place_of(setting: &Setting, name: &Spanned<String>, rule: &RuleFile) -> Range<usize> {
    match &setting.part {
        SettingPart::Whole => name.span(),
        SettingPart::ReplacedBy => rule.replaced_by.as_ref().map_or_else(|| name.span(), Spanned::span),
        SettingPart::Parameter(parameter) => place_in(&rule.parameters, parameter).unwrap_or_else(|| name.span()),
    }
}

fn place_in(written: &[(Spanned<String>, Spanned<toml::Value>)], name: &str) -> Option<Range<usize>> {
    written.iter().find(|(it, _)| it.get_ref() == name).map(|(it, value)| it.span().start..value.span().end)
}

/// What a collector is configured with, against what its plugin says of itself.
fn plugin_of(name: &Spanned<String>, written: &CollectorFile, config: &CollectorConfig, problems: &mut Problems) {
    let Some(plugin) = &written.plugin else { return };
    let file = match config.plugin.read() {
        Ok(file) => file,
        Err(error) => {
            let message = format!("the file of the collector `{}` is no plugin: {error}", name.get_ref());
            return problems.note(Sort::NoPlugin, plugin.span(), message, "give another file, or take the collector out");
        }
    };
    let manifest = file.manifest();
    for kind in &written.kinds {
        if kind.get_ref().parse::<KindId>().is_ok_and(|id| !manifest.kinds.contains(&id)) {
            let help = known_names(kind.get_ref(), manifest.kinds.iter().map(KindId::as_str), "it gives");
            let message = format!("the collector `{}` does not give `{}`", name.get_ref(), kind.get_ref());
            problems.note(Sort::UnknownName, kind.span(), message, help);
        }
    }
    for misfit in manifest.check_config(&config.config).err().into_iter().flatten() {
        let span = place_in(&written.config, &misfit.name).unwrap_or_else(|| name.span());
        let help = misfit.nearest.map(|near: SmolStr| format!("did you mean `{near}`?"));
        let help =
            help.unwrap_or_else(|| format!("`engine plugin inspect {}` lists what it takes", plugin.get_ref().escape_debug()));
        let message = format!("the collector `{}`: {}", name.get_ref(), misfit.message);
        problems.note(Sort::PluginConfig, span, message, help);
    }
}
