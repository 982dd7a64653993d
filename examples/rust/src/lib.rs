//! The code under test: a small client that removes the photos of leads. It knows nothing of Tanzanite.

use std::error::Error;

/// Where the CRM is, and who asks.
#[derive(Debug)]
pub struct Crm {
    /// The API domain, such as `https://www.zohoapis.com`.
    pub domain: String,
    /// An access token.
    pub token: String,
}

/// What became of a photo.
#[derive(Debug, PartialEq, Eq)]
pub enum Removed {
    /// It is gone.
    Yes,
    /// There was none.
    NoPhoto,
    /// Somebody has locked the record.
    Locked,
}

impl Crm {
    /// Removes the photo of a lead.
    pub fn remove_photo(&self, lead: &str) -> Result<Removed, Box<dyn Error>> {
        let url = format!("{}/crm/v8/Leads/{lead}/photo", self.domain);
        let mut response = ureq::delete(&url)
            .config()
            .http_status_as_error(false)
            .build()
            .header("Authorization", format!("Zoho-oauthtoken {}", self.token))
            .call()?;
        let body: serde_json::Value = serde_json::from_str(&response.body_mut().read_to_string()?)?;
        match body["code"].as_str() {
            Some("SUCCESS") => Ok(Removed::Yes),
            Some("INVALID_DATA") => Ok(Removed::NoPhoto),
            Some("RECORD_LOCKED") => Ok(Removed::Locked),
            _ => Err(body.to_string().into()),
        }
    }
}
