//! A list of hosts in a setting.

use std::net::IpAddr;
use tanzanite_protocol::limits;

/// The hosts in a text, with commas between them; an error says what is wrong with them.
pub(super) fn hosts(text: &str) -> Result<Vec<String>, String> {
    let hosts = text.split(',').map(str::trim);
    let hosts: Vec<String> = hosts
        .filter(|host| !host.is_empty())
        .map(str::to_owned)
        .collect();
    if hosts.len() > limits::RECEIVERS_MAX {
        return Err(format!("more than {} hosts", limits::RECEIVERS_MAX));
    }
    // An address of version 6 has colons, and a name that has one has a scheme or a port.
    let is_host = |host: &str| {
        host.parse::<IpAddr>().is_ok() || !host.contains(['/', ':', '*', '@', '[', ' '])
    };
    match hosts.iter().find(|host| !is_host(host)) {
        Some(host) => Err(format!(
            "{host:?} is neither a host's name nor an address, without scheme and port"
        )),
        None => Ok(hosts),
    }
}
