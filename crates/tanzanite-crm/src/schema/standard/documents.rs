//! Quotes, orders and invoices, and the arithmetic of their line items.
//!
//! Taxes are not served yet, and so every tax is zero.

use super::picklists::{CARRIER, DOCUMENT_STATUS, QUOTE_STAGE};
use super::table::{
    address, auto_number, currency, date, datetime, description, double, field, integer, lookup,
    module, picklist, text, textarea,
};
use crate::amount::{decimal, shown};
use crate::schema::{Field, Kind, Module, NUMBERS_EACH, Number, Support};
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// The number of the field with the line items, the same in all four modules.
const ITEMS: Number = 11;
/// Digits of a discount in a text, with its point.
const DISCOUNT_BYTES_MAX: usize = 17;
/// Decimal places of an amount of money.
const CENTS: u32 = 2;

/// Quotes, sales orders, purchase orders and invoices.
pub(super) fn documents() -> [Module; 4] {
    [quotes(), sales_orders(), purchase_orders(), invoices()]
}

fn quotes() -> Module {
    let own = vec![
        auto_number(13, "Quote_Number"),
        lookup(14, "Deal_Name", "Deals"),
        picklist(15, "Quote_Stage", QUOTE_STAGE),
        date(16, "Valid_Till"),
        lookup(17, "Contact_Name", "Contacts"),
        lookup(18, "Account_Name", "Accounts"),
        picklist(19, "Carrier", CARRIER),
        text(20, "Team", 100),
    ];
    document(14, "Quotes", ("Quote", "Quotes"), &QUOTED, own)
}

fn sales_orders() -> Module {
    let own = vec![
        auto_number(13, "SO_Number"),
        lookup(14, "Deal_Name", "Deals"),
        picklist(15, "Status", DOCUMENT_STATUS),
        date(16, "Due_Date"),
        lookup(17, "Contact_Name", "Contacts"),
        lookup(18, "Account_Name", "Accounts"),
        picklist(19, "Carrier", CARRIER),
        lookup(20, "Quote_Name", "Quotes"),
        text(21, "Purchase_Order", 100),
        text(22, "Customer_No", 100),
        text(23, "Pending", 100),
        currency(24, "Excise_Duty"),
        currency(25, "Sales_Commission"),
    ];
    let labels = ("Sales Order", "Sales Orders");
    document(15, "Sales_Orders", labels, &ORDERED, own)
}

fn purchase_orders() -> Module {
    let own = vec![
        text(13, "PO_Number", 100),
        lookup(14, "Vendor_Name", "Vendors").mandatory(),
        picklist(15, "Status", DOCUMENT_STATUS),
        date(16, "Due_Date"),
        lookup(17, "Contact_Name", "Contacts"),
        date(18, "PO_Date"),
        picklist(19, "Carrier", CARRIER),
        text(20, "Requisition_No", 100),
        text(21, "Tracking_Number", 100),
        currency(22, "Excise_Duty"),
        currency(23, "Sales_Commission"),
    ];
    let labels = ("Purchase Order", "Purchase Orders");
    document(16, "Purchase_Orders", labels, &PURCHASED, own)
}

fn invoices() -> Module {
    let own = vec![
        auto_number(13, "Invoice_Number"),
        lookup(14, "Sales_Order", "Sales_Orders"),
        picklist(15, "Status", DOCUMENT_STATUS),
        date(16, "Due_Date"),
        lookup(17, "Contact_Name", "Contacts"),
        lookup(18, "Account_Name", "Accounts"),
        date(19, "Invoice_Date"),
        text(20, "Purchase_Order", 100),
        currency(21, "Excise_Duty"),
        currency(22, "Sales_Commission"),
        lookup(23, "Deal_Name__s", "Deals"),
    ];
    let labels = ("Invoice", "Invoices");
    document(17, "Invoices", labels, &INVOICED, own)
}

/// A module of documents: what all have, and its own fields.
fn document(
    number: Number,
    api_name: &'static str,
    labels: (&'static str, &'static str),
    items: &Items,
    own: Vec<Field>,
) -> Module {
    let mut fields = vec![
        text(12, "Subject", 300).mandatory(),
        field(ITEMS, items.api_name, Kind::Subform(items.fields()), 100).mandatory(),
        currency(40, "Sub_Total").read_only(),
        currency(41, DISCOUNT),
        currency(42, "Tax").read_only(),
        currency(43, ADJUSTMENT),
        currency(44, "Grand_Total").read_only(),
        textarea(45, "Terms_and_Conditions", 32_000),
        description(46),
        datetime(47, "Last_Activity_Time").read_only(),
    ];
    fields.extend(own);
    fields.extend(address(50, 55, "Billing_", "Code"));
    fields.extend(address(60, 65, "Shipping_", "Code"));
    module(number, api_name, labels, "Subject", fields)
}

/// The line items of a module's documents, described as a module of their own.
struct Items {
    number: Number,
    api_name: &'static str,
    labels: (&'static str, &'static str),
    /// The module of the documents.
    parent: &'static str,
}

const QUOTED: Items = Items {
    number: 23,
    api_name: "Quoted_Items",
    labels: ("Quoted Item", "Quoted Items"),
    parent: "Quotes",
};
const ORDERED: Items = Items {
    number: 24,
    api_name: "Ordered_Items",
    labels: ("Ordered Item", "Ordered Items"),
    parent: "Sales_Orders",
};
const PURCHASED: Items = Items {
    number: 25,
    api_name: "Purchase_Items",
    labels: ("Purchase Item", "Purchase Items"),
    parent: "Purchase_Orders",
};
const INVOICED: Items = Items {
    number: 26,
    api_name: "Invoiced_Items",
    labels: ("Invoiced Item", "Invoiced Items"),
    parent: "Invoices",
};

impl Items {
    fn module(&self) -> Module {
        let mut module = module(self.number, self.api_name, self.labels, PRODUCT, Vec::new())
            .with_support(Support::Subform);
        module.fields = self.fields();
        module
    }

    fn fields(&self) -> Vec<Field> {
        let fields = vec![
            lookup(11, PRODUCT, "Products").mandatory(),
            double(12, QUANTITY),
            currency(13, LIST_PRICE),
            currency(14, DISCOUNT),
            textarea(15, "Description", 2_000),
            lookup(16, "Price_Book_Name", "Price_Books"),
            currency(17, TOTAL).read_only(),
            currency(18, AFTER_DISCOUNT).read_only(),
            currency(19, TAX).read_only(),
            currency(20, NET_TOTAL).read_only(),
            integer(21, "Sequence_Number").read_only(),
            lookup(22, PARENT, self.parent).read_only(),
        ];
        let number = |field: Field| Field {
            number: self.number * NUMBERS_EACH + field.number,
            ..field
        };
        fields.into_iter().map(number).collect()
    }
}

/// The rows of the standard subforms, which every organisation has among its modules.
pub fn row_modules() -> &'static [Module] {
    static MODULES: LazyLock<[Module; 4]> =
        LazyLock::new(|| [QUOTED, ORDERED, PURCHASED, INVOICED].map(|items| items.module()));
    &*MODULES
}

/// The record that a row belongs to.
const PARENT: &str = "Parent_Id";
const PRODUCT: &str = "Product_Name";
const QUANTITY: &str = "Quantity";
const LIST_PRICE: &str = "List_Price";
const DISCOUNT: &str = "Discount";
const ADJUSTMENT: &str = "Adjustment";
const TOTAL: &str = "Total";
const AFTER_DISCOUNT: &str = "Total_After_Discount";
const TAX: &str = "Tax";
const NET_TOTAL: &str = "Net_Total";

/// Works out the line items of a document and its totals. Each item has its quantity and its price by now.
pub fn total(module: &Module, fields: &mut Map<String, Value>) {
    let Some((items, _)) = module.subform() else {
        return;
    };
    let mut sum = Decimal::ZERO;
    let rows = fields.get_mut(items.api_name.as_ref());
    let rows = rows.and_then(Value::as_array_mut).into_iter().flatten();
    for (place, row) in (1_u32..).zip(rows) {
        if let Value::Object(row) = row {
            sum = sum.saturating_add(item_total(row));
            row.insert("Sequence_Number".to_owned(), place.into());
        }
    }
    for name in [DISCOUNT, ADJUSTMENT] {
        fields.entry(name).or_insert_with(|| 0.into());
    }
    let of = |name| fields.get(name).and_then(decimal).unwrap_or_default();
    let grand = sum
        .saturating_sub(of(DISCOUNT))
        .saturating_add(of(ADJUSTMENT));
    for (name, amount) in [
        ("Sub_Total", sum),
        (TAX, Decimal::ZERO),
        ("Grand_Total", grand),
    ] {
        fields.insert(name.to_owned(), money(amount));
    }
}

/// Works out a line item. Gives what it adds to the document's total.
fn item_total(row: &mut Map<String, Value>) -> Decimal {
    let of = |name| row.get(name).and_then(decimal).unwrap_or_default();
    let total = of(QUANTITY)
        .checked_mul(of(LIST_PRICE))
        .unwrap_or(Decimal::MAX);
    let discount = match row.get(DISCOUNT).and_then(Value::as_str) {
        Some(text) => discount(text, total),
        None => Some(of(DISCOUNT)),
    };
    let discount = discount.unwrap_or_default().round_dp(CENTS);
    let after = total.saturating_sub(discount);
    for (name, amount) in [
        (DISCOUNT, discount),
        (TOTAL, total),
        (AFTER_DISCOUNT, after),
        (TAX, Decimal::ZERO),
        (NET_TOTAL, after),
    ] {
        row.insert(name.to_owned(), money(amount));
    }
    after.round_dp(CENTS)
}

/// The discount in a text, of a total: an amount, or a share like `5%`. The official SDKs send texts.
pub(crate) fn discount(text: &str, total: Decimal) -> Option<Decimal> {
    let text = text.trim();
    let Some(share) = text.strip_suffix('%') else {
        let is_plain = text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
        return text
            .parse()
            .ok()
            .filter(|_| is_plain && text.len() <= DISCOUNT_BYTES_MAX);
    };
    let share: Decimal = share.trim_end().parse().ok()?;
    let is_share = (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&share);
    is_share.then(|| total.saturating_mul(share / Decimal::ONE_HUNDRED))
}

/// An amount in whole cents.
fn money(amount: Decimal) -> Value {
    shown(amount.round_dp(CENTS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn totals(document: Value) -> Value {
        let Value::Object(mut fields) = document else {
            return Value::Null;
        };
        total(&quotes(), &mut fields);
        fields.into()
    }

    #[test]
    fn items_are_multiplied_discounted_and_added_up_to_the_cent() {
        let quote = totals(json!({
            "Discount": 1.5,
            "Adjustment": -0.25,
            "Quoted_Items": [
                { "Quantity": 3, "List_Price": 0.1 },
                { "Quantity": 2, "List_Price": 100, "Discount": "12.5%" },
                { "Quantity": 1, "List_Price": 5, "Discount": 7 },
            ],
        }));
        let rows = quote["Quoted_Items"].as_array().expect("rows");
        let nets: Vec<&Value> = rows.iter().map(|row| &row["Net_Total"]).collect();
        assert_eq!(nets, [&json!(0.3), &json!(175), &json!(-2)]);
        assert_eq!(rows[1]["Discount"], 25);
        assert_eq!(rows[2]["Sequence_Number"], 3);
        assert_eq!(quote["Sub_Total"], 173.3);
        assert_eq!(quote["Grand_Total"], 171.55);
    }

    #[test]
    fn a_discount_is_an_amount_or_a_share() {
        let of_200 = |text| discount(text, Decimal::from(200));
        for text in [
            "-5",
            "-1%",
            "101%",
            "x%",
            "%",
            "",
            "1e3",
            "12345678901234567.8",
        ] {
            assert_eq!(of_200(text), None, "{text}");
        }
        assert_eq!(of_200(" 5 % "), Some(Decimal::from(10)));
        assert_eq!(of_200("7.5"), Some(Decimal::new(75, 1)));
    }
}
