//! Products, Vendors and Price Books. A table.
//!
//! Taxes of a product and the price steps of a price book are structures that are not served yet.

use super::picklists::{GL_ACCOUNT, MANUFACTURER, PRICING_MODEL, PRODUCT_CATEGORY, USAGE_UNIT};
use super::table::{
    address, boolean, currency, date, datetime, description, double, email, lookup, module, owner,
    phone, picklist, text, website,
};
use crate::schema::Module;

pub(super) fn products() -> Module {
    let fields = vec![
        text(11, "Product_Name", 200).mandatory(),
        text(12, "Product_Code", 80),
        lookup(13, "Vendor_Name", "Vendors"),
        boolean(14, "Product_Active"),
        picklist(15, "Manufacturer", MANUFACTURER),
        picklist(16, "Product_Category", PRODUCT_CATEGORY),
        picklist(17, "Usage_Unit", USAGE_UNIT),
        date(18, "Sales_Start_Date"),
        date(19, "Sales_End_Date"),
        date(20, "Support_Start_Date"),
        date(21, "Support_Expiry_Date"),
        currency(22, "Unit_Price"),
        currency(23, "Commission_Rate"),
        boolean(24, "Taxable"),
        double(25, "Qty_Ordered"),
        double(26, "Qty_in_Stock"),
        double(27, "Qty_in_Demand"),
        double(28, "Reorder_Level"),
        owner(29, "Handler"),
        description(30),
        datetime(31, "Last_Activity_Time").read_only(),
    ];
    let labels = ("Product", "Products");
    module(8, "Products", labels, "Product_Name", fields)
}

pub(super) fn vendors() -> Module {
    let mut fields = vec![
        text(11, "Vendor_Name", 200).mandatory(),
        email(12, "Email"),
        phone(13, "Phone"),
        website(14, "Website"),
        text(15, "Category", 100),
        picklist(16, "GL_Account", GL_ACCOUNT),
        boolean(17, "Email_Opt_Out"),
        description(23),
        datetime(29, "Last_Activity_Time").read_only(),
    ];
    fields.extend(address(18, 24, "", "Zip_Code"));
    module(9, "Vendors", ("Vendor", "Vendors"), "Vendor_Name", fields)
}

pub(super) fn price_books() -> Module {
    let fields = vec![
        text(11, "Price_Book_Name", 200).mandatory(),
        boolean(12, "Active"),
        picklist(13, "Pricing_Model", PRICING_MODEL),
        description(14),
        datetime(15, "Last_Activity_Time").read_only(),
    ];
    let labels = ("Price Book", "Price Books");
    module(10, "Price_Books", labels, "Price_Book_Name", fields)
}
