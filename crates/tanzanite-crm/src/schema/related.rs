//! The related lists of a module: one for each lookup by which the records of another module refer to its own, and one
//! for each end of a connection.
//!
//! A list has the name of the other module, but for some standard ones (a list of contacts that the vendor published;
//! recorded calls of `Contact_Roles`). The lists of a custom lookup have a number after the module's name at the
//! vendor; that the second and later lookups of one module are numbered from 1 is assumed.

use super::connections::{Side, sides};
use super::{ANY_MODULE, Field, Kind, Module, Number, PARENT, Text};
use crate::metadata::Metadata;

/// A related list.
#[derive(Clone, Debug)]
pub struct RelatedList<'a> {
    /// Its name in URLs.
    pub api_name: Text,
    /// The module whose records are in it.
    pub module: &'a Module,
    /// The field of those records that refers to the record of the list. A list can be that of a field, of a
    /// connection, or of both.
    pub field: Option<&'a Field>,
    /// The connection by which they are in it.
    pub side: Option<Side>,
    /// Its number within its module.
    pub number: Number,
}

/// Lists that the vendor has and that are not served yet.
pub const UNSERVED_LISTS: &[&str] = &[
    "Activities",
    "Activities_History",
    "Emails",
    "Invited_Events",
    "Price_Books",
    "Social",
    "Visits_Zoho_Livedesk",
    "Zoho_Survey",
];

/// Standard lists with another name than the module's: the module of the records, its field, the name. No name, no
/// list: the vendor shows none.
const NAMED: &[(&str, &str, Option<&str>)] = &[
    ("Accounts", "Parent_Account", Some("Member_Accounts")),
    ("Campaigns", "Parent_Campaign", None),
    ("Contacts", "Reporting_To", None),
    ("Deals", "Campaign_Source", None),
    ("Leads", "Converted_Account", None),
    ("Leads", "Converted_Contact", None),
    ("Leads", "Converted_Deal", None),
    ("Purchase_Orders", "Contact_Name", Some("PurchaseOrders")),
    ("Purchase_Orders", "Vendor_Name", Some("PurchaseOrders")),
    ("Sales_Orders", "Account_Name", Some("SalesOrders")),
    ("Sales_Orders", "Contact_Name", Some("SalesOrders")),
    ("Sales_Orders", "Deal_Name", Some("SalesOrders")),
    ("Sales_Orders", "Quote_Name", Some("SalesOrders")),
];

/// The related lists of a module: those of notes and attachments, then the others in the order of the modules of their
/// records.
pub fn related_lists<'a>(metadata: &'a Metadata, of: &Module) -> Vec<RelatedList<'a>> {
    let annexes = metadata.modules().filter(|module| module.is_annex());
    let annexes = annexes.filter_map(|module| {
        let field = module.field(PARENT)?;
        Some(RelatedList {
            api_name: module.api_name.clone(),
            module,
            field: Some(field),
            side: None,
            number: field.number,
        })
    });
    let mut lists: Vec<RelatedList<'a>> = annexes.filter(|_| of.is_served()).collect();
    for module in metadata.modules().filter(|module| module.is_served()) {
        let referring = module.fields.iter().filter(|field| refers(field, of));
        for field in referring {
            let Some(name) = name(module, field) else {
                continue;
            };
            let taken = lists
                .iter()
                .filter(|list| list.module.number == module.number)
                .count();
            let api_name = if taken == 0 {
                name
            } else {
                format!("{name}{taken}").into()
            };
            lists.push(RelatedList {
                api_name,
                module,
                field: Some(field),
                side: None,
                number: field.number,
            });
        }
    }
    for side in sides(of) {
        let mut present = lists.iter_mut();
        if let Some(list) = present.find(|list| list.api_name == side.list) {
            list.side = Some(side);
        } else if let Some(module) = metadata.module(side.other) {
            lists.push(RelatedList {
                api_name: side.list.into(),
                module,
                field: None,
                side: Some(side),
                number: side.number,
            });
        }
    }
    lists
}

fn refers(field: &Field, of: &Module) -> bool {
    match &field.kind {
        // A lookup of any module is one of activities, and contacts have one of their own.
        Kind::Lookup(target) if target == ANY_MODULE => of.custom || of.api_name != "Contacts",
        Kind::Lookup(target) => *target == of.api_name,
        _ => false,
    }
}

fn name(module: &Module, field: &Field) -> Option<Text> {
    let mut named = NAMED.iter();
    let is_this = |(of, api_name, _): &&(&str, &str, Option<&'static str>)| {
        !module.custom && !field.custom && *of == module.api_name && *api_name == field.api_name
    };
    match named.find(is_this) {
        Some((_, _, name)) => name.map(Text::Borrowed),
        None => Some(module.api_name.clone()),
    }
}
