//! The records that a lead becomes: new ones, or ones that there are and that may get the lead's values.

use super::faults;
use super::given::Given;
use crate::call::ModuleCall;
use crate::faults::STORE_FAILED;
use crate::operations::records::faults::{UPDATE_NOT_PERMITTED, UPSERT_EDIT_NOT_PERMITTED};
use crate::operations::records::insert_records::{self, Ready};
use crate::operations::records::{Known, change};
use crate::policy::{self, Permit, UpdateRecord};
use crate::schema::Number;
use crate::schema::conversion::Target;
use crate::schema::validate::{Checked, merge};
use crate::transaction::{Record, Transaction};
use serde_json::{Map, Value, json};
use tanzanite_protocol::endpoint::Permission;
use tanzanite_protocol::{Fault, RecordId};

const MILLIS_PER_DAY: i64 = 86_400_000;
/// The field of a deal that tells how many days old its lead was.
const CONVERSION_TIME: &str = "Lead_Conversion_Time";

/// A record that a lead became.
pub(super) struct Became {
    pub(super) target: Target,
    pub(super) id: RecordId,
}

/// One of the records that a lead is to become, in its module.
pub(super) struct Planned<'a> {
    pub(super) target: Target,
    call: ModuleCall<'a>,
    known: Known,
    plan: Plan,
}

enum Plan {
    /// A new record with these values.
    Make(Box<Checked>),
    /// A record that there is and that stays as it is.
    Keep(RecordId),
    /// A record that there is, and its new values.
    Change(Box<(Permit<UpdateRecord>, Record, Map<String, Value>)>),
}

/// A record that has passed all checks against what there is.
pub(super) struct Settled<'a> {
    target: Target,
    call: ModuleCall<'a>,
    known: Known,
    outcome: Outcome,
}

/// As [`Plan`], with what the checks found.
enum Outcome {
    Make(Box<Ready>),
    Keep(RecordId),
    Change(Box<Changed>),
}

struct Changed {
    permit: Permit<UpdateRecord>,
    before: Record,
    after: Map<String, Value>,
    unique: Vec<(Number, String)>,
}

impl<'a> Planned<'a> {
    /// The records that a lead with these values becomes, in the order in which they are written: the account, the
    /// contact that refers to it, the deal that refers to both. Checks whether the caller may make or change them.
    pub(super) fn all(
        call: &ModuleCall<'a>,
        given: &mut Given,
        lead: &Record,
        tx: &mut dyn Transaction,
    ) -> Result<Vec<Self>, Fault> {
        let owner = given.owner.unwrap_or(lead.head.owner);
        let mut planned = Vec::new();
        for target in [Target::Account, Target::Contact, Target::Deal] {
            let missing = || Fault::new(&STORE_FAILED).because("a standard module is missing");
            let module = call
                .metadata()
                .module(target.module())
                .ok_or_else(missing)?;
            let call = call.about(module);
            let mut values = target.values_of(&lead.fields);
            if target == Target::Deal {
                let age = call.context.now.millis() - lead.head.created.at.millis();
                values.insert(CONVERSION_TIME.to_owned(), (age / MILLIS_PER_DAY).into());
            }
            let existing = match target {
                Target::Account => given.account,
                Target::Contact => given.contact,
                Target::Deal => None,
            };
            let plan = match existing {
                Some(id) if given.overwrite => change_of(&call, id, values, tx)?,
                Some(id) => Plan::Keep(id),
                None => {
                    let Some(checked) = new(target, given, values, owner) else {
                        continue;
                    };
                    may_create(&call)?;
                    Plan::Make(Box::new(checked))
                }
            };
            planned.push(Self {
                target,
                known: Known::nothing(&call),
                call,
                plan,
            });
        }
        Ok(planned)
    }

    /// Whether the lead becomes such a record, and a new one.
    pub(super) fn is_new(&self, target: Target) -> bool {
        self.target == target && matches!(self.plan, Plan::Make(_))
    }

    /// Gives the record its tags, and makes the last checks.
    pub(super) fn check(
        self,
        tags: Option<Value>,
        path: &str,
        tx: &mut dyn Transaction,
    ) -> Result<Settled<'a>, Fault> {
        let path = format!("{path}.{}", self.target.module());
        let (target, call, mut known) = (self.target, self.call, self.known);
        let outcome = match self.plan {
            Plan::Make(mut checked) => {
                checked.tags = tags.or(checked.tags);
                let ready = insert_records::make_ready(&call, tx, &mut known, *checked, &path)?;
                Outcome::Make(Box::new(ready))
            }
            Plan::Keep(id) => Outcome::Keep(id),
            Plan::Change(change) => {
                let (permit, before, mut after) = *change;
                let created = before.head.created.at;
                change::complete(&call, &before.fields, &mut after, created, &path)?;
                let id = Some(before.head.id);
                let unique = change::unique(&call, tx, &mut known, &after, &path, id)?;
                Outcome::Change(Box::new(Changed {
                    permit,
                    before,
                    after,
                    unique,
                }))
            }
        };
        Ok(Settled {
            target,
            call,
            known,
            outcome,
        })
    }
}

impl Settled<'_> {
    /// Writes the record, which refers to those before it.
    pub(super) fn write(
        mut self,
        before: &[Became],
        tx: &mut dyn Transaction,
    ) -> Result<Became, Fault> {
        let (target, call) = (self.target, &self.call);
        let id = match self.outcome {
            Outcome::Keep(id) => id,
            Outcome::Make(mut ready) => {
                refer(target, before, &mut ready.fields);
                insert_records::write(call, tx, &mut self.known, *ready)?
            }
            Outcome::Change(mut changed) => {
                refer(target, before, &mut changed.after);
                let Changed {
                    permit,
                    before,
                    after,
                    unique,
                } = *changed;
                let (head, stamp) = (before.head, call.stamp()?);
                let change = change::of(call, &before.fields, after, unique, head.owner, stamp);
                tx.update_record(permit, &change)?;
                head.id
            }
        };
        Ok(Became { target, id })
    }
}

/// The values of a new record; none if the lead does not become one.
fn new(
    target: Target,
    given: &mut Given,
    values: Map<String, Value>,
    owner: RecordId,
) -> Option<Checked> {
    match target {
        Target::Account if !values.contains_key("Account_Name") => None,
        Target::Account | Target::Contact => Some(Checked {
            fields: values,
            owner: Some(owner),
            ..Checked::default()
        }),
        Target::Deal => {
            // Its lookups were checked with those of the whole call.
            let mut deal = given.deal.take()?;
            deal.lookups = Vec::new();
            deal.owner = deal.owner.or(Some(owner));
            for (name, value) in values {
                deal.fields.entry(name).or_insert(value);
            }
            Some(deal)
        }
    }
}

/// Refers to the account and the contact of the same lead.
fn refer(target: Target, before: &[Became], fields: &mut Map<String, Value>) {
    for became in before {
        let field = match became.target {
            Target::Account => "Account_Name",
            Target::Contact => "Contact_Name",
            Target::Deal => continue,
        };
        if target != became.target {
            fields.insert(field.to_owned(), json!({ "id": became.id.to_string() }));
        }
    }
}

/// The change of a record that there is: it gets those values that the lead has.
fn change_of(
    call: &ModuleCall<'_>,
    id: RecordId,
    values: Map<String, Value>,
    tx: &mut dyn Transaction,
) -> Result<Plan, Fault> {
    let module = call.module();
    let record = tx.record(call.caller.org(), module.number, id)?;
    // It was there when the lookups were checked, in this transaction.
    let record = record.ok_or_else(|| Fault::new(&STORE_FAILED).because("a record is gone"))?;
    let permit = policy::authorize::<UpdateRecord>(call.caller, module, &record.head);
    let permit = permit.map_err(|fault| {
        if fault.is(&UPDATE_NOT_PERMITTED) {
            let name = Permission::Edit.implied_name(&module.api_name);
            Fault::new(&UPSERT_EDIT_NOT_PERMITTED).with("permissions", vec![name])
        } else {
            fault
        }
    })?;
    let after = merge(&record.fields, values);
    Ok(Plan::Change(Box::new((permit, record, after))))
}

fn may_create(call: &ModuleCall<'_>) -> Result<(), Fault> {
    let (profile, module) = (call.caller.profile(), call.module());
    if profile.permits(module, Permission::Create) {
        return Ok(());
    }
    let name = Permission::Create.implied_name(&module.api_name);
    Err(Fault::new(&faults::TARGET_NOT_PERMITTED)
        .because(format!("profile {:?} lacks {name}", profile.name))
        .with("permissions", vec![name]))
}
