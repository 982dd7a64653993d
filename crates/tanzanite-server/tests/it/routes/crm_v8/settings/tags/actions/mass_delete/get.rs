//! `GET /crm/v8/settings/tags/actions/mass_delete?job_id=`.

use crate::world::World;

#[test]
fn a_job_that_there_is_not_is_told() {
    let world = World::demo();
    for (query, code) in [
        ("", "REQUIRED_PARAM_MISSING"),
        ("?job_id=999999999999999999", "INVALID_DATA"),
        ("?job_id=x", "INVALID_DATA"),
    ] {
        let path = format!("/crm/v8/settings/tags/actions/mass_delete{query}");
        let refused = world.refused(|world| world.actor("admin").get(&path));
        assert_eq!(refused.code(), code, "{refused}");
    }
}
