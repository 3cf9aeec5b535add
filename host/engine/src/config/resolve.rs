//! From the file as written to the configuration in force.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::{CollectorName, FrameworkId, SourceSet, Value, nearest};
use smol_str::SmolStr;
use toml::Spanned;

use super::file::{CollectorFile, ConfigFile, ControlFile, RetiredFile, RuleFile};
use super::problem::{Problems, Sort};
use super::{
    CollectorConfig, Config, ConfigError, ControlSetting, PluginSource, Retired, RuleSetting, Settings, Written, carve_out, fit,
    grant,
};

pub(super) fn resolve(text: &str, file: Option<PathBuf>, folder: PathBuf) -> Result<Config, ConfigError> {
    let (path, text) = (file.clone().unwrap_or_else(|| PathBuf::from(super::FILE_NAME)), Arc::<str>::from(text));
    let mut problems = Problems::new(path.clone(), Arc::clone(&text));
    let Some(written) = ConfigFile::read(&text, &mut problems) else { return Err(problems.into_error()) };
    let (sources, fixtures) = local_sources(&written, &folder, &mut problems);
    let config = Config {
        store: folder.join(written.store.as_deref().unwrap_or(".engine")),
        threads: threads(written.threads.as_ref(), &mut problems),
        collectors_at_once: collectors_at_once(written.collectors_at_once.as_ref(), &mut problems),
        sources,
        fixtures,
        collectors: collectors(&written.collector, &folder, &mut problems),
        settings: Settings {
            frameworks: frameworks(&written, &mut problems),
            rules: rules(&written.rule, &mut problems),
            controls: controls(&written.control, &mut problems),
            retired: written.retired.iter().filter_map(|it| retired(it, &mut problems)).collect(),
            carve_outs: written.carve_out.iter().filter_map(|it| carve_out::statement(it, &mut problems)).collect(),
        },
        file,
        folder,
        written: Arc::new(Written { path, text, file: written }),
    };
    if problems.is_empty() {
        return Ok(config);
    }
    // Whoever mends one mistake wants to know of the others, those too that are looked for only before something is collected.
    fit::check(&config, &mut problems);
    Err(problems.into_error())
}

fn threads(written: Option<&Spanned<i64>>, problems: &mut Problems) -> usize {
    let available = std::thread::available_parallelism().map_or(1, usize::from);
    let Some(written) = written else { return available };
    usize::try_from(*written.get_ref()).ok().filter(|it| (1..=1024).contains(it)).unwrap_or_else(|| {
        problems.add(written.span(), "`threads` is not a number from 1 to 1024", "leave it out to use every core");
        1
    })
}

/// How many collectors run at once unless the operator says otherwise: most of them wait for a network most of the time, and
/// each may take the memory that its limits allow.
const COLLECTORS_AT_ONCE: usize = 8;

fn collectors_at_once(written: Option<&Spanned<i64>>, problems: &mut Problems) -> usize {
    let Some(written) = written else { return COLLECTORS_AT_ONCE };
    usize::try_from(*written.get_ref()).ok().filter(|it| (1..=256).contains(it)).unwrap_or_else(|| {
        let help = format!("leave it out for {COLLECTORS_AT_ONCE}; 1 runs them one after the other");
        problems.add(written.span(), "`collectors_at_once` is not a number from 1 to 256", help);
        1
    })
}

fn frameworks(written: &ConfigFile, problems: &mut Problems) -> BTreeMap<FrameworkId, BTreeSet<SmolStr>> {
    let mut frameworks = BTreeMap::new();
    let named = written.frameworks.iter().flatten();
    for name in named {
        if let Some(id) = problems.keep(name.span(), name.get_ref().parse::<FrameworkId>()) {
            frameworks.insert(id, BTreeSet::new());
        }
    }
    for (name, framework) in &written.framework {
        let Some(id) = problems.keep(name.span(), name.get_ref().parse::<FrameworkId>()) else { continue };
        let categories = framework.categories.iter().map(|it| SmolStr::new(it.get_ref())).collect();
        if written.frameworks.is_none() || frameworks.contains_key(&id) {
            frameworks.insert(id, categories);
        } else {
            problems.add(
                name.span(),
                format!("`{id}` has settings and is not in `frameworks`"),
                format!("add \"{id}\" to `frameworks`"),
            );
        }
    }
    frameworks
}

fn rules(written: &[(Spanned<String>, RuleFile)], problems: &mut Problems) -> BTreeMap<model::RuleId, RuleSetting> {
    let mut rules = BTreeMap::new();
    for (name, rule) in written {
        let Some(id) = problems.keep(name.span(), name.get_ref().parse()) else { continue };
        let mut parameters = BTreeMap::new();
        for (parameter, value) in &rule.parameters {
            if let Some(value) = problems.keep(value.span(), value_of(value.get_ref())) {
                parameters.insert(SmolStr::new(parameter.get_ref()), value);
            }
        }
        let replaced_by = rule.replaced_by.as_ref().and_then(|it| problems.keep(it.span(), it.get_ref().parse()));
        rules.insert(id, RuleSetting { parameters, disabled: rule.enabled == Some(false), replaced_by });
    }
    rules
}

fn value_of(value: &toml::Value) -> Result<Value, String> {
    Ok(match value {
        toml::Value::String(text) => Value::String(text.into()),
        toml::Value::Integer(number) => Value::Int(*number),
        toml::Value::Boolean(it) => Value::Bool(*it),
        toml::Value::Array(items) => Value::List(items.iter().map(value_of).collect::<Result<_, _>>()?),
        other => {
            return Err(format!("a parameter cannot be a {}; use text, a whole number, a boolean or a list", other.type_str()));
        }
    })
}

fn controls(written: &[(Spanned<String>, ControlFile)], problems: &mut Problems) -> BTreeMap<model::ControlId, ControlSetting> {
    let mut controls = BTreeMap::new();
    for (name, control) in written {
        let Some(id) = problems.keep(name.span(), name.get_ref().parse()) else { continue };
        let within = control.within.as_ref().and_then(|it| problems.keep(it.span(), it.get_ref().parse()));
        controls.insert(id, ControlSetting { owner: control.owner.clone(), disabled: control.enabled == Some(false), within });
    }
    controls
}

fn retired(written: &RetiredFile, problems: &mut Problems) -> Option<Retired> {
    let collector = written.collector.as_ref().and_then(|it| problems.keep(it.span(), it.get_ref().parse()));
    let kind = written.kind.as_ref().map(|it| problems.keep(it.span(), it.get_ref().parse()));
    let scope = written.scope.as_ref().map(|it| problems.keep(it.span(), it.get_ref().parse()));
    let is_readable = !matches!(kind, Some(None)) && !matches!(scope, Some(None));
    Some(Retired { collector: collector?, kind: kind.flatten(), scope: scope.flatten() }).filter(|_| is_readable)
}

fn collectors(
    written: &[(Spanned<String>, CollectorFile)],
    folder: &Path,
    problems: &mut Problems,
) -> BTreeMap<CollectorName, CollectorConfig> {
    let mut collectors = BTreeMap::new();
    for (name, collector) in written {
        if let Some(name) = problems.keep(name.span(), name.get_ref().parse::<CollectorName>())
            && let Some(config) = collector_of(&name, collector, folder, problems)
        {
            collectors.insert(name, config);
        }
    }
    collectors
}

fn collector_of(
    name: &CollectorName,
    written: &CollectorFile,
    folder: &Path,
    problems: &mut Problems,
) -> Option<CollectorConfig> {
    let plugin = written.plugin.as_ref().and_then(|it| plugin_of(it, folder, problems));
    let mut config = serde_json::Map::new();
    for (name, value) in &written.config {
        if let Some(value) = problems.keep(value.span(), serde_json::to_value(value.get_ref())) {
            config.insert(name.get_ref().clone(), value);
        }
    }
    let config = serde_json::Value::Object(config);
    let parsed = |items: &[Spanned<String>], problems: &mut Problems| {
        items.iter().filter_map(|it| problems.keep(it.span(), it.get_ref().parse())).collect()
    };
    let kinds = parsed(&written.kinds, problems);
    let scopes = written.scopes.iter().filter_map(|it| problems.keep(it.span(), it.get_ref().parse())).collect();
    let grant = grant::grant_of(name, &written.grant, folder, problems);
    let limits = grant::limits_of(&written.limits, problems);
    let files_root = written.files_root.as_ref().map_or_else(|| PathBuf::from("/"), |root| folder.join(root));
    Some(CollectorConfig { plugin: plugin?, config, kinds, scopes, grant, limits, files_root })
}

fn plugin_of(written: &Spanned<String>, folder: &Path, problems: &mut Problems) -> Option<PluginSource> {
    let text = written.get_ref();
    let Some(name) = text.strip_prefix("bundled:") else {
        let path = folder.join(text);
        if !path.is_file() {
            let bundled = crate::bundled::names().map(|it| format!("bundled:{it}")).collect::<Vec<_>>();
            let near = nearest(text, bundled.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`? Else "));
            let help = format!(
                "{}give a path to a `.wasm` component, relative to this file, or `bundled:NAME`",
                near.unwrap_or_default()
            );
            problems.note(Sort::UnknownName, written.span(), format!("there is no plugin at `{}`", path.display()), help);
            return None;
        }
        return Some(PluginSource::File(path));
    };
    if crate::bundled::component(name).is_none() {
        let names: Vec<_> = crate::bundled::names().collect();
        let help = fit::known_names(name, names.iter().copied(), "bundled are");
        problems.note(Sort::UnknownName, written.span(), format!("no collector `{}` is bundled", name.escape_debug()), help);
        return None;
    }
    Some(PluginSource::Bundled(name.to_owned()))
}

/// The texts of the user's own folders, under `local/`, and the fixtures that stand beside their rules.
fn local_sources(written: &ConfigFile, folder: &Path, problems: &mut Problems) -> (SourceSet, SourceSet) {
    let mut sources = SourceSet::new();
    let sorts = [
        ("rules", "rhai", &written.rules),
        ("rules", "ndjson", &written.rules),
        ("controls", "toml", &written.controls),
        ("kinds", "toml", &written.kinds),
    ];
    for (sort, ending, folders) in sorts {
        for name in folders {
            let root = folder.join(name.get_ref());
            let mut found = Vec::new();
            if let Err(reason) = files_under(&root, ending, &mut found) {
                problems.add(name.span(), reason, format!("`{sort}` names folders relative to this file"));
            }
            for path in found {
                add_text(&mut sources, sort, &root, &path, name.span(), problems);
            }
        }
    }
    let (mut texts, mut fixtures) = (SourceSet::new(), SourceSet::new());
    for (name, text) in sources.iter() {
        match name.strip_prefix("local/rules/").filter(|it| it.ends_with(".ndjson")) {
            Some(rule) => fixtures.insert(format!("local/{rule}"), text),
            None => texts.insert(name, text),
        };
    }
    (texts, fixtures)
}

fn add_text(sources: &mut SourceSet, sort: &str, root: &Path, path: &Path, span: Range<usize>, problems: &mut Problems) {
    let relative = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    match std::fs::read_to_string(path) {
        Ok(text) => {
            if sources.insert(format!("local/{sort}/{relative}"), text).is_some() {
                problems.add(span, format!("`{relative}` stands in two folders of `{sort}`"), "give one of them another name");
            }
        }
        Err(error) => problems.add(span, format!("`{}` cannot be read: {error}", path.display()), ""),
    }
}

fn files_under(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("`{}` cannot be read: {error}", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    for path in paths {
        if path.is_dir() && !path.is_symlink() {
            files_under(&path, ending, found)?;
        } else if path.extension().is_some_and(|it| it == ending) {
            found.push(path);
        }
    }
    Ok(())
}
