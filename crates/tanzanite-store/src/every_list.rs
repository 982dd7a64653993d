//! Every list that there can be, for the tests of both stores' plans.

use tanzanite_crm::criteria::{Criteria, FieldTest, Test};
use tanzanite_crm::policy::Seen;
use tanzanite_crm::transaction::{RecordQuery, SortKey, Start};
use tanzanite_protocol::{OrgId, RecordId, Timestamp};

fn seen() -> Seen {
    Seen::bypassing_policy_as_operator(OrgId::new(7).expect("an id"), 5)
}

pub(crate) fn of_owners(owners: &[i64]) -> Seen {
    seen().of_owners(ids(owners).expect("ids"))
}

pub(crate) fn query() -> RecordQuery {
    RecordQuery::all(seen(), 20)
}

fn ids(ids: &[i64]) -> Option<Vec<RecordId>> {
    ids.iter().copied().map(RecordId::new).collect()
}

/// A word for a property of a list, and the change of a query that gives it the property.
type Kind = (&'static str, fn(&mut RecordQuery));

/// A query for every combination of properties, with its words.
pub(crate) fn queries() -> Vec<(String, RecordQuery)> {
    let mut queries = vec![(String::new(), query())];
    let mut vary = |kinds: &[Kind]| {
        let varied = queries.iter().flat_map(|(words, query)| {
            kinds.iter().map(move |(word, change)| {
                let mut query = query.clone();
                change(&mut query);
                (format!("{words}{word}"), query)
            })
        });
        queries = varied.collect();
    };
    vary(&[
        ("by id", |_| {}),
        ("by creation", |query| query.sort = SortKey::CreatedTime),
        ("by change", |query| query.sort = SortKey::ModifiedTime),
    ]);
    vary(&[
        ("", |_| {}),
        (" descending", |query| query.descending = true),
    ]);
    vary(&[
        ("", |_| {}),
        (", of owners", |query| query.seen = of_owners(&[1, 2])),
    ]);
    vary(&[("", |_| {}), (", of ids", |query| query.ids = ids(&[1, 2]))]);
    vary(&[
        ("", |_| {}),
        (", changed since", |query| {
            query.modified_since = Some(Timestamp::from_millis(1));
        }),
    ]);
    vary(&[
        ("", |_| {}),
        (", with a value", |query| {
            let test = FieldTest::Is(Test::OneOf(vec!["a".to_owned()]));
            query.criteria = Some(Criteria::field(9, test));
        }),
        (", with words", |query| {
            let word = |word: &str| {
                let test = FieldTest::Is(Test::OneOf(vec![word.to_owned()]));
                Criteria::Keys(vec![9, -9], test)
            };
            query.criteria = Some(Criteria::All(vec![word("a"), word("b")]));
        }),
        (", without a value", |query| {
            let present = Criteria::field(9, FieldTest::Present);
            query.criteria = Some(Criteria::Not(Box::new(present)));
        }),
    ]);
    vary(&[
        ("", |_| {}),
        (", after a record", |query| {
            query.start = Start::After(1, RecordId::new(1).expect("an id"));
        }),
    ]);
    queries
}
