//! `backup`, `restore` and `verify --archive`: the files and stores that they write, and their exit codes.

use super::databases::{delete_first_photo, fresh};
use super::support::Folder;
use serde_json::{Value, json};
use tanzanite_testbed::needs;

/// The demo, in the folder `crm`.
fn demo() -> Folder {
    let folder = Folder::new();
    let server = folder.serve("--data crm --seed demo");
    assert!(server.stop().success());
    folder
}

/// The only organisation of the demo.
const ORG: &str = "600100200";

fn names(folder: &Folder) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path("")).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names.filter_map(|name| name.into_string().ok()).collect();
    names.sort();
    names
}

#[test]
fn an_archive_fills_a_folder_and_a_database_and_says_what_copy_says() {
    needs!("postgres");
    let folder = demo();
    std::fs::create_dir(folder.path("photos")).expect("a folder");
    let photos = format!("file://{}", folder.path("photos").display());
    let (database, other) = (fresh(), fresh());
    let sums = |line: String| {
        let run = folder.run(&format!("{line} --json"));
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{line}");
        run.stdout
    };
    let expected = sums(format!("copy --from sqlite:crm --to {other}"));
    for line in [
        "backup crm.tanzanite --data crm".to_owned(),
        "restore crm.tanzanite --data back".to_owned(),
        format!("restore crm.tanzanite --database {database} --blobs {photos}"),
        format!("backup again.tanzanite --database {database} --blobs {photos}"),
    ] {
        assert_eq!(sums(line), expected);
    }
    let bytes = |name| std::fs::read(folder.path(name)).expect("an archive");
    assert!(bytes("crm.tanzanite") == bytes("again.tanzanite"));

    let checked: Value =
        serde_json::from_str(&sums("verify --archive crm.tanzanite".to_owned())).expect("JSON");
    assert_eq!(checked["sound"], true);
    let expected: Value = serde_json::from_str(&expected).expect("JSON");
    assert_eq!(checked["tables"], expected["tables"]);

    let node = folder.serve(&format!("--database {database} --blobs {photos}"));
    let environment = folder.run(&format!("env --json --url {}", node.url)).stdout;
    let environment = serde_json::from_str(&environment).expect("JSON");
    assert_eq!(delete_first_photo(&node.url, &environment), 200);
    // The store may be served meanwhile.
    let served = folder.run(&format!(
        "backup served.tanzanite --database {database} --blobs {photos}"
    ));
    assert_eq!(served.code, 0, "{}", served.stderr);
    assert!(bytes("served.tanzanite") != bytes("crm.tanzanite"));
}

#[test]
fn what_is_said_of_an_archive_is_for_people_too() {
    let folder = demo();
    let run = folder.run("backup crm.tanzanite --data crm");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.starts_with("TABLE "), "{}", run.stdout);
    let last = "the data folder crm is now in crm.tanzanite: ";
    assert!(run.stdout.contains(last), "{}", run.stdout);
    let run = folder.run("restore crm.tanzanite --data back");
    let last = "crm.tanzanite is now in the data folder back: ";
    assert!(run.stdout.contains(last), "{}", run.stdout);
    let run = folder.run("verify --archive crm.tanzanite");
    assert!(
        run.stdout.contains("crm.tanzanite is sound: "),
        "{}",
        run.stdout
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = std::fs::metadata(folder.path("crm.tanzanite")).expect("a file");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_backup_is_whole_or_not_there() {
    let folder = demo();
    folder.write("mine", "precious");
    folder.write(
        "left.partial",
        "tanzanite archive 1\nof one that was killed",
    );
    folder.write("taken.partial", "precious");
    let before = names(&folder);
    let in_the_way = folder.run("backup mine --data crm");
    assert_eq!(in_the_way.code, 1);
    assert_eq!(
        in_the_way.stderr,
        "tanzanite: mine is there already\nhint: name another file, or move this one away\n"
    );
    assert_eq!(folder.read("mine"), "precious");
    let missing = folder.run("backup new --data nowhere");
    assert_eq!(missing.code, 3, "{}", missing.stderr);
    let nobody = folder.run("backup new --data crm --org 1");
    assert_eq!(nobody.code, 1);
    assert_eq!(
        nobody.stderr,
        "tanzanite: there is no organisation 1 in the source\n"
    );
    let nothing = folder.run("backup new");
    assert_eq!(nothing.code, 2);
    let wrong = folder.run("backup new --data crm --org 0");
    assert_eq!(wrong.code, 2);
    let nowhere = folder.run("backup none/new --data crm");
    assert_eq!(nowhere.code, 1, "{}", nowhere.stderr);
    let server = folder.serve("--data crm");
    let in_use = folder.run("backup new --data crm");
    assert_eq!(in_use.code, 3, "{}", in_use.stderr);
    assert!(in_use.stderr.contains("another process uses"));
    assert!(server.stop().success());
    let mut after = names(&folder);
    after.retain(|name| name != "out" && name != "err");
    assert!(
        before
            .iter()
            .filter(|name| *name != "out" && *name != "err")
            .eq(&after)
    );

    let whole = folder.run("backup left --data crm");
    assert_eq!(whole.code, 0, "{}", whole.stderr);
    assert!(folder.path("left").exists() && !folder.path("left.partial").exists());
    assert_eq!(folder.run("verify --archive left").code, 0);

    let taken = folder.run("backup taken --data crm");
    assert_eq!(taken.code, 1);
    assert_eq!(
        taken.stderr,
        "tanzanite: taken.partial is there already, and no backup has left it\nhint: name another file, or move that one away\n"
    );
    assert_eq!(folder.read("taken.partial"), "precious");
}

#[test]
fn an_archive_that_is_damaged_fills_nothing_that_is_served() {
    let folder = demo();
    assert_eq!(folder.run("backup crm.tanzanite --data crm").code, 0);
    let whole = std::fs::read(folder.path("crm.tanzanite")).expect("an archive");
    std::fs::write(folder.path("cut"), &whole[..whole.len() - 1]).expect("written");
    folder.write("other", "something else");

    let cut = folder.run("verify --archive cut");
    assert_eq!((cut.code, cut.stderr.as_str()), (1, ""));
    assert!(
        cut.stdout.contains("the archive is not whole"),
        "{}",
        cut.stdout
    );
    let cut: Value =
        serde_json::from_str(&folder.run("verify --archive cut --json").stdout).expect("JSON");
    assert_eq!(cut["sound"], false);
    assert!(
        cut["troubles"][0]
            .as_str()
            .is_some_and(|text| text.contains("not whole"))
    );

    let restored = folder.run("restore cut --data back");
    assert_eq!(restored.code, 1);
    let served = folder.run("serve --listen 127.0.0.1:0 --data back");
    assert_eq!(served.code, 3);
    assert!(served.stderr.contains("restore again"), "{}", served.stderr);
    // Restoring from the complete archive continues the interrupted restore.
    let restored = folder.run("restore crm.tanzanite --data back");
    assert_eq!(restored.code, 0, "{}", restored.stderr);
    assert_eq!(folder.run("verify --data back").code, 0);

    for (line, code, said) in [
        (
            "restore other --data there",
            1,
            "it is no archive of Tanzanite's",
        ),
        (
            "restore none --data there",
            3,
            "cannot read the archive none: ",
        ),
        (
            "restore crm.tanzanite",
            2,
            "there is nothing to restore into",
        ),
        (
            "restore crm.tanzanite --data crm",
            1,
            "holds data and is left alone",
        ),
        ("verify --archive none", 3, "cannot read the archive none: "),
        (
            "verify --archive crm.tanzanite --data crm",
            2,
            "cannot be used with",
        ),
    ] {
        let run = folder.run(line);
        assert_eq!(run.code, code, "{line}: {}", run.stderr);
        assert!(run.stderr.contains(said), "{line}: {}", run.stderr);
        assert!(!folder.path("there").exists(), "{line}");
    }
}

#[test]
fn an_organisation_moves_from_a_store_into_another() {
    let folder = demo();
    let server = folder.serve("--data crm");
    let environment = folder.run(&format!("env --json --url {}", server.url));
    let environment = serde_json::from_str(&environment.stdout).expect("JSON");
    assert!(server.stop().success());
    let backup = folder.run(&format!("backup one --data crm --org {ORG}"));
    assert_eq!(backup.code, 0, "{}", backup.stderr);
    assert!(
        backup
            .stdout
            .contains("organisation 600100200 of the data folder crm is now in one: "),
        "{}",
        backup.stdout
    );
    assert_eq!(folder.run("init other").code, 0);
    let server = folder.serve("--data neighbours --seed other/seed.toml");
    assert!(server.stop().success());
    let moved = folder.run("restore one --data neighbours");
    assert_eq!(moved.code, 0, "{}", moved.stderr);
    assert_eq!(folder.run("verify --data neighbours").code, 0);
    let again = folder.run("restore one --data neighbours");
    assert_eq!(again.code, 1);
    assert!(
        again
            .stderr
            .contains("has something of the organisation 600100200"),
        "{}",
        again.stderr
    );
    assert_eq!(folder.run("verify --data neighbours").code, 0);

    // The archive includes the snapshots, also the seed's.
    let server = folder.serve("--data neighbours");
    let there = format!("--url {} --org {ORG} --json", server.url);
    let ran = |line: String| {
        let run = folder.run(&line);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{line}");
        serde_json::from_str::<Value>(&run.stdout).expect("JSON")
    };
    let changes = || ran(format!("snapshot diff seed {there}"))["changes"].clone();
    assert_eq!(changes(), json!([]));
    assert_eq!(delete_first_photo(&server.url, &environment), 200);
    assert_eq!(changes().as_array().map(Vec::len), Some(1));
    ran(format!("reset {there}"));
    assert_eq!(changes(), json!([]));
    assert_eq!(delete_first_photo(&server.url, &environment), 200);
    assert!(server.stop().success());
    assert_eq!(folder.run("verify --data neighbours").code, 0);
}
