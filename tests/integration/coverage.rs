//! `engine coverage`: what the data at hand could show.

use crate::desk::Desk;

fn of<'a>(json: &'a serde_json::Value, framework: &str) -> &'a serde_json::Value {
    json["frameworks"].as_array().unwrap().iter().find(|it| it["id"] == framework).unwrap()
}

fn number(of: &serde_json::Value, name: &str) -> u64 {
    of[name].as_u64().unwrap()
}

#[test]
fn each_leaf_of_the_true_denominators_counts_once() {
    let json = Desk::new().run(&["coverage", "--format", "json"]).expect(0).json();
    for (framework, leaves) in [("soc2", 61), ("iso27001", 123), ("hipaa", 53)] {
        let it = of(&json, framework);
        let sum: u64 =
            ["collected", "supplied", "attestable", "carved_out", "uncovered"].into_iter().map(|name| number(it, name)).sum();
        assert_eq!((number(it, "leaves"), sum), (leaves, leaves), "{framework}");
        assert!(number(it, "fully") + number(it, "weakly") <= number(it, "collected") + number(it, "supplied"));
    }
    let hipaa = of(&json, "hipaa");
    let apart = hipaa["categories"].as_array().unwrap().iter().find(|it| it["id"] == "breach-notification").unwrap();
    assert_eq!(apart["counted"], false);
    assert_eq!(hipaa["requirements"].as_array().unwrap().len() as u64, 53 + number(apart, "leaves"));
}

#[test]
fn only_the_configured_collectors_count_when_that_is_asked() {
    let desk = Desk::new();
    desk.write("engine.toml", "[collector.here]\nplugin = \"bundled:linux-host\"\nkinds = [\"host.firewall@1\"]\n");
    let all = desk.run(&["coverage", "--format", "json"]).expect(0).json();
    let json = desk.run(&["coverage", "--format", "json", "--configured"]).expect(0).json();
    assert_eq!(json["collectors"].as_array().unwrap().len(), 1);
    assert_eq!((&json["collectors"][0]["name"], &json["collectors"][0]["kinds"]), (&"here".into(), &1.into()));
    let collected = |json: &serde_json::Value| number(of(json, "soc2"), "collected");
    assert!(0 < collected(&json) && collected(&json) < collected(&all), "{json}");
    desk.write("engine.toml", "[control.\"network/firewall\"]\nenabled = false\n");
    let off = desk.run(&["coverage", "--format", "json", "--configured"]).expect(0).json();
    assert_eq!(collected(&off), 0);
}

#[test]
fn the_page_in_the_documents_is_current() {
    let written = include_str!("../../docs/coverage.md");
    let now = Desk::new().run(&["coverage", "--format", "markdown"]).expect(0).stdout;
    assert!(written == now, "write it again: cargo run -p engine -- coverage --format markdown > docs/coverage.md");
}
