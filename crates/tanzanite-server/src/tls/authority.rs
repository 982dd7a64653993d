//! The certificate authority of an installation: made once, and able to certify very little.
//!
//! Intercepted clients trust it. To limit the harm if it is stolen, its certificate is constrained to the vendor's
//! hosts, and to names and addresses that nobody on the Internet owns.

use super::{TlsError, provider};
use crate::intercept;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints,
};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tanzanite_protocol::Timestamp;
use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::ServerCertVerifier;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{
    CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime,
};
use x509_cert::der::Decode;

/// The lifetime of the authority.
const AUTHORITY_LIFETIME: Duration = Duration::from_hours(24 * 3650);
/// The lifetime of the certificates that it issues. Apple's systems accept no server certificate of more than 825 days.
const LEAF_LIFETIME: Duration = Duration::from_hours(24 * 397);
/// The tolerated lag of a client's clock.
const CLOCKS_DIFFER_MAX: Duration = Duration::from_hours(24);

/// Names that nobody on the Internet owns (RFC 6761; ICANN resolution 2024.07.29.06), with their subdomains.
const PRIVATE_NAMES: [&str; 3] = ["localhost", "test", "internal"];
/// Addresses that nobody on the Internet has: loopback, RFC 1918, RFC 4193.
const PRIVATE_V4: [([u8; 4], u8); 4] = [
    ([127, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([172, 16, 0, 0], 12),
    ([192, 168, 0, 0], 16),
];
const PRIVATE_V6: [([u8; 16], u8); 2] = [
    ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 128),
    ([0xfc, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 7),
];

const KEY_BEGINS: &str = "-----BEGIN PRIVATE KEY-----";

/// The authority, with its key.
pub struct Authority {
    /// In PEM.
    certificate: String,
    der: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
    until: Timestamp,
}

/// A certificate and its key.
pub(super) struct Leaf {
    pub(super) der: CertificateDer<'static>,
    pub(super) key: PrivateKeyDer<'static>,
    pub(super) until: Timestamp,
}

/// Prints no key.
impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority")
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

impl Authority {
    /// Makes a new authority.
    pub fn make(now: Timestamp) -> Result<Self, TlsError> {
        let key = KeyPair::generate()?;
        let mut params = params();
        lives(&mut params, now, now.after(AUTHORITY_LIFETIME));
        let certificate = params.self_signed(&key)?.pem();
        Self::parse(&(certificate + &key.serialize_pem()), now)
    }

    /// Reads what [`Self::to_secret_pem`] has written. An error if it cannot certify at this time.
    pub fn parse(secret_pem: &str, now: Timestamp) -> Result<Self, TlsError> {
        let key = secret_pem.find(KEY_BEGINS).ok_or(TlsError::NoKey)?;
        let (certificate, key) = secret_pem.split_at(key);
        let der = CertificateDer::from_pem_slice(certificate.as_bytes())
            .map_err(|_| TlsError::NoCertificate)?;
        let until = end(&der)?;
        if until <= now {
            return Err(TlsError::Ended(until));
        }
        let authority = Self {
            certificate: certificate.to_owned(),
            der,
            issuer: Issuer::new(params(), KeyPair::from_pem(key)?),
            until,
        };
        // A failure here means that key and certificate do not belong together, or that it is another authority's
        // certificate.
        let proof = authority.certify(&[PRIVATE_NAMES[0].to_owned()], now);
        proof.map_err(|_| TlsError::WrongKey)?;
        Ok(authority)
    }

    /// Certificate and key in PEM, for a file that nobody else can read.
    pub fn to_secret_pem(&self) -> String {
        format!("{}{}", self.certificate, self.issuer.key().serialize_pem())
    }

    /// The certificate in PEM, for clients.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate
    }

    /// Issues a certificate for some names. An error if clients would reject it.
    pub(super) fn certify(&self, names: &[String], now: Timestamp) -> Result<Leaf, TlsError> {
        let key = KeyPair::generate()?;
        let until = now.after(LEAF_LIFETIME).min(self.until);
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name = named("Tanzanite");
        lives(&mut params, now, until);
        params.use_authority_key_identifier_extension = true;
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let leaf = params.signed_by(&key, &self.issuer)?;
        for name in names {
            if !self.is_believed(leaf.der(), name, now)? {
                return Err(self.refused(names, now));
            }
        }
        Ok(Leaf {
            der: leaf.der().clone(),
            key: PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            until,
        })
    }

    /// The reason for a failure: one forbidden name spoils a certificate, and this finds it.
    fn refused(&self, names: &[String], now: Timestamp) -> TlsError {
        let [name] = names else {
            let alone = names.iter().map(std::slice::from_ref);
            let refused = alone
                .map(|name| self.certify(name, now))
                .find_map(Result::err);
            return refused.unwrap_or_else(|| TlsError::NotOurs(names.join(", ")));
        };
        TlsError::NotOurs(name.clone())
    }

    /// Validates a certificate as a client would.
    fn is_believed(
        &self,
        leaf: &CertificateDer<'_>,
        name: &str,
        now: Timestamp,
    ) -> Result<bool, TlsError> {
        let mut roots = RootCertStore::empty();
        roots.add(self.der.clone())?;
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider());
        let verifier = verifier
            .build()
            .map_err(|error| TlsError::Failed(error.to_string()))?;
        let Ok(server) = ServerName::try_from(name) else {
            return Ok(false);
        };
        let now = UnixTime::since_unix_epoch(since_1970(now));
        let verified = verifier.verify_server_cert(leaf, &[], &server, &[], now);
        Ok(verified.is_ok())
    }
}

/// The authority's parameters, except its lifetime.
fn params() -> CertificateParams {
    let names = PRIVATE_NAMES.into_iter().chain(intercept::domains());
    let names = names.map(|name| GeneralSubtree::DnsName(name.to_owned()));
    let v4 = PRIVATE_V4.map(|(address, bits)| CidrSubnet::from_v4_prefix(address, bits));
    let v6 = PRIVATE_V6.map(|(address, bits)| CidrSubnet::from_v6_prefix(address, bits));
    let addresses = v4.into_iter().chain(v6).map(GeneralSubtree::IpAddress);
    let mut params = CertificateParams::default();
    params.distinguished_name = named("Tanzanite's authority, for tests alone");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: names.chain(addresses).collect(),
        excluded_subtrees: Vec::new(),
    });
    params
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

/// The time at which a certificate expires.
fn end(der: &CertificateDer<'_>) -> Result<Timestamp, TlsError> {
    let read = x509_cert::Certificate::from_der(der);
    let read = read.map_err(|error| TlsError::Failed(error.to_string()))?;
    let end = read.tbs_certificate.validity.not_after.to_unix_duration();
    let millis = i64::try_from(end.as_millis()).unwrap_or(i64::MAX);
    Ok(Timestamp::from_millis(millis))
}

/// Sets the lifetime, which begins a little before now to allow for clocks that are behind.
fn lives(params: &mut CertificateParams, now: Timestamp, until: Timestamp) {
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + since_1970(now).saturating_sub(CLOCKS_DIFFER_MAX);
    params.not_after = epoch + since_1970(until);
}

fn since_1970(time: Timestamp) -> Duration {
    Duration::from_millis(u64::try_from(time.millis()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_780_000_000_000);

    fn certify(authority: &Authority, names: &[&str]) -> Result<Timestamp, TlsError> {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        authority.certify(&names, NOW).map(|leaf| leaf.until)
    }

    #[test]
    fn it_certifies_the_vendor_s_hosts_and_private_names_and_nothing_else() {
        let authority = Authority::make(NOW).expect("an authority");
        for name in intercept::hosts() {
            assert!(certify(&authority, &[&name]).is_ok(), "{name}");
        }
        let private = [
            "localhost",
            "crm.localhost",
            "127.0.0.1",
            "::1",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "fd00::1",
            "crm.test",
            "host.docker.internal",
        ];
        assert!(certify(&authority, &private).is_ok());
        for name in [
            "zoho.com",
            "crm.zoho.com",
            "zohoapis.example",
            "notzohoapis.com",
            "example.com",
            "tanzanite",
            "8.8.8.8",
            "172.32.0.1",
            "2001:db8::1",
            "",
            "a b",
        ] {
            let refused = certify(&authority, &["localhost", name]);
            assert!(refused.is_err(), "{name}");
        }
        let refused = certify(&authority, &["localhost", "example.com", "127.0.0.1"]);
        assert_eq!(refused, Err(TlsError::NotOurs("example.com".to_owned())));
    }

    #[test]
    fn it_is_the_same_after_it_was_written_and_read() {
        let authority = Authority::make(NOW).expect("an authority");
        let secret = authority.to_secret_pem();
        let read = Authority::parse(&secret, NOW).expect("the authority");
        assert_eq!(read.certificate_pem(), authority.certificate_pem());
        assert_eq!(read.to_secret_pem(), secret);
        assert!(!authority.certificate_pem().contains("KEY"));
        assert!(!format!("{authority:?}").contains("KEY"));
    }

    #[test]
    fn one_that_cannot_certify_is_refused() {
        let authority = Authority::make(NOW).expect("an authority");
        let secret = authority.to_secret_pem();
        let key = &secret[authority.certificate_pem().len()..];
        let other = Authority::make(NOW).expect("an authority");
        let mixed = format!("{}{key}", other.certificate_pem());
        let error = |text: &str, now| Authority::parse(text, now).expect_err("a refusal");
        assert_eq!(error("", NOW), TlsError::NoKey);
        assert_eq!(error(authority.certificate_pem(), NOW), TlsError::NoKey);
        assert_eq!(error(key, NOW), TlsError::NoCertificate);
        assert_eq!(error(&mixed, NOW), TlsError::WrongKey);
        let late = NOW.after(AUTHORITY_LIFETIME);
        assert_eq!(error(&secret, late), TlsError::Ended(late));
    }

    #[test]
    fn nothing_outlives_it() {
        let authority = Authority::make(NOW).expect("an authority");
        assert_eq!(
            certify(&authority, &["localhost"]),
            Ok(NOW.after(LEAF_LIFETIME))
        );
        let names = ["localhost".to_owned()];
        let late = NOW.after(AUTHORITY_LIFETIME.saturating_sub(Duration::from_hours(1)));
        let leaf = authority.certify(&names, late).expect("a certificate");
        assert_eq!(leaf.until, NOW.after(AUTHORITY_LIFETIME));
    }
}
