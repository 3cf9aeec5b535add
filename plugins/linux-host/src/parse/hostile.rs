//! No bytes make a parser panic, and none grows what it was given without bound.

use proptest::prelude::*;

use super::{accounts, apt_conf, apt_sources, mountinfo, packages, pam, proc_net, settings, sshd, sudoers};

/// Text that looks like configuration often enough to get past the first check.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[ -~]{0,12}",
        "\\PC{0,6}",
        Just("\\\n".to_owned()),
        Just("\n".to_owned()),
        Just("ALL=(ALL:ALL) NOPASSWD: ALL, !".to_owned()),
        Just("User_Alias A = B : C = ".to_owned()),
        Just("Match User \"".to_owned()),
        Just("auth [x=1 ".to_owned()),
        Just("/* \" { }; ::".to_owned()),
        Just("deb [a=b ".to_owned()),
        Just(" - \\04 253:0 /".to_owned()),
        Just("#include".to_owned()),
        Just("Package: a\nStatus: install ok installed\nVersion".to_owned()),
        Just(":::::::".to_owned()),
    ];
    prop::collection::vec(word, 0..24).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_a_parser_panic(text in text()) {
        accounts::passwd(&text);
        accounts::shadow(&text);
        accounts::group(&text);
        apt_conf::settings(&text);
        apt_sources::one_line(&text);
        apt_sources::paragraphs(&text);
        apt_sources::repositories(&text);
        mountinfo::fstab_targets(&text);
        packages::dpkg(text.as_bytes());
        packages::apk(text.as_bytes());
        pam::lines(&text);
        settings::shell(&text);
        settings::spaced(&text);
        settings::assigned(&text);
        settings::sections(&text);
        settings::sysctl(&text);
        settings::span(&text);
        sshd::lines(&text);
        sshd::seconds(&text);
        sudoers::read(&text);
        for line in text.lines() {
            mountinfo::mount(line);
            proc_net::socket(line, proc_net::TCP_LISTEN);
            sshd::algorithms(line, &["a", "b"]);
        }
    }

    #[test]
    fn no_bytes_make_a_package_list_panic(bytes: Vec<u8>) {
        let (packages, _) = packages::dpkg(&bytes);
        prop_assert!(packages.iter().all(|package| package.range.end <= bytes.len()));
        packages::apk(&bytes);
    }

    #[test]
    fn a_pattern_of_stars_matches_in_bounded_time(stars in "[*?a]{0,40}", text in "a{0,200}") {
        sshd::matches_pattern(&stars, &text);
    }

    #[test]
    fn a_hash_is_never_given_on(salt in "[a-zA-Z0-9./]{8,16}", hash in "[a-zA-Z0-9./]{20,86}", number in "[1567y]") {
        let (_, algorithm) = accounts::password(&format!("${number}${salt}${hash}"));
        prop_assert!(!algorithm.unwrap_or_default().contains(&hash));
    }
}
