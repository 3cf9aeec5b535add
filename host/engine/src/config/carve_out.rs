//! What subservice organisations answer for, from how it is written to the statement that is assessed. Whether the
//! requirements exist, and may be carved out, is the catalog's to say.

use crosswalk::SubserviceStatement;
use model::{AspectId, RequirementId, Seconds};
use smol_str::SmolStr;
use toml::Spanned;

use super::file::CarveOutFile;
use super::problem::Problems;

/// The report that is accepted when none is named.
const DEFAULT_REPORT: &str = "soc2-type2";

/// Beyond a year and a half, no report is called current.
const LONGEST_CURRENT: Seconds = Seconds(548 * 86_400);

pub(super) fn statement(written: &CarveOutFile, problems: &mut Problems<'_>) -> Option<SubserviceStatement> {
    let organisation = written.organisation.get_ref().trim();
    let fits = (1..=128).contains(&organisation.len()) && !organisation.chars().any(char::is_control);
    if !fits {
        let help = "name it as the register of reports does, such as `example-cloud`";
        problems.add(written.organisation.span(), "`organisation` is no name of 1 to 128 characters", help);
    }
    let (mut requirements, mut aspects): (Vec<RequirementId>, Vec<AspectId>) = (Vec::new(), Vec::new());
    for id in written.requirements.get_ref() {
        if id.get_ref().contains('#') {
            aspects.extend(problems.keep(id.span(), id.get_ref().parse()));
        } else {
            requirements.extend(problems.keep(id.span(), id.get_ref().parse()));
        }
    }
    if written.requirements.get_ref().is_empty() {
        problems.add(
            written.requirements.span(),
            format!("`{organisation}` answers for nothing"),
            "name requirements such as \"iso27001:A.7.1\", or aspects such as \"soc2:A1.2#environment\"",
        );
    }
    let current_for = limited(written.current_for.as_ref(), "current_for", crosswalk::CURRENT_FOR, LONGEST_CURRENT, problems);
    let bridge = limited(written.bridge.as_ref(), "bridge", crosswalk::BRIDGE, crosswalk::BRIDGE, problems);
    let report_types = report_types(written.report_types.as_deref(), problems);
    let organisation = organisation.to_owned();
    fits.then_some(SubserviceStatement { organisation, requirements, aspects, report_types, current_for, bridge })
}

fn report_types(written: Option<&[Spanned<String>]>, problems: &mut Problems<'_>) -> Vec<SmolStr> {
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

fn limited(
    written: Option<&Spanned<String>>,
    name: &str,
    default: Seconds,
    most: Seconds,
    problems: &mut Problems<'_>,
) -> Seconds {
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
