//! Every endpoint that is written by hand has a file with tests here, at the place of its path. Endpoints of
//! collections are tested by their contract.

use std::path::Path;
use tanzanite_crm::collection::COLLECTIONS;
use tanzanite_crm::operations::descriptors;

#[test]
fn every_endpoint_has_its_mirror() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/routes");
    let mut found = 0;
    let acts: Vec<&str> = COLLECTIONS
        .iter()
        .flat_map(|of| of.acts)
        .map(|act| act.id)
        .collect();
    for descriptor in descriptors().filter(|descriptor| !acts.contains(&descriptor.id)) {
        let path = descriptor
            .path
            .replace("/crm/bulk/{version}", "crm_bulk_v8")
            .replace("/crm/{version}", "crm_v8")
            .replace("/oauth/v2", "oauth_v2");
        let folder: String = path
            .chars()
            .filter(|c| !"{}".contains(*c))
            .collect::<String>()
            .to_lowercase();
        let file = here
            .join(folder)
            .join(format!("{}.rs", descriptor.method.as_str().to_lowercase()));
        let id = descriptor.id;
        let text = std::fs::read_to_string(&file);
        let text = text.unwrap_or_else(|error| panic!("{id}: {}: {error}", file.display()));
        assert!(
            has_tests(&file, &text),
            "{id}: no test in {}",
            file.display()
        );
        found += 1;
    }
    assert!(found > 20);
}

/// Whether a file has a test, or a module that it declares has one.
fn has_tests(file: &Path, text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    lines
        .clone()
        .any(|line| ["#[test]", "#[tokio::test]"].contains(&line))
        || lines.any(|line| {
            let module = line
                .strip_prefix("mod ")
                .and_then(|line| line.strip_suffix(';'));
            let of = |module| file.with_extension("").join(format!("{module}.rs"));
            module.map(of).is_some_and(|file| {
                std::fs::read_to_string(&file).is_ok_and(|text| has_tests(&file, &text))
            })
        })
}

#[test]
fn an_empty_file_is_no_mirror() {
    let file = Path::new("delete.rs");
    assert!(!has_tests(
        file,
        "//! Nothing yet.\n// #[test]\nmod gone;\n"
    ));
    assert!(has_tests(file, "//! One.\n\n#[test]\nfn one() {}\n"));
}
