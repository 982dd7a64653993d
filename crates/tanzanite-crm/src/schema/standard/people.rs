//! Leads and Contacts: modules whose records are people. A table.

use super::picklists::{INDUSTRY, LEAD_SOURCE, LEAD_STATUS, RATING, SALUTATION, UNSUBSCRIBED_MODE};
use super::table::{
    address, boolean, currency, date, datetime, description, double, email, integer, lookup,
    module, phone, picklist, text, website,
};
use crate::schema::Module;

pub(super) fn leads() -> Module {
    let mut fields = vec![
        text(11, "Company", 200),
        picklist(12, "Salutation", SALUTATION),
        text(13, "First_Name", 40),
        text(14, "Last_Name", 80).mandatory(),
        text(15, "Full_Name", 120).read_only(),
        text(16, "Designation", 100).labelled("Title"),
        email(17, "Email"),
        email(18, "Secondary_Email"),
        phone(19, "Phone"),
        text(20, "Fax", 30),
        phone(21, "Mobile"),
        website(22, "Website"),
        picklist(23, "Lead_Source", LEAD_SOURCE),
        picklist(24, "Lead_Status", LEAD_STATUS),
        picklist(25, "Industry", INDUSTRY),
        picklist(26, "Rating", RATING),
        integer(27, "No_of_Employees").labelled("No. of Employees"),
        currency(28, "Annual_Revenue"),
        boolean(29, "Email_Opt_Out"),
        text(30, "Skype_ID", 50),
        text(31, "Twitter", 50),
        description(37),
        datetime(38, "Last_Activity_Time").read_only(),
        boolean(39, "Converted__s").read_only(),
        datetime(40, "Converted_Date_Time").read_only(),
        lookup(41, "Converted_Account", "Accounts").read_only(),
        lookup(42, "Converted_Contact", "Contacts").read_only(),
        lookup(43, "Converted_Deal", "Deals").read_only(),
        picklist(44, "Unsubscribed_Mode", UNSUBSCRIBED_MODE).read_only(),
        datetime(45, "Unsubscribed_Time").read_only(),
        double(51, "nearby_distance__s")
            .read_only()
            .labelled("Distance"),
    ];
    fields.extend(address(32, 46, "", "Zip_Code"));
    module(1, "Leads", ("Lead", "Leads"), "Full_Name", fields)
}

pub(super) fn contacts() -> Module {
    let mut fields = vec![
        picklist(11, "Salutation", SALUTATION),
        text(12, "First_Name", 40),
        text(13, "Last_Name", 80).mandatory(),
        text(14, "Full_Name", 120).read_only(),
        lookup(15, "Account_Name", "Accounts"),
        lookup(16, "Vendor_Name", "Vendors"),
        lookup(17, "Reporting_To", "Contacts"),
        email(18, "Email"),
        email(19, "Secondary_Email"),
        text(20, "Title", 100),
        text(21, "Department", 50),
        phone(22, "Phone"),
        phone(23, "Home_Phone"),
        phone(24, "Other_Phone"),
        phone(25, "Mobile"),
        text(26, "Fax", 30),
        phone(27, "Asst_Phone"),
        text(28, "Assistant", 50),
        date(29, "Date_of_Birth"),
        picklist(30, "Lead_Source", LEAD_SOURCE),
        boolean(31, "Email_Opt_Out"),
        text(32, "Skype_ID", 50),
        text(33, "Twitter", 50),
        description(44),
        datetime(45, "Last_Activity_Time").read_only(),
        picklist(46, "Unsubscribed_Mode", UNSUBSCRIBED_MODE).read_only(),
        datetime(47, "Unsubscribed_Time").read_only(),
        double(58, "nearby_distance__s")
            .read_only()
            .labelled("Distance"),
    ];
    fields.extend(address(34, 48, "Mailing_", "Zip"));
    fields.extend(address(39, 53, "Other_", "Zip"));
    module(2, "Contacts", ("Contact", "Contacts"), "Full_Name", fields)
}
