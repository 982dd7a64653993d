//! Tidy: the invariants of ARCHITECTURE.md, one test each, named after its number.

mod comments;
mod sources;

use sources::{crate_sources, repository, rust_sources};
use std::collections::{BTreeMap, BTreeSet};
use tanzanite_crm::operations::{SERVED, VENDOR_OPERATIONS, descriptors};

const LAYERS: [&str; 10] = [
    "tanzanite-protocol",
    "tanzanite-crm",
    "tanzanite-seed",
    "tanzanite-store",
    "tanzanite-server",
    "tanzanite-test",
    "tanzanite",
    "tanzanite-testbed",
    "xtask",
    "tanzanite-load",
];

#[test]
fn invariant_1_a_crate_depends_only_on_crates_above_it() {
    for (position, layer) in LAYERS.iter().enumerate() {
        let folder = if *layer == "xtask" {
            "xtask".to_owned()
        } else {
            format!("crates/{layer}")
        };
        let manifest = std::fs::read_to_string(repository().join(folder).join("Cargo.toml"))
            .expect("a manifest");
        let dependencies = manifest
            .split("[dev-dependencies]")
            .next()
            .unwrap_or_default();
        for below in &LAYERS[position + 1..] {
            assert!(
                !dependencies.contains(&format!("\n{below}.workspace")),
                "{layer} depends on {below}"
            );
        }
        let mut drivers = vec!["axum"];
        if *layer != "tanzanite-server" {
            drivers.push("hyper");
        }
        if *layer != "tanzanite-store" {
            drivers.extend(["rusqlite", "tokio-postgres", "object_store"]);
        }
        if *layer != "tanzanite-testbed" {
            drivers.push("postgres");
        }
        for driver in drivers.into_iter().filter(|_| *layer != "tanzanite-load") {
            assert!(
                !dependencies.contains(&format!("\n{driver}")),
                "{layer} depends on {driver}"
            );
        }
    }
}

#[test]
fn invariant_2_the_lower_crates_name_no_http_type_and_no_sql() {
    for layer in ["tanzanite-protocol", "tanzanite-crm", "tanzanite-seed"] {
        for (path, text) in crate_sources(layer) {
            for word in [
                "hyper::",
                "http::",
                "axum::",
                "rusqlite",
                "SELECT ",
                "INSERT INTO",
                "UPDATE ",
                "DELETE FROM",
                "CREATE ",
                "StatusCode",
            ] {
                assert!(!code(&text).contains(word), "{path} names {word}");
            }
        }
    }
}

#[test]
fn invariant_3_time_randomness_files_and_environment_are_arguments() {
    for layer in [
        "tanzanite-protocol",
        "tanzanite-crm",
        "tanzanite-seed",
        "tanzanite-store",
    ] {
        for (path, text) in crate_sources(layer) {
            let mut words = vec!["SystemTime", "Instant::now", "getrandom", "env::var"];
            if path != "crates/tanzanite-store/src/sqlite/mod.rs" {
                words.extend(["std::fs", "tokio::fs"]);
            }
            for word in words {
                assert!(!production(&text).contains(word), "{path} names {word}");
            }
        }
    }
}

#[test]
fn invariant_4_nothing_unsafe_unfinished_or_ignored() {
    for (path, text) in rust_sources() {
        if path.contains("/tests/it/tidy/") {
            continue;
        }
        for word in [
            "unsafe {",
            "unsafe fn",
            "#[allow",
            "#![allow",
            "#[ignore",
            "todo!(",
            "unimplemented!(",
        ] {
            assert!(!code(&text).contains(word), "{path} has {word}");
        }
    }
}

#[test]
fn invariant_5_only_the_oauth_endpoints_are_public() {
    for endpoint in SERVED.iter() {
        let descriptor = &endpoint.descriptor;
        let is_oauth = descriptor.group() == "oauth";
        let found = (endpoint.is_public(), descriptor.scope.is_public());
        assert_eq!(found, (is_oauth, is_oauth), "{}", descriptor.id);
    }
}

/// Methods of `Transaction` that change nothing.
const READS: [&str; 26] = [
    "access_token",
    "client",
    "count_deleted_records",
    "count_linked_records",
    "count_records",
    "deleted_fields",
    "deleted_records",
    "differences",
    "documents",
    "documents_with_keys",
    "due_jobs",
    "head_and_file",
    "holders",
    "links",
    "metadata",
    "organisations",
    "file",
    "file_bytes",
    "record",
    "record_head",
    "record_heads",
    "records",
    "records_by_id",
    "refresh_token",
    "snapshots",
    "timeline",
];

/// Methods that change data without a proof: those of tokens, which prove themselves, those of whole organisations,
/// which only the control API calls, and counters.
const OTHER_WRITES: [&str; 13] = [
    "next_number",
    "put_access_token",
    "put_client",
    "put_grant_code",
    "put_refresh_token",
    "remove_access_token",
    "remove_organisation",
    "remove_refresh_token",
    "remove_snapshot",
    "restore_snapshot",
    "start_numbers",
    "take_grant_code",
    "take_snapshot",
];

#[test]
fn invariant_6_a_change_of_records_documents_and_links_takes_a_proof() {
    let path = repository().join("crates/tanzanite-crm/src/delegation.rs");
    let list = code(&std::fs::read_to_string(path).expect("the list of methods"));
    let signatures = list
        .split("fn ")
        .skip(1)
        .map(|rest| rest.split(';').next().unwrap_or_default());
    let free: BTreeSet<&str> = signatures
        .filter(|signature| {
            let proofs = [
                "permit: Permit<",
                "grant: Grant<",
                "grant: LinkGrant",
                "to: LinkGrant",
            ];
            !proofs.iter().any(|proof| signature.contains(proof))
        })
        .filter_map(|signature| signature.split('(').next())
        .filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        .collect();
    let expected = READS.iter().chain(&OTHER_WRITES).copied().collect();
    assert_eq!(
        free, expected,
        "the methods of the waist that take no proof"
    );

    let mut bypasses = BTreeMap::new();
    for (path, text) in rust_sources() {
        let uses = production(&text)
            .matches("::bypassing_policy_as_operator(")
            .count();
        if uses > 0 && !path.contains("/tests/") {
            bypasses.insert(path, uses);
        }
    }
    let expected =
        std::fs::read_to_string(repository().join("crates/tanzanite/tests/it/tidy/bypasses.txt"));
    let found: Vec<String> = bypasses
        .iter()
        .map(|(path, uses)| format!("{uses} {path}\n"))
        .collect();
    let found = found.concat();
    assert_eq!(
        found,
        expected.expect("the ledger"),
        "the operator's bypass is used elsewhere than the ledger says"
    );
}

#[test]
fn invariant_7_every_descriptor_lists_its_faults_once() {
    for descriptor in descriptors() {
        let faults: Vec<_> = descriptor.faults().collect();
        for (position, fault) in faults.iter().enumerate() {
            assert!(
                !faults[..position].contains(fault),
                "{} lists {fault:?} twice",
                descriptor.id
            );
        }
    }
}

#[test]
fn invariant_9_a_cause_is_written_to_the_log_alone() {
    for (path, text) in rust_sources() {
        let may = path.ends_with("fault/mod.rs") || path.ends_with("server/src/exchange.rs");
        assert!(
            may || path.contains("/tests/") || !code(&text).contains(".for_log()"),
            "{path} reads a cause"
        );
    }
}

#[test]
fn invariant_11_every_file_says_what_it_is_for() {
    for (path, text) in rust_sources() {
        assert!(text.starts_with("//!"), "{path} does not begin with //!");
        let lines = text.lines().count();
        let header: String = text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .collect();
        let is_table = header
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word == "table");
        assert!(
            lines <= 500 || is_table,
            "{path} has {lines} lines and is no table"
        );
    }
}

#[test]
fn invariant_12_every_path_in_the_architecture_exists() {
    let page = std::fs::read_to_string(repository().join("ARCHITECTURE.md")).expect("the page");
    let quoted = page.split('`').skip(1).step_by(2);
    let paths = quoted.filter(|text| {
        ["crates/", "xtask", "docs/", "tests/"]
            .iter()
            .any(|start| text.starts_with(start))
    });
    let mut found = 0;
    for path in paths {
        found += 1;
        assert!(
            repository().join(path).exists(),
            "ARCHITECTURE.md names {path}"
        );
    }
    assert!(found > 10, "the page names paths");
}

#[test]
fn what_is_served_is_known_to_the_list_of_the_vendor_s_operations() {
    let shape = |path: &str| {
        let segments = path.split('/').map(|segment| {
            if segment.starts_with('{') {
                "{}"
            } else {
                segment
            }
        });
        segments.collect::<Vec<_>>().join("/")
    };
    let known: BTreeMap<_, _> = VENDOR_OPERATIONS.iter().map(|row| (row.id, row)).collect();
    assert_eq!(
        known.len(),
        VENDOR_OPERATIONS.len(),
        "two operations have one id"
    );
    for descriptor in descriptors().filter(|descriptor| !descriptor.scope.is_public()) {
        let id = descriptor.id;
        let row = known
            .get(id)
            .unwrap_or_else(|| panic!("{id} is no operation of the vendor's"));
        let found = (row.method, shape(row.path));
        assert_eq!(found, (descriptor.method, shape(descriptor.path)), "{id}");
    }
}

#[test]
fn no_two_endpoints_have_one_id() {
    let ids: BTreeSet<_> = descriptors().map(|descriptor| descriptor.id).collect();
    assert_eq!(ids.len(), descriptors().count());
    let shape = |c: char| c.is_ascii_lowercase() || c == '_';
    for id in ids
        .into_iter()
        .chain(VENDOR_OPERATIONS.iter().map(|row| row.id))
    {
        let (group, verb) = id.split_once('.').unwrap_or_default();
        assert!(
            !group.is_empty() && !verb.is_empty() && (group.to_owned() + verb).chars().all(shape),
            "{id}"
        );
    }
}

/// A file without its comment lines.
fn code(text: &str) -> String {
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// A file without comments and unit tests.
fn production(text: &str) -> String {
    code(text.split("#[cfg(test)]").next().unwrap_or_default())
}
