//! /proc/net/tcp and its kin.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A socket that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Socket {
    pub(crate) address: IpAddr,
    pub(crate) port: u16,
    pub(crate) uid: i64,
}

/// The state of a TCP socket that listens.
pub(crate) const TCP_LISTEN: u8 = 0x0A;
/// The state of a UDP socket that is bound and not connected.
pub(crate) const UDP_UNCONNECTED: u8 = 0x07;

/// One line; `None` for the heading, for another state, and when it has not that form.
pub(crate) fn socket(line: &str, state: u8) -> Option<Socket> {
    let mut fields = line.split_whitespace().skip(1);
    let (address, port) = fields.next()?.split_once(':')?;
    let _remote = fields.next()?;
    if u8::from_str_radix(fields.next()?, 16).ok()? != state {
        return None;
    }
    let uid = fields.nth(3)?.parse().ok()?;
    Some(Socket { address: ip(address)?, port: u16::from_str_radix(port, 16).ok()?, uid })
}

/// Addresses stand as 32-bit words in the byte order of the machine; the machines that are supported are little-endian.
fn ip(hex: &str) -> Option<IpAddr> {
    let word = |at: usize| u32::from_str_radix(hex.get(at * 8..at * 8 + 8)?, 16).ok().map(u32::to_le_bytes);
    match hex.len() {
        8 => Some(Ipv4Addr::from(word(0)?).into()),
        32 => {
            let bytes = [word(0)?, word(1)?, word(2)?, word(3)?].concat();
            Some(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listening_sockets_of_both_families_are_read() {
        let v4 =
            "   0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 17423 1 0 100 0 0 10 0";
        let socket4 = socket(v4, TCP_LISTEN).unwrap();
        assert_eq!((socket4.address.to_string().as_str(), socket4.port, socket4.uid), ("127.0.0.1", 3306, 101));
        let v6 = "   1: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1";
        assert_eq!(socket(v6, TCP_LISTEN).unwrap().address.to_string(), "::1");
        assert_eq!(socket(v4, UDP_UNCONNECTED), None);
        assert_eq!(socket("  sl  local_address rem_address   st tx_queue", TCP_LISTEN), None);
    }
}
