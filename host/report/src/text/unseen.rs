//! What this run could never show, and what reached requirements through others.
//!
//! Takes an [`Index`] and draws uncovered leaves by the sort of source that would show them.

use std::collections::{BTreeMap, BTreeSet};

use model::{FrameworkId, Further, RequirementId, RequirementStatus, SourceClass};

use super::canvas::{Canvas, Ink, bold, dim, left, plain, right};
use crate::index::Index;
use crate::words::{Told as _, count, counted, few, source_words};

/// The uncovered leaves: by sort of source, by framework.
pub(crate) struct Unseen<'a> {
    pub(crate) total: usize,
    pub(crate) by_source: BTreeMap<SourceClass, BTreeMap<FrameworkId, Vec<&'a RequirementId>>>,
    pub(crate) unnamed: usize,
}

impl<'a> Unseen<'a> {
    pub(crate) fn of(index: &Index<'a>) -> Self {
        let mut unseen = Self { total: 0, by_source: BTreeMap::new(), unnamed: 0 };
        for it in index.report.assessment.frameworks.iter().flat_map(|it| &it.requirements) {
            let Some((of, _)) = index.requirement(&it.id) else { continue };
            if !of.leaf || it.status != RequirementStatus::Uncovered {
                continue;
            }
            unseen.total += 1;
            unseen.unnamed += usize::from(of.sources.is_empty());
            for class in of.sources.iter().collect::<BTreeSet<_>>() {
                unseen.by_source.entry(*class).or_default().entry(it.id.framework()).or_default().push(&it.id);
            }
        }
        unseen
    }
}

pub(super) fn section(index: &Index<'_>, canvas: &mut Canvas<'_>) {
    let unseen = Unseen::of(index);
    if unseen.total == 0 {
        return;
    }
    let note = format!("{} that nothing here covers", counted(unseen.total, "requirement", "requirements"));
    canvas.heading("What this run could never show", &note);
    canvas.line(2, &[dim("What would show them; one requirement may be shown by several.")]);
    let frameworks: Vec<_> = index.report.assessment.frameworks.iter().map(|it| &it.id).collect();
    let rows: Vec<_> = unseen
        .by_source
        .iter()
        .map(|(class, of)| {
            let total = of.values().map(Vec::len).sum();
            let parts: Vec<_> = frameworks
                .iter()
                .filter_map(|id| of.get(*id).map(|ids| (id, ids)))
                .map(|(id, ids)| {
                    let first = ids.iter().take(2).map(|id| id.local()).collect::<Vec<_>>().join(" ");
                    format!("{id} {} ({first}{})", ids.len(), if ids.len() > 2 { " …" } else { "" })
                })
                .collect();
            vec![plain(source_words(*class)), plain(count(total)), dim(parts.join(", "))]
        })
        .collect();
    canvas.table(2, &[left(""), right(""), left("")], &rows);
    if unseen.unnamed > 0 {
        canvas.line(2, &[dim(format!("{} no source.", counted(unseen.unnamed, "requirement names", "requirements name")))]);
    }
    let further = index.report.further;
    if !further.is_empty() {
        canvas.blank();
        canvas.line(2, &[dim("What rules could test of them with one more collector of those at hand:")]);
        further_table(further, COLLECTORS, canvas);
    }
}

/// How many collectors at hand are named.
const COLLECTORS: usize = 8;

/// What each of the first `most` collectors would add.
pub(super) fn further_table(further: &[Further], most: usize, canvas: &mut Canvas<'_>) {
    let rows: Vec<_> = further
        .iter()
        .take(most)
        .map(|it| {
            let parts = it.leaves.iter().map(|(id, leaves)| {
                let first: Vec<_> = leaves.iter().take(3).map(RequirementId::local).collect();
                format!("{id} {} ({}{})", leaves.len(), first.join(" "), if leaves.len() > 3 { " …" } else { "" })
            });
            let parts: Vec<_> = parts.collect();
            vec![bold(it.name.as_str()), plain(it.basis.as_str()), plain(count(it.count())), dim(parts.join(", "))]
        })
        .collect();
    canvas.table(2, &[left(""), left(""), right(""), left("")], &rows);
    if further.len() > most {
        canvas.line(2, &[dim(format!("… and {} more: engine plan", count(further.len() - most)))]);
    }
}

/// How many requirements have a status through another one.
pub(super) fn crosswalk(index: &Index<'_>, canvas: &mut Canvas<'_>) {
    let carried: Vec<_> = index
        .report
        .assessment
        .frameworks
        .iter()
        .flat_map(|it| &it.requirements)
        .filter_map(|it| it.via.iter().find(|via| via.carries).map(|via| (it, via)))
        .collect();
    let Some((_, via)) = carried.first() else { return };
    let steps: Vec<_> = via.path.iter().map(|step| format!("{} {}", step.relation.as_str(), step.to)).collect();
    canvas.blank();
    let ids: Vec<_> = carried.iter().map(|(it, _)| it.id.as_str()).collect();
    canvas.hang(
        0,
        &[plain("Crosswalk: ")],
        Ink::Plain,
        &format!(
            "{} a status through another framework: {}. Example: {} ({}) is {}.",
            counted(carried.len(), "requirement has", "requirements have"),
            few(&ids, 3),
            via.from,
            via.status.words(),
            steps.join(", which is "),
        ),
    );
}
