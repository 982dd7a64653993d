//! The account to import: every type of field, more fields than one call accepts, more records than one page holds,
//! texts with special characters, a user who has left, locks and photos.

use std::fmt::Write as _;

pub(super) const PICTURES: [&str; 4] = ["rosa.png", "emil.jpg", "yuki.gif", "bram.bmp"];
/// Three pages.
pub(super) const LEADS: usize = 450;

const HEAD: &str = r#"
secret = "a secret of the tests, as long as it must be"

[organisation]
zgid = 812345678
id_base = 4150868000000700000
company_name = "Quadrille Pharma"
domain_name = "quadrille"
primary_email = "desk@quadrille.test"
time_zone = "America/Los_Angeles"
iso_code = "USD"
country_code = "US"
edition = "ultimate"
created_time = 2021-05-06T07:08:09-07:00

[[profile]]
name = "Administrator"
administrator = true
permissions = ["view", "create", "edit", "delete"]
[[profile]]
name = "Standard"
permissions = ["view", "create", "edit", "delete"]
[[profile]]
name = "Nobody has it"
permissions = ["view"]

[[role]]
name = "CEO"
[[role]]
name = "Seller"

[[user]]
email = "beatrix@quadrille.test"
first_name = "Beatrix"
last_name = "Thistlewood"
profile = "Administrator"
role = "CEO"
[[user]]
email = "cosmo@quadrille.test"
zuid = 77001122
first_name = "Cosmo"
last_name = "Pemberley"
profile = "Standard"
role = "Seller"
[[user]]
email = "dahlia@quadrille.test"
last_name = "Ravenscroft"
profile = "Standard"
role = "Seller"
status = "deleted"

[[module]]
api_name = "Projects"
singular_label = "Project"
plural_label = "Projects"

[[locking]]
module = "Leads"
lock_type = "both"
[[locking]]
module = "Projects"
lock_type = "both"
"#;

/// Values of each type of field other than `text`.
const TYPES: [(&str, &str, &str); 15] = [
    ("email", "", r#""sylvan@pinewood.test""#),
    ("phone", "unique = true", r#""+1 (415) 555-0142""#),
    ("website", "", r#""https://pinewood.test/about""#),
    (
        "textarea",
        "length = 32000",
        r#""First line\nSecond line with \"quotes\" and \\ and ''' and \u0007""#,
    ),
    ("integer", "unique = true", "73512"),
    ("bigint", "", r#""900719925474099312""#),
    ("double", "", "0.000731"),
    ("currency", "", "123456.78"),
    ("percent", "", "12.5"),
    ("boolean", "", "true"),
    ("date", "mandatory = true", "2024-02-29"),
    ("datetime", "", "2024-02-29T23:59:59-08:00"),
    (
        "picklist",
        r#"values = ["Bronze", "Silver", "Gold"]"#,
        r#""Silver""#,
    ),
    (
        "multiselectpicklist",
        r#"values = ["North", "South", "West"]"#,
        r#"["North", "West"]"#,
    ),
    ("userlookup", "", r#""dahlia@quadrille.test""#),
];

/// The seed's text.
pub(super) fn rich_seed() -> String {
    let mut text = HEAD.to_owned();
    for (data_type, more, _) in TYPES {
        let field = format!(
            "[[field]]\nmodule = \"Projects\"\napi_name = \"A_{data_type}\"\nlabel = \"The {data_type}\"\ndata_type = \"{data_type}\"\n{more}\n"
        );
        text += &field;
    }
    text += "[[field]]\nmodule = \"Projects\"\napi_name = \"Running_Number\"\ndata_type = \"autonumber\"\n";
    text += "[[field]]\nmodule = \"Projects\"\napi_name = \"Patron\"\ndata_type = \"lookup\"\nlookup = \"Contacts\"\n";
    text += "[[field]]\nmodule = \"Projects\"\napi_name = \"Parent\"\ndata_type = \"lookup\"\nlookup = \"Projects\"\n";
    for number in 0..20 {
        let _ = writeln!(
            text,
            "[[field]]\nmodule = \"Leads\"\napi_name = \"Extra_{number}\"\ndata_type = \"text\"\n"
        );
    }
    for number in 0..LEADS {
        lead(&mut text, number);
    }
    projects(&mut text);
    text + OTHERS
}

fn lead(text: &mut String, number: usize) {
    let owner = ["beatrix", "cosmo", "dahlia"][number % 3];
    let _ = writeln!(
        text,
        "[[record]]\nmodule = \"Leads\"\nkey = \"lead{number}\"\nowner = \"{owner}@quadrille.test\""
    );
    let _ = writeln!(
        text,
        "created_time = 2025-01-{:02}T10:00:00-08:00",
        1 + number % 28
    );
    if number.is_multiple_of(7) {
        let _ = writeln!(
            text,
            "modified_time = 2025-02-{:02}T11:12:13-08:00\nmodified_by = \"cosmo@quadrille.test\"",
            1 + number % 28
        );
    }
    if number < PICTURES.len() {
        let _ = writeln!(text, "photo = \"{}\"", PICTURES[number]);
    }
    if number == 5 {
        text.push_str("lock = { reason = \"Hold until the merger closes\", by = \"cosmo@quadrille.test\", time = 2025-03-01T00:00:01-08:00 }\n");
    }
    if number == 6 {
        text.push_str("lock = { reason = \"Above the credit limit\", automatic = true }\n");
    }
    let _ = writeln!(
        text,
        "[record.fields]\nLast_Name = \"Surname{number}ov\"\nCompany = \"Company of client {number}\"\nExtra_0 = \"first extra {number}\"\nExtra_19 = \"last extra {number}\""
    );
}

fn projects(text: &mut String) {
    text.push_str("[[record]]\nmodule = \"Projects\"\nkey = \"whole\"\nowner = \"cosmo@quadrille.test\"\ncreated_by = \"beatrix@quadrille.test\"\nphoto = \"rosa.png\"\n[record.fields]\nName = \"Whole Project\"\nPatron = \"patron\"\nParent = \"bare\"\n");
    for (data_type, _, value) in TYPES {
        let _ = writeln!(text, "A_{data_type} = {value}");
    }
    text.push_str("[[record]]\nmodule = \"Projects\"\nkey = \"bare\"\nowner = \"cosmo@quadrille.test\"\nfields = { Name = \"Bare Project\", A_date = 1999-12-31 }\n");
}

const OTHERS: &str = r#"
[[record]]
module = "Contacts"
key = "patron"
owner = "beatrix@quadrille.test"
[record.fields]
First_Name = "Żółć-名前"
Last_Name = "O'Hara ▲ \u2028 \"x\""
Email = "sylvan@pinewood.test"
Phone = "+1 (415) 555-0142"
Description = "\r\n  leading and trailing  \t"
Account_Name = "acct"
Date_of_Birth = 1970-01-01

[[record]]
module = "Accounts"
key = "acct"
owner = "cosmo@quadrille.test"
fields = { Account_Name = "Pinewood Holdings", Website = "https://pinewood.test", Annual_Revenue = 98765432.1, Employees = 4321 }

[[record]]
module = "Tasks"
key = "task1"
owner = "cosmo@quadrille.test"
fields = { Subject = "Telephone the patron", Who_Id = "patron", What_Id = "acct", Due_Date = 2025-07-08 }

[[record]]
module = "Events"
key = "event1"
owner = "cosmo@quadrille.test"
fields = { Event_Title = "Kickoff breakfast", Start_DateTime = 2025-07-08T09:00:00-07:00, End_DateTime = 2025-07-08T10:30:00-07:00, What_Id = "whole" }

[[client]]
name = "default"

[[token]]
name = "admin"
kind = "access"
user = "beatrix@quadrille.test"
scopes = ["ZohoCRM.modules.ALL", "ZohoCRM.settings.ALL", "ZohoCRM.users.ALL", "ZohoCRM.org.ALL"]
lifetime = "never"

[[token]]
name = "leads_only"
kind = "access"
user = "beatrix@quadrille.test"
scopes = ["ZohoCRM.modules.leads.READ", "ZohoCRM.settings.READ"]
lifetime = "never"

[[token]]
name = "dead"
kind = "access"
user = "beatrix@quadrille.test"
scopes = ["ZohoCRM.modules.ALL"]
lifetime = "expired"

[[token]]
name = "refresh"
kind = "refresh"
user = "beatrix@quadrille.test"
scopes = ["ZohoCRM.modules.ALL", "ZohoCRM.settings.ALL", "ZohoCRM.users.ALL", "ZohoCRM.org.ALL"]
"#;
