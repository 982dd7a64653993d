//! `GET /crm/v8/org`.

use crate::world::World;
use insta::assert_snapshot;
use tanzanite_crm::AuthMode;

#[test]
fn the_organisation_is_the_token_s() {
    let world = World::demo();
    assert_snapshot!(world.actor("stranger").get("/crm/v8/org"), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"org":[{"country":null,"photo_id":null,"city":null,"description":null,"type":"production","created_time":"2024-01-15T09:00:00+01:00","mc_status":false,"gapps_enabled":false,"translation_enabled":false,"street":null,"domain_name":"larkspur","alias":null,"currency":"Euro","id":"3652397000000190000","employee_count":null,"state":null,"fax":null,"zip":null,"website":null,"currency_symbol":"€","mobile":null,"currency_locale":"en_DE","primary_zuid":null,"zia_portal_id":null,"time_zone":"Europe/Berlin","zgid":"600100200","country_code":"DE","deletable_org_account":false,"license_details":{"paid_expiry":null,"users_license_purchased":7,"trial_type":null,"trial_expiry":null,"paid":true,"paid_type":"enterprise","portal_users_license_purchased":0,"trial_action":null},"hierarchy_preferences":{"type":"Role_Hierarchy","strictly_reporting":false},"phone":null,"company_name":"Larkspur Hand Tools","privacy_settings":false,"primary_email":"office@example.com","iso_code":"EUR","hipaa_compliance_enabled":false,"lite_users_enabled":false,"max_per_page":200,"oauth_presence":true,"zia_zgid":null}]}
    "#);
}

#[test]
fn the_scope_does_not_do() {
    let world = World::demo();
    assert_snapshot!(world.refused(|world| world.actor("write_only").get("/crm/v8/org")), @r#"
    401
    content-type: application/json;charset=UTF-8

    {"code":"OAUTH_SCOPE_MISMATCH","details":{},"message":"Unauthorized","status":"error"}
    "#);
    assert_eq!(
        world
            .refused(|world| world.anyone().get("/crm/v8/org"))
            .code(),
        "AUTHENTICATION_FAILURE"
    );
}

#[test]
fn a_server_may_be_started_to_take_any_token_or_none() {
    for (mode, without, unknown) in [
        (AuthMode::Strict, 401, 401),
        (AuthMode::Any, 401, 200),
        (AuthMode::Off, 200, 200),
    ] {
        let world = World::with_auth(mode);
        assert_eq!(
            world.anyone().get("/crm/v8/org").status,
            without,
            "{mode:?}"
        );
        assert_eq!(
            world.bearing("Zoho-oauthtoken x").get("/crm/v8/org").status,
            unknown,
            "{mode:?}"
        );
        let known = world
            .actor("stranger")
            .get("/crm/v8/users?type=CurrentUser")
            .json();
        assert_eq!(
            known["users"][0]["first_name"], "Ines",
            "{mode:?}: a token that is known is its user's"
        );
    }
}
