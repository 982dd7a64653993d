//! The related lists of a module: one for each lookup by which the records of another module refer to its own.
//!
//! A list has the name of the other module, but for some standard ones (a list of contacts that the vendor published;
//! recorded calls of `Contact_Roles`). The lists of a custom lookup have a number after the module's name at the
//! vendor; that the second and later lookups of one module are numbered from 1 is assumed.

use super::{ANY_MODULE, Field, Kind, Module, PARENT, Text};
use crate::metadata::Metadata;

/// A related list.
#[derive(Clone, Debug)]
pub struct RelatedList<'a> {
    /// Its name in URLs.
    pub api_name: Text,
    /// The module whose records are in it.
    pub module: &'a Module,
    /// The field of those records that refers to the record of the list.
    pub field: &'a Field,
}

/// Lists that the vendor has and that are not those of a lookup. They are not served yet.
pub const UNSERVED_LISTS: &[&str] = &[
    "Activities",
    "Activities_History",
    "Campaigns",
    "Contact_Roles",
    "Emails",
    "Invited_Events",
    "Leads",
    "Price_Books",
    "Products",
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
        Some(RelatedList {
            api_name: module.api_name.clone(),
            module,
            field: module.field(PARENT)?,
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
                field,
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
