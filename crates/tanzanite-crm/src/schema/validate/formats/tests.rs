//! Every format against what it is and what it is not.

use super::*;

/// Tries a matcher on texts that it must take and on texts that it must not.
fn table(matcher: fn(&str) -> bool, good: &str, bad: &str) {
    for text in good.lines().map(str::trim).filter(|text| !text.is_empty()) {
        assert!(matcher(text), "refuses {text:?}");
    }
    // A blank is written `␠` there, since those at the ends would be lost.
    for text in bad.lines().map(str::trim).filter(|text| !text.is_empty()) {
        let text = text.replace('␠', " ");
        assert!(!matcher(&text), "takes {text:?}");
    }
    assert!(!matcher(""), "takes nothing");
}

#[test]
fn dates() {
    table(
        is_date,
        "2026-07-13
        2024-02-29
        0001-01-01",
        "2026-7-13
        2025-02-29
        2026-13-01
        2026-00-10
        2026-01-00
        13/07/2026
        2026-07-13␠
        +026-07-13
        2026-07-13T00:00:00
        ２026-07-13
        2026-07-1３",
    );
}

#[test]
fn datetimes() {
    table(
        is_datetime,
        "2026-07-13T10:00:00+02:00
        2026-07-13T23:59:59-07:00
        2026-07-13T10:00:00",
        "2026-07-13
        2026-07-13T10:00:00Z
        2026-07-13T10:00:00.000+02:00
        2026-07-13T24:00:00+00:00
        2026-07-13T10:60:00
        2026-07-13T10:00:60
        2026-07-13␠10:00:00
        2026-07-13T10:00:00+0200
        2026-07-13T10:00:00+02:60
        2026-07-13T10:00:00+24:00
        2026-07-13T10:00:00+02:00Z
        2026-02-30T10:00:00
        2026-07-13T10:00
        2026-07-13T10:00:00+02:00+02:00
        T
        2026-07-13T+",
    );
}

#[test]
fn email_addresses() {
    table(
        is_email,
        "a@b.co
        ada.king+crm@example.com
        _x@sub-domain.example.museum
        müller@exämple.de
        u\u{308}@example.de
        a@b_c.example
        o'neil@example.com
        1@1.ab",
        "a
        a@
        @b.co
        a@b
        a@b.c
        a@b.c1
        a@-b.co
        a@b-.co
        a␠b@c.de
        .a@b.co
        a@b..co
        a@b.co.
        a@b@c.de
        a@b.co␠
        a,b@c.de
        a@b.aaaaaaaaaaaaaaaaaaaaaaa",
    );
    let with_domain = |length: usize| format!("a@{}.com", "b".repeat(length - 4));
    assert!(is_email(&with_domain(256)) && !is_email(&with_domain(257)));
}

#[test]
fn telephone_numbers() {
    table(
        is_phone,
        "5550100
        +1 555 0100
        +49-30-901820
        (555) 555-0100
        +1 (555) 5550100
        555.010.0100
        555-0100,12
        5550100,,;12#34
        1-800-FLOWERS
        5550100#
        5550100;
        (0 30)901820
        (555)",
        "+
        -5550100
        .5550100
        555--0100
        555␠␠0100
        555/0100
        ()
        (555
        (555).1
        5550100##
        5550100␠
        555_0100
        ٣٤٥
        (-1)2
        a@b.co
        5550100#12",
    );
}

#[test]
fn web_addresses() {
    table(
        is_website,
        "example.com
        www.example.com
        https://example.com/a?b=c#d
        HTTP://example.com:8080
        ftp://files.example.com
        exämple.de",
        "example
        http://
        https://localhost
        mailto:a@b.co
        javascript://example.com
        exa␠mple.com
        example.com/a␠b
        .com
        example..com
        example.com:port
        example.com:
        example.com:123456",
    );
}

#[test]
fn api_names() {
    table(
        is_api_name,
        "Leads
        Price_Books
        a1",
        "1a
        _a
        $users
        Lé
        a␠b
        aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    );
}

#[test]
fn times_are_answered_with_the_offset_of_the_organisation() {
    let zone = TimeZone::get("Europe/Berlin").expect("bundled zone");
    let cases = [
        ("2026-07-13T10:00:00+00:00", "2026-07-13T12:00:00+02:00"),
        ("2026-01-13T10:00:00", "2026-01-13T10:00:00+01:00"),
        ("soon", "soon"),
    ];
    for (kept, answered) in cases {
        assert_eq!(datetime_in(kept, &zone), answered);
    }
}
