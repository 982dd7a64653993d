//! Every endpoint that is served has a file here, where its path says.

use std::path::Path;
use tanzanite_crm::endpoints::descriptors;

#[test]
fn every_endpoint_has_its_mirror() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/routes");
    let mut found = 0;
    for descriptor in descriptors() {
        let path = descriptor
            .path
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
        assert!(
            file.exists(),
            "{} has no tests at {}",
            descriptor.name,
            file.display()
        );
        found += 1;
    }
    assert!(found > 20);
}
