//! What subservice organisations answer for, from how it is written to the statement that is assessed. Whether the
//! requirements exist, and may be carved out, is the catalog's to say.

use crosswalk::SubserviceStatement;
use model::{AspectId, Catalog, Requirement, RequirementId, Seconds, nearest};
use smol_str::SmolStr;
use toml::Spanned;

use super::file::CarveOutFile;
use super::problem::Problems;

/// The report that is accepted when none is named.
const DEFAULT_REPORT: &str = "soc2-type2";

/// Beyond a year and a half, no report is called current.
const LONGEST_CURRENT: Seconds = Seconds(548 * 86_400);

pub(super) fn statement(written: &CarveOutFile, problems: &mut Problems) -> Option<SubserviceStatement> {
    let organisation = written.organisation.as_ref().and_then(|it| named(it, problems));
    let (mut requirements, mut aspects): (Vec<RequirementId>, Vec<AspectId>) = (Vec::new(), Vec::new());
    if let Some(ids) = &written.requirements {
        for id in ids.get_ref() {
            if id.get_ref().contains('#') {
                aspects.extend(problems.keep(id.span(), id.get_ref().parse()));
            } else {
                requirements.extend(problems.keep(id.span(), id.get_ref().parse()));
            }
        }
        if ids.get_ref().is_empty() {
            problems.add(
                ids.span(),
                format!("`{}` answers for nothing", organisation.as_deref().unwrap_or("the organisation")),
                "name requirements such as \"iso27001:A.7.1\", or aspects such as \"soc2:A1.2#environment\"",
            );
        }
    }
    let current_for = limited(written.current_for.as_ref(), "current_for", crosswalk::CURRENT_FOR, LONGEST_CURRENT, problems);
    let bridge = limited(written.bridge.as_ref(), "bridge", crosswalk::BRIDGE, crosswalk::BRIDGE, problems);
    let report_types = report_types(written.report_types.as_deref(), problems);
    Some(SubserviceStatement { organisation: organisation?, requirements, aspects, report_types, current_for, bridge })
}

fn named(written: &Spanned<String>, problems: &mut Problems) -> Option<String> {
    let organisation = written.get_ref().trim();
    let fits = (1..=128).contains(&organisation.len()) && !organisation.chars().any(char::is_control);
    if !fits {
        let help = "name it as the register of reports does, such as `example-cloud`";
        problems.add(written.span(), "`organisation` is no name of 1 to 128 characters", help);
    }
    fits.then(|| organisation.to_owned())
}

/// Why a requirement or an aspect cannot be carved out, and what can: what is wrong, and what to do. Nothing when it can.
pub(crate) fn refusal(id: &str, catalog: &Catalog) -> Option<(String, String)> {
    let (of, aspect) = match id.parse::<AspectId>() {
        Ok(aspect) => (aspect.requirement(), Some(aspect)),
        Err(_) => (id.parse().ok()?, None),
    };
    let all = || catalog.frameworks.values().flat_map(|it| &it.requirements);
    let of_these = || {
        let may: Vec<_> = all().filter(|it| answerable(it).next().is_some()).map(|it| it.id.as_str()).collect();
        format!("an aspect of these may be carved out: {}", may.join(", "))
    };
    let Some(requirement) = catalog.requirement(&of) else {
        let near = nearest(of.as_str(), all().map(|it| it.id.as_str()));
        let help = near.map_or_else(of_these, |near| format!("did you mean `{near}`?"));
        return Some((format!("engine.toml carves out `{id}`, which is not there"), help));
    };
    let may: Vec<&str> = answerable(requirement).collect();
    if aspect.map_or(!may.is_empty(), |aspect| may.contains(&aspect.as_str())) {
        return None;
    }
    let help = if may.is_empty() { of_these() } else { format!("of it may be carved out: {}", may.join(", ")) };
    Some((format!("engine.toml carves out `{id}`, which no subservice organisation may answer"), help))
}

/// The aspects of a requirement that a subservice organisation may answer.
fn answerable(requirement: &Requirement) -> impl Iterator<Item = &str> {
    requirement.aspects.iter().filter(|aspect| aspect.subservice).map(|aspect| aspect.id.as_str())
}

fn report_types(written: Option<&[Spanned<String>]>, problems: &mut Problems) -> Vec<SmolStr> {
    let Some(written) = written else { return vec![SmolStr::new_static(DEFAULT_REPORT)] };
    for word in written {
        if !crosswalk::report_types().any(|known| known == word.get_ref()) {
            let known: Vec<_> = crosswalk::report_types().collect();
            problems.add(
                word.span(),
                format!("`{}` is no sort of report that a carve-out can rest on", word.get_ref().escape_debug()),
                format!("known are: {}", known.join(", ")),
            );
        }
    }
    written.iter().map(|word| SmolStr::new(word.get_ref())).collect()
}

fn limited(written: Option<&Spanned<String>>, name: &str, default: Seconds, most: Seconds, problems: &mut Problems) -> Seconds {
    let Some(written) = written else { return default };
    let Some(value) = problems.keep(written.span(), written.get_ref().parse::<Seconds>()) else { return default };
    if !(0..=most.0).contains(&value.0) {
        problems.add(
            written.span(),
            format!("`{name}` of {value} is longer than {most}"),
            "evidence that is older shows nothing of today; get a newer report",
        );
    }
    value
}
