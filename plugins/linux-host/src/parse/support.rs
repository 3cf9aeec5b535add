//! Until when releases get security updates, for systems that do not say so themselves.
//!
//! Debian and Ubuntu: the package `distro-info-data` 0.58+deb12u7 of 2026. The others: the published life cycles as the project
//! endoflife.date had them in 2025 and 2026 and as Trivy's tables and the openSUSE project's announcements have them; row by
//! row in `tests/fixtures/support`, against which a test holds this table. A release that stands nowhere there is not known:
//! SLES 15 from SP5 on, Leap 16, Oracle Linux 10 and all that came later.

/// Distribution, release, the last day of the regular support, and of the longer one that is free for everyone.
///
/// Of RHEL and its kin the days are the major release's. They fix an older minor release by updating it to the next.
const SUPPORT: &[(&str, &str, &str, &str)] = &[
    ("debian", "9", "2020-07-18", "2022-06-30"),
    ("debian", "10", "2022-09-10", "2024-06-30"),
    ("debian", "11", "2024-08-14", "2026-08-31"),
    ("debian", "12", "2026-07-11", "2028-06-30"),
    ("debian", "13", "2028-08-09", "2030-06-30"),
    ("ubuntu", "14.04", "2019-04-25", ""),
    ("ubuntu", "16.04", "2021-04-30", ""),
    ("ubuntu", "18.04", "2023-05-31", ""),
    ("ubuntu", "20.04", "2025-05-29", ""),
    ("ubuntu", "22.04", "2027-06-01", ""),
    ("ubuntu", "24.04", "2029-05-31", ""),
    ("ubuntu", "24.10", "2025-07-10", ""),
    ("ubuntu", "25.04", "2026-01-15", ""),
    ("ubuntu", "25.10", "2026-07-09", ""),
    ("ubuntu", "26.04", "2031-05-29", ""),
    ("ubuntu", "26.10", "2027-07-15", ""),
    ("almalinux", "8", "2029-03-01", ""),
    ("almalinux", "9", "2032-05-31", ""),
    ("almalinux", "10", "2035-05-31", ""),
    ("alpine", "3.16", "2024-05-23", ""),
    ("alpine", "3.17", "2024-11-22", ""),
    ("alpine", "3.18", "2025-05-09", ""),
    ("alpine", "3.19", "2025-11-01", ""),
    ("alpine", "3.20", "2026-04-01", ""),
    ("alpine", "3.21", "2026-11-01", ""),
    ("alpine", "3.22", "2027-05-01", ""),
    ("alpine", "3.23", "2027-11-01", ""),
    ("amzn", "2018.03", "2023-12-31", ""),
    ("amzn", "2", "2026-06-30", ""),
    ("amzn", "2023", "2029-06-30", ""),
    ("centos", "6", "2020-11-30", ""),
    ("centos", "7", "2024-06-30", ""),
    ("centos", "8", "2021-12-31", ""),
    ("centos-stream", "8", "2024-05-31", ""),
    ("centos-stream", "9", "2027-05-31", ""),
    ("centos-stream", "10", "2030-01-01", ""),
    ("fedora", "39", "2024-11-26", ""),
    ("fedora", "40", "2025-05-13", ""),
    ("fedora", "41", "2025-12-15", ""),
    ("fedora", "42", "2026-05-27", ""),
    ("fedora", "43", "2026-12-09", ""),
    ("fedora", "44", "2027-06-02", ""),
    ("ol", "6", "2021-03-31", ""),
    ("ol", "7", "2024-12-31", ""),
    ("ol", "8", "2029-07-31", ""),
    ("ol", "9", "2032-06-30", ""),
    ("opensuse-leap", "15.4", "2023-11-30", ""),
    ("opensuse-leap", "15.5", "2024-12-31", ""),
    ("opensuse-leap", "15.6", "2026-04-30", ""),
    ("rhel", "6", "2020-11-30", ""),
    ("rhel", "7", "2024-06-30", ""),
    ("rhel", "8", "2029-05-31", ""),
    ("rhel", "9", "2032-05-31", ""),
    ("rhel", "10", "2035-05-31", ""),
    ("rocky", "8", "2029-05-31", ""),
    ("rocky", "9", "2032-05-31", ""),
    ("rocky", "10", "2035-05-31", ""),
    ("sles", "12.5", "2024-10-31", ""),
    ("sles", "15.1", "2021-01-31", ""),
    ("sles", "15.2", "2021-12-31", ""),
    ("sles", "15.3", "2022-12-31", ""),
    ("sles", "15.4", "2023-12-31", ""),
];

/// Distributions without releases that end.
const ROLLING: &[&str] = &["arch", "archarm", "artix", "endeavouros", "gentoo", "opensuse-tumbleweed", "void"];

/// The last days of regular and of longer support of a release, as dates; `None` where they are not known.
///
/// CentOS Stream calls itself `centos` as CentOS Linux does, so its name is looked at too.
pub(crate) fn of_release(id: &str, name: &str, version: &str) -> Option<(&'static str, &'static str)> {
    let id = if id == "centos" && name.contains("Stream") { "centos-stream" } else { id };
    let is_of = |release: &str| version.strip_prefix(release).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    SUPPORT.iter().find(|(of, release, ..)| *of == id && is_of(release)).map(|(_, _, regular, longer)| (*regular, *longer))
}

/// Whether a distribution has no releases that end: it is known for that, or says so.
pub(crate) fn is_rolling(id: &str, build: Option<&str>) -> bool {
    ROLLING.contains(&id) || build == Some("rolling")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of a table with a head line, as their cells by the head's names.
    fn rows(table: &str) -> Vec<Vec<(String, String)>> {
        let mut lines = table.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        let head = lines.next().unwrap();
        lines.map(|line| head.iter().cloned().zip(line).collect()).collect()
    }

    fn cell<'a>(row: &'a [(String, String)], name: &str) -> &'a str {
        row.iter().find(|(of, _)| of == name).map_or("", |(_, value)| value)
    }

    #[test]
    fn the_table_says_what_its_sources_say_and_no_more() {
        let mut expected = Vec::new();
        let distro_info = [
            ("debian", include_str!("../../../../tests/fixtures/support/debian.csv")),
            ("ubuntu", include_str!("../../../../tests/fixtures/support/ubuntu.csv")),
        ];
        for (id, table) in distro_info {
            for row in rows(table) {
                let version = cell(&row, "version").split(' ').next().unwrap().to_owned();
                expected.push((id.to_owned(), version, cell(&row, "eol").to_owned(), cell(&row, "eol-lts").to_owned()));
            }
        }
        for row in rows(include_str!("../../../../tests/fixtures/support/others.csv")) {
            assert!(!cell(&row, "source").is_empty(), "{row:?}");
            expected.push((
                cell(&row, "id").to_owned(),
                cell(&row, "version").to_owned(),
                cell(&row, "eol").to_owned(),
                String::new(),
            ));
        }
        let own: Vec<_> =
            SUPPORT.iter().map(|(a, b, c, d)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned(), (*d).to_owned())).collect();
        assert_eq!(own, expected);
        assert!(own.iter().all(|row| crate::parse::dates::end_of_day(&row.2).is_some()));
    }

    #[test]
    fn a_release_is_found_by_the_parts_of_its_version() {
        let regular = |id, name, version| of_release(id, name, version).map(|(regular, _)| regular);
        assert_eq!(regular("rhel", "", "9.4"), Some("2032-05-31"));
        assert_eq!(regular("centos", "CentOS Linux", "8"), Some("2021-12-31"));
        assert_eq!(regular("centos", "CentOS Stream", "8"), Some("2024-05-31"));
        assert_eq!(regular("alpine", "Alpine Linux", "3.20.3"), Some("2026-04-01"));
        assert_eq!(of_release("debian", "", "12"), Some(("2026-07-11", "2028-06-30")));
    }

    #[test]
    fn a_release_that_is_not_known_has_no_end_and_does_not_roll() {
        for (id, version) in [
            ("alpine", "3.2.1"),
            ("alpine", "3.99.0"),
            ("sles", "15.7"),
            ("sles", "15"),
            ("ol", "10.1"),
            ("debian", "99"),
            ("amzn", "2027"),
            ("x", "1"),
        ] {
            assert_eq!(of_release(id, "", version), None, "{id} {version}");
        }
        assert!(is_rolling("arch", None) && is_rolling("other", Some("rolling")));
        assert!(!is_rolling("debian", None) && !is_rolling("fedora", Some("")));
    }
}
