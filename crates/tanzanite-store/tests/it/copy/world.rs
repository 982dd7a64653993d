//! A store with all kinds of data, and the content of a folder.

use crate::support::{id, leads, new_record, org, permit, photo, raw, stamp, write};
use rusqlite::types::Value;
use serde_json::json;
use std::path::Path;
use tanzanite_crm::metadata::{Organisation, Role, SettingsItem, plant};
use tanzanite_crm::policy::{End, Grant, LinkGrant, Permit};
use tanzanite_crm::secret::Digest;
use tanzanite_crm::stored::{DocumentKey, DocumentKind, KeySlot, NewDocument, Relation};
use tanzanite_crm::transaction::{
    AccessToken, Authorization, Client, GrantCode, Lock, NewRecord, RefreshToken,
};
use tanzanite_crm::{Stored, Transaction};
use tanzanite_protocol::{OrgId, Scope, Timestamp};
use tanzanite_store::Store;

pub(crate) fn other() -> OrgId {
    OrgId::new(600_100_201).expect("an id")
}

pub(crate) fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

pub(crate) fn role(id: i64, name: &str) -> SettingsItem {
    SettingsItem::Role(Role {
        id,
        name: name.to_owned(),
        reports_to: None,
    })
}

fn authorization(user: i64) -> Authorization {
    let scope = Scope::parse("ZohoCRM.modules.ALL").expect("a scope");
    Authorization {
        org: org(),
        client: "1000.C".to_owned(),
        user: id(user),
        scopes: vec![scope].into(),
    }
}

pub(crate) fn refresh_token(user: i64) -> RefreshToken {
    RefreshToken {
        authorization: authorization(user),
        created: Timestamp::from_millis(5),
    }
}

fn access_token(refresh: Option<&str>) -> AccessToken {
    AccessToken {
        authorization: authorization(11),
        refresh: refresh.map(digest),
        created: Timestamp::from_millis(5),
        expires: Timestamp::from_millis(9_000_000_000_000),
    }
}

/// Makes more than three rows in every table, and five photos: the third is large, and one is only in a snapshot.
pub(crate) fn populate<S: Store>(store: &S) {
    write(store, |tx| {
        settings(tx)?;
        directory(tx)?;
        records(tx)
    });
    write(store, changes);
    write(store, |tx| {
        for (org, name) in [
            (org(), "then"),
            (other(), "a"),
            (other(), "b"),
            (other(), "c"),
        ] {
            tx.take_snapshot(org, name, Timestamp::from_millis(9))?;
        }
        tx.remove_file(permit(2), stamp(40))
    });
}

fn settings(tx: &mut dyn Transaction) -> Stored<()> {
    for org in [org(), other()] {
        let organisation = Organisation {
            zgid: org.get(),
            ..Organisation::default()
        };
        plant(org, &[SettingsItem::Organisation(organisation)], tx)?;
        for number in 0..4 {
            tagged(org, number + 1, tx)?;
            plant(
                org,
                &[role(number + 1, &format!("Vertrieb \u{1f600} {number}"))],
                tx,
            )?;
        }
    }
    for number in 0..4 {
        let org = OrgId::new(600_100_200 + number).expect("an id");
        for _ in 0..=number {
            tx.next_number(org)?;
        }
    }
    Ok(())
}

/// A tag with a key, and a record with that tag.
fn tagged(org: OrgId, number: i64, tx: &mut dyn Transaction) -> Stored<()> {
    let reason = "the tests of copies";
    let document = NewDocument {
        within: 1,
        body: json!({ "name": format!("Ä {number}") }),
        keys: vec![DocumentKey {
            slot: KeySlot::NAME,
            value: format!("ä \u{1f600} {number}"),
        }],
    };
    tx.put_document(
        Grant::bypassing_policy_as_operator(org, DocumentKind::TAG, number, reason),
        &document,
    )?;
    let end = End::Target(number);
    let links = LinkGrant::bypassing_policy_as_operator(org, Relation::TAGGED, end, reason);
    tx.link(links, &[1, 2])
}

fn directory(tx: &mut dyn Transaction) -> Stored<()> {
    for number in 0..5_u8 {
        tx.put_client(&Client {
            id: ["1000.C", "", "Ä", "1000.\u{10ffff}", "1000.\u{ffff}"][usize::from(number)]
                .to_owned(),
            org: org(),
            secret: digest(&format!("secret {number}")),
            redirect_uri: (number > 1).then(|| format!("https://example.com/ä?b={number}")),
        })?;
        let code = GrantCode {
            authorization: authorization(12),
            expires: Timestamp::from_millis(9_000_000_000_000),
        };
        tx.put_grant_code(
            &digest(&format!("code {number}")),
            &code,
            Timestamp::from_millis(1),
        )?;
        let refresh = format!("refresh {number}");
        tx.put_refresh_token(&digest(&refresh), &refresh_token(11), 10, &[])?;
        let of = (number > 2).then_some(refresh.as_str());
        tx.put_access_token(&digest(&format!("access {number}")), &access_token(of), 10)?;
    }
    Ok(())
}

fn records(tx: &mut dyn Transaction) -> Stored<()> {
    for number in 1..=8_i64 {
        let mut new = new_record(&format!("Ä€\u{1f600} \"{number}\" \\ \u{7f}\r\n"));
        new.unique = vec![(501, format!("unique \u{ff} {number}"))];
        new.keys = vec![(501, format!("key \u{ff} {number}"))];
        new.fields
            .insert("Long".to_owned(), "x".repeat(3_000).into());
        tx.insert_record(permit(number), &new)?;
    }
    let theirs = |record: i64| {
        Permit::bypassing_policy_as_operator(other(), leads(), id(record), "a test of the store")
    };
    tx.insert_record(
        theirs(1),
        &NewRecord {
            name: String::new(),
            ..new_record("")
        },
    )?;
    tx.insert_record(theirs(i64::MAX), &new_record("the last"))?;
    for record in [1, 2, 3, 5, 6] {
        let size = if record == 3 { 1_000_000 } else { 700 };
        let byte = u8::try_from(record).unwrap_or_default();
        tx.put_file(
            permit(record),
            &photo(&format!("image {record}"), vec![byte; size]),
            stamp(2),
        )?;
    }
    for record in 1..=5 {
        let lock = Lock {
            id: id(70 + record),
            reason: format!("reason {record}"),
            automatic: record % 2 == 0,
            created: stamp(3),
            modified: stamp(4),
        };
        tx.put_lock(permit(record), &lock)?;
    }
    Ok(())
}

/// Changes that leave traces: a photo is replaced, one is removed, and a record is deleted.
fn changes(tx: &mut dyn Transaction) -> Stored<()> {
    tx.remove_lock(permit(1), stamp(5))?;
    tx.remove_file(permit(6), stamp(5))?;
    tx.put_file(permit(7), &photo("image 7", vec![7; 300]), stamp(6))?;
    tx.put_file(permit(2), &photo("image 2 again", vec![2; 400]), stamp(7))?;
    tx.update_record(permit(4), &new_record("changed"))?;
    tx.delete_record(permit(8), stamp(8))
}

/// Every row of every table.
pub(crate) fn raw_rows(folder: &Path) -> Vec<String> {
    let connection = raw(folder);
    let mut tables = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .expect("a statement");
    let tables = tables.query_map([], |row| row.get::<_, String>(0));
    let mut found = Vec::new();
    for table in tables.expect("tables") {
        let table = table.expect("a name");
        let mut rows = connection
            .prepare(&format!("SELECT * FROM {table}"))
            .expect("a statement");
        let columns = rows.column_count();
        let rows = rows.query_map([], |row| {
            (0..columns)
                .map(|column| row.get::<_, Value>(column))
                .collect::<Result<Vec<_>, _>>()
        });
        for row in rows.expect("rows") {
            found.push(format!("{table} {:?}", row.expect("a row")));
        }
    }
    assert!(found.len() >= 10, "there is something to compare");
    found.sort();
    found
}
