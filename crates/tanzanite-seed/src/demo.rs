//! The built-in seeds: the demo with its pictures, and the template that `tanzanite init` writes.

use super::{Seed, SeedError};
use bytes::Bytes;

/// The template of `tanzanite init`, with `{{SECRET}}` in place of a fresh random text.
pub const TEMPLATE: &str = include_str!("template.toml");

const DEMO: &str = include_str!("demo.toml");

/// The demo's pictures, drawn for it, 64 × 64 pixels.
const PICTURES: &[(&str, &[u8])] = &[
    ("alma.png", include_bytes!("pictures/alma.png")),
    ("bench.png", include_bytes!("pictures/bench.png")),
    ("bram.bmp", include_bytes!("pictures/bram.bmp")),
    ("emil.jpg", include_bytes!("pictures/emil.jpg")),
    ("leon.png", include_bytes!("pictures/leon.png")),
    ("plane.png", include_bytes!("pictures/plane.png")),
    ("rosa.png", include_bytes!("pictures/rosa.png")),
    ("shop.png", include_bytes!("pictures/shop.png")),
    ("sofia.jpg", include_bytes!("pictures/sofia.jpg")),
    ("yuki.gif", include_bytes!("pictures/yuki.gif")),
];

impl Seed {
    /// The built-in demo. A test shows that it is valid; this returns a `Result` because library code must not panic.
    pub fn demo() -> Result<Self, SeedError> {
        Self::parse("demo.toml", DEMO)
    }
}

/// One of the demo's pictures.
pub fn demo_picture(name: &str) -> Option<Bytes> {
    let picture = PICTURES.iter().find(|(known, _)| *known == name);
    picture.map(|(_, bytes)| Bytes::from_static(bytes))
}

#[cfg(test)]
mod tests {
    use super::super::settings::SECRET_PLACEHOLDER;
    use super::*;
    use crate::access::PlannedToken;
    use crate::records::PlannedRecord;
    use crate::shapes::Lifetime;
    use tanzanite_crm::metadata::{DefaultAccess, Metadata, UserStatus};
    use tanzanite_protocol::endpoint::Permission;
    use tanzanite_protocol::media::{ImageKind, inspect};
    use tanzanite_protocol::{ScopeNeed, ScopeOperation};

    struct Demo {
        seed: Seed,
        metadata: Metadata,
    }

    impl Demo {
        fn new() -> Self {
            let seed = Seed::demo().unwrap_or_else(|error| panic!("{error}"));
            let metadata = Metadata::new(seed.items.clone()).expect("an organisation");
            Self { seed, metadata }
        }

        fn record(&self, key: &str) -> &PlannedRecord {
            self.seed
                .records
                .iter()
                .find(|record| record.key == key)
                .expect(key)
        }

        fn token(&self, name: &str) -> &PlannedToken {
            self.seed
                .tokens
                .iter()
                .find(|token| token.name == name)
                .expect(name)
        }

        fn covers(&self, token: &str, operation: &'static [ScopeOperation]) -> bool {
            let need = ScopeNeed::module(operation);
            self.token(token)
                .scopes
                .iter()
                .any(|scope| scope.covers(&need, Some("leads")))
        }
    }

    #[test]
    fn the_demo_is_public_and_says_so() {
        let demo = Demo::new();
        assert!(demo.seed.is_demo());
        assert!(
            demo.seed.secret.contains("public"),
            "nobody may take it for a secret"
        );
        let users = demo.metadata.users().iter();
        assert!(
            users
                .clone()
                .all(|user| user.email.ends_with("@example.com"))
        );
    }

    #[test]
    fn the_demo_s_pictures_are_real_small_and_of_all_formats() {
        let demo = Demo::new();
        let mut kinds = Vec::new();
        for name in demo.seed.pictures() {
            let bytes = demo_picture(name).expect(name);
            assert!(bytes.len() < 6000, "{name}");
            kinds.push(
                inspect(&bytes)
                    .map(|image| (image.kind, image.pixels))
                    .expect(name),
            );
        }
        for kind in [
            ImageKind::Png,
            ImageKind::Jpeg,
            ImageKind::Gif,
            ImageKind::Bmp,
        ] {
            assert!(kinds.contains(&(kind, 64 * 64)), "{kind:?}");
        }
        assert_eq!(kinds.len(), PICTURES.len(), "each is used");
        assert_eq!(demo_picture("nobody.png"), None);
    }

    /// The records for the error table, by key.
    #[test]
    fn the_demo_has_every_situation_of_a_record() {
        let demo = Demo::new();
        for key in [
            "with_photo",
            "with_photo_jpeg",
            "with_photo_gif",
            "with_photo_bmp",
        ] {
            let record = demo.record(key);
            let free = record.photo.is_some() && record.lock.is_none() && !record.deleted;
            assert!(free && record.api_name == "Leads", "{key}");
        }
        let without = demo.record("without_photo");
        assert!(without.photo.is_none() && without.lock.is_none() && !without.deleted);
        for (key, automatic, photo) in [
            ("locked", false, true),
            ("locked_automatically", true, true),
            ("locked_without_photo", false, false),
        ] {
            let record = demo.record(key);
            let lock = record.lock.as_ref().expect(key);
            assert_eq!(
                (lock.automatic, record.photo.is_some()),
                (automatic, photo),
                "{key}"
            );
        }
        assert!(demo.record("deleted").deleted && demo.record("deleted").photo.is_some());
        for (key, module) in [
            ("private_of_other", "Contacts"),
            ("account", "Accounts"),
            ("product", "Products"),
            ("vendor", "Vendors"),
            ("workshop", "Workshops"),
        ] {
            let record = demo.record(key);
            assert!(record.api_name == module && record.photo.is_some(), "{key}");
        }
        assert_eq!(demo.record("deal").api_name, "Deals");
        assert_eq!(demo.record("task").api_name, "Tasks");
        let workshops = demo.metadata.module("Workshops").expect("Workshops");
        assert!(workshops.custom && workshops.fields.iter().any(|field| field.unique));
    }

    /// Permissions as far as settings decide them; the order of checks is tested with the operations.
    #[test]
    fn the_demo_has_every_situation_of_a_user() {
        let demo = Demo::new();
        let metadata = &demo.metadata;
        let user = |token: &str| metadata.user(demo.token(token).user).expect("a user");
        let profile = |token: &str| metadata.profile(user(token).profile).expect("a profile");
        let leads = metadata.module("Leads").expect("Leads");

        assert!(profile("admin").administrator);
        assert!(!profile("no_delete").permits(leads, Permission::Delete));
        assert!(profile("no_delete").permits(leads, Permission::Edit));
        let locking = metadata.locking(leads).expect("a configuration");
        assert_eq!(locking.excluded_profiles, [profile("lock_exempt").id]);
        assert_eq!(user("inactive_user").status, UserStatus::Disabled);

        let owner = metadata
            .user(demo.record("private_of_other").owner)
            .expect("an owner");
        let contacts = metadata.module("Contacts").expect("Contacts");
        assert_eq!(metadata.default_access(contacts), DefaultAccess::Private);
        assert!(profile("stranger").permits(contacts, Permission::Delete));
        assert_ne!(user("stranger").id, owner.id);
        assert!(!metadata.is_superior(user("stranger").role, owner.role));
        assert!(metadata.is_superior(user("manager").role, owner.role));
        for (module, access) in [
            ("Accounts", DefaultAccess::PublicReadOnly),
            ("Products", DefaultAccess::PublicReadWriteDelete),
        ] {
            let module = metadata.module(module).expect(module);
            assert_eq!(metadata.default_access(module), access);
            let record = if module.api_name == "Accounts" {
                "account"
            } else {
                "product"
            };
            assert_ne!(demo.record(record).owner.get(), user("stranger").id);
        }
        let locked = metadata
            .user(demo.record("locked").owner)
            .expect("an owner");
        assert!(metadata.is_superior(user("lock_exempt").role, locked.role));
    }

    #[test]
    fn the_demo_has_every_situation_of_a_token() {
        let demo = Demo::new();
        for (token, read, write, delete) in [
            ("admin", true, true, true),
            ("read_only", true, false, false),
            ("write_only", false, true, false),
            ("no_delete", true, true, true),
            ("stranger", true, true, true),
            ("manager", true, true, true),
            ("lock_exempt", true, true, true),
            ("expired", true, true, true),
            ("inactive_user", true, true, true),
            ("refresh", true, true, true),
            ("code_python", true, true, true),
            ("code_node", true, true, true),
            ("code_typescript", true, true, true),
        ] {
            let found = [
                ScopeOperation::Read,
                ScopeOperation::Write,
                ScopeOperation::Delete,
            ]
            .map(|operation| match operation {
                ScopeOperation::Read => demo.covers(token, &[ScopeOperation::Read]),
                ScopeOperation::Write => demo.covers(token, &[ScopeOperation::Write]),
                _ => demo.covers(token, &[ScopeOperation::Delete]),
            });
            assert_eq!(found, [read, write, delete], "{token}");
        }
        let expired: Vec<&str> = demo
            .seed
            .tokens
            .iter()
            .filter(|token| token.lifetime == Lifetime::Expired)
            .map(|token| token.name.as_str())
            .collect();
        assert_eq!(expired, ["expired"]);
    }

    #[test]
    fn the_template_is_sound_once_its_secret_is_written() {
        let error = Seed::parse("tanzanite.toml", TEMPLATE).unwrap_err();
        assert_eq!(error.problems().len(), 1, "{error}");
        assert!(error.to_string().contains("`tanzanite init`"), "{error}");
        assert_eq!(TEMPLATE.matches(SECRET_PLACEHOLDER).count(), 1);

        let text = TEMPLATE.replace(SECRET_PLACEHOLDER, &"5ee2".repeat(16));
        let seed = Seed::parse("tanzanite.toml", &text).unwrap_or_else(|error| panic!("{error}"));
        assert!(!seed.is_demo());
        let credentials = seed.credentials();
        assert!(credentials.tokens.contains_key("admin"));
        assert!(!credentials.records.is_empty());
    }
}
