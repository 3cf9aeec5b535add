//! The word that was probably meant.
//!
//! Takes a word that is not known and the words that are; gives the one that is most like it. Never guesses far.

/// Longer words are no slip of a person's.
const LONGEST: usize = 128;

/// The known word that is most like the one written, when it is like enough to have been meant.
///
/// A letter too much, too few, wrong, or changed with its neighbour is one step; a word may be a third of its letters away, and
/// never more than four steps.
///
/// ```
/// use engine_model::nearest;
/// assert_eq!(nearest("colector", ["control", "collector"]), Some("collector"));
/// assert_eq!(nearest("colector", ["store", "rule"]), None);
/// ```
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().take(LONGEST + 1).count();
    if length == 0 || length > LONGEST {
        return None;
    }
    let limit = (length / 3).clamp(1, 4);
    known
        .into_iter()
        .filter(|candidate| candidate.chars().take(LONGEST + 5).count().abs_diff(length) <= limit)
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, known: &[&'static str], expected: Option<&str>) {
        assert_eq!(nearest(word, known.iter().copied()), expected, "{word}");
    }

    #[test]
    fn a_misspelt_word_finds_the_one_that_was_meant() {
        let fields = ["mfa_enabled", "name", "email"];
        check("mfa_enabld", &fields, Some("mfa_enabled"));
        check("nmae", &fields, Some("name"));
        check("emails", &fields, Some("email"));
        let aspects = ["soc2:CC6.1#authentication", "soc2:CC6.1#provisioning", "soc2:CC6.2#authentication"];
        check("soc2:CC6.1#autentication", &aspects, Some("soc2:CC6.1#authentication"));
    }

    #[test]
    fn a_word_that_is_far_from_all_finds_none() {
        check("", &["a"], None);
        check("mane", &["nine"], None);
        check("hipaa:1#x", &["soc2:CC6.1#authentication"], None);
        check(&"x".repeat(10_000), &["x"], None);
        let long: &'static str = "a-name-of-many-letters-that-share-much";
        check("a-name-of-other-words-that-share-much", &[long], None);
    }

    #[test]
    fn of_two_that_are_as_near_the_first_by_name_is_given_whatever_their_order() {
        check("mfb", &["mfc", "mfa"], Some("mfa"));
        check("mfb", &["mfa", "mfc"], Some("mfa"));
    }
}
