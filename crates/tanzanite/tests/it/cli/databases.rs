//! The program on PostgreSQL: the data that it creates or refuses to create, several nodes, tokens, `verify`.

use super::support::{Folder, Run};
use tanzanite_testbed::{Postgres, needs};

/// The URL of a schema for one test, which does not exist yet.
pub(crate) fn fresh() -> String {
    let postgres = Postgres::shared();
    let separator = if postgres.url().contains('?') {
        '&'
    } else {
        '?'
    };
    format!(
        "{}{separator}schema={}&connections=3",
        postgres.url(),
        postgres.fresh_schema()
    )
}

fn first_lines(run: &Run, count: usize) -> String {
    run.stderr
        .lines()
        .take(count)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Deletes a photo with the administrator's token over raw HTTP; returns the status.
pub(crate) fn delete_first_photo(url: &str, environment: &serde_json::Value) -> u16 {
    let text = |key: &str| environment[key].as_str().expect("a text").to_owned();
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .new_agent();
    let photo = format!("{url}/crm/v8/Leads/3652397000000190018/photo");
    let reply = agent
        .delete(&photo)
        .header(
            "Authorization",
            format!("Zoho-oauthtoken {}", text("access_token")),
        )
        .call();
    reply.expect("an answer").status().as_u16()
}

#[test]
fn a_database_is_never_made_by_accident() {
    needs!("postgres");
    let folder = Folder::new();
    let database = fresh();
    for command in [
        format!("serve --listen 127.0.0.1:0 --database {database}"),
        format!("verify --database {database}"),
        format!("token issue --user a@b.c --scope S --database {database}"),
    ] {
        let run = folder.run(&command);
        assert_eq!(run.code, 3, "{command}: {}", run.stderr);
        assert!(
            run.stderr.contains("is empty\nhint: fill it with --seed"),
            "{}",
            run.stderr
        );
    }
    let schema = database
        .split("schema=")
        .nth(1)
        .and_then(|rest| rest.split('&').next())
        .expect("a schema");
    let made = Postgres::shared()
        .client()
        .query("SELECT 1 FROM pg_namespace WHERE nspname = $1", &[&schema]);
    assert!(
        made.expect("an answer").is_empty(),
        "a refusal has made the schema"
    );
}

#[test]
fn an_unknown_database_or_object_store_is_refused_with_what_is_known() {
    needs!("postgres");
    let folder = Folder::new();
    let database = fresh();
    for (options, expected) in [
        (
            "--database mysql://u:secret@h/d".to_owned(),
            "tanzanite: --database: \"mysql://u:xxxxx@h/d\" is no database that is known; one is sqlite:DIR or postgres://USER@HOST/DATABASE",
        ),
        (
            "--data crm --blobs s3://photos".to_owned(),
            "tanzanite: --blobs: an object store goes with PostgreSQL",
        ),
        (
            format!("--database {database} --blobs ftp://photos"),
            "tanzanite: --database: \"ftp://photos\" is no object store that is known; one begins with s3://, gs://, az:// or file:///",
        ),
        (
            format!("--database {database} --blobs file:///nowhere/photos"),
            "tanzanite: --database: the object store cannot be used: ",
        ),
        (
            "--database postgres://127.0.0.1:1/d".to_owned(),
            "tanzanite: PostgreSQL cannot be reached: ",
        ),
    ] {
        let run = folder.run(&format!("serve --seed demo --listen 127.0.0.1:0 {options}"));
        let said = first_lines(&run, 1);
        assert!(said.starts_with(expected), "{options}: {said}");
        assert!(!run.stderr.contains("secret"), "{}", run.stderr);
        assert!(matches!(run.code, 2 | 3), "{options}: {}", run.code);
    }
}

#[test]
fn nodes_share_a_database_and_photos_and_verify_finds_what_is_missing() {
    needs!("postgres");
    let (one, two) = (Folder::new(), Folder::new());
    std::fs::create_dir(one.path("photos")).expect("a folder");
    let photos = one.path("photos").display().to_string();
    let store = format!("--database {} --blobs file://{photos}", fresh());
    let first = one.serve(&format!("{store} --seed demo"));
    let second = two.serve(&store);

    let environment = one.run(&format!("env --json --url {}", second.url)).stdout;
    let environment = serde_json::from_str(&environment).expect("JSON");
    let sound = one.run(&format!("verify {store} --json"));
    assert_eq!(
        (sound.code, sound.stdout.as_str()),
        (0, "{\n  \"sound\": true,\n  \"troubles\": []\n}\n")
    );

    assert_eq!(delete_first_photo(&first.url, &environment), 200);
    assert_eq!(delete_first_photo(&second.url, &environment), 400);
    assert!(first.stop().success());
    assert!(second.stop().success());

    let again = one.run(&format!(
        "serve --listen 127.0.0.1:0 {store} --seed other.toml"
    ));
    assert_eq!(again.code, 3, "{}", again.stderr);
    // The one folder in it is the organisation's.
    let organisation = std::fs::read_dir(&photos)
        .expect("the photos")
        .flatten()
        .next();
    let objects = organisation.map(|folder| std::fs::read_dir(folder.path()).expect("objects"));
    let gone = objects
        .and_then(|mut objects| objects.next())
        .expect("a photo");
    std::fs::remove_file(gone.expect("an entry").path()).expect("removed");
    let missing = one.run(&format!("verify {store}"));
    assert_eq!(missing.code, 1, "{}{}", missing.stdout, missing.stderr);
    assert_eq!(missing.stdout.lines().count(), 1, "{}", missing.stdout);
}

#[test]
fn tokens_can_be_made_on_a_database_while_it_is_served() {
    needs!("postgres");
    let folder = Folder::new();
    let database = fresh();
    let server = folder.serve(&format!("--database {database} --seed demo"));
    let token = folder.run(&format!(
        "token issue --user mara.lindqvist@example.com --scope ZohoCRM.modules.ALL --database {database} --json"
    ));
    assert_eq!(token.code, 0, "{}", token.stderr);
    let token = serde_json::from_str(&token.stdout).expect("JSON");
    assert_eq!(delete_first_photo(&server.url, &token), 200);
}

#[test]
fn a_folder_is_copied_to_a_database_and_back_and_is_the_same() {
    needs!("postgres");
    let folder = Folder::new();
    let server = folder.serve("--data crm --seed demo");
    assert!(server.stop().success());
    std::fs::create_dir(folder.path("photos")).expect("a folder");
    let photos = format!("file://{}", folder.path("photos").display());
    let database = fresh();
    let sums = |line: String| {
        let run = folder.run(&format!("{line} --json"));
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{line}");
        run.stdout
    };
    let there = sums(format!(
        "copy --from sqlite:crm --to {database} --blobs {photos}"
    ));
    let back = sums(format!(
        "copy --from {database} --from-blobs {photos} --to sqlite:back"
    ));
    assert_eq!(there, back);
    let sound = folder.run("verify --data back");
    assert_eq!(
        (sound.code, sound.stdout.as_str()),
        (0, "the data folder back is sound.\n")
    );

    let full = folder.run(&format!(
        "copy --from sqlite:crm --to {database} --blobs {photos}"
    ));
    assert_eq!(full.code, 1);
    assert!(
        full.stderr.contains("holds data and is left alone"),
        "{}",
        full.stderr
    );
    let node = folder.serve(&format!("--database {database} --blobs {photos}"));
    let environment = folder.run(&format!("env --json --url {}", node.url)).stdout;
    let environment = serde_json::from_str(&environment).expect("JSON");
    assert_eq!(delete_first_photo(&node.url, &environment), 200);
}

#[test]
fn copy_refuses_what_it_cannot_read_or_fill() {
    let folder = Folder::new();
    for (line, code, said) in [
        (
            "--from sqlite:nowhere --to sqlite:there",
            3,
            "there is no store in",
        ),
        (
            "--from crm --to sqlite:there",
            2,
            "--from: \"crm\" is no database that is known",
        ),
        (
            "--from sqlite:crm --to sqlite:there --blobs s3://b",
            2,
            "--to: SQLite keeps photos with the rows",
        ),
    ] {
        let run = folder.run(&format!("copy {line}"));
        assert_eq!(run.code, code, "{line}: {}", run.stderr);
        assert!(run.stderr.contains(said), "{line}: {}", run.stderr);
        assert!(
            !folder.path("nowhere").exists() && !folder.path("there").exists(),
            "{line}"
        );
    }
}

#[test]
fn a_database_is_known_by_its_certificate_when_it_must_be() {
    needs!("postgres", "postgres-tls", "openssl");
    let folder = Folder::new();
    let (postgres, certificate) = Postgres::start_encrypted();
    let line = format!("verify --database {}?sslmode=require", postgres.url());
    let certificate = certificate.display().to_string();
    let known = folder.run_with(&line, &[("SSL_CERT_FILE", &certificate)]);
    assert!(known.stderr.contains("is empty"), "{}", known.stderr);
    let unknown = folder.run(&line);
    assert_eq!(unknown.code, 3);
    assert!(
        unknown.stderr.contains("invalid peer certificate"),
        "{}",
        unknown.stderr
    );
    let elsewhere = line.replace("localhost", "127.0.0.1");
    let elsewhere = folder.run_with(&elsewhere, &[("SSL_CERT_FILE", &certificate)]);
    assert!(
        elsewhere.stderr.contains("certificate not valid for name"),
        "{}",
        elsewhere.stderr
    );
}
