//! Turns the answers in the work folder into the text of a seed. In memory are the records of one module at a time, all
//! ids, and the text.

use super::fakes::Fakes;
use super::people::{People, id};
use super::reader::{Plan, id_of, lock_name, records_read, stem};
use super::records::Judge;
use super::report::Report;
use super::schema::Ids;
use super::work::Work;
use crate::exit::{Exit, Failure, Outcome};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use tanzanite_crm::Metadata;
use tanzanite_crm::metadata::{
    LockType, LockingConfiguration, Organisation, RestrictedAction, SettingsItem,
};
use tanzanite_crm::schema::Kind;
use tanzanite_crm::secret::derive_hex;
use tanzanite_protocol::RecordId;
use tanzanite_protocol::limits::SEED_BYTES_MAX;
use tanzanite_seed::{DraftRecord, DraftToken, Seed, SeedWriter, TokenKind, WriteError};

/// The scopes of the seed's tokens.
const SCOPES: [&str; 4] = [
    "ZohoCRM.modules.ALL",
    "ZohoCRM.settings.ALL",
    "ZohoCRM.users.ALL",
    "ZohoCRM.org.ALL",
];

/// All that was read of an account, except the records, which are in the work folder.
pub(super) struct Read<'a> {
    pub(super) work: &'a Work,
    pub(super) plans: Vec<Plan>,
    pub(super) organisation: Organisation,
    pub(super) people: People,
    /// Custom modules and custom fields.
    pub(super) custom: Vec<SettingsItem>,
    /// The account's locking configurations, by module.
    pub(super) locking: HashMap<String, Value>,
    pub(super) records_max: u32,
}

/// A seed, and the names of its pictures.
pub(super) struct Assembled {
    pub(super) text: String,
    pub(super) pictures: Vec<String>,
}

/// Assembles the seed, and parses it as the server will.
pub(super) fn assemble(
    mut read: Read<'_>,
    fakes: Option<&Fakes>,
    key: &str,
    report: &mut Report,
) -> Outcome<Assembled> {
    let seen = seen(&mut read, report)?;
    let items = items(&mut read, &seen, fakes, report);
    let administrator = read
        .people
        .administrator()
        .and_then(|user| RecordId::new(user.id));
    let administrator =
        administrator.ok_or_else(|| Failure::new(Exit::Failed, "nobody administers"))?;
    let items = relaxed(items, &read, &seen.ids, administrator, fakes)?;
    let mut writer = SeedWriter::new(items).map_err(unwritten)?;
    list_values(&mut writer, &read, &seen.ids, administrator, fakes)?;
    let judge = Judge {
        metadata: writer.metadata(),
        ids: &seen.ids,
        fakes,
        administrator,
    };
    let secret = derive_hex(key.as_bytes(), "seed secret", 64);
    let mut text = writer.settings(&secret).map_err(unwritten)?;
    let mut pictures = Vec::new();
    let photos = photos(read.work)?;
    for plan in &read.plans {
        let (mut records, mut with_photo, mut locks) = (0, 0, 0);
        let mut each = |draft: DraftRecord| {
            records += 1;
            with_photo += u64::from(draft.photo.is_some());
            locks += u64::from(draft.lock.is_some());
            pictures.extend(draft.photo.clone());
            text += &writer.record(&draft).map_err(unwritten)?;
            check_length(&text)
        };
        each_record(&read, plan, &judge, &photos, report, &mut each)?;
        report.module(&plan.api_name, records, with_photo, locks);
    }
    let token = |name: &str, kind| DraftToken {
        name: name.to_owned(),
        kind,
        user: administrator,
        scopes: SCOPES.map(str::to_owned).to_vec(),
    };
    let tokens = [
        token("admin", TokenKind::Access),
        token("refresh", TokenKind::Refresh),
    ];
    text += &writer.access(&tokens).map_err(unwritten)?;
    check_length(&text)?;
    if let Err(error) = Seed::parse("the seed that was made", &text) {
        let failure = Failure::new(Exit::Failed, format!("{error}"));
        return Err(failure.hint("this is a bug of the import; its work folder is still there"));
    }
    Ok(Assembled { text, pictures })
}

/// Facts from a first pass over the records.
struct Seen {
    ids: Ids,
    /// The highest id of all.
    highest: i64,
    /// Modules whose records state whether they are locked.
    lockable: Vec<String>,
}

fn seen(read: &mut Read<'_>, report: &mut Report) -> Outcome<Seen> {
    let mut seen = Seen {
        ids: Ids::new(),
        highest: 1,
        lockable: Vec::new(),
    };
    for plan in &read.plans {
        let mut lockable = false;
        for record in records_read(read.work, plan, read.records_max)? {
            lockable |= record.get("Locked__s").is_some_and(Value::is_boolean);
            if let Some(id) = id(&record) {
                seen.ids.insert(id, plan.api_name.clone());
            }
            if let Some(lock) = lock_of(read.work, &record)? {
                seen.highest = seen.highest.max(id(&lock).unwrap_or(0));
                let configuration = lock.get("Record_Locking_Configuration_Id__s");
                let configuration = configuration
                    .and_then(Value::as_str)
                    .and_then(RecordId::parse);
                if let Some(configuration) = configuration {
                    let known = read.locking.entry(plan.api_name.clone());
                    known.or_insert_with(|| serde_json::json!({ "id": configuration.to_string() }));
                }
            }
            let values = record.as_object().into_iter().flatten();
            // A reference with an email address is to a user; references to records have none.
            let people = values.filter(|(_, value)| value.get("email").is_some());
            for (_, person) in people {
                read.people.met(person, report);
            }
        }
        if lockable {
            seen.lockable.push(plan.api_name.clone());
        }
    }
    let people = &read.people;
    let ids = people.users.iter().map(|user| user.id);
    let ids = ids.chain(people.profiles.iter().map(|profile| profile.id));
    let ids = ids.chain(people.roles.iter().map(|role| role.id));
    let ids = ids.chain(read.locking.values().filter_map(id));
    seen.highest = ids
        .chain(seen.ids.keys().copied())
        .fold(seen.highest, i64::max);
    Ok(seen)
}

/// The settings of the seed. Made-up ids follow the account's highest.
fn items(
    read: &mut Read<'_>,
    seen: &Seen,
    fakes: Option<&Fakes>,
    report: &mut Report,
) -> Vec<SettingsItem> {
    let mut highest = seen.highest;
    let mut next_id = || {
        highest += 1;
        highest
    };
    read.people.complete(&mut next_id, report);
    if let Some(fakes) = fakes {
        read.people.disguise(&mut read.organisation, fakes);
    }
    let mut locking = Vec::new();
    for module in &seen.lockable {
        let told = read.locking.get(module);
        let id = told.and_then(id).unwrap_or_else(&mut next_id);
        locking.push(SettingsItem::Locking(configuration(
            module,
            id,
            told,
            &read.people,
            report,
        )));
    }
    read.organisation.id_base = highest;
    let people = &read.people;
    let mut items = vec![SettingsItem::Organisation(read.organisation.clone())];
    items.extend(people.profiles.iter().cloned().map(SettingsItem::Profile));
    items.extend(people.roles.iter().cloned().map(SettingsItem::Role));
    items.extend(people.users.iter().cloned().map(SettingsItem::User));
    items.extend(read.custom.iter().cloned());
    items.extend(locking);
    items
}

fn configuration(
    module: &str,
    id: i64,
    told: Option<&Value>,
    people: &People,
    report: &mut Report,
) -> LockingConfiguration {
    const ACTIONS: [(&str, RestrictedAction); 4] = [
        ("tags", RestrictedAction::Tags),
        ("convert", RestrictedAction::Convert),
        ("delete", RestrictedAction::Delete),
        ("change_owner", RestrictedAction::ChangeOwner),
    ];
    let list = |key: &str| {
        told.and_then(|told| told.get(key))
            .and_then(Value::as_array)
    };
    let lock_type = told
        .and_then(|told| told.get("lock_type"))
        .and_then(Value::as_str);
    if lock_type.is_none() {
        report.assumed(format!(
            "locks of {module} are made by hand and by rule, and stop updates of everybody"
        ));
    }
    let actions = list("restricted_actions").into_iter().flatten();
    let actions = actions.filter_map(|action| {
        let known = ACTIONS.iter().find(|(word, _)| action == word);
        known.map(|(_, action)| *action)
    });
    let profiles = list("lock_excluded_profiles").into_iter().flatten();
    let known = |id: &i64| people.profiles.iter().any(|profile| profile.id == *id);
    LockingConfiguration {
        id,
        module: module.to_owned(),
        lock_type: match lock_type {
            Some("manual") => LockType::Manual,
            Some("automatic") => LockType::Automatic,
            _ => LockType::Both,
        },
        excluded_profiles: profiles.filter_map(self::id).filter(known).collect(),
        restricted_actions: std::iter::once(RestrictedAction::Update)
            .chain(actions)
            .collect(),
    }
}

/// The settings, changed so that all records can be planted: a custom field that some record has no value of is not
/// mandatory.
fn relaxed(
    mut items: Vec<SettingsItem>,
    read: &Read<'_>,
    ids: &Ids,
    administrator: RecordId,
    fakes: Option<&Fakes>,
) -> Outcome<Vec<SettingsItem>> {
    let mandatory: HashSet<(String, String)> = items.iter().filter_map(mandatory).collect();
    if mandatory.is_empty() {
        return Ok(items);
    }
    for item in &mut items {
        if let SettingsItem::CustomField { field, .. } = item {
            field.mandatory = false;
        }
    }
    let metadata =
        Metadata::new(items.clone()).ok_or_else(|| unwritten(WriteError::NoOrganisation))?;
    let judge = Judge {
        metadata: &metadata,
        ids,
        fakes,
        administrator,
    };
    let mut lacking: HashSet<(String, String)> = HashSet::new();
    for plan in &read.plans {
        let of_module: Vec<_> = mandatory
            .iter()
            .filter(|(module, _)| *module == plan.api_name)
            .collect();
        if of_module.is_empty() {
            continue;
        }
        let mut unheard = Report::default();
        let mut each = |draft: DraftRecord| {
            let absent = of_module
                .iter()
                .filter(|(_, field)| !draft.fields.contains_key(field));
            lacking.extend(absent.map(|pair| (*pair).clone()));
            Ok(())
        };
        each_record(read, plan, &judge, &HashMap::new(), &mut unheard, &mut each)?;
    }
    for item in &mut items {
        if let SettingsItem::CustomField { module, field } = item {
            let name = (module.clone(), field.api_name.to_string());
            field.mandatory = mandatory.contains(&name) && !lacking.contains(&name);
        }
    }
    Ok(items)
}

/// Adds values that records have to the picklists that lack them: an account's lists may differ from the standard ones,
/// and values removed from a list may remain in records.
fn list_values(
    writer: &mut SeedWriter,
    read: &Read<'_>,
    ids: &Ids,
    administrator: RecordId,
    fakes: Option<&Fakes>,
) -> Outcome<()> {
    let metadata = writer.metadata().clone();
    let judge = Judge {
        metadata: &metadata,
        ids,
        fakes,
        administrator,
    };
    let mut unheard = Report::default();
    let mut each = |draft: DraftRecord| {
        writer.list_values(&draft);
        Ok(())
    };
    let no_photos = HashMap::new();
    for plan in &read.plans {
        each_record(read, plan, &judge, &no_photos, &mut unheard, &mut each)?;
    }
    Ok(())
}

fn mandatory(item: &SettingsItem) -> Option<(String, String)> {
    match item {
        SettingsItem::CustomField { module, field }
            if field.mandatory && field.kind != Kind::AutoNumber =>
        {
            Some((module.clone(), field.api_name.to_string()))
        }
        _ => None,
    }
}

/// Visits the records of a module that can be planted.
fn each_record(
    read: &Read<'_>,
    plan: &Plan,
    judge: &Judge<'_>,
    photos: &HashMap<String, String>,
    report: &mut Report,
    each: &mut dyn FnMut(DraftRecord) -> Outcome<()>,
) -> Outcome<()> {
    let Some(module) = judge.metadata.module(&plan.api_name) else {
        return Ok(());
    };
    for record in records_read(read.work, plan, read.records_max)? {
        let id = id_of(&record).unwrap_or_default();
        // The work folder may still have a picture that the record no longer has.
        let has_image = record.get("Record_Image").is_some_and(Value::is_string);
        let photo = photos.get(id).filter(|_| has_image).cloned();
        let lock = lock_of(read.work, &record)?;
        let draft = judge.record(module, &record, photo, lock.as_ref(), report);
        match draft {
            Some(draft) => each(draft)?,
            None => report.value(&plan.api_name, "id", "a record that cannot be planted"),
        }
    }
    Ok(())
}

/// The names of the downloaded pictures, by record id.
fn photos(work: &Work) -> Outcome<HashMap<String, String>> {
    let names = work.names("photos")?.into_iter();
    Ok(names.map(|name| (stem(&name), name)).collect())
}

/// A record's lock, as the account described it.
fn lock_of(work: &Work, record: &Value) -> Outcome<Option<Value>> {
    let locked = record.get("Locked__s") == Some(&Value::Bool(true));
    let Some(id) = id_of(record).filter(|_| locked) else {
        return Ok(None);
    };
    let bytes = work.kept(&lock_name(id))?.unwrap_or_default();
    let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    Ok(answer.pointer("/data/0").cloned())
}

fn check_length(text: &str) -> Outcome<()> {
    if text.len() as u64 <= SEED_BYTES_MAX {
        return Ok(());
    }
    let message =
        format!("the seed would have more than {SEED_BYTES_MAX} bytes, the most that is read");
    let failure = Failure::new(Exit::Failed, message);
    Err(failure.hint(
        "start again with fewer --modules or a smaller --records-max; nothing is asked for twice",
    ))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what `map_err` hands over"
)]
fn unwritten(error: WriteError) -> Failure {
    Failure::caused(Exit::Failed, "the seed cannot be written", &error)
}
