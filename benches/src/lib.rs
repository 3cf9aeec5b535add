//! The records that everything is measured on: identities as a directory gives them, the same on every machine.
//!
//! Takes a number of records and gives lines of the engine's own form, and bodies alone for a peer. Never random: a small
//! counter decides each field.

use std::fmt::Write as _;
use std::sync::OnceLock;

/// The instant of every measured run.
pub const NOW: &str = "2026-11-23T12:00:00Z";

/// A stream of numbers that looks mixed and is the same everywhere (a linear congruential generator).
struct Mixed(u64);

impl Mixed {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// An instant some days before [`NOW`], at most 400.
fn days_before(days: u64) -> &'static str {
    static DAYS: OnceLock<Vec<String>> = OnceLock::new();
    let all = DAYS.get_or_init(|| {
        let now: jiff::Timestamp = NOW.parse().unwrap_or_default();
        let before = |days: i64| jiff::Timestamp::from_second(now.as_second() - days * 86_400).map(|it| it.to_string());
        (0..=400).map(|days| before(days).unwrap_or_default()).collect()
    });
    usize::try_from(days).ok().and_then(|days| all.get(days)).map_or(NOW, String::as_str)
}

/// The body of the record with that number: about 450 bytes of canonical JSON, 13 fields, a nested record, a list of keys.
pub fn body(number: u64) -> String {
    let mut mixed = Mixed(number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    for _ in 0..4 {
        mixed.next(2);
    }
    let console = mixed.next(10) < 7;
    let mfa = mixed.next(10) < 9;
    let keys: Vec<String> = (0..mixed.next(3))
        .map(|at| {
            let (age, active) = (mixed.next(120), mixed.next(10) < 8);
            let status = if active { "active" } else { "inactive" };
            format!(r#"{{"created_at":"{}","id":"AKIA{number:010}{at}","status":"{status}"}}"#, days_before(age))
        })
        .collect();
    let policies = if mixed.next(50) == 0 { r#"["AdministratorAccess"]"# } else { r#"["ReadOnlyAccess","SupportUser"]"# };
    let used = if mixed.next(20) == 0 { "null".to_owned() } else { format!("\"{}\"", days_before(mixed.next(100))) };
    let symbols = mixed.next(20) > 0;
    let length = 12 + mixed.next(8);
    format!(
        concat!(
            r#"{{"access_keys":[{}],"account":"123456789012","administrator":false,"console_access":{},"created_at":"{}","#,
            r#""email":"user{}@example.com","groups":["developers","on-call"],"human":true,"last_active_at":{},"mfa_enabled":{},"#,
            r#""name":"user{}","password_last_used_at":{},"password_policy":{{"max_age_days":90,"min_length":{},"require_symbols":{}}},"#,
            r#""policies":{}}}"#
        ),
        keys.join(","),
        console,
        days_before(400),
        number,
        used,
        mfa,
        number,
        used,
        length,
        symbols,
        policies
    )
}

/// Lines for `engine eval --facts`: that many accounts in one scope, and its completeness.
pub fn lines(count: u64) -> String {
    let mut text = String::new();
    for number in 0..count {
        let _ = writeln!(
            text,
            r#"{{"kind":"identity.user@1","subject":"aws:iam::123456789012:user/user{number}","scope":"aws:123456789012","observed_at":"{NOW}","body":{}}}"#,
            body(number)
        );
    }
    let _ = writeln!(
        text,
        r#"{{"complete":{{"kind":"identity.user@1","scope":"aws:123456789012","count":{count},"observed_at":"{NOW}"}}}}"#
    );
    text
}

/// The five identity rules in Rego, for the peer.
pub const REGO: &str = r#"
package identity
import rego.v1

day := 86400000000000
now := time.parse_rfc3339_ns("2026-11-23T12:00:00Z")

findings contains "mfa-enforced" if { input.console_access; not input.mfa_enabled }

findings contains "access-key-rotation" if {
    some key in input.access_keys
    key.status == "active"
    now - time.parse_rfc3339_ns(key.created_at) > 90 * day
}

findings contains "unused-credentials" if {
    input.console_access
    input.password_last_used_at != null
    now - time.parse_rfc3339_ns(input.password_last_used_at) > 90 * day
}

findings contains "unused-credentials" if {
    input.console_access
    input.password_last_used_at == null
    now - time.parse_rfc3339_ns(input.created_at) > 90 * day
}

findings contains "no-direct-administrator" if { "AdministratorAccess" in input.policies }

findings contains "password-policy" if { input.console_access; input.password_policy.min_length < 14 }
findings contains "password-policy" if { input.console_access; not input.password_policy.require_symbols }
"#;
