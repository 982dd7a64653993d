//! Two organisations with equal ids everywhere: changes in one are not visible in the other. Also, a job that makes
//! every change and is rolled back leaves nothing.

use super::holder;
use super::{
    A, B, Check, INES, JUN, authorization, digest, found, given_up, id, leads, new_record, permit,
    read, refused, stamp, state, states, write,
};
use crate::Store;
use bytes::Bytes;
use tanzanite_crm::metadata::{Role, SettingsItem, plant};
use tanzanite_crm::transaction::{
    AccessToken, Client, GrantCode, Lock, NewRecord, RefreshToken, StoredFile,
};
use tanzanite_crm::{Stored, Transaction};
use tanzanite_protocol::media::{FileKind, ImageKind};
use tanzanite_protocol::{OrgId, Timestamp};

pub(super) fn checks<S: Store>() -> Vec<Check<S>> {
    vec![
        (
            "organisations do not see each other",
            organisations_do_not_see_each_other,
        ),
        (
            "a job that is given up leaves nothing",
            a_job_that_is_given_up_leaves_nothing,
        ),
        (
            "a job that fails half-way leaves nothing",
            a_job_that_fails_half_way_leaves_nothing,
        ),
    ]
}

fn photo() -> StoredFile {
    StoredFile {
        id: "image".to_owned(),
        kind: FileKind::Image(ImageKind::Png),
        bytes: Bytes::from_static(b"bytes"),
    }
}

fn lock() -> Lock {
    let by = stamp(4, JUN);
    Lock {
        id: id(50),
        reason: "audit".to_owned(),
        automatic: false,
        created: by,
        modified: by,
    }
}

fn unique(name: &str, at: i64) -> NewRecord {
    NewRecord {
        unique: vec![(501, "WS-1".to_owned())],
        ..new_record(name, at)
    }
}

/// Makes the same two records in an organisation: one plain, one with a photo and a lock.
pub(super) fn furnish(org: OrgId, tx: &mut dyn Transaction) -> Stored<()> {
    tx.insert_record(permit(org, leads(), id(1)), &unique("one", 1))?;
    tx.insert_record(permit(org, leads(), id(2)), &new_record("two", 1))?;
    tx.put_file(permit(org, leads(), id(2)), &photo(), stamp(2, JUN))?;
    tx.put_lock(permit(org, leads(), id(2)), &lock())
}

/// Makes every kind of change in an organisation prepared by [`furnish`].
pub(super) fn everything(org: OrgId, tx: &mut dyn Transaction) -> Stored<()> {
    let granted = authorization(org, "1000.C", INES);
    let at = Timestamp::from_millis(9);
    tx.put_client(&Client {
        id: format!("1000.{org}"),
        org,
        secret: digest("secret"),
        redirect_uri: None,
    })?;
    let code = GrantCode {
        authorization: granted.clone(),
        expires: at,
    };
    tx.put_grant_code(&digest(&format!("code {org}")), &code, at)?;
    let refresh = RefreshToken {
        authorization: granted.clone(),
        created: at,
    };
    tx.put_refresh_token(&digest(&format!("refresh {org}")), &refresh, 1, &[])?;
    let expires = Timestamp::from_millis(99);
    let access = AccessToken {
        authorization: granted,
        refresh: None,
        created: at,
        expires,
    };
    tx.put_access_token(&digest(&format!("access {org}")), &access, 1)?;
    let role = Role {
        id: 7,
        name: "CEO".to_owned(),
        reports_to: None,
    };
    plant(org, &[SettingsItem::Role(role)], tx)?;
    let number = tx.next_number(org)?;
    tx.insert_record(
        permit(org, leads(), id(1_000 + number)),
        &new_record("three", 5),
    )?;
    tx.update_record(permit(org, leads(), id(1)), &unique("changed", 6))?;
    let other = StoredFile {
        id: "other".to_owned(),
        ..photo()
    };
    tx.put_file(permit(org, leads(), id(1)), &other, stamp(7, INES))?;
    tx.put_lock(permit(org, leads(), id(1)), &lock())?;
    tx.remove_file(permit(org, leads(), id(2)), stamp(8, INES))?;
    tx.remove_lock(permit(org, leads(), id(2)), stamp(8, INES))?;
    tx.delete_record(permit(org, leads(), id(2)), stamp(9, INES))?;
    tx.restore_record(permit(org, leads(), id(2)), &[], stamp(10, INES))?;
    tx.delete_record(permit(org, leads(), id(2)), stamp(11, INES))?;
    tx.purge_record(permit(org, leads(), id(2)), &[])
}

/// Data that `dump` leaves out: clients and tokens, settings, the counter and unique values.
pub(super) fn beside_records<S: Store>(store: &S, org: OrgId) -> String {
    read(store, move |tx| {
        let roles = tx.metadata(org)?.map(|metadata| metadata.roles().len());
        Ok(format!(
            "{:?} {:?} {:?} {roles:?} {:?}",
            tx.client(&format!("1000.{org}"))?,
            tx.access_token(&digest(&format!("access {org}")))?,
            tx.refresh_token(&digest(&format!("refresh {org}")))?,
            holder(tx, org, 501, "WS-1")?,
        ))
    })
}

fn organisations_do_not_see_each_other<S: Store>(store: &S) {
    found(store);
    let founded = state(store, B);
    write(store, |tx| furnish(A, tx));
    assert_eq!(
        state(store, B),
        founded,
        "the other organisation sees something"
    );
    write(store, |tx| furnish(B, tx));
    let renamed = |org: OrgId| state(store, org).replace(&org.to_string(), "");
    assert_eq!(renamed(A), renamed(B), "the same was done in both");

    let (records, beside) = (state(store, B), beside_records(store, B));
    write(store, |tx| everything(A, tx));
    assert_ne!(state(store, A), records);
    assert_eq!(
        (records, beside),
        (state(store, B), beside_records(store, B))
    );
    assert_eq!(
        write(store, |tx| tx.next_number(B)),
        1,
        "the other's counter was moved"
    );
    write(store, |tx| everything(B, tx));
    assert!(
        beside_records(store, A).contains("Some(AccessToken"),
        "the caps are each its own"
    );
    assert!(
        beside_records(store, A).contains("Some(RefreshToken"),
        "the caps are each its own"
    );
}

fn a_job_that_is_given_up_leaves_nothing<S: Store>(store: &S) {
    found(store);
    write(store, |tx| furnish(A, tx));
    let (records, beside) = (states(store), beside_records(store, A));
    given_up(store, |tx| everything(A, tx));
    assert_eq!((records, beside), (states(store), beside_records(store, A)));
    let code = write(store, |tx| {
        tx.take_grant_code(&digest(&format!("code {A}")))
    });
    assert_eq!(code, None);
    write(store, |tx| everything(A, tx));
    let code = write(store, |tx| {
        tx.take_grant_code(&digest(&format!("code {A}")))
    });
    assert!(
        code.is_some(),
        "the same job was not given up and left nothing"
    );
}

fn a_job_that_fails_half_way_leaves_nothing<S: Store>(store: &S) {
    found(store);
    write(store, |tx| furnish(A, tx));
    let beside = beside_records(store, A);
    refused(store, |tx| {
        everything(A, tx)?;
        // The record exists already.
        tx.insert_record(permit(A, leads(), id(1)), &new_record("again", 20))
    });
    assert_eq!(beside, beside_records(store, A));
}
