//! One register in each form, and what is wrong with lines of each.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test says what is wrong by failing")]
#![allow(
    dead_code,
    clippy::format_push_string,
    reason = "each test uses a part of what the tests share, which writes XML by hand"
)]

mod support;

use support::Made::{self, Day, Error, Is, Nothing, Number, Text, Time};
use support::{gaps, log, packed, run, sheet, workbook};

const PEOPLE: &str = "person.employment@1";
const CSV: &str = "email,name,status,employment_type,started_at,ended_at,manager_email,privileged\n\
                   ada@example.com,Ada,active,employee,2026-03-31,,,yes\n\
                   bob@example.com,Bob,Left,contractor,2025-01-15,2026-02-28,ADA@example.com,no\n";

fn people(rows: &[Vec<Made>]) -> Vec<Vec<Made>> {
    let names = ["email", "name", "status", "employment type", "Start date", "ended_at", "manager", "privileged"];
    let mut all = vec![names.map(Text).to_vec()];
    all.extend(rows.iter().cloned());
    all
}

fn two_people(days: [f64; 3]) -> Vec<Vec<Made>> {
    people(&[
        vec![Text("ada@example.com"), Text("Ada"), Text("active"), Text("employee"), Day(days[0]), Nothing, Nothing, Is(true)],
        vec![
            Text("bob@example.com"),
            Text("Bob"),
            Text("Left"),
            Text("contractor"),
            Number(days[1]),
            Day(days[2]),
            Text("ADA@example.com"),
            Number(0.0),
        ],
    ])
}

#[test]
fn the_same_register_is_the_same_in_every_form() {
    let expected = run(&[("/people.csv", CSV.as_bytes())], &[PEOPLE]).bodies(PEOPLE);
    assert_eq!(expected.len(), 2);
    let json = r#"[{"email":"ada@example.com","name":"Ada","status":"active","employment_type":"employee","started_at":"2026-03-31","privileged":true},
        {"email":"bob@example.com","name":"Bob","status":"Left","employment_type":"contractor","started_at":"2025-01-15","ended_at":"2026-02-28","manager_email":"ADA@example.com","privileged":false}]"#;
    let lines = json.trim_matches(['[', ']']).replace("},", "}\n");
    let yaml = "- {email: ada@example.com, name: Ada, status: active, employment_type: employee, started_at: 2026-03-31, privileged: yes}\n\
                - email: bob@example.com\n  name: Bob\n  status: Left\n  employment_type: contractor\n  started_at: 2025-01-15\n  ended_at: \
                2026-02-28\n  manager_email: ADA@example.com\n  privileged: no\n";
    let toml = "[[entry]]\nemail = \"ada@example.com\"\nname = \"Ada\"\nstatus = \"active\"\nemployment_type = \"employee\"\nstarted_at = 2026-03-31\n\
                privileged = true\n[[entry]]\nemail = \"bob@example.com\"\nname = \"Bob\"\nstatus = \"Left\"\nemployment_type = \"contractor\"\n\
                started_at = 2025-01-15\nended_at = 2026-02-28\nmanager_email = \"ADA@example.com\"\nprivileged = false\n";
    let book = workbook(&[("People", &two_people([46_112.0, 45_672.0, 46_081.0]))], false);
    let book_1904 = workbook(&[("People", &two_people([44_650.0, 44_210.0, 44_619.0]))], true);
    for (path, bytes) in [
        ("/people.tsv", CSV.replace(',', "\t").as_bytes()),
        ("/people.json", json.as_bytes()),
        ("/people.ndjson", lines.as_bytes()),
        ("/people.yaml", yaml.as_bytes()),
        ("/people.toml", toml.as_bytes()),
        ("/people.xlsx", &book),
        ("/people.xlsx", &book_1904),
    ] {
        let host = run(&[(path, bytes)], &[PEOPLE]);
        assert_eq!(gaps(&host, PEOPLE), Vec::<String>::new(), "{path}");
        assert_eq!(host.bodies(PEOPLE), expected, "{path}");
        assert_eq!(host.complete_counts()["person.employment@1 registers:people"], 2, "{path}");
    }
}

#[test]
fn a_wrong_cell_is_named_with_file_line_and_column_and_the_other_lines_stand() {
    let csv = CSV.to_owned()
        + "carl@example.com,Carl,asleep,employee,31/03/2026,,,maybe\n"
        + "dora@example.com,,active,employee,2026-03-31,,,yes\n"
        + "not an address,Eve,active,employee,2026-03-31,,,yes\n";
    let host = run(&[("/people.csv", csv.as_bytes())], &[PEOPLE]);
    assert_eq!(host.bodies(PEOPLE).len(), 2);
    assert!(host.complete_counts().is_empty());
    let gaps = gaps(&host, PEOPLE);
    assert_eq!(gaps.len(), 3, "{gaps:?}");
    for part in [
        "people.csv, line 4",
        "column 3 (`status`) `asleep` is none of",
        "column 5 (`started_at`) `31/03/2026` is no date",
        "date_format",
        "column 8 (`privileged`)",
    ] {
        assert!(gaps[0].contains(part), "{part}: {}", gaps[0]);
    }
    assert!(gaps[1].contains("line 5: column 2 (`name`) is empty"), "{}", gaps[1]);
    // An address is not quoted.
    assert!(gaps[2].contains("line 6: column 1 (`email`) what stands there is no e-mail address"), "{}", gaps[2]);
}

#[test]
fn a_cell_of_a_workbook_has_its_name() {
    let mut rows = two_people([46_112.0, 45_672.0, 46_081.0]);
    rows.extend([
        vec![],
        vec![
            Text("carl@example.com"),
            Text("Carl"),
            Text("active"),
            Text("employee"),
            Number(3.0),
            Error("#REF!"),
            Nothing,
            Time(0.5),
        ],
    ]);
    let host = run(&[("/people.xlsx", &workbook(&[("People", &rows)], false))], &[PEOPLE]);
    assert_eq!(host.bodies(PEOPLE).len(), 2);
    let gaps = gaps(&host, PEOPLE);
    for part in [
        "people.xlsx, row 5",
        "cell E5 (`Start date`) `3` is of the year 1900",
        "cell F5 (`ended_at`) is the error #REF!",
        "cell H5 (`privileged`)",
    ] {
        assert!(gaps[0].contains(part), "{part}: {}", gaps[0]);
    }
}

#[test]
fn registers_toml_says_which_file_and_sheet_how_days_are_written_and_what_columns_mean() {
    let settings = "[register.people]\nfile = \"hr/staff.xlsx\"\nsheet = \"staff 2026\"\n[register.training]\nfile = \"hr/courses.csv\"\n\
                    delimiter = \";\"\ndate_format = \"DD.MM.YYYY\"\ncolumns = { email = \"Wer\", course = \"Kurs\" }\n[register.roles]\nfile = \
                    \"roles.csv\"\nvalues = {}\n";
    let courses = "Wer;Kurs;assigned_at;due_at;completed_at;passed;score;evidence\nAda@example.com;Erste Hilfe;01.02.2026;;03.04.2026;x;;\n";
    let book =
        workbook(&[("Notes", &[vec![Text("nothing")]]), ("Staff 2026", &two_people([46_112.0, 45_672.0, 46_081.0]))], false);
    let host = run(
        &[("/registers.toml", settings.as_bytes()), ("/hr/staff.xlsx", &book), ("/hr/courses.csv", courses.as_bytes())],
        &[PEOPLE, "person.training@1"],
    );
    assert_eq!(host.bodies(PEOPLE).len(), 2, "{:?}", gaps(&host, PEOPLE));
    let course = &host.bodies("person.training@1")["registers:training/ada@example.com/erste-hilfe/2026-02-01"];
    assert_eq!((&course["completed_at"], &course["passed"]), (&"2026-04-03T00:00:00Z".into(), &true.into()));
    let wrong = run(&[("/registers.toml", b"[register.people]\nsheet = \"None\"\n"), ("/people.xlsx", &book)], &[PEOPLE]);
    assert!(gaps(&wrong, PEOPLE)[0].contains("no sheet `None`, but `Notes`, `Staff 2026`"), "{:?}", gaps(&wrong, PEOPLE));
}

#[test]
fn columns_that_are_missing_are_one_gap_and_those_that_are_not_known_one_line_of_the_log() {
    let csv = "E-mail,Name,Status,Employment type,Start date,Shoe size\nada@example.com,Ada,active,employee,2026-03-31,39\n\
               bob@example.com,Bob,active,employee,2026-03-31,44\n";
    let host = run(&[("/people.csv", csv.as_bytes())], &[PEOPLE]);
    let said = gaps(&host, PEOPLE);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("people.csv lacks the columns `ended_at`, `manager_email`:"), "{}", said[0]);
    assert_eq!(log(&host), ["the register `people` has columns that are not read: `Shoe size`"]);
    assert!(host.complete_counts().is_empty());
    let facts = host.said();
    let line = facts
        .iter()
        .find_map(|said| if let engine_sdk::testing::Said::Fact { line, .. } = said { Some(line) } else { None })
        .unwrap();
    assert_eq!(line["$gaps"]["ended_at"], "no column `ended_at` in people.csv");
    assert_eq!(line["$gaps"]["privileged"], "no column `privileged` in people.csv");
    let host = run(&[("/people.csv", b"name,status\nAda,active\n")], &[PEOPLE]);
    assert!(host.bodies(PEOPLE).is_empty() && gaps(&host, PEOPLE)[0].contains("lacks the columns `email`"));
}

#[test]
fn the_same_line_twice_is_a_gap_that_names_both_lines() {
    let csv = CSV.to_owned() + "\nADA@example.com,Ada Again,active,employee,2026-03-31,,,yes\n";
    let host = run(&[("/people.csv", csv.as_bytes())], &[PEOPLE]);
    assert_eq!(gaps(&host, PEOPLE), ["conflict: people.csv, line 5: has the same `email` as line 2, and is not taken"]);
    assert_eq!(host.bodies(PEOPLE)["registers:people/ada@example.com"]["name"], "Ada");
}

#[test]
fn a_register_that_is_not_there_is_a_gap_that_says_what_to_do_and_an_empty_one_is_complete() {
    let host =
        run(&[("/people.csv", CSV.lines().next().unwrap().as_bytes())], &[PEOPLE, "risk.entry@1", "organisation.register@1"]);
    assert_eq!(host.complete_counts()["person.employment@1 registers:people"], 0);
    let gaps = gaps(&host, "risk.entry@1");
    assert!(gaps[0].starts_with("not-found: no register `risks`") && gaps[0].contains("`risks.csv` (or `.xlsx`"), "{gaps:?}");
    assert_eq!(host.gaps("organisation.register@1").len(), 1);
    for (path, empty) in [("/people.json", "[]"), ("/people.yaml", "[]"), ("/people.toml", "entry = []")] {
        let host = run(&[(path, empty.as_bytes())], &[PEOPLE]);
        assert_eq!(host.complete_counts()["person.employment@1 registers:people"], 0, "{path}");
    }
    for path in ["/people.csv", "/people.json", "/people.ndjson"] {
        let host = run(&[(path, b"")], &[PEOPLE]);
        assert!(self::gaps(&host, PEOPLE)[0].contains("is empty"), "{path}");
    }
}

#[test]
fn settings_that_are_not_understood_stop_the_run_before_anything_is_read() {
    use engine_sdk::{Collector, Run};
    let host = engine_sdk::testing::Recorded::new().file("/registers.toml", "[register.peple]\n").file("/people.csv", CSV);
    let fault = registers::Registers::collect(&Run::new(&host).unwrap()).unwrap_err();
    assert!(fault.message.contains("`register.peple`"), "{fault}");
    assert!(host.said().is_empty());
}

#[test]
fn who_made_a_change_is_not_among_those_who_approved_it() {
    let csv = "change,repository,author,email,approvers,merged_at,emergency,tests_passed,ticket\n\
               C-1,acme/api,ada,ada@example.com,Ada; bob,2026-03-31,no,yes,T-1\nc-2,acme/api,ada,ada@example.com,ADA@example.com,2026-03-31,no,yes,T-2\n";
    let host = run(&[("/changes.csv", csv.as_bytes())], &["code.change@1"]);
    let changes = host.bodies("code.change@1");
    assert_eq!(changes["registers:changes/c-1"]["approvers"], serde_json::json!(["bob"]));
    assert_eq!(changes["registers:changes/c-2"]["approvers"], serde_json::json!([]));
}

#[test]
fn a_workbook_that_would_grow_beyond_bounds_is_refused_and_not_tried() {
    let book = |name: &str, bytes: &[u8]| packed(&[("[Content_Types].xml", b"<Types/>"), (name, bytes)]);
    let zeros = vec![b' '; 64 * 1024 * 1024];
    let long = format!("<sst uniqueCount=\"1\"><si><t>{}</t></si></sst>", "x".repeat(2 * 1024 * 1024));
    let promised = "<sst count=\"9\" uniqueCount=\"4000000000000\"></sst>";
    let mut spread = b"<a>".repeat(30);
    spread.extend(b"<a/>".repeat(16 * 1024 * 1024));
    for (name, bytes, part) in [
        ("xl/worksheets/sheet1.xml", zeros.as_slice(), "more than 512 KiB"),
        ("xl/sharedStrings.xml", long.as_bytes(), "more than 512 KiB"),
        ("xl/sharedStrings.xml", promised.as_bytes(), "promises"),
        ("xl/sharedStrings.xml", spread.as_slice(), "larger than 24 MiB"),
    ] {
        let host = run(&[("/people.xlsx", &book(name, bytes))], &[PEOPLE]);
        assert!(gaps(&host, PEOPLE)[0].contains(part), "{part}: {:?}", gaps(&host, PEOPLE));
    }
    for bytes in [b"PK\x03\x04 nothing".as_slice(), b"\xd0\xcf\x11\xe0 old", b"email,name\n", &[0; 100]] {
        let host = run(&[("/people.xlsx", bytes)], &[PEOPLE]);
        assert!(gaps(&host, PEOPLE)[0].starts_with("invalid: people.xlsx: it is"), "{:?}", gaps(&host, PEOPLE));
    }
}

/// A workbook whose only sheet is this XML.
fn with_sheet(xml: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(workbook(&[("People", &[])], false))).unwrap();
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut part, &mut bytes).unwrap();
        parts.push((part.name().unwrap().into_owned(), bytes));
    }
    for part in parts.iter_mut().filter(|(name, _)| name.ends_with("sheet1.xml")) {
        part.1 = xml.to_owned().into_bytes();
    }
    packed(&parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect::<Vec<_>>())
}

#[test]
fn a_sheet_that_says_it_is_huge_is_read_by_what_it_holds() {
    let text = sheet(&two_people([46_112.0, 45_672.0, 46_081.0]));
    let huge = text.replace("<sheetData>", "<dimension ref=\"A1:XFD1048576\"/><sheetData>");
    let far = huge.replace("</sheetData>", "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>");
    let host = run(&[("/people.xlsx", &with_sheet(&far))], &[PEOPLE]);
    assert_eq!(host.bodies(PEOPLE).len(), 2);
    assert!(gaps(&host, PEOPLE)[0].contains("row 1048576: has a value in column"), "{:?}", gaps(&host, PEOPLE));
}

#[test]
fn a_row_in_merged_cells_is_wrong_and_one_that_repeats_a_long_text_too() {
    let text = sheet(&two_people([46_112.0, 45_672.0, 46_081.0]));
    let merged =
        text.replace("</sheetData>", "</sheetData><mergeCells><mergeCell ref=\"F3:F9\"/><mergeCell ref=\"A1:B1\"/></mergeCells>");
    let host = run(&[("/people.xlsx", &with_sheet(&merged))], &[PEOPLE]);
    assert_eq!(host.bodies(PEOPLE).len(), 1);
    assert!(gaps(&host, PEOPLE)[0].contains("row 3: lies in the merged cells F3:F9"), "{:?}", gaps(&host, PEOPLE));
    let long = "x".repeat(100_000);
    let row: Vec<_> = (0..8).map(|at| format!("<c r=\"{}4\" t=\"str\"><v>{long}</v></c>", registers::letters(at))).collect();
    let long = text.replace("</sheetData>", &format!("<row r=\"4\">{}</row></sheetData>", row.concat()));
    let host = run(&[("/people.xlsx", &with_sheet(&long))], &[PEOPLE]);
    assert_eq!(host.bodies(PEOPLE).len(), 2);
    assert!(gaps(&host, PEOPLE)[0].contains("row 4: is longer than 512 KiB"), "{:?}", gaps(&host, PEOPLE));
}
