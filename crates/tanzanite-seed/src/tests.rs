//! The strictness of seeds, as a table of mistakes: each is reported with line, column and advice. Also: the same file
//! yields the same ids and tokens.

use super::*;

/// A valid seed. Tests break one line of it.
const SOUND: &str = r#"secret = "0123456789abcdef0123456789abcdef"
[organisation]
zgid = 1000
id_base = 5000000
company_name = "Acme"
domain_name = "acme"
primary_email = "office@example.com"
time_zone = "UTC"
iso_code = "EUR"
country_code = "DE"
edition = "enterprise"
created_time = 2026-01-01T00:00:00Z
[[profile]]
name = "Administrator"
administrator = true
permissions = ["view", "create", "edit", "delete"]
[[role]]
name = "CEO"
[[user]]
email = "ann@example.com"
last_name = "Ann"
profile = "Administrator"
role = "CEO"
[[module]]
api_name = "Projects"
singular_label = "Project"
plural_label = "Projects"
[[field]]
module = "Projects"
api_name = "Code"
data_type = "text"
length = 5
unique = true
[sharing]
Leads = "private"
[[locking]]
module = "Leads"
lock_type = "manual"
excluded_profiles = ["Administrator"]
restricted_actions = ["delete"]
[[record]]
module = "Contacts"
key = "kim"
owner = "ann@example.com"
fields = { Last_Name = "Kim", Account_Name = "acme" }
[[record]]
module = "Accounts"
key = "acme"
owner = "ann@example.com"
photo = "acme.png"
fields = { Account_Name = "Acme" }
[[record]]
module = "Projects"
key = "first"
owner = "ann@example.com"
fields = { Name = "First", Code = "A1" }
[[record]]
module = "Leads"
key = "lee"
owner = "ann@example.com"
lock = { reason = "Audit" }
fields = { Last_Name = "Lee", Email = "lee@example.com", No_of_Employees = 3 }
[[client]]
name = "one"
[[token]]
name = "admin"
kind = "access"
user = "ann@example.com"
scopes = ["ZohoCRM.modules.ALL", "ZohoCRM.modules.leads.READ"]
lifetime = "never"
"#;

fn sound() -> Seed {
    Seed::parse("seed.toml", SOUND).unwrap_or_else(|error| panic!("{error}"))
}

/// The report about the valid seed with one text replaced.
fn refusal(from: &str, to: &str) -> String {
    assert_eq!(
        SOUND.matches(from).count(),
        1,
        "{from:?} must stand once in the sound seed"
    );
    match Seed::parse("seed.toml", &SOUND.replace(from, to)) {
        Ok(_) => format!("{from:?} -> {to:?} is taken"),
        Err(error) => error.to_string(),
    }
}

fn assert_refusals(cases: &[(&str, &str, &str)]) {
    for (from, to, expected) in cases {
        assert_eq!(refusal(from, to), *expected, "{from:?} -> {to:?}");
    }
}

#[test]
fn keys_and_types_are_strict() {
    assert_refusals(&[
        (
            "last_name = \"Ann\"",
            "lastname = \"Ann\"",
            "seed.toml:19:1: [[user]] lacks `last_name`\n  Add `last_name = …` to it.\n\
             seed.toml:21:1: [[user]] has no key \"lastname\"\n  Did you mean \"last_name\"?",
        ),
        (
            "[sharing]",
            "[shearing]",
            "seed.toml:34:2: the file has no key \"shearing\"\n  Did you mean \"sharing\"?",
        ),
        (
            "zgid = 1000",
            "zgid = \"1000\"",
            "seed.toml:3:8: `zgid` is a text\n  Write a whole number of at most 63 bits here.",
        ),
        (
            "created_time = 2026-01-01T00:00:00Z",
            "created_time = 2026-01-01",
            "seed.toml:12:16: `created_time` is a date or time\n  \
             Write a time with an offset, such as 2026-03-01T09:00:00+01:00, here.",
        ),
        (
            "lock_type = \"manual\"",
            "lock_type = \"manually\"",
            "seed.toml:38:13: `lock_type` cannot be \"manually\"\n  Did you mean \"manual\"?",
        ),
        (
            "lifetime = \"never\"",
            "lifetime = -1",
            "seed.toml:70:12: `lifetime` is no time span\n  \
             Write seconds, \"never\", or \"expired\" for one that is dead already.",
        ),
        (
            "[\"view\", \"create\", \"edit\", \"delete\"]",
            "[\"view\", \"remove\"]",
            "seed.toml:16:24: a permission cannot be \"remove\"\n  \
             Use one of view, create, edit, delete.",
        ),
        (
            "lock = { reason = \"Audit\" }",
            "lock = { why = \"Audit\" }",
            "seed.toml:61:8: `lock` lacks `reason`\n  Add `reason = …` to it.\n\
             seed.toml:61:10: `lock` has no key \"why\"\n  Use one of id, reason, by, time, automatic.",
        ),
    ]);
}

#[test]
fn broken_toml_is_told_at_its_place() {
    for (from, to, place) in [
        ("zgid = 1000", "zgid = ", "seed.toml:3:"),
        ("zgid = 1000", "zgid = 1\nzgid = 1", "seed.toml:4:1: "),
    ] {
        let refusal = refusal(from, to);
        assert!(refusal.starts_with(place), "{refusal}");
        assert!(refusal.contains("Correct the TOML"), "{refusal}");
    }
}

#[test]
fn references_must_lead_somewhere() {
    assert_refusals(&[
        (
            "profile = \"Administrator\"",
            "profile = \"Administrater\"",
            "seed.toml:19:1: nobody administers the organisation\n  \
             Give an active, confirmed user a profile with `administrator = true`.\n\
             seed.toml:22:11: there is no profile \"Administrater\"\n  \
             Did you mean \"Administrator\"?",
        ),
        (
            "module = \"Accounts\"",
            "module = \"Acounts\"",
            "seed.toml:45:46: the record \"acme\" is of Acounts, not of Accounts\n  \
             There is nothing that could stand here.\n\
             seed.toml:47:10: there is no module \"Acounts\"\n  Did you mean \"Accounts\"?",
        ),
        (
            "Account_Name = \"acme\"",
            "Account_Name = \"acne\"",
            "seed.toml:45:46: there is no record with the key \"acne\"\n  Did you mean \"acme\"?",
        ),
        (
            "Account_Name = \"acme\"",
            "Account_Name = \"lee\"",
            "seed.toml:45:46: the record \"lee\" is of Leads, not of Accounts\n  Use \"acme\".",
        ),
        (
            "Leads = \"private\"",
            "Lead = \"private\"",
            "seed.toml:35:1: there is no module \"Lead\"\n  Did you mean \"Leads\"?",
        ),
    ]);
    let home = refusal("module = \"Contacts\"", "module = \"Home\"");
    assert!(
        home.starts_with("seed.toml:42:10: the module \"Home\" takes no records\n"),
        "{home}"
    );
}

#[test]
fn names_and_ids_are_given_once() {
    assert_refusals(&[
        (
            "key = \"lee\"",
            "key = \"kim\"",
            "seed.toml:59:7: a second record with the key \"kim\"\n  \
             Give it another name, or remove one of the two.",
        ),
        (
            "[[module]]",
            "[[user]]\nemail = \"ANN@example.com\"\nlast_name = \"B\"\n\
             profile = \"Administrator\"\nrole = \"CEO\"\n[[module]]",
            "seed.toml:25:9: a second user \"ANN@example.com\"\n  \
             Give it another name, or remove one of the two.",
        ),
        (
            "key = \"kim\"",
            "key = \"kim\"\nid = 5000001",
            "seed.toml:44:6: the id 5000001 lies above id_base, where the server counts\n  \
             Leave it out, or set id_base to 5000001 or more.",
        ),
        (
            "key = \"kim\"",
            "key = \"kim\"\nid = 0",
            "seed.toml:44:6: 0 is no id\n  Write a positive number.",
        ),
        (
            "fields = { Name = \"First\", Code = \"A1\" }",
            "fields = { Name = \"First\", Code = \"A1\" }\n[[record]]\nmodule = \"Projects\"\n\
             key = \"second\"\nowner = \"ann@example.com\"\n\
             fields = { Name = \"B\", Code = \"a1\" }",
            "seed.toml:57:1: the record \"first\" has the unique value \"a1\" already\n  \
             Give one of the two another value.",
        ),
    ]);
    let twice = SOUND.replace("key = \"kim\"", "key = \"kim\"\nid = 7");
    let twice = twice.replace("key = \"acme\"", "key = \"acme\"\nid = 7");
    let error = Seed::parse("seed.toml", &twice).unwrap_err().to_string();
    assert!(
        error.starts_with("seed.toml:50:6: the id 7 is given twice\n"),
        "{error}"
    );
}

#[test]
fn values_pass_the_gate_that_a_client_s_pass() {
    assert_refusals(&[
        (
            "Email = \"lee@example.com\"",
            "Email = \"lee\"",
            "seed.toml:62:39: Email cannot have this value: invalid data\n  \
             Write a value of the type email.",
        ),
        (
            "No_of_Employees = 3",
            "No_of_Employees = \"3\"",
            "seed.toml:62:76: No_of_Employees cannot have this value: invalid data\n  \
             Write a value of the type integer.",
        ),
        (
            "Code = \"A1\"",
            "Code = \"A12345\"",
            "seed.toml:56:35: Code cannot have this value: invalid data\n  \
             It has at most 5 characters or digits.",
        ),
        (
            "Name = \"First\", ",
            "",
            "seed.toml:52:1: a record of Projects lacks Name\n  Add `Name = …` to its fields.",
        ),
        (
            "Last_Name = \"Lee\"",
            "Lastname = \"Lee\"",
            "seed.toml:62:12: Leads has no field \"Lastname\"\n  Did you mean \"Last_Name\"?",
        ),
        (
            "Last_Name = \"Kim\"",
            "Owner = \"ann@example.com\", Last_Name = \"Kim\"",
            "seed.toml:45:12: `Owner` is no field here\n  Set the record's `owner`.",
        ),
    ]);
}

#[test]
fn photos_and_locks_stand_only_where_they_can() {
    assert_refusals(&[
        (
            "lock = { reason = \"Audit\" }",
            "lock = { reason = \"Audit\", automatic = true }",
            "seed.toml:61:8: records of Leads are not locked automatically\n  \
             Set the module's lock_type to \"both\".",
        ),
        (
            "lock = { reason = \"Audit\" }",
            "deleted = true\nlock = { reason = \"Audit\" }",
            "seed.toml:62:8: a deleted record has no lock\n  Remove `lock` or `deleted`.",
        ),
        (
            "photo = \"acme.png\"",
            "lock = { reason = \"Audit\" }",
            "seed.toml:50:8: records of Accounts cannot be locked\n  \
             Add a [[locking]] for the module, or remove `lock`.",
        ),
        (
            "[[client]]",
            "[[record]]\nmodule = \"Tasks\"\nkey = \"t\"\nowner = \"ann@example.com\"\n\
             photo = \"t.png\"\nfields = { Subject = \"T\" }\n[[client]]",
            "seed.toml:67:9: records of Tasks have no photos\n  Remove `photo`.",
        ),
    ]);
}

/// Regression: a client that validates picklists refused the demo's own record.
#[test]
fn a_value_that_a_picklist_does_not_list_is_told_until_it_is_listed() {
    assert_refusals(&[
        (
            "No_of_Employees = 3",
            "Industry = \"Woodworking\"",
            "seed.toml:62:69: Industry does not list \"Woodworking\"\n  \
             Write a value that it lists, or add this one: [[picklist]] with `module = \"Leads\"`, \
             `field = \"Industry\"` and `values`.",
        ),
        (
            "[sharing]",
            "[[picklist]]\nmodule = \"Leads\"\nfield = \"Industry\"\nvalues = [\"ERP\"]\n[sharing]",
            "seed.toml:37:11: Industry lists \"ERP\" already\n  Leave it out.",
        ),
        (
            "[sharing]",
            "[[picklist]]\nmodule = \"Leads\"\nfield = \"Industri\"\nvalues = [\"Wood\"]\n[sharing]",
            "seed.toml:36:9: Leads has no picklist \"Industri\"\n  Did you mean \"Industry\"?",
        ),
    ]);
    let own = "data_type = \"text\"\nlength = 5\nunique = true";
    let listed = "data_type = \"picklist\"\nvalues = [\"A1\", \"B\"]";
    let sound = SOUND.replace(own, listed);
    assert!(Seed::parse("seed.toml", &sound).is_ok());
    let error = Seed::parse("seed.toml", &sound.replace("Code = \"A1\"", "Code = \"C\""));
    let error = error.err().map(|error| error.to_string());
    assert!(
        error.is_some_and(|error| error.contains("or add this one to the field's `values`")),
        "a field of the organisation's own has its list itself"
    );
    let added = "[[picklist]]\nmodule = \"Leads\"\nfield = \"Industry\"\nvalues = [\"Woodworking\"]\n[sharing]";
    let sound = SOUND.replace("No_of_Employees = 3", "Industry = \"Woodworking\"");
    let seed = Seed::parse("seed.toml", &sound.replace("[sharing]", added));
    let metadata =
        tanzanite_crm::metadata::Metadata::new(seed.expect("a seed").items).expect("settings");
    let field = metadata
        .module("Leads")
        .and_then(|module| module.field("Industry"));
    assert_eq!(
        field
            .expect("a field")
            .unlisted(&json!("Woodworking"))
            .next(),
        None
    );
}

/// The replacement, the text that it replaces, the position, and the message.
const SETTINGS_THAT_CANNOT_BE: &[(&str, &str, &str, &str)] = &[
    (
        "secret = \"0123456789abcdef",
        "secret = \"",
        "1:10",
        "fewer than 32",
    ),
    (
        "time_zone = \"UTC\"",
        "time_zone = \"Europe/Berlyn\"",
        "8:13",
        "no time zone",
    ),
    (
        "iso_code = \"EUR\"",
        "iso_code = \"eur\"",
        "9:12",
        "no iso_code",
    ),
    (
        "id_base = 5000000",
        "id_base = 0",
        "4:11",
        "cannot begin ids",
    ),
    (
        "edition = \"enterprise\"",
        "edition = \"entreprise\"",
        "11:11",
        "cannot be",
    ),
    (
        "\"office@example.com\"",
        "\"office\"",
        "7:17",
        "no e-mail address",
    ),
    (
        "administrator = true",
        "administrator = false",
        "19:1",
        "nobody administers",
    ),
    (
        "name = \"CEO\"",
        "name = \"CEO\"\nreports_to = \"CEO\"",
        "19:14",
        "reports to itself",
    ),
    (
        "api_name = \"Projects\"",
        "api_name = \"leads\"",
        "25:12",
        "already",
    ),
    (
        "api_name = \"Code\"",
        "api_name = \"Name\"",
        "30:12",
        "already",
    ),
    (
        "api_name = \"Code\"",
        "api_name = \"a b\"",
        "30:12",
        "no API name",
    ),
    (
        "data_type = \"text\"",
        "data_type = \"txt\"",
        "31:13",
        "no data type",
    ),
    (
        "length = 5",
        "length = 256",
        "32:10",
        "cannot have the length 256",
    ),
    (
        "data_type = \"text\"",
        "data_type = \"boolean\"",
        "33:10",
        "cannot be unique",
    ),
    (
        "data_type = \"text\"",
        "data_type = \"lookup\"",
        "31:13",
        "lacks `lookup`",
    ),
    ("length = 5", "values = [\"a\"]", "32:10", "has no `values`"),
];

#[test]
fn settings_that_cannot_be_are_refused() {
    for (from, to, place, message) in SETTINGS_THAT_CANNOT_BE {
        let refusal = refusal(from, to);
        let told = refusal.lines().any(|line| {
            line.starts_with(&format!("seed.toml:{place}: ")) && line.contains(message)
        });
        assert!(told, "{from:?} -> {to:?}: {refusal}");
    }
}

#[test]
fn scopes_are_checked_and_mistyped_ones_seen() {
    let scope = "\"ZohoCRM.modules.leads.READ\"";
    assert_refusals(&[
        (
            scope,
            "\"ZohoCRM.modules.lead.READ\"",
            "seed.toml:69:34: the word \"lead\" is no module's in scopes\n  \
             Did you mean \"leads\"?",
        ),
        (
            scope,
            "\"ZohoCRM.modules.projects.READ\"",
            "seed.toml:69:34: the word \"projects\" is no module's in scopes\n  \
             All custom modules share the word \"custom\".",
        ),
        (
            scope,
            "\"ZohoCMR.modules.READ\"",
            "seed.toml:69:34: \"ZohoCMR.modules.READ\" is a scope of no service\n  \
             Did you mean \"ZohoCRM\"?",
        ),
        (
            scope,
            "\"ZohoCRM.modules\"",
            "seed.toml:69:34: \"ZohoCRM.modules\" is no scope\n  \
             Write ZohoCRM.{group}.{OPERATION} or ZohoCRM.{group}.{sub}.{OPERATION}, where the \
             operation is ALL, READ, WRITE, CREATE, UPDATE, DELETE or CUSTOM.",
        ),
    ]);
    for good in [
        "ZohoCRM.modules.notes.READ",
        "ZohoCRM.coql.READ",
        "ZohoCRM.change_owner.ALL",
        "ZohoCRM.mass_update.ALL",
        "ZohoCRM.mass_delete.ALL",
        "ZohoSearch.securesearch.READ",
    ] {
        let text = SOUND.replace("ZohoCRM.modules.leads.READ", good);
        assert!(Seed::parse("seed.toml", &text).is_ok(), "{good}");
    }
}

#[test]
fn all_problems_of_a_pass_are_told_in_the_order_of_the_file() {
    let text = SOUND.replace("Email = \"lee@example.com\"", "Email = \"lee\"");
    let text = text
        .replace("user = \"ann@", "user = \"anne@")
        .replace("\"acme\" }", "\"acne\" }");
    let error = Seed::parse("seed.toml", &text).unwrap_err();
    let lines: Vec<usize> = error
        .problems()
        .iter()
        .map(|problem| problem.line)
        .collect();
    assert_eq!(lines, [45, 62, 68]);
}

#[test]
fn the_same_file_gives_the_same_ids_and_tokens() {
    let (one, two) = (sound(), sound());
    assert!(one.credentials() == two.credentials());
    assert_eq!(one.fingerprint(), two.fingerprint());
    assert_eq!(one.items, two.items);
    assert_eq!(one.fingerprint().len(), 64);

    let other = SOUND.replace(
        "0123456789abcdef0123456789abcdef",
        "another secret, as long as the first",
    );
    let other = Seed::parse("seed.toml", &other).unwrap_or_else(|error| panic!("{error}"));
    assert_ne!(one.fingerprint(), other.fingerprint());
    let (one, other) = (one.credentials(), other.credentials());
    assert_ne!(one.client_id, other.client_id);
    assert_ne!(one.client_secret, other.client_secret);
    assert!(one.tokens["admin"].text != other.tokens["admin"].text);
    assert_eq!(one.records, other.records);
}

#[test]
fn ids_are_counted_in_the_order_of_the_file() {
    let seed = sound();
    // Profile 1, role 2, user 3, locking 4, then the records, each lock before or after its surroundings.
    let credentials = seed.credentials();
    let ids = ["kim", "acme", "first", "lee"].map(|key| credentials.records[key].id.get());
    assert_eq!(ids, [5_000_005, 5_000_006, 5_000_007, 5_000_008]);
    let lock = seed.records[3].lock.as_ref().map(|lock| lock.id.get());
    assert_eq!(lock, Some(5_000_009));
    assert_eq!(seed.counted, 9);

    let named = SOUND.replace("key = \"kim\"", "key = \"kim\"\nid = 77");
    let named = Seed::parse("seed.toml", &named).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(named.credentials().records["kim"].id.get(), 77);
    assert_eq!(named.credentials().records["acme"].id.get(), 5_000_005);
}

#[test]
fn credentials_look_like_the_vendor_s() {
    let credentials = sound().credentials();
    let client = credentials.client_id.strip_prefix("1000.").expect("1000.");
    assert!(
        client.len() == 30
            && client
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    );
    assert_eq!(credentials.client_secret.len(), 42);
    assert_eq!(credentials.user_email, "ann@example.com");
    let token = &credentials.tokens["admin"];
    assert_eq!(token.kind, TokenKind::Access);
    let parts: Vec<usize> = token.text.split('.').map(str::len).collect();
    assert_eq!(parts, [4, 32, 32]);
}

#[test]
fn lookups_may_look_ahead_and_become_ids() {
    let seed = sound();
    assert_eq!(
        seed.records[0].fields["Account_Name"],
        serde_json::json!({ "id": "5000006" })
    );
    assert_eq!(seed.records[0].name, "Kim");
    assert_eq!(seed.pictures().collect::<Vec<_>>(), ["acme.png"]);
}

#[test]
fn a_seed_does_not_print_its_secrets() {
    let seed = sound();
    let printed = format!("{seed:?}");
    assert!(!printed.contains(&seed.secret), "{printed}");
    assert!(
        !printed.contains(&seed.credentials().tokens["admin"].text),
        "{printed}"
    );
}

/// As many as in a file of a few megabytes. Work that grows with the square of this would not finish.
const MANY: usize = 20_000;

/// The valid seed with this many more of something.
fn with_many(one: impl Fn(usize) -> String) -> String {
    let more: String = (0..MANY).map(one).collect();
    format!("{SOUND}{more}")
}

#[test]
fn a_file_of_nothing_but_problems_tells_the_first_and_counts_the_others() {
    let files = [
        with_many(|n| format!("[x{n}]\n")),
        with_many(|n| format!("[[role]]\nname = \"r{n}\"\nreports_to = \"nobody{n}\"\n")),
        with_many(|n| {
            format!(
                "[[role]]\nname = \"r{n}\"\nreports_to = \"r{}\"\n",
                (n + 1) % MANY
            )
        }),
        with_many(|n| {
            format!("[[field]]\nmodule = \"Leads\"\napi_name = \"F{n}\"\ndata_type = \"text\"\n")
        }),
        with_many(|n| {
            format!(
                "[[module]]\napi_name = \"M{n}\"\nsingular_label = \"M\"\nplural_label = \"M\"\n"
            )
        }),
        with_many(|n| format!("[[client]]\nname = \"c{n}\"\nclient_id = \"1000.A\"\n")),
        with_many(|n| {
            format!(
                "[[user]]\nemail = \"u{n}@example.com\"\nlast_name = \"U\"\nprofile = \"p{n}\"\nrole = \"CEO\"\n"
            )
        }),
        with_many(|n| {
            format!(
                "[[token]]\nname = \"t{n}\"\nkind = \"refresh\"\nuser = \"ann@example.com\"\nscopes = [\"ZohoCRM.modules.lead.READ\"]\n"
            )
        }),
        with_many(|n| {
            format!(
                "[[record]]\nmodule = \"Leads\"\nkey = \"k{n}\"\nowner = \"ann@example.com\"\nfields = {{ Last_Name = \"K\", X{n} = 1 }}\n"
            )
        }),
    ];
    for text in files {
        let error = Seed::parse("seed.toml", &text).expect_err("it is taken");
        let beginning = &error.to_string()[..60];
        let told = error.problems().len();
        assert_eq!(
            told,
            tanzanite_protocol::limits::SEED_PROBLEMS_MAX,
            "{beginning}"
        );
        assert!(error.more() > MANY / 2, "{beginning}: {}", error.more());
        assert!(error.to_string().ends_with(" more"), "{beginning}");
    }
}

#[test]
fn many_roles_below_one_another_and_many_users_are_a_seed() {
    let text = with_many(|n| {
        let above = n
            .checked_sub(1)
            .map_or("CEO".to_owned(), |above| format!("r{above}"));
        format!(
            "[[role]]\nname = \"r{n}\"\nreports_to = \"{above}\"\n\
             [[user]]\nemail = \"u{n}@example.com\"\nlast_name = \"U\"\nprofile = \"Administrator\"\nrole = \"r{n}\"\n"
        )
    });
    let seed = Seed::parse("seed.toml", &text).unwrap_or_else(|error| panic!("{error}"));
    let metadata = tanzanite_crm::Metadata::new(seed.items.clone()).expect("an organisation");
    let roles = metadata.roles();
    let (top, bottom) = (&roles[0], &roles[MANY]);
    assert_eq!((top.name.as_str(), bottom.name.as_str()), ("CEO", "r19999"));
    assert!(metadata.is_superior(top.id, bottom.id) && !metadata.is_superior(bottom.id, top.id));
}
