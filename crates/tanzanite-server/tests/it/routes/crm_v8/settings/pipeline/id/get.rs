//! `GET /crm/v8/settings/pipeline/{id}?layout_id=`.

use crate::routes::crm_v8::settings::pipeline::get::{get, layout};
use crate::world::{World, text};

#[test]
fn a_pipeline_is_read_by_its_id() {
    let world = World::demo();
    let layout = layout(&world);
    let all = get(&world, &format!("?layout_id={layout}"));
    let id = text(&all.json()["pipeline"][0]["id"]);
    assert_eq!(
        get(&world, &format!("/{id}?layout_id={layout}")).text(),
        all.text()
    );
    assert_eq!(get(&world, &format!("/1?layout_id={layout}")).status, 204);
    assert_eq!(
        get(&world, &format!("/{id}")).code(),
        "REQUIRED_PARAM_MISSING"
    );
}
