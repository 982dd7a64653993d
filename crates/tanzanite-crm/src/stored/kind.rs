//! The numbers by which stores identify kinds of documents, keys and links. A number never changes its meaning, because
//! databases and archives contain it.

use std::ops::Range;

/// The part of an organisation's [`Metadata`](crate::Metadata) that a document belongs to: a change of the document
/// outdates only that part of that organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MetadataPart {
    /// The organisation, its clock and limits, users, profiles, roles and sharing.
    Core,
    /// Modules, fields, picklists and locking configurations.
    Schema,
}

impl MetadataPart {
    /// Both parts.
    pub const ALL: [Self; 2] = [Self::Core, Self::Schema];
}

macro_rules! numbered {
    ($(#[$doc:meta])* $type:ident { $($number:literal $name:ident $word:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $type(i64);

        impl $type {
            $(
                #[doc = concat!("Number ", stringify!($number), ": ", $word, ".")]
                pub const $name: Self = Self($number);
            )+

            /// All, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The number in databases and archives.
            pub const fn number(self) -> i64 {
                self.0
            }

            /// The kind with a number; `None` for one that this version does not know.
            pub fn of(number: i64) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.0 == number)
            }

            /// The noun for people.
            pub const fn name(self) -> &'static str {
                match self.0 {
                    $($number => $word,)+
                    _ => "",
                }
            }
        }
    };
}

numbered! {
    /// A kind of document.
    DocumentKind {
        1 ORGANISATION "organisation";
        2 USER "user";
        3 PROFILE "profile";
        4 ROLE "role";
        5 SHARING "sharing default";
        6 CHANGED "time of change";
        7 ORIGIN "seed's fingerprint";
        8 CLOCK "clock";
        9 LIMITS "limits";
        28 DELIVERIES "what becomes of notifications";
        29 WATCH "channel's watch on a module";
        30 CUSTOM_MODULE "custom module";
        31 CUSTOM_FIELD "custom field";
        32 PICKLIST_VALUES "picklist values";
        33 LOCKING "locking configuration";
        60 JOB "job";
        61 VARIABLE_GROUP "variable group";
        62 VARIABLE "variable";
        63 TAG "tag";
        64 BUSINESS_HOURS "business hours";
        65 HOLIDAY "holiday";
        66 SHIFT_HOUR "shift hour";
        67 CONNECTION "connection of two records";
        68 JOB_RESULT "part of a job's result";
        70 PROCESS "process of a blueprint";
    }
}

impl DocumentKind {
    /// The numbers of the core's kinds.
    pub const CORE: Range<i64> = 0..30;
    /// The numbers of the schema's kinds, in two ranges.
    pub const SCHEMA: [Range<i64>; 2] = [30..60, 70..75];

    /// The part of the metadata that it belongs to, if any.
    pub fn part(self) -> Option<MetadataPart> {
        let mut schema = Self::SCHEMA.into_iter();
        if Self::CORE.contains(&self.0) {
            Some(MetadataPart::Core)
        } else {
            schema
                .any(|range| range.contains(&self.0))
                .then_some(MetadataPart::Schema)
        }
    }
}

numbered! {
    /// A series of keys by which documents of one kind are found.
    KeySlot {
        1 NAME "name";
        2 API_NAME "API name";
        3 DUE "time when a job is due";
        4 TARGET "record at the other end of a connection";
        5 ALONE "work that one job at a time does";
        25 QUEUE "queue that a job stands in";
    }
}

numbered! {
    /// A kind of link from one item to another.
    Relation {
        1 TAGGED "tag of a record";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_names_one_kind() {
        for kind in DocumentKind::ALL {
            assert_eq!(DocumentKind::of(kind.number()), Some(*kind));
        }
        assert!(
            DocumentKind::ALL.is_sorted() && KeySlot::ALL.is_sorted() && Relation::ALL.is_sorted()
        );
        assert_eq!(DocumentKind::of(0), None);
    }
}
