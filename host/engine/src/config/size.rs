//! Sizes as an operator writes them.

/// Bytes from `64KiB`, `128MiB`, `1GiB` or `512B`; decimal units (`kB`, `MB`, `GB`) too.
pub(super) fn parse_bytes(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 7] =
        [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1)];
    let error = || format!("`{}` is not a size: a whole number and a unit, such as `128MiB`", text.escape_debug());
    let (unit, factor) = UNITS.into_iter().find(|(unit, _)| text.ends_with(unit)).ok_or_else(error)?;
    let digits = text.strip_suffix(unit).unwrap_or_default().trim();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(error());
    }
    digits.parse::<u64>().ok().and_then(|n| n.checked_mul(factor)).ok_or_else(error)
}

#[cfg(test)]
mod tests {
    use super::parse_bytes;

    #[test]
    fn sizes_have_a_whole_number_and_a_unit() {
        assert_eq!(parse_bytes("128MiB"), Ok(128 << 20));
        assert_eq!(parse_bytes("1 GB"), Ok(1_000_000_000));
        for wrong in ["", "12", "MiB", "1.5MiB", "-1B", "99999999999999999999GiB"] {
            assert!(parse_bytes(wrong).is_err(), "{wrong}");
        }
    }
}
