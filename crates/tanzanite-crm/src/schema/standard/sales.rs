//! Accounts, Deals and Campaigns. A table.

use super::picklists::{
    ACCOUNT_TYPE, CAMPAIGN_STATUS, CAMPAIGN_TYPE, DEAL_TYPE, INDUSTRY, LEAD_SOURCE, OWNERSHIP,
    PIPELINE, RATING, REASON_FOR_LOSS, STAGE,
};
use super::table::{
    address, bigint, currency, date, datetime, description, double, field, integer, lookup, module,
    phone, picklist, text, website,
};
use crate::schema::{Kind, Module};

pub(super) fn accounts() -> Module {
    let mut fields = vec![
        text(11, "Account_Name", 200).mandatory(),
        bigint(12, "Account_Number"),
        text(13, "Account_Site", 80),
        picklist(14, "Account_Type", ACCOUNT_TYPE),
        picklist(15, "Industry", INDUSTRY),
        picklist(16, "Ownership", OWNERSHIP),
        picklist(17, "Rating", RATING),
        lookup(18, "Parent_Account", "Accounts"),
        phone(19, "Phone"),
        text(20, "Fax", 30),
        website(21, "Website"),
        text(22, "Ticker_Symbol", 30),
        // The vendor's example of an account sends digits in a string, as it does for bigints.
        field(23, "SIC_Code", Kind::Bigint, 9),
        integer(24, "Employees"),
        currency(25, "Annual_Revenue"),
        description(36),
        datetime(37, "Last_Activity_Time").read_only(),
        double(48, "nearby_distance__s")
            .read_only()
            .labelled("Distance"),
    ];
    fields.extend(address(26, 38, "Billing_", "Code"));
    fields.extend(address(31, 43, "Shipping_", "Code"));
    let labels = ("Account", "Accounts");
    module(3, "Accounts", labels, "Account_Name", fields)
}

pub(super) fn deals() -> Module {
    let fields = vec![
        text(11, "Deal_Name", 120).mandatory(),
        picklist(12, "Stage", STAGE).mandatory(),
        // Mandatory where an organisation has several pipelines; ours has one.
        picklist(13, "Pipeline", PIPELINE),
        currency(14, "Amount"),
        date(15, "Closing_Date"),
        lookup(16, "Account_Name", "Accounts"),
        lookup(17, "Contact_Name", "Contacts"),
        lookup(18, "Campaign_Source", "Campaigns"),
        picklist(19, "Type", DEAL_TYPE),
        picklist(20, "Lead_Source", LEAD_SOURCE),
        picklist(21, "Reason_For_Loss__s", REASON_FOR_LOSS),
        field(22, "Probability", Kind::Integer, 3).labelled("Probability (%)"),
        currency(23, "Expected_Revenue").read_only(),
        text(24, "Next_Step", 100),
        integer(25, "Lead_Conversion_Time").read_only(),
        integer(26, "Sales_Cycle_Duration").read_only(),
        integer(27, "Overall_Sales_Duration").read_only(),
        description(28),
        datetime(29, "Last_Activity_Time").read_only(),
    ];
    module(4, "Deals", ("Deal", "Deals"), "Deal_Name", fields)
}

pub(super) fn campaigns() -> Module {
    let fields = vec![
        text(11, "Campaign_Name", 200).mandatory(),
        picklist(12, "Type", CAMPAIGN_TYPE),
        picklist(13, "Status", CAMPAIGN_STATUS),
        date(14, "Start_Date"),
        date(15, "End_Date"),
        currency(16, "Expected_Revenue"),
        currency(17, "Budgeted_Cost"),
        currency(18, "Actual_Cost"),
        bigint(19, "Expected_Response"),
        bigint(20, "Num_sent"),
        lookup(21, "Parent_Campaign", "Campaigns"),
        description(22),
        datetime(23, "Last_Activity_Time").read_only(),
    ];
    let labels = ("Campaign", "Campaigns");
    module(13, "Campaigns", labels, "Campaign_Name", fields)
}
