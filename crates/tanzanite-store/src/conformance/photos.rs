//! Photos: the stored bytes, and the record's reference to them.

use super::{
    A, Check, INES, JUN, found, id, insert, leads, module, new_record, permit, read, refused,
    stamp, state, write,
};
use crate::Store;
use bytes::Bytes;
use tanzanite_crm::transaction::{RecordHead, StoredFile};
use tanzanite_protocol::RecordId;
use tanzanite_protocol::media::FileKind;
use tanzanite_protocol::media::ImageKind::{Bmp, Gif, Jpeg, Png};

pub(super) fn checks<S: Store>() -> Vec<Check<S>> {
    vec![
        ("a photo is kept as it came", a_photo_is_kept_as_it_came),
        (
            "a photo is replaced and removed",
            a_photo_is_replaced_and_removed,
        ),
        ("a photo needs a record", a_photo_needs_a_record),
    ]
}

fn photo(image: &str, kind: FileKind, bytes: Vec<u8>) -> StoredFile {
    StoredFile {
        id: image.to_owned(),
        kind,
        bytes: Bytes::from(bytes),
    }
}

fn put<S: Store>(store: &S, record: RecordId, photo: StoredFile, at: i64) {
    write(store, move |tx| {
        tx.put_file(permit(A, leads(), record), &photo, stamp(at, INES))
    });
}

fn seen<S: Store>(store: &S, record: RecordId) -> (Option<RecordHead>, Option<StoredFile>) {
    read(store, move |tx| {
        let head = tx.record_head(A, leads(), record)?;
        let photo = match &head {
            Some(head) => tx.file(head)?,
            None => None,
        };
        let both = tx.head_and_file(A, leads(), record)?;
        assert_eq!(both, head.clone().map(|head| (head, photo.clone())));
        Ok((head, photo))
    })
}

fn a_photo_is_kept_as_it_came<S: Store>(store: &S) {
    found(store);
    let kinds = [
        FileKind::Image(Png),
        FileKind::Image(Jpeg),
        FileKind::Image(Gif),
        FileKind::Image(Bmp),
        FileKind::Other,
    ];
    for (number, kind) in (1..).zip(kinds) {
        insert(store, A, id(number), new_record("pictured", 1));
        let bytes: Vec<u8> = (0..=255)
            .cycle()
            .take(300_000 + kind.as_str().len())
            .collect();
        let photo = photo(&format!("image {number}"), kind, bytes);
        put(store, id(number), photo.clone(), 2);
        assert_eq!(seen(store, id(number)).1, Some(photo));
    }
    insert(store, A, id(9), new_record("empty", 1));
    put(
        store,
        id(9),
        photo("empty", FileKind::Image(Png), Vec::new()),
        2,
    );
    assert_eq!(
        seen(store, id(9)).1,
        Some(photo("empty", FileKind::Image(Png), Vec::new()))
    );
}

fn a_photo_is_replaced_and_removed<S: Store>(store: &S) {
    found(store);
    insert(store, A, id(1), new_record("pictured", 1));
    insert(store, A, id(2), new_record("other", 1));
    put(
        store,
        id(2),
        photo("of the other", FileKind::Image(Gif), vec![1, 2, 3]),
        1,
    );
    let other = seen(store, id(2));
    assert_eq!(seen(store, id(1)).1, None);
    for (image, at) in [("first", 2), ("second", 3)] {
        let photo = photo(image, FileKind::Image(Png), vec![at; 10]);
        put(store, id(1), photo.clone(), at.into());
        let (head, found) = seen(store, id(1));
        let Some(head) = head else {
            panic!("the record is gone")
        };
        assert_eq!((head.image.as_deref(), found), (Some(image), Some(photo)));
        assert_eq!(
            (head.created, head.modified),
            (stamp(1, JUN), stamp(at.into(), INES))
        );
    }
    write(store, |tx| {
        tx.remove_file(permit(A, leads(), id(1)), stamp(4, JUN))
    });
    let (head, found) = seen(store, id(1));
    let Some(head) = head else {
        panic!("the record is gone")
    };
    assert_eq!(
        (head.image, found, head.modified),
        (None, None, stamp(4, JUN))
    );
    assert_eq!(
        other,
        seen(store, id(2)),
        "another record's photo was touched"
    );
    refused(store, |tx| {
        tx.remove_file(permit(A, leads(), id(1)), stamp(5, JUN))
    });
    let told = read(store, |tx| tx.timeline(A, leads(), id(1)));
    let told: Vec<&str> = told.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(
        told,
        ["photo_deleted", "photo_uploaded", "photo_uploaded", "added"]
    );
    put(
        store,
        id(1),
        photo("third", FileKind::Image(Bmp), vec![9]),
        6,
    );
    write(store, |tx| {
        tx.delete_record(permit(A, leads(), id(1)), stamp(7, JUN))
    });
    assert!(!state(store, A).contains("third"));
}

fn a_photo_needs_a_record<S: Store>(store: &S) {
    found(store);
    insert(store, A, id(1), new_record("deleted", 1));
    insert(store, A, id(2), new_record("a Lead", 1));
    write(store, |tx| {
        tx.delete_record(permit(A, leads(), id(1)), stamp(2, JUN))
    });
    for (record, in_module) in [(1, leads()), (2, module("Contacts")), (3, leads())] {
        refused(store, move |tx| {
            let photo = photo("image", FileKind::Image(Png), vec![1]);
            tx.put_file(permit(A, in_module, id(record)), &photo, stamp(3, JUN))
        });
        refused(store, move |tx| {
            tx.remove_file(permit(A, in_module, id(record)), stamp(3, JUN))
        });
    }
}
