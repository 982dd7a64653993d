//! The records of the benchmark: leads as a sales team keeps them, with twenty fields that are filled, about 1.1 kB of
//! JSON.

use serde_json::{Map, Value, json};
use tanzanite_crm::criteria::{FieldKey, record_keys};
use tanzanite_crm::schema::standard_modules;

/// The keys under which a record with these fields is found.
pub(super) fn keys(fields: &Map<String, Value>) -> Vec<FieldKey> {
    let mut modules = standard_modules().iter();
    let leads = modules.find(|module| module.api_name == super::world::MODULE);
    leads.map_or_else(Vec::new, |leads| {
        record_keys(leads, &jiff::tz::TimeZone::UTC, fields)
    })
}

/// The fields of the record with a number; the same in every run.
pub(super) fn fields(number: i64) -> Map<String, Value> {
    let of = |words: &[&'static str]| {
        let at = usize::try_from(number).unwrap_or_default() % words.len();
        words[at]
    };
    let first_name = of(&["Mara", "Jonas", "Amina", "Tomás", "Priya", "Wei", "Luca"]);
    let company = of(&[
        "Nordlicht Optik",
        "Hafenkontor",
        "Alpenbahn",
        "Rheinwerk",
        "Spreebogen Medien",
    ]);
    let city = of(&[
        "Berlin",
        "Hamburg",
        "München",
        "Köln",
        "Leipzig",
        "Stuttgart",
    ]);
    let interest = of(&["the scanner", "the planner", "maintenance", "a training"]);
    let description = format!(
        "Came to our stand with two colleagues and asked for {interest}. They run about {} machines in {city} and two smaller sites, \
         replace a third of them next year, and decide in spring together with the plant manager and the purchasing department. \
         The offer of last year was too expensive for the whole fleet; a smaller one for the first site, with an option on the rest, \
         would be welcome. Wants to be called in the morning, prefers German, and has asked not to get the newsletter. \
         Next step: send the data sheet and two references from the same industry, then agree on a visit.",
        number % 90 + 10
    );
    let value = json!({
        "Company": format!("{company} {} GmbH", number % 1000),
        "Salutation": of(&["Mr.", "Mrs.", "Ms.", "Dr.", "Prof."]),
        "First_Name": first_name,
        "Last_Name": format!("Lead {number}"),
        "Designation": of(&["Head of Purchasing", "Plant Manager", "Managing Director"]),
        "Email": format!("lead{number}@bench.example"),
        "Phone": format!("+49 30 {:07}", number % 10_000_000),
        "Mobile": format!("+49 170 {:07}", number % 9_999_991),
        "Website": format!("https://www.company{}.example", number % 1000),
        "Lead_Source": of(&["Trade Show", "Partner", "Web Download", "Cold Call"]),
        "Lead_Status": of(&["Contacted", "Not Contacted", "Pre-Qualified"]),
        "Industry": of(&["Service Provider", "Systems Integrator", "Wireless Industry"]),
        "Rating": of(&["Active", "Acquired"]),
        "No_of_Employees": number % 5000 + 1,
        "Annual_Revenue": number % 9000 * 1000 + 250_000,
        "Description": description,
        "Street": format!("Industriestraße {}", number % 200 + 1),
        "City": city,
        "Zip_Code": format!("{:05}", number % 90_000 + 10_000),
        "Country": "Germany",
    });
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::world::FIRST_ID;
    use tanzanite_crm::schema::standard_modules;
    use tanzanite_crm::schema::validate::{Mode, check};

    #[test]
    fn they_have_twenty_fields_that_the_module_takes_and_about_a_kilobyte() {
        let module = standard_modules()
            .iter()
            .find(|module| module.api_name == "Leads")
            .expect("the module");
        for number in [1, 99, FIRST_ID, FIRST_ID + 999_999] {
            let fields = fields(number);
            let bytes = serde_json::to_string(&fields).expect("JSON").len();
            assert_eq!(fields.len(), 20);
            assert!((1050..1150).contains(&bytes), "{bytes}");
            let checked = check(module, &fields, "$", Mode::Create).expect("sound fields");
            assert!(fields.keys().all(|name| checked.fields.contains_key(name)));
        }
    }
}
