//! `GET /crm/v8/settings/related_lists/{id}?module=`.

use crate::world::World;

#[test]
fn a_list_is_read_by_its_id_which_no_other_has() {
    let world = World::demo();
    let get = |path: &str| {
        world
            .actor("admin")
            .get(&format!("/crm/v8/settings/related_lists{path}"))
    };
    let mut ids = Vec::new();
    for module in ["Leads", "Accounts", "Deals"] {
        let all = get(&format!("?module={module}")).json();
        for list in all["related_lists"].as_array().expect("lists") {
            let id = list["id"].as_str().expect("an id").to_owned();
            let one = get(&format!("/{id}?module={module}")).json();
            assert_eq!(&one["related_lists"][0], list);
            ids.push(id);
        }
    }
    let first = ids[0].clone();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
    assert_eq!(get(&format!("/{first}?module=Deals")).status, 204);
    assert_eq!(get("/x?module=Deals").status, 204);
    assert_eq!(get(&format!("/{first}")).code(), "REQUIRED_PARAM_MISSING");
}
