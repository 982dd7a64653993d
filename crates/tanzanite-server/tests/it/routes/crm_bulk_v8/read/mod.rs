//! `/crm/bulk/v8/read`.

mod criteria;
mod job_id;
mod post;

use crate::world::{Exchange, World, text};
use serde_json::{Value, json};

const PATH: &str = "/crm/bulk/v8/read";

/// Asks for a bulk read.
fn ask(world: &World, actor: &str, query: &Value) -> Exchange {
    let body = json!({ "query": query }).to_string();
    world.actor(actor).post(PATH, &body)
}

/// Has a bulk read done. Gives its path.
fn done(world: &World, actor: &str, query: &Value) -> String {
    let asked = ask(world, actor, query);
    assert_eq!(asked.status, 201, "{asked}");
    let id = text(&asked.json()["data"][0]["details"]["id"]);
    run(world);
    format!("{PATH}/{id}")
}

/// Has all work done that is due.
fn run(world: &World) {
    let run = world.anyone().post("/_tanzanite/jobs/run", "{}");
    assert_eq!(run.status, 200, "{run}");
}

/// A job as it is told.
fn told(world: &World, actor: &str, path: &str) -> Value {
    let told = world.actor(actor).get(path);
    assert_eq!(told.status, 200, "{told}");
    told.json()["data"][0].clone()
}

/// The lines of the CSV file that a bulk read has made.
fn lines(world: &World, actor: &str, path: &str) -> Vec<String> {
    let file = world.actor(actor).get(&format!("{path}/result"));
    assert_eq!(file.status, 200, "{file}");
    let zip = std::io::Cursor::new(file.body);
    let mut zip = zip::ZipArchive::new(zip).expect("a ZIP file");
    assert_eq!(zip.len(), 1);
    let mut csv = String::new();
    let mut entry = zip.by_index(0).expect("a file");
    std::io::Read::read_to_string(&mut entry, &mut csv).expect("text");
    csv.lines().map(str::to_owned).collect()
}

/// The values of one column, by its name, without quotes.
fn column(lines: &[String], name: &str) -> Vec<String> {
    let (head, rows) = lines.split_first().expect("a head");
    let place = head.split(',').position(|found| found == name);
    let place = place.unwrap_or_else(|| panic!("no {name} in {head}"));
    let cell = |row: &String| row.split(',').nth(place).expect("a cell").to_owned();
    rows.iter().map(cell).collect()
}
