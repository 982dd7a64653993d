//! The connections of records that no lookup makes: many of one module with many of another. A table.
//!
//! From the vendor's pages "Delink Related Records" and "Add Contact Roles to a Specific Deal". The connections of
//! price books and of services are not served yet.

use super::{Module, Number};

/// A connection of records of some modules, its sources, with those of another, its targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The list of the targets at a source, and the connection's name in the store.
    pub list: &'static str,
    /// The modules of the sources.
    pub sources: &'static [&'static str],
    /// The module of the targets.
    pub target: &'static str,
    /// The value that a connection has beside its two records.
    pub value: Option<Connected>,
}

/// A value of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connected {
    /// A text that a campaign's member may have.
    MemberStatus,
    /// One of [`CONTACT_ROLES`], which a deal's contact has.
    ContactRole,
}

impl Connected {
    /// Its key in the records of a list.
    pub const fn key(self) -> &'static str {
        match self {
            Self::MemberStatus => "Member_Status",
            Self::ContactRole => "Contact_Role",
        }
    }
}

/// The name of the connection of a deal with contacts that play a part in it.
pub const CONTACT_ROLES_LIST: &str = "Contact_Roles";

/// All connections. A connection's place here is part of the ids of its lists.
pub const CONNECTIONS: &[Connection] = &[
    Connection {
        list: "Products",
        sources: &["Leads", "Accounts", "Contacts", "Deals"],
        target: "Products",
        value: None,
    },
    Connection {
        list: "Campaigns",
        sources: &["Leads", "Contacts"],
        target: "Campaigns",
        value: Some(Connected::MemberStatus),
    },
    Connection {
        list: CONTACT_ROLES_LIST,
        sources: &["Deals"],
        target: "Contacts",
        value: Some(Connected::ContactRole),
    },
];

/// The parts that a contact can play in a deal: those of a new organisation, as forms that were copied from it list
/// them.
pub const CONTACT_ROLES: [&str; 7] = [
    "Developer/Evaluator",
    "Decision Maker",
    "Purchasing",
    "Executive Sponsor",
    "Engineering Lead",
    "Economic Decision Maker",
    "Product Management",
];

/// A connection as the records at one of its ends have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// The connection.
    pub connection: &'static Connection,
    /// Whether these records are its sources.
    pub is_source: bool,
    /// The module at the other end.
    pub other: &'static str,
    /// The list of those at the other end.
    pub list: &'static str,
    /// The number of the list within its module, below those of fields.
    pub number: Number,
}

/// The connections that records of a module can have.
pub fn sides(module: &Module) -> Vec<Side> {
    const LISTS_EACH: Number = 100;
    if module.custom {
        return Vec::new();
    }
    let mut sides = Vec::new();
    for (place, connection) in (1..).zip(CONNECTIONS) {
        let number = place * LISTS_EACH;
        if connection.sources.contains(&module.api_name.as_ref()) {
            sides.push(Side {
                connection,
                is_source: true,
                other: connection.target,
                list: connection.list,
                number,
            });
        }
        if connection.target == module.api_name {
            let sources = (1..).zip(connection.sources);
            sides.extend(sources.map(|(within, source)| Side {
                connection,
                is_source: false,
                other: source,
                list: source,
                number: number + within,
            }));
        }
    }
    sides
}
