//! What the operator switched off or set otherwise than it ships, in sentences for the report.
//!
//! Takes the settings and sources that decided a run. The same ones give the same sentences in the same order.

use model::{Catalog, SourceSet};
use report::OperatorChange;

use crate::config::Settings;

/// Every such setting: frameworks, rules, controls, retired scopes, files of one's own.
pub(super) fn operator_changes(catalog: &Catalog, sources: &SourceSet, settings: &Settings) -> Vec<OperatorChange> {
    let mut changes = Vec::new();
    let mut add = |subject: String, change: String| changes.push(OperatorChange { subject, change });
    for id in catalog.frameworks.keys().filter(|id| !settings.frameworks.is_empty() && !settings.frameworks.contains_key(*id)) {
        add(format!("framework {id}"), "left out".to_owned());
    }
    for (id, categories) in settings.frameworks.iter().filter(|(_, categories)| !categories.is_empty()) {
        let chosen: Vec<_> = categories.iter().map(smol_str::SmolStr::as_str).collect();
        add(format!("framework {id}"), format!("reported on in the categories {}", chosen.join(", ")));
    }
    for (id, rule) in &settings.rules {
        if rule.disabled {
            add(format!("rule {id}"), "switched off".to_owned());
        }
        if let Some(other) = &rule.replaced_by {
            add(format!("rule {id}"), format!("replaced by {other}"));
        }
        for (name, value) in &rule.parameters {
            let value = serde_json::to_string(value).unwrap_or_default();
            add(format!("rule {id}"), format!("its parameter {name} is {value}"));
        }
    }
    for (id, control) in &settings.controls {
        if control.disabled {
            add(format!("control {id}"), "switched off".to_owned());
        }
        if let Some(within) = control.within {
            add(format!("control {id}"), format!("failures count as open for {within} before they count as failures"));
        }
    }
    for it in &settings.retired {
        let kind = it.kind.as_ref().map_or_else(|| "every kind".to_owned(), ToString::to_string);
        let scope = it.scope.as_ref().map_or_else(|| "every scope".to_owned(), |scope| format!("the scope {scope}"));
        add(format!("collector {}", it.collector), format!("nothing is expected of it any more for {kind} in {scope}"));
    }
    for (name, _) in sources.iter().filter(|(name, _)| name.starts_with("local/")) {
        add(format!("file {name}"), "the operator's own, laid over what ships".to_owned());
    }
    changes
}
