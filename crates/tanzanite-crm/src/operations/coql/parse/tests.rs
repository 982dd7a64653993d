//! Queries as clients write them, and texts that are none.

use super::*;
use proptest::prelude::*;

fn code(text: &str) -> String {
    match parse(text) {
        Ok(query) => format!("{query:?}"),
        Err(fault) => {
            let fault = fault.to_json();
            format!("{} {}", fault["code"], fault["details"])
        }
    }
}

#[test]
fn a_query_has_columns_a_module_conditions_an_order_and_a_limit() {
    let query = parse(
        "Select Last_Name, Account_Name.Industry AS Trade FROM Contacts
         WHERE ((Last_Name = 'Boyle' and Lead_Source = Advertisement) or Score not in (1, -2.5, \"x\"))
         ORDER BY Last_Name DESC, id LIMIT 40, 20;",
    )
    .expect("a query");
    let path = |text: &str| text.split('.').map(str::to_owned).collect::<Path>();
    let term = |text: &str| Term {
        path: path(text),
        aggregate: None,
    };
    let compare = |column: &str, comparator, values: &[&str]| {
        Condition::Compare(Comparison {
            path: path(column),
            comparator,
            values: values.iter().map(|&value| value.to_owned()).collect(),
            subquery: None,
        })
    };
    let expected = Query {
        columns: vec![
            Column {
                term: term("Last_Name"),
                key: "Last_Name".to_owned(),
            },
            Column {
                term: term("Account_Name.Industry"),
                key: "Trade".to_owned(),
            },
        ],
        module: "Contacts".to_owned(),
        condition: Condition::Any(vec![
            Condition::All(vec![
                compare("Last_Name", Comparator::Equal, &["Boyle"]),
                compare("Lead_Source", Comparator::Equal, &["Advertisement"]),
            ]),
            compare("Score", Comparator::NotIn, &["1", "-2.5", "x"]),
        ]),
        groups: vec![],
        order: vec![
            Sorted {
                term: term("Last_Name"),
                descending: true,
            },
            Sorted {
                term: term("id"),
                descending: false,
            },
        ],
        limit: Some(20),
        offset: 40,
    };
    assert_eq!(query, expected);
    for (limit, expected) in [
        ("limit 5", (Some(5), 0)),
        ("limit 5 offset 7", (Some(5), 7)),
        ("limit 7, 5", (Some(5), 7)),
        ("offset 7", (None, 7)),
        ("", (None, 0)),
    ] {
        let query = parse(&format!(
            "select id from Leads where id is not null {limit}"
        ));
        let query = query.expect(limit);
        assert_eq!((query.limit, query.offset), expected, "{limit}");
    }
}

#[test]
fn aggregates_that_are_none_are_refused() {
    let cases = [
        (
            "select Upper(City) from Leads where id = 1",
            r#""INVALID_DATA" {"reason":"unsupported aggregate function","column":"Upper(City)"}"#,
        ),
        (
            "select max(Amount), MAX(Amount) as x from Deals where id = 1",
            r#""DUPLICATE_DATA" {"column_name":"Amount","aggregate":"MAX"}"#,
        ),
        (
            "select count(id), sum(A), sum(B), avg(A), avg(B), min(A) from Deals where id = 1",
            r#""LIMIT_EXCEEDED" {"clause":"aggregate","limit":5}"#,
        ),
        (
            "select count(distinct City) from Leads where id = 1",
            r#""SYNTAX_ERROR" {}"#,
        ),
        (
            "select count(*) from Leads where id = 1",
            r#""SYNTAX_ERROR" {}"#,
        ),
        (
            "select count(id, City) from Leads where id = 1",
            r#""SYNTAX_ERROR" {}"#,
        ),
        (
            "select sum(A) over (partition by B) from Leads where id = 1",
            r#""SYNTAX_ERROR" {}"#,
        ),
        (
            "select City from Leads where id = 1 group by City, City",
            r#""DUPLICATE_DATA" {"clause":"group by","column_name":"City"}"#,
        ),
        (
            "select City from Leads where id = 1 group by A, B, C, D, E",
            r#""LIMIT_EXCEEDED" {"clause":"group by","limit":4}"#,
        ),
        (
            "select id from Leads where id = 1 order by City, id, City desc",
            r#""DUPLICATE_DATA" {"clause":"order by","column_name":"City"}"#,
        ),
        (
            "select City from Leads where id = 1 group by City having count(id) > 1",
            r#""API_NOT_SUPPORTED" {"clause":"having"}"#,
        ),
        (
            "select id from Leads where count(id) = 1",
            r#""API_NOT_SUPPORTED" {"clause":"function"}"#,
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(code(text), expected, "{text}");
    }
}

#[test]
fn all_else_is_refused() {
    for (text, expected) in [
        ("", r#""SYNTAX_ERROR" {}"#),
        (
            "update Leads set City = 'x' where id = 1",
            r#""SYNTAX_ERROR" {}"#,
        ),
        (
            "select id from Leads",
            r#""SYNTAX_ERROR" {"clause":"where"}"#,
        ),
        (
            "select id where id = 1",
            r#""SYNTAX_ERROR" {"clause":"from"}"#,
        ),
        ("select * from Leads where id = 1", r#""SYNTAX_ERROR" {}"#),
        (
            "select id from Leads where (id = 1",
            r#""SYNTAX_ERROR" {"near":"EOF"}"#,
        ),
        (
            "select id from where id = 1",
            r#""SYNTAX_ERROR" {"line":1,"column":16,"near":"where"}"#,
        ),
        (
            "select id from Leads where not (id = 1)",
            r#""SYNTAX_ERROR" {"operator":"not"}"#,
        ),
        (
            "select id, id from Leads where id = 1",
            r#""DUPLICATE_DATA" {"column_name":"id"}"#,
        ),
        (
            "select City as x, State as x from Leads where id = 1",
            r#""DUPLICATE_ALIAS" {"referred_columns":["City","State"],"alias":"x"}"#,
        ),
        (
            "select id from Leads where id in (select id, City from Leads where id = 1)",
            r#""INVALID_QUERY" {"sub_query_sequence":0,"column_name":["id","City"]}"#,
        ),
        (
            "select id from Leads where id = (select count(id) from Leads where id = 1)",
            r#""API_NOT_SUPPORTED" {"clause":"aggregate of a subquery"}"#,
        ),
        (
            "select id from Leads where id = 1 limit s",
            r#""INVALID_QUERY" {"limit":"s"}"#,
        ),
        (
            "select id from Leads where id = 1 limit 0",
            r#""INVALID_DATA" {}"#,
        ),
    ] {
        assert_eq!(code(text), expected, "{text}");
    }
    let deep = format!(
        "select id from Leads where {}id = 1{}",
        "(".repeat(5_000),
        ")".repeat(5_000)
    );
    assert_eq!(
        code(&deep),
        r#""LIMIT_EXCEEDED" {"clause":"where","limit":40}"#
    );
    let endless = vec!["a=1"; 2_800].join(" or ");
    let endless = code(&format!("select id from Leads where {endless}"));
    assert_eq!(endless, r#""LIMIT_EXCEEDED" {"clause":"where","limit":25}"#);
    let many = vec!["id = 1"; 26].join(" or ");
    let many = code(&format!("select id from Leads where {many}"));
    assert!(many.starts_with("\"LIMIT_EXCEEDED\""), "{many}");
}

proptest! {
    #[test]
    fn no_text_is_too_much(
        words in proptest::collection::vec("select|from|where|and|or|not|in|like|between|is|null|limit|group by|order by|count\\(|max\\(|\\(select|'a->b\\.c'|[(),.*=<>'\"-]|[a-z]{1,3}|[0-9]{1,3}", 0..60)
    ) {
        let _read = parse(&words.join(" "));
    }
}
