//! Clients, codes and tokens: stored unchanged, codes usable once, bounded in number, gone when removed.

use super::{A, B, Check, INES, JUN, authorization, digest, given_up, read, write};
use crate::Store;
use std::sync::Arc;
use tanzanite_crm::transaction::{AccessToken, Client, GrantCode, RefreshToken};
use tanzanite_protocol::{OrgId, RecordId, Timestamp};

pub(super) fn checks<S: Store>() -> Vec<Check<S>> {
    vec![
        (
            "a client is kept and replaced",
            a_client_is_kept_and_replaced,
        ),
        ("a code is taken once", a_code_is_taken_once),
        (
            "codes that are never exchanged go when new ones come",
            codes_that_are_never_exchanged_go,
        ),
        (
            "a refresh token takes its access tokens along",
            a_refresh_token_takes_its_access_tokens,
        ),
        (
            "an access token is removed alone",
            an_access_token_is_removed_alone,
        ),
        (
            "refresh tokens are capped by user and client",
            refresh_tokens_are_capped,
        ),
        (
            "access tokens are capped by refresh token",
            access_tokens_are_capped,
        ),
        (
            "of equal age the token that came first goes",
            of_equal_age_the_token_that_came_first_goes,
        ),
        ("live tokens outlast the dead", live_tokens_outlast_the_dead),
        (
            "a removed token is gone for the next read",
            a_removed_token_is_gone,
        ),
    ]
}

const LATER: i64 = 9_000_000_000_000;

fn refresh(org: OrgId, client: &str, user: RecordId, created: i64) -> RefreshToken {
    RefreshToken {
        authorization: authorization(org, client, user),
        created: Timestamp::from_millis(created),
    }
}

fn access(refresh: Option<&str>, created: i64, expires: i64) -> AccessToken {
    AccessToken {
        authorization: authorization(A, "1000.C", JUN),
        refresh: refresh.map(digest),
        created: Timestamp::from_millis(created),
        expires: Timestamp::from_millis(expires),
    }
}

fn code(expires: i64) -> GrantCode {
    GrantCode {
        authorization: authorization(A, "1000.C", JUN),
        expires: Timestamp::from_millis(expires),
    }
}

fn put_code<S: Store>(store: &S, text: &'static str, code: GrantCode, now: i64) {
    write(store, move |tx| {
        tx.put_grant_code(&digest(text), &code, Timestamp::from_millis(now))
    });
}

fn put_refresh<S: Store>(store: &S, text: &'static str, token: RefreshToken, live_max: u32) {
    write(store, move |tx| {
        tx.put_refresh_token(&digest(text), &token, live_max, &[])
    });
}

fn put_access<S: Store>(store: &S, text: &'static str, token: AccessToken, live_max: u32) {
    write(store, move |tx| {
        tx.put_access_token(&digest(text), &token, live_max)
    });
}

/// Those of the texts that are valid access tokens on a snapshot.
fn live<S: Store>(store: &S, texts: &[&'static str]) -> Vec<&'static str> {
    let texts = texts.to_vec();
    read(store, move |tx| {
        let mut live = Vec::new();
        for text in &texts {
            if tx.access_token(&digest(text))?.is_some() {
                live.push(*text);
            }
        }
        Ok(live)
    })
}

/// Those of the texts that are valid refresh tokens.
fn live_refresh<S: Store>(store: &S, texts: &[&'static str]) -> Vec<&'static str> {
    let texts = texts.to_vec();
    read(store, move |tx| {
        let mut live = Vec::new();
        for text in &texts {
            if tx.refresh_token(&digest(text))?.is_some() {
                live.push(*text);
            }
        }
        Ok(live)
    })
}

fn a_client_is_kept_and_replaced<S: Store>(store: &S) {
    assert_eq!(read(store, |tx| tx.client("1000.C")), None);
    let first = Client {
        id: "1000.C".to_owned(),
        org: A,
        secret: digest("secret"),
        redirect_uri: None,
    };
    let second = Client {
        org: B,
        secret: digest("other"),
        redirect_uri: Some("https://example.com/ä?b=c".to_owned()),
        ..first.clone()
    };
    for client in [first, second] {
        let put = client.clone();
        write(store, move |tx| tx.put_client(&put));
        assert_eq!(read(store, |tx| tx.client("1000.C")), Some(client));
    }
    assert_eq!(
        read(store, |tx| tx.client("1000.c")),
        None,
        "ids are compared exactly"
    );
}

fn a_code_is_taken_once<S: Store>(store: &S) {
    let code = code(LATER);
    put_code(store, "code", code.clone(), 0);
    assert_eq!(
        write(store, |tx| tx.take_grant_code(&digest("other"))),
        None
    );
    given_up(store, |tx| {
        assert!(tx.take_grant_code(&digest("code"))?.is_some());
        assert_eq!(
            tx.take_grant_code(&digest("code"))?,
            None,
            "within one transaction too"
        );
        Ok(())
    });
    assert_eq!(
        write(store, |tx| tx.take_grant_code(&digest("code"))),
        Some(code)
    );
    assert_eq!(write(store, |tx| tx.take_grant_code(&digest("code"))), None);
}

fn codes_that_are_never_exchanged_go<S: Store>(store: &S) {
    put_code(store, "dies at 100", code(100), 1);
    put_code(store, "dies at 101", code(101), 1);
    put_code(store, "comes dead", code(50), 99);
    let take = |text| write(store, move |tx| tx.take_grant_code(&digest(text)));
    assert_eq!(take("comes dead"), Some(code(50)), "the new code is kept");
    put_code(store, "lives", code(LATER), 100);
    assert_eq!(take("dies at 100"), None, "a dead code is kept for ever");
    assert_eq!(take("dies at 101"), Some(code(101)));
    assert_eq!(take("lives"), Some(code(LATER)));
}

fn a_refresh_token_takes_its_access_tokens<S: Store>(store: &S) {
    let token = refresh(A, "1000.C", JUN, 5);
    put_refresh(store, "r1", token.clone(), 20);
    put_refresh(store, "r2", refresh(A, "1000.C", JUN, 6), 20);
    assert_eq!(
        read(store, |tx| tx.refresh_token(&digest("r1"))),
        Some(token)
    );
    for (text, of) in [
        ("a", Some("r1")),
        ("b", Some("r1")),
        ("c", Some("r2")),
        ("d", None),
    ] {
        put_access(store, text, access(of, 7, LATER), 15);
    }
    let kept = read(store, |tx| tx.access_token(&digest("a")));
    assert_eq!(kept.as_deref(), Some(&access(Some("r1"), 7, LATER)));
    assert_eq!(live(store, &["a", "b", "c", "d"]), ["a", "b", "c", "d"]);
    given_up(store, |tx| {
        assert!(tx.remove_refresh_token(&digest("r1"))?);
        assert_eq!(
            tx.access_token(&digest("a"))?,
            None,
            "its own writes are seen"
        );
        Ok(())
    });
    assert_eq!(live(store, &["a", "b", "c", "d"]), ["a", "b", "c", "d"]);
    assert!(write(store, |tx| tx.remove_refresh_token(&digest("r1"))));
    assert!(!write(store, |tx| tx.remove_refresh_token(&digest("r1"))));
    assert_eq!(live(store, &["a", "b", "c", "d"]), ["c", "d"]);
    assert_eq!(live_refresh(store, &["r1", "r2"]), ["r2"]);
}

fn an_access_token_is_removed_alone<S: Store>(store: &S) {
    put_refresh(store, "r", refresh(A, "1000.C", JUN, 5), 20);
    put_access(store, "a", access(Some("r"), 7, LATER), 15);
    put_access(store, "b", access(Some("r"), 7, LATER), 15);
    assert!(write(store, |tx| tx.remove_access_token(&digest("a"))));
    assert!(!write(store, |tx| tx.remove_access_token(&digest("a"))));
    assert!(
        !write(store, |tx| tx.remove_access_token(&digest("r"))),
        "of the other kind"
    );
    assert!(
        !write(store, |tx| tx.remove_refresh_token(&digest("b"))),
        "of the other kind"
    );
    assert_eq!(live(store, &["a", "b"]), ["b"]);
    assert_eq!(live_refresh(store, &["r"]), ["r"]);
}

fn refresh_tokens_are_capped<S: Store>(store: &S) {
    for (text, token) in [
        ("other user", refresh(A, "1000.C", INES, 1)),
        ("other client", refresh(A, "1000.D", JUN, 1)),
        ("other organisation", refresh(B, "1000.C", JUN, 1)),
    ] {
        put_refresh(store, text, token, 2);
    }
    put_refresh(store, "r1", refresh(A, "1000.C", JUN, 10), 2);
    put_access(store, "a1", access(Some("r1"), 10, LATER), 15);
    put_refresh(store, "r2", refresh(A, "1000.C", JUN, 20), 2);
    assert_eq!(live(store, &["a1"]), ["a1"]);
    put_refresh(store, "r3", refresh(A, "1000.C", JUN, 30), 2);
    let all = [
        "other user",
        "other client",
        "other organisation",
        "r1",
        "r2",
        "r3",
    ];
    let left = [
        "other user",
        "other client",
        "other organisation",
        "r2",
        "r3",
    ];
    assert_eq!(live_refresh(store, &all), left);
    assert_eq!(
        live(store, &["a1"]),
        [""; 0],
        "the access tokens of a dead refresh token are dead"
    );
    // Exempt tokens are neither removed nor counted.
    for text in ["r4", "r5"] {
        let token = refresh(A, "1000.C", JUN, 40);
        write(store, move |tx| {
            tx.put_refresh_token(&digest(text), &token, 2, &[digest("r2")])
        });
    }
    let left = ["r2", "r4", "r5"];
    assert_eq!(live_refresh(store, &["r2", "r3", "r4", "r5"]), left);
}

fn access_tokens_are_capped<S: Store>(store: &S) {
    put_access(store, "free 1", access(None, 1, LATER), 2);
    put_access(store, "free 2", access(None, 1, LATER), 2);
    put_access(store, "free 3", access(None, 1, LATER), 2);
    put_access(store, "other", access(Some("r2"), 1, LATER), 2);
    for (text, created) in [("a1", 10), ("a2", 20), ("a3", 30)] {
        put_access(store, text, access(Some("r1"), created, LATER), 2);
        assert_eq!(live(store, &[text]), [text]);
    }
    let all = ["free 1", "free 2", "free 3", "other", "a1", "a2", "a3"];
    assert_eq!(
        live(store, &all),
        ["free 1", "free 2", "free 3", "other", "a2", "a3"]
    );
}

/// Many are issued within one millisecond, and clocks may be set back: the order of issue decides.
fn of_equal_age_the_token_that_came_first_goes<S: Store>(store: &S) {
    // Neither the order of texts nor that of digests is the order of issue.
    const TEXTS: [&str; 12] = ["g", "b", "k", "a", "l", "f", "c", "j", "e", "d", "i", "h"];
    for issued in 1..=TEXTS.len() {
        let (issued, newest) = (&TEXTS[..issued], TEXTS[issued - 1]);
        let left = &issued[issued.len().saturating_sub(3)..];
        put_refresh(store, newest, refresh(A, "1000.C", JUN, 10), 3);
        assert_eq!(live_refresh(store, issued), left);
    }
    for issued in 1..=TEXTS.len() {
        let (issued, newest) = (&TEXTS[..issued], TEXTS[issued - 1]);
        let left = &issued[issued.len().saturating_sub(3)..];
        put_access(store, newest, access(Some("h"), 10, LATER), 3);
        assert_eq!(live(store, issued), left);
    }
    put_refresh(store, "set back", refresh(A, "1000.C", JUN, 9), 3);
    assert_eq!(
        live_refresh(store, &["d", "i", "h", "set back"]),
        ["i", "h", "set back"]
    );
    put_access(store, "set back", access(Some("h"), 9, LATER), 3);
    assert_eq!(
        live(store, &["d", "i", "h", "set back"]),
        ["i", "h", "set back"]
    );
}

/// A store may remove expired tokens when new ones are issued, but never valid ones.
fn live_tokens_outlast_the_dead<S: Store>(store: &S) {
    put_access(store, "dies at 100", access(None, 1, 100), 15);
    put_access(store, "lives", access(None, 1, 101), 15);
    put_access(store, "new", access(None, 100, LATER), 15);
    assert_eq!(live(store, &["lives", "new"]), ["lives", "new"]);
    if let Some(token) = read(store, |tx| tx.access_token(&digest("dies at 100"))) {
        assert_eq!(
            token.expires,
            Timestamp::from_millis(100),
            "what is dead stays dead"
        );
    }
}

/// A store's cache must never be older than the last acknowledged change.
fn a_removed_token_is_gone<S: Store>(store: &S) {
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let readers: Vec<_> = (0..2)
        .map(|_| {
            let (store, stop) = (store.clone(), Arc::clone(&stop));
            std::thread::spawn(move || {
                // Constant reads keep the token in the cache.
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    live(&store, &["t", "u"]);
                }
            })
        })
        .collect();
    for round in 0..200 {
        put_access(store, "t", access(Some("r"), round, LATER), 15);
        assert_eq!(
            live(store, &["t"]),
            ["t"],
            "round {round}: a new token is there at once"
        );
        let how = round % 3;
        write(store, move |tx| match how {
            0 => tx.remove_access_token(&digest("t")),
            1 => tx.remove_refresh_token(&digest("r")),
            // A limit of one token revokes it.
            _ => tx
                .put_access_token(&digest("u"), &access(Some("r"), round, LATER), 1)
                .map(|()| true),
        });
        assert_eq!(
            live(store, &["t"]),
            [""; 0],
            "round {round}: a removed token is gone at once"
        );
        write(store, |tx| tx.remove_access_token(&digest("u")));
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    for reader in readers {
        assert!(reader.join().is_ok(), "a reader failed");
    }
}
