//! Parses the TOML of a seed file into typed values: the known keys, their types, and which are mandatory. References
//! between them are resolved in `settings`, `records` and `access`.

use super::error::Problems;
use super::reader::{At, Reader, word};
use super::shapes::{
    ClientShape, FieldShape, Lifetime, LockShape, LockingShape, ModuleShape, OrganisationShape,
    PicklistShape, RecordShape, RoleShape, SeedFile, TokenKind, TokenShape, UserShape,
};
use super::{blueprints, profiles};
use tanzanite_crm::metadata::{DefaultAccess, LockType, RestrictedAction, UserStatus};
use toml::de::{DeTable, DeValue};

pub(super) const TOKEN_KINDS: &[(&str, TokenKind)] = &[
    ("access", TokenKind::Access),
    ("refresh", TokenKind::Refresh),
    ("code", TokenKind::Code),
];
pub(super) const USER_STATUSES: &[(&str, UserStatus)] = &[
    ("active", UserStatus::Active),
    ("disabled", UserStatus::Disabled),
    ("deleted", UserStatus::Deleted),
];
pub(super) const DEFAULT_ACCESSES: &[(&str, DefaultAccess)] = &[
    ("private", DefaultAccess::Private),
    ("public_read_only", DefaultAccess::PublicReadOnly),
    (
        "public_read_write_delete",
        DefaultAccess::PublicReadWriteDelete,
    ),
];
pub(super) const LOCK_TYPES: &[(&str, LockType)] = &[
    ("manual", LockType::Manual),
    ("automatic", LockType::Automatic),
    ("both", LockType::Both),
];
pub(super) const RESTRICTED_ACTIONS: &[(&str, RestrictedAction)] = &[
    ("update", RestrictedAction::Update),
    ("tags", RestrictedAction::Tags),
    ("convert", RestrictedAction::Convert),
    ("delete", RestrictedAction::Delete),
    ("change_owner", RestrictedAction::ChangeOwner),
];

/// Parses the file. `None` only if a problem was reported.
pub(super) fn read<'a>(root: &'a DeTable<'a>, problems: &mut Problems) -> Option<SeedFile<'a>> {
    let known = &[
        "demo",
        "secret",
        "organisation",
        "profile",
        "role",
        "user",
        "module",
        "field",
        "picklist",
        "sharing",
        "locking",
        "blueprint",
        "record",
        "client",
        "token",
    ];
    let mut r = Reader::new("the file", known, 0, root, problems);
    let demo = r.optional("demo").is_some_and(|demo| demo.value);
    let secret = r.name("secret");
    let profiles = each(&mut r, "profile", profiles::profile);
    let roles = each(&mut r, "role", role);
    let users = each(&mut r, "user", user);
    let modules = each(&mut r, "module", module);
    let fields = each(&mut r, "field", field);
    let picklists = each(&mut r, "picklist", picklist);
    let locking = each(&mut r, "locking", locking);
    let blueprints = each(&mut r, "blueprint", blueprints::blueprint);
    let records = each(&mut r, "record", record);
    let clients = each(&mut r, "client", client);
    let tokens = each(&mut r, "token", token);
    let sharing = sharing(&mut r);
    let organisation = organisation(&mut r);
    Some(SeedFile {
        demo,
        secret: secret?,
        organisation: organisation?,
        profiles,
        roles,
        users,
        modules,
        fields,
        picklists,
        sharing,
        locking,
        blueprints,
        records,
        clients,
        tokens,
    })
}

/// Parses the tables of a list. Those with problems are reported and left out.
pub(super) fn each<'a, T>(
    r: &mut Reader<'a, '_>,
    key: &str,
    read: fn(usize, &'a DeTable<'a>, &mut Problems) -> Option<T>,
) -> Vec<T> {
    let tables = r.tables(key);
    tables
        .into_iter()
        .filter_map(|(at, table)| read(at, table, r.problems))
        .collect()
}

fn organisation(r: &mut Reader<'_, '_>) -> Option<OrganisationShape> {
    const KNOWN: &[&str] = &[
        "zgid",
        "id_base",
        "company_name",
        "domain_name",
        "primary_email",
        "time_zone",
        "iso_code",
        "country_code",
        "edition",
        "created_time",
    ];
    let what = "[organisation]";
    r.must_have("organisation");
    let (at, value) = r.raw("organisation")?;
    let DeValue::Table(table) = value else {
        r.problems
            .add(at, "`organisation` is no table", format!("Write {what}."));
        return None;
    };
    let mut r = Reader::new(what, KNOWN, at, table, r.problems);
    let (zgid, id_base) = (r.required("zgid"), r.required("id_base"));
    let (company_name, domain_name) = (r.name("company_name"), r.name("domain_name"));
    let (primary_email, time_zone) = (r.name("primary_email"), r.name("time_zone"));
    let (iso_code, country_code) = (r.name("iso_code"), r.name("country_code"));
    let (edition, created_time) = (r.name("edition"), r.required("created_time"));
    Some(OrganisationShape {
        zgid: zgid?,
        id_base: id_base?,
        company_name: company_name?,
        domain_name: domain_name?,
        primary_email: primary_email?,
        time_zone: time_zone?,
        iso_code: iso_code?,
        country_code: country_code?,
        edition: edition?,
        created_time: created_time?,
    })
}

fn role<'a>(at: usize, table: &'a DeTable<'a>, problems: &mut Problems) -> Option<RoleShape> {
    let known = &["id", "name", "reports_to"];
    let mut r = Reader::new("[[role]]", known, at, table, problems);
    let (id, name, reports_to) = (r.optional("id"), r.name("name"), r.optional("reports_to"));
    Some(RoleShape {
        at,
        id,
        name: name?,
        reports_to,
    })
}

fn user<'a>(at: usize, table: &'a DeTable<'a>, problems: &mut Problems) -> Option<UserShape> {
    let known = &[
        "id",
        "zuid",
        "email",
        "first_name",
        "last_name",
        "profile",
        "role",
        "status",
        "confirmed",
    ];
    let mut r = Reader::new("[[user]]", known, at, table, problems);
    let (id, zuid, email) = (r.optional("id"), r.optional("zuid"), r.name("email"));
    let first_name = r
        .optional("first_name")
        .map(|name| name.value)
        .unwrap_or_default();
    let (last_name, profile, role) = (r.name("last_name"), r.name("profile"), r.name("role"));
    let status = r
        .word("status", USER_STATUSES)
        .map_or(UserStatus::Active, |word| word.value);
    let confirmed = r.optional("confirmed").is_none_or(|found| found.value);
    Some(UserShape {
        at,
        id,
        zuid,
        email: email?,
        first_name,
        last_name: last_name?,
        profile: profile?,
        role: role?,
        status,
        confirmed,
    })
}

fn module<'a>(at: usize, table: &'a DeTable<'a>, problems: &mut Problems) -> Option<ModuleShape> {
    let known = &["api_name", "singular_label", "plural_label"];
    let mut r = Reader::new("[[module]]", known, at, table, problems);
    let api_name = r.name("api_name");
    let (singular, plural) = (r.name("singular_label"), r.name("plural_label"));
    Some(ModuleShape {
        api_name: api_name?,
        singular_label: singular?,
        plural_label: plural?,
    })
}

fn field<'a>(at: usize, table: &'a DeTable<'a>, problems: &mut Problems) -> Option<FieldShape> {
    let known = &[
        "module",
        "api_name",
        "label",
        "data_type",
        "length",
        "values",
        "lookup",
        "mandatory",
        "unique",
    ];
    let mut r = Reader::new("[[field]]", known, at, table, problems);
    let (module, api_name, label) = (r.name("module"), r.name("api_name"), r.optional("label"));
    let (data_type, length) = (r.name("data_type"), r.optional("length"));
    let (values, lookup) = (r.optional("values"), r.optional("lookup"));
    let mandatory = r.optional("mandatory").is_some_and(|found| found.value);
    let unique = r.optional("unique");
    Some(FieldShape {
        module: module?,
        api_name: api_name?,
        label,
        data_type: data_type?,
        length,
        values,
        lookup,
        mandatory,
        unique,
    })
}

fn sharing(r: &mut Reader<'_, '_>) -> Vec<(At<String>, DefaultAccess)> {
    let mut sharing = Vec::new();
    for (module, at, value) in r.members("sharing") {
        let Some(text) = value.as_str() else {
            let message = format!("the access to {:?} is no text", module.value);
            r.problems
                .add(at, message, "Write \"private\", for instance.");
            continue;
        };
        let what = format!("the access to {:?}", module.value);
        if let Some(found) = word(At { at, value: text }, &what, DEFAULT_ACCESSES, r.problems) {
            sharing.push((module, found.value));
        }
    }
    sharing
}

fn picklist<'a>(
    at: usize,
    table: &'a DeTable<'a>,
    problems: &mut Problems,
) -> Option<PicklistShape> {
    let known = &["module", "field", "values"];
    let mut r = Reader::new("[[picklist]]", known, at, table, problems);
    let (module, field, values) = (r.name("module"), r.name("field"), r.required("values"));
    Some(PicklistShape {
        module: module?,
        field: field?,
        values: values?,
    })
}

fn locking<'a>(at: usize, table: &'a DeTable<'a>, problems: &mut Problems) -> Option<LockingShape> {
    let known = &[
        "id",
        "module",
        "lock_type",
        "excluded_profiles",
        "restricted_actions",
    ];
    let mut r = Reader::new("[[locking]]", known, at, table, problems);
    let (id, module) = (r.optional("id"), r.name("module"));
    r.must_have("lock_type");
    let lock_type = r.word("lock_type", LOCK_TYPES);
    let excluded = r.optional::<Vec<At<String>>>("excluded_profiles");
    let actions = r.optional::<Vec<At<String>>>("restricted_actions");
    // The vendor's locking configurations always include it (page "Add Record Locking Configuration").
    let mut restricted_actions = vec![RestrictedAction::Update];
    for text in actions.map(|list| list.value).unwrap_or_default() {
        let text = At {
            at: text.at,
            value: text.value.as_str(),
        };
        if let Some(action) = word(text, "a restricted action", RESTRICTED_ACTIONS, r.problems)
            && !restricted_actions.contains(&action.value)
        {
            restricted_actions.push(action.value);
        }
    }
    Some(LockingShape {
        at,
        id,
        module: module?,
        lock_type: lock_type?.value,
        excluded_profiles: excluded.map(|list| list.value).unwrap_or_default(),
        restricted_actions,
    })
}

fn record<'a>(
    at: usize,
    table: &'a DeTable<'a>,
    problems: &mut Problems,
) -> Option<RecordShape<'a>> {
    let known = &[
        "id",
        "module",
        "key",
        "owner",
        "created_by",
        "created_time",
        "modified_by",
        "modified_time",
        "photo",
        "deleted",
        "lock",
        "fields",
    ];
    let mut r = Reader::new("[[record]]", known, at, table, problems);
    let (id, module, key, owner) = (
        r.optional("id"),
        r.name("module"),
        r.name("key"),
        r.name("owner"),
    );
    let (created_by, created_time) = (r.optional("created_by"), r.optional("created_time"));
    let (modified_by, modified_time) = (r.optional("modified_by"), r.optional("modified_time"));
    let photo = r.optional("photo");
    let deleted = r.optional("deleted").is_some_and(|found| found.value);
    r.must_have("fields");
    let fields = r.members("fields");
    let lock = lock(&mut r);
    Some(RecordShape {
        at,
        id,
        module: module?,
        key: key?,
        owner: owner?,
        created_by,
        created_time,
        modified_by,
        modified_time,
        photo,
        deleted,
        lock,
        fields,
    })
}

fn lock(r: &mut Reader<'_, '_>) -> Option<LockShape> {
    let (at, value) = r.raw("lock")?;
    let DeValue::Table(table) = value else {
        r.problems
            .add(at, "`lock` is no table", "Write { reason = \"…\" } here.");
        return None;
    };
    let known = &["id", "reason", "by", "time", "automatic"];
    let mut r = Reader::new("`lock`", known, at, table, r.problems);
    let (id, time) = (r.optional("id"), r.optional("time"));
    let (reason, by) = (r.name("reason"), r.optional("by"));
    let automatic = r.optional("automatic").is_some_and(|found| found.value);
    Some(LockShape {
        at,
        id,
        reason: reason?,
        by,
        time,
        automatic,
    })
}

fn client<'a>(at: usize, table: &'a DeTable<'a>, problems: &mut Problems) -> Option<ClientShape> {
    let known = &["name", "client_id", "client_secret", "redirect_uri"];
    let mut r = Reader::new("[[client]]", known, at, table, problems);
    let name = r.name("name");
    let (client_id, client_secret) = (r.optional("client_id"), r.optional("client_secret"));
    let redirect_uri = r.optional("redirect_uri");
    Some(ClientShape {
        name: name?,
        client_id,
        client_secret,
        redirect_uri,
    })
}

fn token<'a>(at: usize, table: &'a DeTable<'a>, problems: &mut Problems) -> Option<TokenShape> {
    let known = &["name", "kind", "user", "client", "scopes", "lifetime"];
    let mut r = Reader::new("[[token]]", known, at, table, problems);
    r.must_have("kind");
    let (name, kind) = (r.name("name"), r.word("kind", TOKEN_KINDS));
    let (user, client) = (r.name("user"), r.optional("client"));
    let (scopes, lifetime) = (r.required("scopes"), lifetime(&mut r));
    Some(TokenShape {
        at,
        name: name?,
        kind: kind?.value,
        user: user?,
        client,
        scopes: scopes?,
        lifetime,
    })
}

/// Parses `"never"`, `"expired"` or a number of seconds.
fn lifetime(r: &mut Reader<'_, '_>) -> Option<At<Lifetime>> {
    const WORDS: &[(&str, Lifetime)] =
        &[("never", Lifetime::Never), ("expired", Lifetime::Expired)];
    let (at, value) = r.raw("lifetime")?;
    if value.is_str() {
        return r.word("lifetime", WORDS);
    }
    let seconds = r.optional::<i64>("lifetime")?.value;
    let seconds = u64::try_from(seconds).ok().filter(|seconds| *seconds > 0);
    if seconds.is_none() {
        let hint = "Write seconds, \"never\", or \"expired\" for one that is dead already.";
        r.problems.add(at, "`lifetime` is no time span", hint);
    }
    seconds.map(|seconds| At {
        at,
        value: Lifetime::Seconds(seconds),
    })
}
