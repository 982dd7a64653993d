//! `GET /crm/{version}/org`: "Get organization data".

use super::currency::currency;
use crate::endpoint::Endpoint;
use crate::metadata::Metadata;
use crate::metering::licences;
use serde_json::{Value, json};
use tanzanite_protocol::{Descriptor, Method, Reply, ScopeNeed, ScopeOperation, Timestamp, limits};

/// Reads the caller's organisation.
pub static GET: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "org.get",
        "Get Organization Data",
        Method::Get,
        "/crm/{version}/org",
    )
    .scope(ScopeNeed::group("org", &[ScopeOperation::Read])),
    |call, _| {
        Ok(Reply::json(
            200,
            &json!({ "org": [organization(call.metadata())] }),
        ))
    },
);

/// The organisation in the vendor's JSON. Address and telephone numbers are not stored and are `null`; values that
/// would have to be invented (`ezgid`) are left out. The locale of the currency is assumed to be English in the
/// organisation's country: the vendor's example has `en_US`.
fn organization(metadata: &Metadata) -> Value {
    let organisation = metadata.organisation();
    let primary = metadata
        .users()
        .iter()
        .find(|user| user.email == organisation.primary_email);
    let currency = currency(&organisation.iso_code);
    let created = Timestamp::from_millis(organisation.created_time).render(metadata.zone());
    json!({
        "country": null,
        "photo_id": null,
        "city": null,
        "description": null,
        "type": "production",
        "created_time": created,
        "mc_status": false,
        "gapps_enabled": false,
        "translation_enabled": false,
        "street": null,
        "domain_name": organisation.domain_name,
        "alias": null,
        "currency": currency.name,
        // Numbers are drawn from 1 on, so 0 is free for the organisation.
        "id": metadata.id_of(0).to_string(),
        "employee_count": null,
        "state": null,
        "fax": null,
        "zip": null,
        "website": null,
        "currency_symbol": currency.symbol,
        "mobile": null,
        "currency_locale": format!("en_{}", organisation.country_code),
        "primary_zuid": primary.map(|user| user.zuid.to_string()),
        "zia_portal_id": null,
        "time_zone": organisation.time_zone,
        "zgid": organisation.zgid.to_string(),
        "country_code": organisation.country_code,
        "deletable_org_account": false,
        "license_details": license(metadata),
        "hierarchy_preferences": { "type": "Role_Hierarchy", "strictly_reporting": false },
        "phone": null,
        "company_name": organisation.company_name,
        "privacy_settings": false,
        "primary_email": organisation.primary_email,
        "iso_code": organisation.iso_code,
        "hipaa_compliance_enabled": false,
        "lite_users_enabled": false,
        "max_per_page": limits::RECORDS_PER_PAGE_MAX,
        "oauth_presence": true,
        "zia_zgid": null,
    })
}

/// The licence: the edition for every active user, without expiry.
fn license(metadata: &Metadata) -> Value {
    let edition = metadata.organisation().edition.as_str();
    json!({
        "paid_expiry": null,
        "users_license_purchased": licences(metadata),
        "trial_type": null,
        "trial_expiry": null,
        "paid": edition != "free",
        "paid_type": edition,
        "portal_users_license_purchased": 0,
        "trial_action": null,
    })
}
