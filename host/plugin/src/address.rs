//! Which addresses may be dialled: public ones, and others only where the operator grants their network.
//!
//! Takes an address and gives a verdict. Never resolves a name and never opens a connection.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

use crate::pattern::{PatternError, refused};

/// A range of addresses, such as `127.0.0.0/8` or `fd00::/8`.
///
/// ```
/// use engine_plugin::Network;
/// let network: Network = "10.0.0.0/8".parse().unwrap();
/// assert!(network.contains("10.1.2.3".parse().unwrap()) && !network.contains("11.0.0.1".parse().unwrap()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether the address lies within.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(net), IpAddr::V4(ip)) => {
                shifted(u32::from(net).into(), 32, self.prefix) == shifted(u32::from(ip).into(), 32, self.prefix)
            }
            (IpAddr::V6(net), IpAddr::V6(ip)) => shifted(net.into(), 128, self.prefix) == shifted(ip.into(), 128, self.prefix),
            _ => false,
        }
    }
}

fn shifted(bits: u128, width: u8, prefix: u8) -> u128 {
    bits.checked_shr(u32::from(width.saturating_sub(prefix))).unwrap_or(0)
}

impl FromStr for Network {
    type Err = PatternError;
    fn from_str(text: &str) -> Result<Self, PatternError> {
        let error = || refused("network", "an address, `/` and a prefix length, such as `127.0.0.0/8`", text);
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.parse().map_err(|_| error())?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(width), |prefix| prefix.parse::<u8>().map_err(|_| error()))?;
        if prefix > width { Err(error()) } else { Ok(Self { address, prefix }) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// Why an address may not be dialled without a grant; `None` for a public one.
pub(crate) fn not_public(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => not_public_v4(v4),
        IpAddr::V6(v6) => not_public_v6(v6),
    }
}

fn not_public_v4(v4: Ipv4Addr) -> Option<&'static str> {
    Some(match v4.octets() {
        [0, ..] => "unspecified",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "private",
        [100, 64..=127, ..] => "shared by a carrier",
        [127, ..] => "loopback",
        [169, 254, ..] => "link-local, where metadata services are",
        [224..=239, ..] => "multicast",
        [168, 63, 129, 16] => "a metadata service",
        [192, 0, 0 | 2, _]
        | [192, 31, 196, _]
        | [192, 52, 193, _]
        | [192, 88, 99, _]
        | [192, 175, 48, _]
        | [198, 18..=19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _]
        | [240..=255, ..] => "reserved",
        _ => return None,
    })
}

fn not_public_v6(v6: Ipv6Addr) -> Option<&'static str> {
    if let Some(inner) = embedded_v4(v6) {
        return not_public_v4(inner).or(Some("an IPv4 address in disguise"));
    }
    let [first, second, ..] = v6.segments();
    match first {
        _ if v6.is_unspecified() => Some("unspecified"),
        _ if v6.is_loopback() => Some("loopback"),
        0xfe80..=0xfebf => Some("link-local"),
        0xfc00..=0xfdff => Some("unique local, where metadata services are"),
        0xfec0..=0xfeff => Some("site-local"),
        0xff00..=0xffff => Some("multicast"),
        0x2001 if second < 0x200 || second == 0xdb8 => Some("reserved"),
        0x2000..=0x3ffe => None,
        _ => Some("reserved"),
    }
}

/// The IPv4 address within a mapped, compatible, NAT64 or 6to4 address.
fn embedded_v4(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let tail = |high: u16, low: u16| Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match v6.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0xffff | 0, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0 | 1, .., high, low]
        | [0x2002, high, low, ..] => tail(high, low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threat_1_addresses_that_are_not_public_are_refused() {
        for text in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "127.8.9.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.0.192",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "::",
            "::1",
            "fe80::1",
            "fd00:ec2::254",
            "fc00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "fec0::1",
            "100::1",
            "::ffff:0:7f00:1",
        ] {
            assert!(not_public(text.parse().unwrap()).is_some(), "{text}");
        }
        for text in ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"] {
            assert!(not_public(text.parse().unwrap()).is_none(), "{text}");
        }
    }

    #[test]
    fn a_network_holds_its_own_addresses_only() {
        let check = |network: &str, address: &str| network.parse::<Network>().unwrap().contains(address.parse().unwrap());
        assert!(check("127.0.0.0/8", "127.255.0.1") && !check("127.0.0.0/8", "128.0.0.1"));
        assert!(check("0.0.0.0/0", "9.9.9.9") && !check("0.0.0.0/0", "::1"));
        assert!(check("::1", "::1") && check("fd00::/8", "fdff::1") && check("10.0.0.1/32", "10.0.0.1"));
        for text in ["10.0.0.0/33", "x", "10.0.0.0/", "::/129"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
