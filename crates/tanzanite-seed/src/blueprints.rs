//! The processes of blueprints in a seed file: `[[blueprint]]` with `[[blueprint.transition]]`.

use super::error::Problems;
use super::format::each;
use super::ids::Ids;
use super::reader::{At, Reader};
use super::shapes::{BlueprintShape, SeedFile, TransitionShape};
use std::collections::HashSet;
use tanzanite_crm::blueprint::{Process, Transition, flaws};
use tanzanite_crm::metadata::{Metadata, SettingsItem};
use tanzanite_protocol::limits;
use toml::de::DeTable;

/// Parses one process.
pub(super) fn blueprint<'a>(
    at: usize,
    table: &'a DeTable<'a>,
    problems: &mut Problems,
) -> Option<BlueprintShape> {
    let known = &[
        "id",
        "module",
        "name",
        "field",
        "continuous",
        "criteria",
        "transition",
    ];
    let mut r = Reader::new("[[blueprint]]", known, at, table, problems);
    let (id, module, name) = (r.optional("id"), r.name("module"), r.name("name"));
    let (field, criteria) = (r.name("field"), r.optional("criteria"));
    let continuous = r.optional("continuous").is_some_and(|found| found.value);
    r.must_have("transition");
    let transitions = each(&mut r, "transition", transition);
    Some(BlueprintShape {
        at,
        id,
        module: module?,
        name: name?,
        field: field?,
        continuous,
        criteria,
        transitions,
    })
}

fn transition<'a>(
    at: usize,
    table: &'a DeTable<'a>,
    problems: &mut Problems,
) -> Option<TransitionShape> {
    let known = &[
        "id",
        "name",
        "from",
        "to",
        "mandatory",
        "optional",
        "criteria",
        "message",
    ];
    let mut r = Reader::new("[[blueprint.transition]]", known, at, table, problems);
    let (id, name) = (r.optional("id"), r.name("name"));
    let (from, to) = (r.name("from"), r.name("to"));
    let mandatory = r.optional::<Vec<At<String>>>("mandatory");
    let optional = r.optional::<Vec<At<String>>>("optional");
    let (criteria, message) = (r.optional("criteria"), r.optional("message"));
    Some(TransitionShape {
        at,
        id,
        name: name?,
        from: from?,
        to: to?,
        mandatory: mandatory.map(|list| list.value).unwrap_or_default(),
        optional: optional.map(|list| list.value).unwrap_or_default(),
        criteria,
        message,
    })
}

/// The processes as settings. `metadata` has the modules that they are of.
pub(super) fn items(
    file: &SeedFile<'_>,
    ids: &Ids,
    metadata: &Metadata,
    problems: &mut Problems,
) -> Vec<SettingsItem> {
    let mut names = HashSet::new();
    let mut items = Vec::new();
    for (index, shape) in file.blueprints.iter().enumerate() {
        if index == limits::BLUEPRINTS_MAX {
            let hint = format!("Write at most {}.", limits::BLUEPRINTS_MAX);
            problems.add(shape.at, "too many blueprints", hint);
        }
        let process = process(shape, ids);
        if !names.insert((&shape.module.value, &shape.name.value)) {
            let message = format!(
                "{} has a blueprint {:?} already",
                process.module, process.name
            );
            problems.add(shape.name.at, message, "Give it another name.");
        }
        for flaw in flaws(&process, metadata) {
            let transition = flaw
                .transition
                .and_then(|index| shape.transitions.get(index));
            let at = transition.map_or(shape.at, |transition| transition.at);
            problems.add(at, flaw.message, flaw.hint);
        }
        items.push(SettingsItem::Process(process));
    }
    items
}

fn process(shape: &BlueprintShape, ids: &Ids) -> Process {
    let transitions = shape.transitions.iter();
    Process {
        id: ids.of(shape.at, shape.id.as_ref()),
        name: shape.name.value.clone(),
        module: shape.module.value.clone(),
        field: shape.field.value.clone(),
        continuous: shape.continuous,
        criteria: text(shape.criteria.as_ref()),
        transitions: transitions.map(|shape| planned(shape, ids)).collect(),
    }
}

fn planned(shape: &TransitionShape, ids: &Ids) -> Transition {
    let names = |list: &[At<String>]| list.iter().map(|name| name.value.clone()).collect();
    Transition {
        id: ids.of(shape.at, shape.id.as_ref()),
        name: shape.name.value.clone(),
        from: shape.from.value.clone(),
        to: shape.to.value.clone(),
        mandatory: names(&shape.mandatory),
        optional: names(&shape.optional),
        criteria: text(shape.criteria.as_ref()),
        message: text(shape.message.as_ref()),
    }
}

fn text(found: Option<&At<String>>) -> Option<String> {
    found.map(|text| text.value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Seed, SeedWriter};
    use tanzanite_crm::schema::standard_modules;

    const BLUEPRINT: &str = r#"
[[record]]
module = "Leads"
key = "new"
owner = "mara.lindqvist@example.com"
fields = { Last_Name = "New", Company = "Acme", Lead_Status = "Not Contacted" }

[[blueprint]]
module = "Leads"
name = "Nurturing"
field = "Lead_Status"
continuous = true
criteria = "(Company:equals:Acme)"

[[blueprint.transition]]
name = "Reach"
from = "Not Contacted"
to = "Contacted"
mandatory = ["Phone"]
optional = ["Description", "City"]
criteria = "(Created_Time:greater_than:2020-01-01T00:00:00+00:00)"
message = "Too old"

[[blueprint.transition]]
name = "Drop"
from = "-None-"
to = "Junk Lead"
"#;

    fn parse(blueprint: &str) -> Result<Seed, String> {
        let demo = include_str!("demo.toml");
        let text = format!("{demo}\n{blueprint}");
        let before = demo.lines().count();
        Seed::parse("s.toml", &text).map_err(|error| counted_after(before, &error.to_string()))
    }

    /// Counts the lines in an error's places after the demo's, whose number changes.
    fn counted_after(before: usize, error: &str) -> String {
        let lines = error.lines().map(|line| {
            let place = line.strip_prefix("s.toml:");
            match place.and_then(|place| place.split_once(':')) {
                Some((number, rest)) => {
                    let number: usize = number.parse().expect("a line's number");
                    format!("s.toml:{}:{rest}", number - before)
                }
                None => line.to_owned(),
            }
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn sound() -> Seed {
        parse(BLUEPRINT).unwrap_or_else(|error| panic!("{error}"))
    }

    fn processes(seed: &Seed) -> Vec<&Process> {
        let items = seed.items.iter();
        let processes = items.filter_map(|item| match item {
            SettingsItem::Process(process) => Some(process),
            _ => None,
        });
        processes.collect()
    }

    #[test]
    fn a_blueprint_and_its_transitions_have_ids_and_records_enter_it() {
        let seed = sound();
        let processes = processes(&seed);
        let [process] = processes.as_slice() else {
            panic!("{processes:?}");
        };
        let mut ids: Vec<i64> = process.transitions.iter().map(|found| found.id).collect();
        ids.push(process.id);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 3, "{process:?}");
        let leads = standard_modules().iter();
        let leads = leads.filter(|module| module.api_name == "Leads");
        let leads = leads.map(|module| module.number).next();
        let entered = seed.records.iter().filter(|record| {
            Some(record.module) == leads && record.fields.contains_key("$blueprint")
        });
        let entered: Vec<_> = entered.map(|record| record.key.as_str()).collect();
        assert_eq!(entered, ["new"]);
    }

    #[test]
    fn a_written_blueprint_is_read_back() {
        let seed = sound();
        let mut items = seed.items.clone();
        for item in &mut items {
            if let SettingsItem::Organisation(organisation) = item {
                organisation.id_base += seed.counted;
            }
        }
        let writer = SeedWriter::new(items).expect("an organisation");
        let text = writer.settings("0123456789abcdef0123456789abcdef");
        let access = writer.access(&[]).expect("a client");
        let text = text.expect("settings") + &access;
        let read = Seed::parse("s.toml", &text);
        let read = read.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(processes(&read), processes(&seed));
    }

    #[test]
    fn mistakes_are_told_with_their_place_and_advice() {
        let mut told = String::new();
        for (from, to) in [
            ("continuous = true", "continous = true"),
            ("continuous = true", "continuous = \"yes\""),
            ("from = \"Not Contacted\"", ""),
            ("module = \"Leads\"\nname", "module = \"Leeds\"\nname"),
            ("module = \"Leads\"\nname", "module = \"Notes\"\nname"),
            ("field = \"Lead_Status\"", "field = \"Lead_State\""),
            ("field = \"Lead_Status\"", "field = \"Company\""),
            ("(Company:equals:Acme)", "Company is Acme"),
            ("(Company:equals:Acme)", "(Firm:equals:Acme)"),
            ("(Company:equals:Acme)", "(Company:between:A,B)"),
            (
                "(Created_Time:greater_than:2020-01-01T00:00:00+00:00)",
                "(Created_Time:greater_than:then)",
            ),
            ("to = \"Contacted\"", "to = \"Contactd\""),
            ("to = \"Contacted\"", "to = \"-None-\""),
            ("[\"Phone\"]", "[\"Fone\"]"),
            ("[\"Phone\"]", "[\"Lead_Status\"]"),
            ("[\"Phone\"]", "[\"City\"]"),
            ("[\"Phone\"]", "[\"Owner\"]"),
            ("name = \"Drop\"", "name = \"Reach\""),
        ] {
            assert_eq!(BLUEPRINT.matches(from).count(), 1, "{from:?}");
            let error = parse(&BLUEPRINT.replace(from, to)).err();
            let error = error.unwrap_or_else(|| format!("{from:?} -> {to:?} is taken"));
            told.push_str(&error);
            told.push('\n');
        }
        let (_, first) = BLUEPRINT.split_once("[[blueprint]]").expect("one");
        let twice = format!("{BLUEPRINT}[[blueprint]]{first}");
        told.push_str(&parse(&twice).err().unwrap_or_default());
        let without = BLUEPRINT.split("[[blueprint.transition]]").next();
        told.push('\n');
        told.push_str(&parse(without.expect("a part")).err().unwrap_or_default());
        insta::assert_snapshot!(told, @r#"
        s.toml:13:1: [[blueprint]] has no key "continous"
          Did you mean "continuous"?
        s.toml:13:14: `continuous` is a text
          Write true or false here.
        s.toml:16:1: [[blueprint.transition]] lacks `from`
          Add `from = …` to it.
        s.toml:9:1: there is no module "Leeds" with processes
          Did you mean "Leads"?
        s.toml:9:1: there is no module "Notes" with processes
          Use one of Leads, Contacts, Accounts, Deals, Tasks, Events, Calls, Products, Campaigns, Vendors, Price_Books, Cases, Solutions, Workshops.
        s.toml:9:1: Leads has no picklist "Lead_State"
          Did you mean "Lead_Status"?
        s.toml:9:1: Leads has no picklist "Company"
          Use one of Salutation, Lead_Source, Lead_Status, Industry, Rating, Favourite_Wood.
        s.toml:9:1: the criteria cannot be read: it is not of the form (field:operator:value)
          Write such as (Company:equals:Acme), with `and` or `or` between several.
        s.toml:9:1: the criteria cannot be read: Leads has no field "Firm"
          Write such as (Company:equals:Acme), with `and` or `or` between several.
        s.toml:9:1: the criteria cannot be read: Company is not compared by "between"
          Write such as (Company:equals:Acme), with `and` or `or` between several.
        s.toml:16:1: the criteria cannot be read: Created_Time cannot be "then"
          Write such as (Company:equals:Acme), with `and` or `or` between several.
        s.toml:16:1: Lead_Status has no value "Contactd"
          Did you mean "Contacted"?
        s.toml:16:1: Lead_Status has no value "-None-"
          Use one of Attempted to Contact, Contact in Future, Contacted, Junk Lead, Lost Lead, Not Contacted, Pre-Qualified, Not Qualified.
        s.toml:16:1: Leads has no field "Fone" for transitions
          Use one of Company, Salutation, First_Name, Last_Name, Designation, Email, Secondary_Email, Phone, Fax, Mobile, Website, Lead_Source, Industry, Rating, No_of_Employees, Annual_Revenue, Email_Opt_Out, Skype_ID, Twitter, Description, Street, City, State, Zip_Code, ….
        s.toml:16:1: Leads has no field "Lead_Status" for transitions
          Use one of Company, Salutation, First_Name, Last_Name, Designation, Email, Secondary_Email, Phone, Fax, Mobile, Website, Lead_Source, Industry, Rating, No_of_Employees, Annual_Revenue, Email_Opt_Out, Skype_ID, Twitter, Description, Street, City, State, Zip_Code, ….
        s.toml:16:1: the field "City" stands here twice
          Write it once, under `mandatory` or `optional`.
        s.toml:16:1: Leads has no field "Owner" for transitions
          Use one of Company, Salutation, First_Name, Last_Name, Designation, Email, Secondary_Email, Phone, Fax, Mobile, Website, Lead_Source, Industry, Rating, No_of_Employees, Annual_Revenue, Email_Opt_Out, Skype_ID, Twitter, Description, Street, City, State, Zip_Code, ….
        s.toml:25:1: there is a transition "Reach" already
          Give each transition a name of its own.
        s.toml:31:8: Leads has a blueprint "Nurturing" already
          Give it another name.
        s.toml:9:1: [[blueprint]] lacks `transition`
          Add `transition = …` to it.
        "#);
    }

    #[test]
    fn there_are_not_more_than_can_be() {
        let (_, one) = BLUEPRINT.split_once("[[blueprint]]").expect("one");
        let numbered = |number: usize| {
            format!(
                "[[blueprint]]{}",
                one.replace("Nurturing", &number.to_string())
            )
        };
        let many = |count: usize| (0..count).map(numbered).collect::<String>();
        assert!(parse(&many(limits::BLUEPRINTS_MAX)).is_ok());
        let error = parse(&many(limits::BLUEPRINTS_MAX + 1)).err();
        assert!(error.is_some_and(|error| error.contains("too many blueprints")));
        let transition = |number: usize| {
            format!(
                "[[blueprint.transition]]\nname = \"{number}\"\nfrom = \"Contacted\"\nto = \"Lost Lead\"\n"
            )
        };
        let (head, _) = BLUEPRINT
            .split_once("[[blueprint.transition]]")
            .expect("a head");
        let transitions =
            |count: usize| head.to_owned() + &(0..count).map(transition).collect::<String>();
        assert!(parse(&transitions(limits::BLUEPRINT_TRANSITIONS_MAX)).is_ok());
        let error = parse(&transitions(limits::BLUEPRINT_TRANSITIONS_MAX + 1)).err();
        assert!(error.is_some_and(|error| error.contains("cannot have 101 transitions")));
        let long = "x".repeat(limits::BLUEPRINT_TEXT_CHARS_MAX + 1);
        for text in ["Nurturing", "Drop", "Too old"] {
            let error = parse(&BLUEPRINT.replace(text, &long)).err();
            assert!(
                error.is_some_and(|error| error.contains("is too long")),
                "{text}"
            );
        }
    }
}
