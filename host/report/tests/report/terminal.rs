//! The report for a terminal.

use engine_report::{Report, Terminal};
use unicode_width::UnicodeWidthStr as _;

use crate::{plain, sample, text_of};

#[test]
fn the_report_at_80_columns() {
    insta::assert_snapshot!("text-80", text_of(&sample::world().report(), plain(80)));
}

#[test]
fn the_report_at_120_columns() {
    insta::assert_snapshot!("text-120", text_of(&sample::world().report(), plain(120)));
}

#[test]
fn the_report_in_ascii() {
    let text = text_of(&sample::world().report(), Terminal { width: 80, color: false, unicode: false });
    assert!(text.is_ascii());
    assert!(text.contains("x critical"), "{text}");
}

#[test]
fn every_section_of_an_example_says_so_and_sends_nobody_to_a_run_that_is_not_recorded() {
    let world = crate::hostile::large(2_000);
    let real = text_of(&world.report(), plain(100));
    let text = text_of(&Report { is_example: true, ..world.report() }, plain(100));
    let titles = real.lines().filter_map(|line| line.split(" · ").next());
    let headings: Vec<_> = titles.filter(|it| it.len() > 8 && it.chars().all(|c| c.is_ascii_uppercase() || c == ' ')).collect();
    assert!(headings.len() > 4, "{headings:?}");
    for heading in headings {
        assert!(text.contains(&format!("\nEXAMPLE · {heading}")), "{heading} in {text}");
    }
    assert!(text.starts_with("EXAMPLE · This company was made up"), "{text}");
    for command in ["engine finding", "engine report", "engine explain", "engine plan"] {
        assert!(real.contains(command) || command == "engine plan", "{command}");
        assert!(!text.contains(command), "{command} in {text}");
    }
    assert!(text.contains("engine init --example") && !real.contains("EXAMPLE"));
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let world = sample::world();
    for width in [40, 57, 80, 100, 120, 200] {
        for line in text_of(&world.report(), plain(width)).lines() {
            assert!(line.width() <= usize::from(width), "{} > {width}: {line}", line.width());
            assert_eq!(line, line.trim_end());
        }
    }
}

#[test]
fn colours_add_nothing_but_colours() {
    let world = sample::world();
    let painted = text_of(&world.report(), Terminal { width: 100, color: true, unicode: true });
    let mut stripped = String::new();
    for (at, part) in painted.split('\u{1b}').enumerate() {
        stripped.push_str(if at == 0 { part } else { part.split_once('m').unwrap().1 });
    }
    assert_ne!(painted, stripped);
    assert_eq!(stripped, text_of(&world.report(), plain(100)));
}

#[test]
fn a_large_run_fits_in_150_lines() {
    let world = crate::hostile::large(2_000);
    let lines = text_of(&world.report(), plain(80)).lines().count();
    assert!(lines <= 150, "{lines} lines");
}
