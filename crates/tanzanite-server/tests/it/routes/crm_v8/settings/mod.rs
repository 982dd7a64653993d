//! `/crm/v8/settings`.

mod business_hours;
mod custom_views;
mod fields;
mod holidays;
mod layouts;
mod modules;
mod pipeline;
mod profiles;
mod recycle_bin;
mod related_lists;
pub(crate) mod tags;

use crate::world::Exchange;
use insta::assert_snapshot;

/// Calls with these queries are refused where the metadata is of one module.
fn refuses_no_module_and_unknown_ones(refused: &impl Fn(&str) -> Exchange) {
    insta::allow_duplicates! {
        assert_snapshot!(refused(""), @r#"
        400
        content-type: application/json;charset=UTF-8

        {"code":"REQUIRED_PARAM_MISSING","details":{"param_name":"module"},"message":"One of the expected parameter is missing","status":"error"}
        "#);
        assert_snapshot!(refused("?module=Leeds"), @r#"
        400
        content-type: application/json;charset=UTF-8

        {"code":"INVALID_MODULE","details":{"param_name":"module"},"message":"the module name given seems to be invalid","status":"error"}
        "#);
    }
}
