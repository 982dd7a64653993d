//! The table of situations: the request, and the outcome that the vendor's page "Delete a Photo" states.

use super::client::Request;
use tanzanite_seed::Credentials;

/// The demo's picture of the record whose photo is deleted.
pub(super) const PICTURE: &str = "rosa.png";

/// One outcome of deleting a photo.
#[derive(Debug)]
pub(super) struct Situation {
    /// Its title.
    pub(super) title: &'static str,
    /// Its cause, in words.
    pub(super) cause: &'static str,
    /// Its precondition.
    pub(super) before: Before,
    method: &'static str,
    /// The path; `{key}` stands for the path of a record of the demo, `{id:key}` for its id.
    path: &'static str,
    /// The name of the demo's token.
    token: Option<&'static str>,
    /// The expected status.
    pub(super) status: u16,
    /// The expected code.
    pub(super) code: &'static str,
    /// The source of the expectation.
    pub(super) source: Source,
}

/// The precondition of a situation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// The demo as it is.
    Nothing,
    /// The record has a photo; it is uploaded again if necessary.
    Photo,
    /// The server's store fails.
    FailingStore,
}

/// The source of an expectation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The vendor's page "Delete a Photo".
    Page,
    /// Observed answers of the vendor's servers that the page does not list.
    Beyond,
}

/// In the order of the page, the sample reply first.
pub(super) const SITUATIONS: &[Situation] = &[
    Situation {
        title: "The photo is deleted",
        cause: "Rosa Amberg has a photo, and an administrator deletes it.",
        before: Before::Photo,
        method: "DELETE",
        path: "{with_photo}/photo",
        token: Some("admin"),
        status: 200,
        code: "SUCCESS",
        source: Source::Page,
    },
    Situation {
        title: "No module has this name",
        cause: "It is Leads, not Leeds.",
        before: Before::Nothing,
        method: "DELETE",
        path: "/crm/v8/Leeds/{id:with_photo}/photo",
        token: Some("admin"),
        status: 400,
        code: "INVALID_MODULE",
        source: Source::Page,
    },
    Situation {
        title: "Records of this module have no photos",
        cause: "Tasks is a module, but none of those whose records can have photos.",
        before: Before::Nothing,
        method: "DELETE",
        path: "{task}/photo",
        token: Some("admin"),
        status: 400,
        code: "INVALID_MODULE",
        source: Source::Page,
    },
    Situation {
        title: "The method is another",
        cause: "PUT is no method of this path.",
        before: Before::Nothing,
        method: "PUT",
        path: "{with_photo}/photo",
        token: Some("admin"),
        status: 400,
        code: "INVALID_REQUEST_METHOD",
        source: Source::Page,
    },
    Situation {
        title: "The record is not shared with this user",
        cause: "Contacts are private, this one is Jun's, and Ines does not stand above him.",
        before: Before::Nothing,
        method: "DELETE",
        path: "{private_of_other}/photo",
        token: Some("stranger"),
        status: 400,
        code: "AUTHORIZATION_FAILED",
        source: Source::Page,
    },
    Situation {
        title: "No record has this id",
        cause: "The lead that had it is in the recycle bin.",
        before: Before::Nothing,
        method: "DELETE",
        path: "{deleted}/photo",
        token: Some("admin"),
        status: 400,
        code: "INVALID_DATA",
        source: Source::Page,
    },
    Situation {
        title: "The record is locked",
        cause: "Leon Falk's record was locked by hand, and the lock holds for administrators too.",
        before: Before::Nothing,
        method: "DELETE",
        path: "{locked}/photo",
        token: Some("admin"),
        status: 400,
        code: "RECORD_LOCKED",
        source: Source::Page,
    },
    Situation {
        title: "The token's scope does not do",
        cause: "It is ZohoCRM.modules.READ; deleting wants DELETE or ALL.",
        before: Before::Nothing,
        method: "DELETE",
        path: "{with_photo}/photo",
        token: Some("read_only"),
        status: 401,
        code: "OAUTH_SCOPE_MISMATCH",
        source: Source::Page,
    },
    Situation {
        title: "The user's profile does not permit it",
        cause: "The lead is Noel's own, but his profile may delete nothing in Leads.",
        before: Before::Nothing,
        method: "DELETE",
        path: "{of_no_delete}/photo",
        token: Some("no_delete"),
        status: 403,
        code: "NO_PERMISSION",
        source: Source::Page,
    },
    Situation {
        title: "No operation has this URL",
        cause: "The version is v8, not 8.",
        before: Before::Nothing,
        method: "DELETE",
        path: "/crm/8/Leads/{id:with_photo}/photo",
        token: Some("admin"),
        status: 404,
        code: "INVALID_URL_PATTERN",
        source: Source::Page,
    },
    Situation {
        title: "The server fails",
        cause: "It is a second demo, whose database was closed while it served.",
        before: Before::FailingStore,
        method: "DELETE",
        path: "{with_photo}/photo",
        token: Some("admin"),
        status: 500,
        code: "INTERNAL_ERROR",
        source: Source::Page,
    },
    Situation {
        title: "There is no token",
        cause: "The request has no Authorization header.",
        before: Before::Nothing,
        method: "DELETE",
        path: "{with_photo}/photo",
        token: None,
        status: 401,
        code: "AUTHENTICATION_FAILURE",
        source: Source::Beyond,
    },
    Situation {
        title: "The token is dead",
        cause: "It has expired.",
        before: Before::Nothing,
        method: "DELETE",
        path: "{with_photo}/photo",
        token: Some("expired"),
        status: 401,
        code: "INVALID_TOKEN",
        source: Source::Beyond,
    },
    Situation {
        title: "The record has no photo",
        cause: "Hana Nowak never had one.",
        before: Before::Nothing,
        method: "DELETE",
        path: "{without_photo}/photo",
        token: Some("admin"),
        status: 400,
        code: "INVALID_DATA",
        source: Source::Beyond,
    },
];

impl Situation {
    /// The request, with the demo's records and tokens filled in.
    pub(super) fn request(&self, credentials: &Credentials) -> Request {
        let mut path = self.path.to_owned();
        for (key, record) in &credentials.records {
            let (module, id) = (&record.module, record.id);
            path = path.replace(&format!("{{{key}}}"), &format!("/crm/v8/{module}/{id}"));
            path = path.replace(&format!("{{id:{key}}}"), &id.to_string());
        }
        let token = self.token.and_then(|name| credentials.token(name));
        Request {
            method: self.method,
            path,
            authorization: token.map(|token| format!("Zoho-oauthtoken {token}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tanzanite_seed::Seed;

    #[test]
    fn the_demo_has_what_the_situations_name() {
        let credentials = Seed::demo().expect("the demo").credentials();
        for situation in SITUATIONS {
            let request = situation.request(&credentials);
            assert!(
                request.path.starts_with("/crm/") && !request.path.contains(['{', '}']),
                "{}",
                request.path
            );
            assert_eq!(
                request.authorization.is_some(),
                situation.token.is_some(),
                "{}",
                situation.title
            );
        }
    }
}
