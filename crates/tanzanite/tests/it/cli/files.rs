//! Files that commands write: their permissions, and the safety of other files in the way.

use super::support::Folder;
use std::os::unix::fs::{PermissionsExt as _, symlink};

fn mode(folder: &Folder, name: &str) -> u32 {
    let found = std::fs::symlink_metadata(folder.path(name)).expect("a file");
    assert!(!found.is_symlink(), "{name} is a link");
    found.permissions().mode() & 0o777
}

#[test]
fn nobody_else_reads_a_data_folder_or_an_exported_journal() {
    let folder = Folder::new();
    let server = folder.serve("--data crm --seed demo");
    for name in [
        "lock",
        "tanzanite.sqlite3",
        "tanzanite.sqlite3-wal",
        "tanzanite.sqlite3-shm",
    ] {
        assert_eq!(mode(&folder, &format!("crm/{name}")), 0o600, "{name}");
    }
    assert_eq!(mode(&folder, "crm"), 0o700);
    // A file that everybody may read, and a symbolic link, are in the way.
    folder.write("there.har", "old");
    folder.write("mine", "precious");
    symlink(folder.path("mine"), folder.path("link.har")).expect("a link");
    for name in ["new.har", "there.har", "link.har"] {
        let line = format!("journal --har {name} --url {}", server.url);
        let run = folder.run(&line);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(mode(&folder, name), 0o600, "{name}");
        assert!(folder.read(name).contains("\"log\""), "{name}");
    }
    assert_eq!(folder.read("mine"), "precious");
    let shown = folder.run(&format!("journal --har /dev/stdout --url {}", server.url));
    assert!(
        shown.stdout.contains("\"log\""),
        "{}{}",
        shown.stdout,
        shown.stderr
    );
    assert!(server.stop().success());
}

#[test]
fn a_ready_file_is_not_written_over_what_is_somebody_s() {
    let folder = Folder::new();
    folder.write("mine", "precious");
    symlink(folder.path("mine"), folder.path("link")).expect("a link");
    for name in ["mine", "link"] {
        let run = folder.run(&format!("serve --listen 127.0.0.1:0 --ready-file {name}"));
        assert_eq!(run.code, 3, "{}", run.stderr);
        let told = format!("tanzanite: {name} is there already, and is no ready file\n");
        assert!(run.stderr.starts_with(&told), "{}", run.stderr);
        assert_eq!(folder.read("mine"), "precious");
    }
}

#[test]
fn verify_finds_a_document_that_serve_refuses() {
    let folder = Folder::new();
    assert!(folder.serve("--data crm --seed demo").stop().success());
    assert_eq!(folder.run("verify --data crm").code, 0);
    // The length stays the same, so that the database stays valid.
    let path = folder.path("crm/tanzanite.sqlite3");
    let mut bytes = std::fs::read(&path).expect("a database");
    let (user, usex) = (br#""last_name":"#, br#""lasx_name":"#);
    let mut places: Vec<usize> = Vec::new();
    places.extend((0..bytes.len()).filter(|at| bytes[*at..].starts_with(user)));
    assert!(!places.is_empty(), "there is no user's row");
    for at in places {
        bytes[at..at + usex.len()].copy_from_slice(usex);
    }
    std::fs::write(&path, bytes).expect("written");
    assert_eq!(folder.run("serve --listen 127.0.0.1:0 --data crm").code, 3);
    let found = folder.run("verify --data crm");
    assert_eq!(found.code, 1);
    assert!(
        found
            .stdout
            .contains("cannot be read: missing field `last_name`"),
        "{}",
        found.stdout
    );
}
