//! Tidy: the invariants of ARCHITECTURE.md, one test each, named after its number.

mod sources;

use sources::{crate_sources, repository, rust_sources};
use std::collections::BTreeMap;
use tanzanite_crm::endpoints::{PUBLIC, SERVED, VENDOR_OPERATIONS, descriptors};
use tanzanite_protocol::Stage;

const LAYERS: [&str; 9] = [
    "tanzanite-protocol",
    "tanzanite-crm",
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
    for layer in ["tanzanite-protocol", "tanzanite-crm"] {
        for (path, text) in crate_sources(layer) {
            for word in [
                "hyper::",
                "http::",
                "axum::",
                "rusqlite",
                "SELECT ",
                "INSERT INTO",
                "StatusCode",
            ] {
                assert!(!code(&text).contains(word), "{path} names {word}");
            }
        }
    }
}

#[test]
fn invariant_3_time_randomness_files_and_environment_are_arguments() {
    for layer in ["tanzanite-protocol", "tanzanite-crm", "tanzanite-store"] {
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
    for endpoint in SERVED {
        assert!(
            !endpoint.descriptor().scope.is_public(),
            "{}",
            endpoint.descriptor().name
        );
    }
    for endpoint in PUBLIC {
        let descriptor = endpoint.descriptor();
        assert!(
            descriptor.scope.is_public() && descriptor.group == "oauth",
            "{}",
            descriptor.name
        );
    }
}

#[test]
fn invariant_6_a_mutation_of_a_record_takes_a_permit() {
    let path = repository().join("crates/tanzanite-crm/src/transaction.rs");
    let waist = std::fs::read_to_string(path).expect("the waist");
    let mut mutations = 0;
    for line in waist
        .lines()
        .filter(|line| line.trim_start().starts_with("fn "))
    {
        let name = line
            .trim_start()
            .trim_start_matches("fn ")
            .split('(')
            .next()
            .unwrap_or_default();
        let verb = name.split('_').next().unwrap_or_default();
        let of_a_record = ["_record", "_photo", "_lock"]
            .iter()
            .any(|end| name.ends_with(end));
        if of_a_record && ["insert", "update", "delete", "put", "remove"].contains(&verb) {
            mutations += 1;
            assert!(
                waist.contains(&format!("fn {name}(&mut self, permit: Permit<")),
                "{name} takes no permit"
            );
        }
    }
    assert_eq!(mutations, 7, "the mutations of records that there are");

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
        for (position, fault) in descriptor.faults.iter().enumerate() {
            assert!(
                !descriptor.faults[..position].contains(fault),
                "{} lists {fault:?} twice",
                descriptor.name
            );
        }
    }
}

#[test]
fn invariant_8_the_stages_stand_in_their_order() {
    assert!(Stage::ALL.is_sorted());
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
        assert!(
            lines <= 500 || header.contains("table"),
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
    for endpoint in SERVED {
        let descriptor = endpoint.descriptor();
        let known = VENDOR_OPERATIONS.iter().any(|operation| {
            operation.method == descriptor.method && shape(operation.path) == shape(descriptor.path)
        });
        assert!(
            known,
            "{} {} is no operation of the vendor's",
            descriptor.method.as_str(),
            descriptor.path
        );
    }
}

/// A file without its comments' lines.
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
