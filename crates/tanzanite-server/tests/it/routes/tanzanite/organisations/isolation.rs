//! Whatever others do on the same server, an organisation answers as if it were alone.

use super::created;
use crate::world::{World, text};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof};
use proptest::test_runner::TestRunner;
use serde_json::Value;

const NAMES: [&str; 3] = ["one", "two", "three"];
const RECORDS: [&str; 6] = [
    "with_photo",
    "with_photo_jpeg",
    "without_photo",
    "locked",
    "contact_of_manager",
    "workshop",
];
const TOKENS: [&str; 3] = ["admin", "read_only", "write_only"];

/// A step: a token of one organisation is used on a record of one that may be another.
#[derive(Clone, Debug)]
struct Step {
    by: usize,
    token: usize,
    of: usize,
    record: usize,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Get,
    GetPhoto,
    DeletePhoto,
    Update,
    Delete,
    Insert,
    List,
    Snapshot,
    Restore,
    Reset,
    Clock,
}

fn step() -> impl Strategy<Value = Step> {
    let what = prop_oneof![
        4 => Just(What::Get),
        2 => Just(What::GetPhoto),
        4 => Just(What::DeletePhoto),
        4 => Just(What::Update),
        2 => Just(What::Delete),
        4 => Just(What::Insert),
        2 => Just(What::List),
        1 => Just(What::Snapshot),
        1 => Just(What::Restore),
        1 => Just(What::Reset),
        1 => Just(What::Clock),
    ];
    let own = proptest::bool::weighted(0.7);
    let places = (
        0..NAMES.len(),
        0..TOKENS.len(),
        0..NAMES.len(),
        0..RECORDS.len(),
    );
    (places, own, what, any::<bool>()).prop_map(|((by, token, of, record), own, what, admin)| {
        Step {
            by,
            token: if admin { 0 } else { token },
            of: if own { by } else { of },
            record,
            what,
        }
    })
}

/// A server with some of the organisations.
struct Server {
    world: World,
    /// The credentials of the organisations' clients.
    organisations: Vec<Value>,
}

impl Server {
    fn with(names: &[&str]) -> Self {
        let world = World::demo();
        let organisations = names.iter().map(|name| created(&world, name)).collect();
        Self {
            world,
            organisations,
        }
    }

    /// Makes all organisations what their seed made them, with frozen clocks and a snapshot.
    fn begin(&self) {
        for organisation in &self.organisations {
            let org = text(&organisation["org"]);
            let freeze = r#"{"action":"freeze","at":"2026-03-01T08:00:00Z"}"#;
            let requests = [
                ("reset", ""),
                ("clock", freeze),
                ("snapshots", r#"{"name":"then"}"#),
            ];
            for (what, body) in requests {
                let path = format!("/_tanzanite/{what}?org={org}");
                let done = self.world.anyone().post(&path, body);
                assert_eq!(done.status, 200, "{done}");
            }
        }
    }
}

fn answer(world: &World, organisations: &[Value], step: &Step) -> String {
    let (by, of) = (&organisations[step.by], &organisations[step.of]);
    let bearer = format!(
        "Zoho-oauthtoken {}",
        text(&by["tokens"][TOKENS[step.token]]["text"])
    );
    let actor = world.bearing(&bearer);
    let record = &of["records"][RECORDS[step.record]];
    let (module, id) = (text(&record["module"]), text(&record["id"]));
    let path = format!("/crm/v8/{module}/{id}");
    let control = |what: &str| format!("/_tanzanite/{what}?org={}", text(&by["org"]));
    let anyone = world.anyone();
    let exchange = match step.what {
        What::Get => actor.get(&path),
        What::GetPhoto => actor.get(&format!("{path}/photo")),
        What::DeletePhoto => actor.delete(&format!("{path}/photo")),
        What::Update => actor.put(&path, r#"{"data":[{"Description":"changed"}]}"#),
        What::Delete => actor.delete(&path),
        What::Insert => actor.post(
            "/crm/v8/Leads",
            r#"{"data":[{"Last_Name":"New","Company":"C"}]}"#,
        ),
        What::List => actor.get("/crm/v8/Leads?fields=Last_Name,Description&sort_by=id"),
        What::Snapshot => {
            // The time of a snapshot is by the machine's clock, so it differs.
            let taken = anyone.post(&control("snapshots"), r#"{"name":"then"}"#);
            return taken.status.to_string();
        }
        What::Restore => anyone.post(&control("snapshots/then/restore"), ""),
        What::Reset => {
            let reset = anyone.post(&control("reset"), "");
            let freeze = r#"{"action":"freeze","at":"2026-03-02T08:00:00Z"}"#;
            assert_eq!(anyone.post(&control("clock"), freeze).status, 200);
            reset
        }
        What::Clock => {
            let advanced = anyone.post(&control("clock"), r#"{"action":"advance","by":"1h"}"#);
            return text(&advanced.json()["now"]);
        }
    };
    exchange.to_string()
}

#[test]
fn an_organisation_answers_as_if_it_were_alone() {
    let together = Server::with(&NAMES);
    let alone = NAMES.map(|name| Server::with(&[name]));
    let config = ProptestConfig {
        cases: 12,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let steps = proptest::collection::vec(step(), 1..60);
    let held = TestRunner::new(config).run(&steps, |steps| {
        let organisations = &together.organisations;
        together.begin();
        let answers: Vec<String> = steps
            .iter()
            .map(|step| answer(&together.world, organisations, step))
            .collect();
        for (by, alone) in alone.iter().enumerate() {
            alone.begin();
            let own = steps.iter().zip(&answers).filter(|(step, _)| step.by == by);
            for (step, answered) in own {
                assert_eq!(
                    &answer(&alone.world, organisations, step),
                    answered,
                    "{step:?}"
                );
            }
        }
        Ok(())
    });
    held.unwrap_or_else(|error| panic!("{error}"));
}
