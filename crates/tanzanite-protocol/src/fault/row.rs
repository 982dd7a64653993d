//! One refusal as data, and the order in which the checks are made.
//!
//! The rows themselves stand with the resources that they concern, declared by [`faults!`](crate::faults).

use crate::endpoint::Evidence;
use std::fmt;

/// The order of checks: of two faults that apply, the one of the earlier stage is answered.
///
/// `docs/faults.md` shows the same order. That the URL and the method are matched before the token is read is assumed.
/// The items of a batch go through the stages from [`Stage::Body`] on each by itself. A call notes the furthest stage
/// that it has passed, and an endpoint that then answers a fault of an earlier one fails a debug assertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Is the path known?
    Url,
    /// Is the method one of the path's?
    Method,
    /// Is the operation served yet?
    Served,
    /// Is there a token? At the token endpoint: is the grant type one that is served?
    Authentication,
    /// Is the token valid?
    Token,
    /// Are there credits for the organisation, a free call for the application, a token left for the refresh token?
    Limits,
    /// Does the module exist, and does this endpoint take it?
    Module,
    /// Does the token's scope cover the need?
    Scope,
    /// Does the user's profile permit it?
    Profile,
    /// Are the query's parameters well formed?
    Parameters,
    /// Is the body well formed? A lookup in it must name an existing record that the caller may see. Checks against the
    /// stored values of the record that the call is about belong to [`Stage::State`]: nobody may learn of those before
    /// sharing is checked.
    Body,
    /// Is there such a record?
    Record,
    /// May this user do this to this record?
    Sharing,
    /// Is the record locked?
    Lock,
    /// Does the state of the record allow it?
    State,
    /// Did the store work? It can fail at any time; the transaction is then rolled back.
    Store,
}

impl Stage {
    /// All stages in their order.
    pub const ALL: [Self; 16] = [
        Self::Url,
        Self::Method,
        Self::Served,
        Self::Authentication,
        Self::Token,
        Self::Limits,
        Self::Module,
        Self::Scope,
        Self::Profile,
        Self::Parameters,
        Self::Body,
        Self::Record,
        Self::Sharing,
        Self::Lock,
        Self::State,
        Self::Store,
    ];
}

/// The JSON shape around a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// `{"code","details","message","status":"error"}`.
    Crm,
    /// `{"error":code}` with status 200 (measured: published replies of the vendor's accounts server).
    OAuth,
    /// `{"error_description":message,"error":code,"status":"failure"}` (measured: published replies).
    OAuthDenied,
}

/// One possible refusal: its meaning, the stage of its check, and the answer. Rows are compared by their keys, since
/// several rows may share a code.
pub struct Row {
    /// The unique key: `photo.missing`.
    pub key: &'static str,
    /// The case in which it applies, in words.
    pub meaning: &'static str,
    /// The stage of its check.
    pub stage: Stage,
    /// HTTP status.
    pub status: u16,
    /// The vendor's `code`.
    pub code: &'static str,
    /// The vendor's `message`.
    pub message: &'static str,
    /// The keys that `details` may have.
    pub details: &'static [&'static str],
    /// The envelope.
    pub envelope: Envelope,
    /// The source of status, code and message.
    pub evidence: Evidence,
}

impl Row {
    /// The key in the spelling of the control API and of `docs/faults.md`: `PhotoMissing` for `photo.missing`.
    pub fn name(&self) -> String {
        let words = self.key.split(['.', '_']).map(|word| match word {
            "oauth" => "OAuth".to_owned(),
            _ => word[..1].to_ascii_uppercase() + &word[1..],
        });
        words.collect()
    }
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Row {}

/// Prints the key alone, for the messages of assertions.
impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key)
    }
}

/// Lower-cases a text at compile time, for the keys that [`faults!`](crate::faults) makes.
pub const fn lower_case<const LENGTH: usize>(text: &str) -> [u8; LENGTH] {
    let mut lower = [0; LENGTH];
    lower.copy_from_slice(text.as_bytes());
    lower.make_ascii_lowercase();
    lower
}

/// Declares rows, each as a `static`, and a slice `ALL` of them. A row's key is the text at the beginning and the row's
/// name:
///
/// ```
/// tanzanite_protocol::faults! {
///     "photo.";
///     /// The record has no photo.
///     MISSING: State 400 INVALID_DATA "No such photo exists" [] ThirdParty;
/// }
/// assert_eq!((MISSING.key, MISSING.name().as_str(), ALL.len()), ("photo.missing", "PhotoMissing", 1));
/// ```
///
/// A row consists of its meaning, name, stage, status, code, message, the keys of its details, its evidence, and its
/// envelope if it is not [`Envelope::Crm`].
#[macro_export]
macro_rules! faults {
    (@code $code:ident) => {
        stringify!($code)
    };
    (@code $code:literal) => {
        $code
    };
    (@envelope) => {
        $crate::fault::Envelope::Crm
    };
    (@envelope $envelope:ident) => {
        $crate::fault::Envelope::$envelope
    };
    (
        $prefix:literal;
        $($(#[doc = $meaning:literal])+ $name:ident: $stage:ident $status:literal $code:tt $message:literal
            [$($detail:literal),*] $evidence:ident $($envelope:ident)?;)+
    ) => {
        $(
            $(#[doc = $meaning])+
            pub static $name: $crate::fault::Row = $crate::fault::Row {
                key: {
                    const NAME: &str = concat!($prefix, stringify!($name));
                    const KEY: &[u8] = &$crate::fault::lower_case::<{ NAME.len() }>(NAME);
                    match std::str::from_utf8(KEY) {
                        Ok(key) => key,
                        Err(_) => NAME,
                    }
                },
                meaning: concat!($($meaning),+),
                stage: $crate::fault::Stage::$stage,
                status: $status,
                code: $crate::faults!(@code $code),
                message: $message,
                details: &[$($detail),*],
                envelope: $crate::faults!(@envelope $($envelope)?),
                evidence: $crate::endpoint::Evidence::$evidence,
            };
        )+

        /// All rows of this module.
        pub static ALL: &[&$crate::fault::Row] = &[$(&$name),+];
    };
}
