//! Archives of one organisation: added to a store with others, completely or not at all.

use super::archive::{archived, not_restored, on, restored};
use super::world::{digest, other, raw_rows, refresh_token, role};
use super::{
    LATER, PAGE, folder, fresh_schema, goes_on, opened, populated, same, schema, snapshots_of,
    whole_state,
};
use crate::postgres::{bucket, open};
use crate::postgres_objects::names_become;
use crate::support::{id, leads, new_record, org, permit, photo, raw, read, stamp, write};
use std::ops::ControlFlow;
use std::time::Duration;
use tanzanite_crm::metadata::{Organisation, SettingsItem, plant};
use tanzanite_crm::policy::Permit;
use tanzanite_crm::transaction::{Authorization, Client, RefreshToken};
use tanzanite_crm::{Stored, Transaction};
use tanzanite_protocol::{OrgId, RecordId, Timestamp};
use tanzanite_store::{Blobs, CopyError, CopyPhase, Database, Store as _, restore, verify_archive};
use tanzanite_testbed::{Postgres, S3, needs};

fn neighbour() -> OrgId {
    OrgId::new(700_000_001).expect("an id")
}

fn theirs<O>(record: i64) -> Permit<O> {
    let record = RecordId::new(record).expect("an id");
    Permit::bypassing_policy_as_operator(neighbour(), leads(), record, "a test of the store")
}

/// Makes an organisation that uses the same numbers as another one, and snapshots with the same ids.
fn move_in(database: &Database, client: &'static str) {
    let store = opened(database);
    write(&store, move |tx| {
        let organisation = Organisation {
            zgid: neighbour().get(),
            ..Organisation::default()
        };
        plant(neighbour(), &[SettingsItem::Organisation(organisation)], tx)?;
        tx.next_number(neighbour())?;
        tx.put_client(&Client {
            id: client.to_owned(),
            org: neighbour(),
            secret: digest("their secret"),
            redirect_uri: None,
        })?;
        for number in 0..3 {
            let token = RefreshToken {
                authorization: Authorization {
                    org: neighbour(),
                    client: client.to_owned(),
                    ..refresh_token(11).authorization
                },
                ..refresh_token(11)
            };
            tx.put_refresh_token(&digest(&format!("theirs {number}")), &token, 10, &[])?;
        }
        tx.insert_record(theirs(1), &new_record("theirs"))?;
        tx.put_file(theirs(1), &photo("theirs", vec![3; 99]), stamp(4))?;
        for name in ["then", "seed", "later"] {
            tx.take_snapshot(neighbour(), name, Timestamp::from_millis(8))?;
        }
        Ok(())
    });
}

fn state_of(database: &Database, org: OrgId) -> String {
    let store = opened(database);
    assert_eq!(store.verify(), Ok(Vec::new()));
    read(&store, move |tx| tanzanite_store::dump(org, tx)) + &snapshots_of(&store, org)
}

fn organisations(database: &Database) -> Vec<OrgId> {
    read(&opened(database), |tx| tx.organisations())
}

/// Whether the first refresh token of an organisation exists.
fn has_token(database: &Database, name: &'static str) -> bool {
    let found = read(&opened(database), move |tx| tx.refresh_token(&digest(name)));
    found.is_some()
}

#[test]
fn an_organisation_moves_in_beside_others_and_says_the_same_there() {
    needs!("postgres", "s3");
    let (here, there) = (tempfile::tempdir(), tempfile::tempdir());
    let (here, there) = (here.expect("a folder"), there.expect("a folder"));
    let source = populated(here.path());
    let before = state_of(&source, org());
    let last = write(&opened(&source), |tx| tx.next_number(org()));
    let archive = archived(&source, Some(org()));
    let copied = verify_archive(archive.as_slice(), &mut on).expect("it is sound");
    assert_eq!(copied.photos, 5);
    let in_folder = folder(there.path());
    let in_rows = fresh_schema(Blobs::in_rows());
    let in_s3 = fresh_schema(bucket().1);
    for (round, target) in (1..).zip([&in_folder, &in_rows, &in_s3]) {
        move_in(target, "700.N");
        let neighbours = state_of(target, neighbour());
        assert_eq!(restored(&archive, target), copied);
        assert_eq!(organisations(target), [org(), neighbour()]);
        assert_eq!(state_of(target, org()), before);
        assert_eq!(state_of(target, neighbour()), neighbours);
        assert!(has_token(target, "refresh 4") && has_token(target, "theirs 0"));
        assert!(
            archived(target, Some(org())) == archive,
            "it has another archive"
        );
        // Later writes come after the copied rows.
        goes_on(target, last, round);
        assert_eq!(state_of(target, neighbour()), neighbours);
    }
}

/// The snapshots have other ids there, and the same content: photos that only they refer to, numbers, tokens.
#[test]
fn an_organisation_that_moved_in_is_made_what_its_snapshots_say() {
    needs!("postgres", "s3");
    let (here, there) = (tempfile::tempdir(), tempfile::tempdir());
    let (here, there) = (here.expect("a folder"), there.expect("a folder"));
    let source = populated(here.path());
    let archive = archived(&source, Some(org()));
    let go_back = |database: &Database| {
        let store = opened(database);
        let known = read(&store, |tx| tx.snapshots(org()));
        assert_eq!(known.len(), 1);
        // Numbers drawn since the snapshot are drawn again.
        let number = write(&store, |tx| tx.next_number(org()));
        assert!(write(&store, |tx| tx.restore_snapshot(org(), "then")));
        assert_eq!(write(&store, |tx| tx.next_number(org())), number);
        drop(store);
        state_of(database, org())
    };
    let photo_of_2 = |database: &Database| {
        let head = read(&opened(database), |tx| {
            tx.record_head(org(), leads(), id(2))
        });
        head.expect("a record").image
    };
    assert_eq!(photo_of_2(&source), None);
    let before = go_back(&source);
    assert_eq!(photo_of_2(&source).as_deref(), Some("image 2 again"));
    for target in [
        folder(there.path()),
        fresh_schema(Blobs::in_rows()),
        fresh_schema(bucket().1),
    ] {
        move_in(&target, "700.N");
        let neighbours = state_of(&target, neighbour());
        restored(&archive, &target);
        assert_eq!(go_back(&target), before);
        assert!(has_token(&target, "refresh 4"));
        // Another snapshot gets another id, and a photo is removed with its last reference.
        write(&opened(&target), |tx| {
            tx.take_snapshot(org(), "now", Timestamp::from_millis(60))?;
            tx.remove_snapshot(org(), "then")?;
            tx.remove_file(permit(2), stamp(61))?;
            tx.remove_snapshot(org(), "now")
        });
        assert_eq!(state_of(&target, neighbour()), neighbours);
        let left = archived(&target, Some(org()));
        let left = verify_archive(left.as_slice(), &mut on).expect("it is sound");
        assert_eq!(left.photos, 4);
        assert!(write(&opened(&target), |tx| tx.remove_organisation(org())));
        assert_eq!(state_of(&target, neighbour()), neighbours);
        // The organisation can be added again.
        restored(&archive, &target);
        assert_eq!(go_back(&target), before);
    }
}

/// A node's cached data is not used for a later organisation with the same number.
#[test]
fn a_node_that_knew_an_organisation_knows_it_anew_when_it_comes_again() {
    needs!("postgres");
    let here = tempfile::tempdir().expect("a folder");
    let archive = archived(&populated(here.path()), Some(org()));
    let target = fresh_schema(Blobs::in_rows());
    restored(&archive, &target);
    let node = opened(&target);
    let roles = || {
        let metadata = read(&node, |tx| tx.metadata(org())).expect("settings");
        metadata.roles().len()
    };
    let before = roles();
    let number = write(&node, |tx| {
        plant(org(), &[role(93, "of before")], tx)?;
        tx.next_number(org())
    });
    assert_eq!(roles(), before + 1);
    assert!(write(&node, |tx| tx.remove_organisation(org())));
    restored(&archive, &target);
    assert_eq!(roles(), before);
    assert_eq!(write(&node, |tx| tx.next_number(org())), number);
}

#[test]
fn organisations_that_move_one_by_one_are_all_there_in_the_end() {
    needs!("postgres");
    let (here, there) = (tempfile::tempdir(), tempfile::tempdir());
    let (here, there) = (here.expect("a folder"), there.expect("a folder"));
    let source = populated(here.path());
    for target in [folder(there.path()), fresh_schema(Blobs::in_rows())] {
        for org in [other(), org()] {
            restored(&archived(&source, Some(org)), &target);
        }
        same(&whole_state(&target), &whole_state(&source));
    }
}

#[test]
fn an_organisation_or_client_that_is_there_already_is_refused() {
    needs!("postgres", "s3");
    let (here, there) = (tempfile::tempdir(), tempfile::tempdir());
    let (here, there) = (here.expect("a folder"), there.expect("a folder"));
    let source = populated(here.path());
    let archive = archived(&source, Some(org()));
    let before = raw_rows(here.path());
    let error = not_restored(&archive, &source);
    assert!(
        matches!(&error, CopyError::OrganisationThere { org: there, .. } if *there == org()),
        "{error:?}"
    );
    assert!(error.to_string().contains("left alone"), "{error}");
    same(&raw_rows(here.path()), &before);

    for target in [folder(there.path()), fresh_schema(bucket().1)] {
        // This client is the last of the organisation's.
        move_in(&target, "Ä");
        let before = state_of(&target, neighbour());
        let error = not_restored(&archive, &target);
        assert!(
            matches!(&error, CopyError::ClientThere { id, .. } if id == "Ä"),
            "{error:?}"
        );
        assert_eq!(organisations(&target), [neighbour()]);
        assert_eq!(state_of(&target, neighbour()), before);
        assert!(!has_token(&target, "refresh 4"));
    }
    // One leftover row is enough to refuse, since it would be mixed with the new organisation.
    raw(there.path())
        .execute("DELETE FROM clients", [])
        .and_then(|_| {
            let lock = "INSERT INTO locks VALUES (?1, 9, 9, '', 0, 1, 1, 1, 1)";
            raw(there.path()).execute(lock, [org().get()])
        })
        .expect("changes");
    let error = not_restored(&archive, &folder(there.path()));
    assert!(
        matches!(error, CopyError::OrganisationThere { .. }),
        "{error:?}"
    );
}

#[test]
fn an_organisation_with_a_text_that_postgres_cannot_hold_is_not_added() {
    needs!("postgres");
    let here = tempfile::tempdir().expect("a folder");
    let source = populated(here.path());
    let change = "UPDATE records SET name = 'a' || char(0) WHERE org = ?1 AND id = 5";
    let changed = raw(here.path()).execute(change, [org().get()]);
    changed.expect("a change");
    let target = fresh_schema(Blobs::in_rows());
    move_in(&target, "700.N");
    let error = not_restored(&archived(&source, Some(org())), &target).to_string();
    assert!(error.contains("left as it was"), "{error}");
    assert!(
        error.contains("id 5) to ") && error.contains("name has the character U+0000"),
        "{error}"
    );
    assert_eq!(organisations(&target), [neighbour()]);
}

/// Stopped after each page, and interrupted by damage near the end of the archive.
#[test]
fn an_organisation_that_does_not_come_to_its_end_leaves_nothing() {
    needs!("postgres", "s3");
    let (here, there) = (tempfile::tempdir(), tempfile::tempdir());
    let (here, there) = (here.expect("a folder"), there.expect("a folder"));
    let source = populated(here.path());
    let archive = archived(&source, Some(org()));
    let target = folder(there.path());
    move_in(&target, "700.N");
    let before = raw_rows(there.path());
    let mut pages = 0;
    loop {
        let mut left = pages;
        let result = restore(archive.as_slice(), &target, PAGE, &mut |_| {
            if left == 0 {
                return ControlFlow::Break(());
            }
            left -= 1;
            ControlFlow::Continue(())
        });
        if result.is_ok() {
            break;
        }
        assert!(matches!(result, Err(CopyError::Stopped)), "{result:?}");
        same(&raw_rows(there.path()), &before);
        pages += 1;
    }
    assert!(pages > 44, "{pages} pages");

    let mut damaged = archive.clone();
    *damaged.last_mut().expect("a byte") ^= 1;
    let name = Postgres::shared().fresh_schema();
    let (objects, blobs) = bucket();
    let target = schema(&name, blobs);
    move_in(&target, "700.N");
    let error = not_restored(&damaged, &target);
    assert!(matches!(error, CopyError::Archive(_)), "{error:?}");
    assert_eq!(organisations(&target), [neighbour()]);
    // The uploaded objects have no rows.
    assert_eq!(S3::shared().names(&objects).len(), 1 + 5);
    let Database::Postgres(options) = &target else {
        panic!("it is in PostgreSQL");
    };
    let store = open(options);
    // The server notices with a delay that the connection has ended.
    let swept = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        store.sweep(LATER).expect("a sweep").orphans == 5
    });
    assert!(swept, "they stay");
    assert_eq!(store.verify(), Ok(Vec::new()));
    drop(store);
    restored(&archive, &target);
    assert_eq!(state_of(&target, org()), state_of(&source, org()));
}

/// Other organisations are served meanwhile, and see nothing of the new one before it is complete.
#[test]
fn an_organisation_is_added_to_a_store_in_postgres_while_it_is_used() {
    needs!("postgres", "s3");
    let here = tempfile::tempdir().expect("a folder");
    let archive = archived(&populated(here.path()), Some(org()));
    let (objects, blobs) = bucket();
    let target = schema(&Postgres::shared().fresh_schema(), blobs);
    move_in(&target, "700.N");
    let store = opened(&target);
    let Database::Postgres(options) = &target else {
        panic!("it is in PostgreSQL");
    };
    let node = open(options);
    let mut round = 0;
    let added = restore(archive.as_slice(), &target, PAGE, &mut |progress| {
        round += 1;
        if progress.phase == CopyPhase::Copying {
            assert_eq!(read(&store, |tx| tx.organisations()), [neighbour()]);
        }
        write(&store, move |tx| meanwhile(tx, round));
        assert_eq!(node.sweep(LATER).expect("a sweep").orphans, 0);
        ControlFlow::Continue(())
    });
    assert!(added.is_ok(), "{added:?}");
    assert_eq!(read(&store, |tx| tx.organisations()), [org(), neighbour()]);
    write(&store, |tx| meanwhile(tx, 0));
    let told = read(&store, |tx| {
        let first = RecordId::new(1).expect("an id");
        tx.timeline(neighbour(), leads(), first)
    });
    assert_eq!(told.len(), 2 + round + 1, "an entry of theirs is lost");
    // The first photo of each is in its snapshots.
    names_become(&objects, 2 + 5);
    assert_eq!(store.verify(), Ok(Vec::new()));
    drop((store, node));
    assert!(archived(&target, Some(org())) == archive);
}

fn meanwhile(tx: &mut dyn Transaction, round: usize) -> Stored<()> {
    let token = RefreshToken {
        authorization: Authorization {
            org: neighbour(),
            client: "700.N".to_owned(),
            ..refresh_token(11).authorization
        },
        ..refresh_token(11)
    };
    tx.put_refresh_token(&digest(&format!("meanwhile {round}")), &token, 500, &[])?;
    let image = format!("image {round}");
    tx.put_file(theirs(1), &photo(&image, vec![8; 80]), stamp(9))
}
