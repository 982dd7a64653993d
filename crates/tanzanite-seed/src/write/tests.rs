//! A written seed is read back unchanged: the whole demo, and arbitrary texts and numbers in a record.

use super::*;
use crate::Seed;
use crate::records::PlannedRecord;
use proptest::prelude::*;
use serde_json::json;
use tanzanite_crm::metadata::Organisation;
use tanzanite_protocol::Timestamp;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn parse(text: &str) -> Seed {
    Seed::parse("written.toml", text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Settings whose ids can all be written, with `id_base` above them.
fn named(seed: &Seed) -> Vec<SettingsItem> {
    let mut items = seed.items.clone();
    for item in &mut items {
        if let SettingsItem::Organisation(organisation) = item {
            organisation.id_base += seed.counted;
        }
    }
    items
}

fn stamp(millis: i64, by: RecordId) -> Stamp {
    Stamp {
        at: Timestamp::from_millis(millis),
        by,
    }
}

/// A planned record as a client of the API would see it, with distinct times.
fn draft(record: &PlannedRecord) -> DraftRecord {
    let created = record
        .created_time
        .map_or(1_770_000_000_000, Timestamp::millis);
    DraftRecord {
        module: record.api_name.clone(),
        id: record.id,
        owner: record.owner,
        created: Some(stamp(created, record.created_by)),
        modified: Some(stamp(created + 1, record.owner)),
        photo: record.photo.as_ref().map(|photo| photo.value.clone()),
        lock: record.lock.as_ref().map(|lock| Lock {
            id: lock.id,
            reason: lock.reason.clone(),
            automatic: lock.automatic,
            created: stamp(created + 2, lock.by),
            modified: stamp(created + 2, lock.by),
        }),
        fields: record.fields.clone(),
    }
}

/// The properties of a record that must survive writing and reading.
fn told(record: &DraftRecord) -> String {
    let DraftRecord {
        module,
        id,
        owner,
        created,
        modified,
        photo,
        lock,
        fields,
    } = record;
    let lock = lock
        .as_ref()
        .map(|lock| (lock.id, &lock.reason, lock.automatic, lock.created));
    format!("{module} {id} {owner} {created:?} {modified:?} {photo:?} {lock:?} {fields:?}")
}

/// A record that was read, as a draft.
fn read_back(record: &PlannedRecord) -> DraftRecord {
    let at = |time: Option<Timestamp>| time.expect("a time").millis();
    let (modified_by, modified_time) = record.modified.expect("a change");
    let mut draft = draft(record);
    draft.created = Some(stamp(at(record.created_time), record.created_by));
    draft.modified = Some(stamp(at(modified_time), modified_by));
    if let (Some(lock), Some(planned)) = (&mut draft.lock, &record.lock) {
        lock.created = stamp(at(planned.time), planned.by);
    }
    draft
}

#[test]
fn the_demo_is_read_back_as_it_was_written() {
    let demo = Seed::demo().unwrap_or_else(|error| panic!("{error}"));
    let writer = SeedWriter::new(named(&demo)).expect("an organisation");
    let drafts = demo.records.iter().filter(|record| !record.deleted);
    let drafts: Vec<DraftRecord> = drafts.map(draft).collect();
    assert!(drafts.iter().any(|draft| draft.lock.is_some()));

    let tokens = [
        (TokenKind::Access, "admin"),
        (TokenKind::Refresh, "refresh"),
        (TokenKind::Code, "code"),
    ];
    let tokens = tokens.map(|(kind, name)| DraftToken {
        name: name.to_owned(),
        kind,
        user: drafts[0].owner,
        scopes: vec!["ZohoCRM.modules.ALL".to_owned()],
    });
    let mut text = writer.settings(SECRET).expect("settings");
    for draft in &drafts {
        text += &writer.record(draft).expect("a record");
    }
    text += &writer.access(&tokens).expect("tokens");

    let seed = parse(&text);
    assert_eq!(seed.items, named(&demo));
    let read: Vec<String> = seed
        .records
        .iter()
        .map(|record| told(&read_back(record)))
        .collect();
    assert_eq!(read, drafts.iter().map(told).collect::<Vec<_>>());
    let read = seed
        .tokens
        .iter()
        .map(|token| (token.kind, token.name.as_str()));
    assert_eq!(
        read.collect::<Vec<_>>(),
        tokens.each_ref().map(|token| (token.kind, &*token.name))
    );
    assert_eq!(seed.counted, 0, "every id is written down");
}

#[test]
fn a_record_is_written_for_people_to_read() {
    let demo = Seed::demo().unwrap_or_else(|error| panic!("{error}"));
    let writer = SeedWriter::new(named(&demo)).expect("an organisation");
    let deal = demo
        .records
        .iter()
        .find(|record| record.key == "deal")
        .expect("a deal");
    let made = stamp(1_770_000_000_000, deal.owner);
    let written = writer.record(&DraftRecord {
        created: Some(made),
        modified: Some(made),
        ..draft(deal)
    });
    let expected = r#"[[record]]
module = "Deals"
id = 3652397000000190041
key = "3652397000000190041"
owner = "jun.castellan@example.com"
created_time = 2026-02-02T03:40:00+01:00

[record.fields]
Deal_Name = "Benches for Brenner"
Stage = "Proposal/Price Quote"
Amount = 5160.0
Closing_Date = 2026-09-30
Account_Name = "3652397000000190031"
Contact_Name = "3652397000000190033"
Probability = 75

"#;
    assert_eq!(written.as_deref(), Ok(expected));
}

#[test]
fn what_no_seed_can_say_is_refused() {
    assert_eq!(
        SeedWriter::new(Vec::new()).unwrap_err(),
        WriteError::NoOrganisation
    );
    let demo = Seed::demo().unwrap_or_else(|error| panic!("{error}"));
    let writer = SeedWriter::new(named(&demo)).expect("an organisation");
    let lead = draft(&demo.records[0]);
    let refusal = |change: &dyn Fn(&mut DraftRecord)| {
        let mut record = lead.clone();
        change(&mut record);
        writer.record(&record).map_err(|error| error.to_string())
    };
    let nobody = RecordId::new(1).expect("an id");
    let refused = |name: &str| {
        Err(format!(
            "{name} of the record {} cannot be written",
            lead.id
        ))
    };
    let set = |name: &'static str, value: Value| {
        move |record: &mut DraftRecord| {
            record.fields.insert(name.to_owned(), value.clone());
        }
    };
    assert_eq!(
        refusal(&|record| record.owner = nobody),
        Err("there is no user 1".to_owned())
    );
    let elsewhere = |record: &mut DraftRecord| "Ledes".clone_into(&mut record.module);
    assert_eq!(
        refusal(&elsewhere),
        Err("there is no module Ledes".to_owned())
    );
    assert_eq!(
        refusal(&set("Company", json!({ "a": 1 }))),
        refused("Company")
    );
    assert_eq!(
        refusal(&set("No_of_Employees", json!(u64::MAX))),
        refused("No_of_Employees")
    );
    let late = stamp(i64::MAX, lead.owner);
    assert!(refusal(&|record| record.created = Some(late)).is_err());
    // The reader refuses unknown fields, but a client's record may have them, and they are ignored.
    assert!(refusal(&set("No_Such_Field", json!(1))).is_ok());
    assert!(refusal(&set("Full_Name", json!("Rosa"))).is_ok());

    let role = SettingsItem::Role(tanzanite_crm::metadata::Role {
        id: 5,
        name: "Stray".to_owned(),
        reports_to: Some(4),
    });
    let items = vec![SettingsItem::Organisation(Organisation::default()), role];
    let writer = SeedWriter::new(items).expect("an organisation");
    let error = writer.settings(SECRET).unwrap_err();
    assert_eq!(error.to_string(), "there is no role 4");
}

/// Texts with characters that are special in TOML.
fn texts() -> impl Strategy<Value = String> {
    let marks = prop::collection::vec(
        prop::sample::select(vec![
            "\"",
            "\"\"\"",
            "'",
            "'''",
            "\\",
            "\r",
            "\n",
            "\r\n",
            "\t",
            "\u{1}",
            "\u{7f}",
            "\u{85}",
            "\u{2028}",
            "#",
            "=",
            "[[record]]",
            "ä",
            "💠",
            "x",
            " ",
        ]),
        0..12,
    );
    prop_oneof![marks.prop_map(|marks| marks.concat()), "\\PC{0,40}"]
}

#[test]
fn values_that_no_list_has_are_listed_so_that_the_seed_is_read() {
    let demo = Seed::demo().unwrap_or_else(|error| panic!("{error}"));
    let mut writer = SeedWriter::new(named(&demo)).expect("an organisation");
    let mut lead = draft(&demo.records[0]);
    lead.photo = None;
    for (name, value) in [
        ("Industry", "Woodworking"),
        ("Lead_Status", "-None-"),
        ("Favourite_Wood", "Yew"),
    ] {
        lead.fields.insert(name.to_owned(), value.into());
    }
    let written = |writer: &SeedWriter| {
        let pieces = [
            writer.settings(SECRET),
            writer.record(&lead),
            writer.access(&[]),
        ];
        pieces
            .into_iter()
            .collect::<Result<String, _>>()
            .expect("sound")
    };
    let refused = Seed::parse("written.toml", &written(&writer)).err();
    let refused = refused.expect("an unlisted value").to_string();
    assert_eq!(refused.matches("does not list").count(), 2, "{refused}");
    writer.list_values(&lead);
    writer.list_values(&lead);
    let text = written(&writer);
    assert_eq!(text.matches("[[picklist]]").count(), 2, "{text}");
    let seed = parse(&text);
    assert_eq!(seed.records[0].fields["Industry"], "Woodworking");
}

proptest! {
    #[test]
    fn any_values_are_read_back(
        text in texts(),
        lines in texts(),
        reason in texts(),
        amount in -1.0e12..1.0e12_f64,
        count in 0..1_000_000_000_i64,
        days in 0..2_000_000_i64,
        values in prop::collection::vec(texts(), 0..4),
    ) {
        let demo = Seed::demo().unwrap_or_else(|error| panic!("{error}"));
        let mut items = named(&demo);
        let at = items.iter().rposition(|item| matches!(item, SettingsItem::CustomField { .. }));
        let field = tanzanite_crm::schema::Field {
            number: 1_501,
            api_name: "Marks".into(),
            label: text.clone().into(),
            kind: tanzanite_crm::schema::Kind::MultiSelectPicklist(values.iter().cloned().map(Into::into).collect()),
            length: 120,
            mandatory: false,
            read_only: false,
            unique: false,
            custom: true,
        };
        let item = SettingsItem::CustomField { module: "Leads".to_owned(), field };
        items.insert(at.expect("a field") + 1, item);
        let writer = SeedWriter::new(items).expect("an organisation");
        let time = Timestamp::from_millis(days * 86_400_000);
        let fields = json!({
            "Company": format!("x{text}"),
            "Last_Name": "x",
            "No_of_Employees": count,
            "Annual_Revenue": amount,
            "Description": format!("x{lines}"),
            "Marks": values,
        });
        let lead = demo.records[0].clone();
        let mut fields = fields.as_object().expect("an object").clone();
        if values.is_empty() {
            fields.remove("Marks");
        }
        let record = DraftRecord {
            created: Some(Stamp { at: time, by: lead.owner }),
            lock: Some(Lock {
                id: RecordId::new(7).expect("an id"),
                reason: format!("x{reason}"),
                automatic: false,
                created: Stamp { at: time, by: lead.owner },
                modified: Stamp { at: time, by: lead.owner },
            }),
            photo: None,
            fields: fields.clone(),
            ..DraftRecord::new("Leads", lead.id, lead.owner)
        };
        let pieces = [writer.settings(SECRET), writer.record(&record), writer.access(&[])];
        let text = pieces.into_iter().collect::<Result<String, _>>().expect("sound");
        let seed = parse(&text);
        prop_assert_eq!(&seed.items, &writer.items);
        prop_assert_eq!(&Value::from(seed.records[0].fields.clone()), &Value::from(fields));
        let lock = seed.records[0].lock.as_ref().expect("a lock");
        prop_assert_eq!(&lock.reason, &format!("x{reason}"));
        prop_assert_eq!(seed.records[0].created_time, Some(time));
    }
}
