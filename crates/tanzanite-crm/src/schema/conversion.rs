//! The records that a lead becomes when it is converted, and the fields that are carried over to them. A table.
//!
//! The mapping is the one that the vendor's help describes for the fields that leads have in common with the others;
//! an organisation cannot change it here. Custom fields are not carried over.

use super::{Field, Module};
use serde_json::{Map, Value};

/// The module of the records that are converted.
pub const LEADS: &str = "Leads";
/// The field of a lead that was converted.
const MARK: &str = "Converted__s";

/// A kind of record that a lead becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words are those of the modules")]
pub enum Target {
    Contact,
    Deal,
    Account,
}

impl Target {
    /// All of them, in the order in which the vendor tells them.
    pub const ALL: [Self; 3] = [Self::Contact, Self::Deal, Self::Account];

    /// The API name of the module.
    pub const fn module(self) -> &'static str {
        match self {
            Self::Contact => "Contacts",
            Self::Deal => "Deals",
            Self::Account => "Accounts",
        }
    }

    /// The field of the lead that names the record that it became.
    pub const fn field_of_lead(self) -> &'static str {
        match self {
            Self::Contact => "Converted_Contact",
            Self::Deal => "Converted_Deal",
            Self::Account => "Converted_Account",
        }
    }

    /// The key of `$converted_detail`, which is assumed.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Deal => "deal",
            Self::Account => "account",
        }
    }

    /// The field of such a record that gets the value of a lead's field.
    pub fn field_for(self, lead: &str) -> Option<&'static str> {
        let carried = CARRIED.iter().find(|carried| carried.lead == lead)?;
        match self {
            Self::Contact => carried.contact,
            Self::Deal => carried.deal,
            Self::Account => carried.account,
        }
    }

    /// The values that a lead gives to such a record.
    pub fn values_of(self, lead: &Map<String, Value>) -> Map<String, Value> {
        let values = lead.iter().filter(|(_, value)| !value.is_null());
        let values = values.filter_map(|(name, value)| {
            let field = self.field_for(name)?;
            Some((field.to_owned(), value.clone()))
        });
        values.collect()
    }
}

/// A field of a lead, and those of the others that get its value.
struct Carried {
    lead: &'static str,
    contact: Option<&'static str>,
    account: Option<&'static str>,
    deal: Option<&'static str>,
}

const fn to_contact(lead: &'static str, contact: &'static str) -> Carried {
    Carried {
        lead,
        contact: Some(contact),
        account: None,
        deal: None,
    }
}

const fn to_account(lead: &'static str, account: &'static str) -> Carried {
    Carried {
        lead,
        contact: None,
        account: Some(account),
        deal: None,
    }
}

const fn to_both(lead: &'static str, contact: &'static str, account: &'static str) -> Carried {
    Carried {
        lead,
        contact: Some(contact),
        account: Some(account),
        deal: None,
    }
}

#[rustfmt::skip]
const CARRIED: &[Carried] = &[
    to_account("Company", "Account_Name"),
    to_account("Website", "Website"),
    to_account("Industry", "Industry"),
    to_account("Rating", "Rating"),
    to_account("No_of_Employees", "Employees"),
    to_account("Annual_Revenue", "Annual_Revenue"),
    to_contact("Salutation", "Salutation"),
    to_contact("First_Name", "First_Name"),
    to_contact("Last_Name", "Last_Name"),
    to_contact("Designation", "Title"),
    to_contact("Email", "Email"),
    to_contact("Secondary_Email", "Secondary_Email"),
    to_contact("Mobile", "Mobile"),
    to_contact("Email_Opt_Out", "Email_Opt_Out"),
    to_contact("Skype_ID", "Skype_ID"),
    to_contact("Twitter", "Twitter"),
    to_contact("Description", "Description"),
    Carried { lead: "Lead_Source", contact: Some("Lead_Source"), account: None, deal: Some("Lead_Source") },
    to_both("Phone", "Phone", "Phone"),
    to_both("Fax", "Fax", "Fax"),
    to_both("Street", "Mailing_Street", "Billing_Street"),
    to_both("City", "Mailing_City", "Billing_City"),
    to_both("State", "Mailing_State", "Billing_State"),
    to_both("Zip_Code", "Mailing_Zip", "Billing_Code"),
    to_both("Country", "Mailing_Country", "Billing_Country"),
];

/// The field that tells whether a record was converted. Only leads have one.
pub fn conversion_mark(module: &Module) -> Option<&Field> {
    let is_lead = !module.custom && module.api_name == LEADS;
    module.field(MARK).filter(|_| is_lead)
}

/// Whether a record with these values was converted.
pub fn is_converted(module: &Module, fields: &Map<String, Value>) -> bool {
    let mark = conversion_mark(module).and_then(|mark| fields.get(mark.api_name.as_ref()));
    mark.and_then(Value::as_bool).unwrap_or(false)
}

/// Notes in a lead's values which records it became.
pub fn mark_converted(fields: &mut Map<String, Value>, became: &[(Target, String)], now: String) {
    fields.insert(MARK.to_owned(), true.into());
    fields.insert("Converted_Date_Time".to_owned(), now.into());
    for (target, id) in became {
        let reference = serde_json::json!({ "id": id });
        fields.insert(target.field_of_lead().to_owned(), reference);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::standard_modules;

    #[test]
    fn values_are_carried_between_fields_that_there_are_and_of_one_kind() {
        let module = |name: &str| {
            let mut modules = standard_modules().iter();
            modules
                .find(|module| module.api_name == name)
                .expect("a module")
        };
        let leads = module(LEADS);
        for carried in CARRIED {
            let from = leads.field(carried.lead).expect(carried.lead);
            for target in Target::ALL {
                let Some(name) = target.field_for(carried.lead) else {
                    continue;
                };
                let to = module(target.module()).field(name).expect(name);
                assert_eq!(to.kind, from.kind, "{name}");
                assert!(to.length >= from.length, "{name}");
            }
        }
        for target in Target::ALL {
            assert!(leads.field(target.field_of_lead()).is_some());
        }
        assert!(conversion_mark(leads).is_some());
    }
}
