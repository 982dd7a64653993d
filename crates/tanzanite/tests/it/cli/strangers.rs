//! Foreign or mistyped input: seeds, configuration, URLs and numbers. It is refused with a reason, and can neither
//! reveal a secret nor affect a terminal or other files.

use super::support::Folder;

/// A seed may come from a stranger.
#[cfg(unix)]
#[test]
fn a_seed_reads_no_picture_that_is_not_a_file_in_its_own_folder() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("seed/below")).expect("a folder");
    let picture = tanzanite_seed::demo_picture("alma.png").expect("a picture of the demo's");
    for name in ["mine.png", "seed/own.png", "seed/below/own.png"] {
        std::fs::write(folder.path(name), &picture).expect("written");
    }
    let link = |to: &std::path::Path, name: &str| symlink(to, folder.path(name)).expect("a link");
    link(&folder.path("mine.png"), "seed/out.png");
    link(&folder.path(""), "seed/up");
    link(std::path::Path::new("/dev/zero"), "seed/zero.png");
    link(std::path::Path::new("own.png"), "seed/within.png");
    let long = std::fs::File::create(folder.path("seed/long.png")).expect("a file");
    long.set_len(10 * 1024 * 1024 + 1).expect("longer");
    let pipe = std::process::Command::new("mkfifo")
        .arg(folder.path("seed/pipe.png"))
        .status();
    assert!(pipe.expect("mkfifo runs").success());
    let absolute = folder.path("mine.png").display().to_string();
    assert_eq!(folder.run("init new").code, 0);
    let template = folder.read("new/seed.toml");
    let said = |photo: &str| {
        let record = format!(
            "\n[[record]]\nmodule = \"Leads\"\nkey = \"of_a_test\"\nowner = \"admin@example.com\"\nphoto = {photo:?}\nfields = {{ Last_Name = \"T\", Company = \"T\" }}\n"
        );
        folder.write("seed/seed.toml", &(template.clone() + &record));
        let run = folder.run("check seed/seed.toml");
        let said = run.stderr.lines().next().unwrap_or_default();
        (
            run.code,
            said.split_once(": the picture ")
                .map_or(said.to_owned(), |(place, why)| {
                    assert!(place.ends_with(":9"), "{place} is no line and column");
                    why.to_owned()
                }),
        )
    };
    for photo in ["own.png", "./own.png", "below/own.png", "within.png"] {
        assert_eq!(said(photo), (0, String::new()), "{photo}");
    }
    let elsewhere = "it is not in the seed's folder";
    for (photo, why) in [
        ("../mine.png", elsewhere),
        ("below/../../mine.png", elsewhere),
        (&absolute, elsewhere),
        ("/dev/zero", elsewhere),
        ("out.png", elsewhere),
        ("up/mine.png", elsewhere),
        ("zero.png", elsewhere),
        ("pipe.png", "it is no regular file"),
        ("below", "it is no regular file"),
        ("long.png", "it has more than 10485760 bytes"),
        ("none.png", "No such file or directory (os error 2)"),
    ] {
        assert_eq!(
            said(photo),
            (1, format!("{photo:?} cannot be read: {why}")),
            "{photo}"
        );
    }
}

#[test]
fn a_seed_of_many_problems_tells_the_first_and_how_many_there_are() {
    let folder = Folder::new();
    let tables: Vec<String> = (0..100).map(|n| format!("[x{n}]")).collect();
    folder.write("bad.toml", &tables.join("\n"));
    let run = folder.run("check bad.toml");
    assert_eq!(run.code, 1);
    assert_eq!(
        run.stderr.matches("the file has no key").count(),
        20,
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.ends_with("tanzanite: … and 82 more problems\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn control_characters_in_a_setting_or_an_argument_do_not_reach_the_terminal() {
    let folder = Folder::new();
    folder.write(
        "tanzanite.toml",
        "ready_file = \"a\\u001b[2J\\nb\\u009b\"\n",
    );
    let run = folder.run_with("config", &[("TANZANITE_SEED", "c\r\u{7f}")]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains(r"a\u001b[2J\u000ab\u009b"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains(r"c\u000d\u007f"), "{}", run.stdout);
    let refused = folder.run("config --listen \u{1b}]0;title\u{7}");
    assert_eq!(refused.code, 2);
    for text in [run.stdout, refused.stderr] {
        assert!(
            !text.contains(|c: char| c.is_control() && c != '\n'),
            "{text:?}"
        );
    }
}

/// Covers mistyped URLs in every option: nobody can tell which part of such a URL is the password.
#[test]
fn a_password_in_a_malformed_url_of_a_database_is_never_printed() {
    let folder = Folder::new();
    for url in [
        "postgres:/u:canary@h/d",
        "postgres://u:canary",
        "postgres://u:can@ry:canary@h/d",
        "postgres://u:canary@h:port/d",
        "postgress://u:canary@h/d",
        "host=h user=u password=canary",
        "u:canary@h",
        "postgres://u:x canary@h/d",
    ] {
        folder.write("quoted.toml", &format!("database = {url:?}\n"));
        folder.write("bare.toml", &format!("database = {url}\n"));
        let environment = [("TANZANITE_DATABASE", url)];
        let mut runs = vec![
            folder.run_with("config", &environment),
            folder.run_with("verify", &environment),
            folder.run_with("doctor", &environment),
            folder.run_with("serve --listen 127.0.0.1:0", &environment),
            folder.run("config --settings quoted.toml"),
            folder.run("config --settings bare.toml"),
            // Blanks in the URL split it into several arguments.
            folder.run(&format!("serve --database {url}")),
            folder.run(&format!("serve {url}")),
            folder.run(&url.replace("//", "")),
            folder.run(&format!("copy --from {url} --to {url}")),
        ];
        for flag in ["url", "public-url", "blobs"] {
            let url = url.replace("postgres", "http");
            runs.push(folder.run(&format!("config --{flag} {url}")));
        }
        for run in runs {
            // A URL with a blank may be valid.
            assert!(run.code != 0 || url.contains(' '), "{url}: {}", run.stdout);
            let said = run.stdout + &run.stderr;
            assert!(!said.contains("canary"), "{url}: {said}");
        }
    }
}

/// Covers every numeric option, at and beyond its bounds: the error names the bound, and nothing panics.
#[test]
fn a_number_beyond_its_bound_is_refused_with_the_bound() {
    let folder = Folder::new();
    let max = u64::MAX.to_string();
    let refused = |line: &str, bound: &str| {
        let run = folder.run(line);
        assert_eq!(run.code, 2, "{line}: {}", run.stderr);
        assert!(run.stderr.contains(bound), "{line}: {}", run.stderr);
    };
    let bound = "is no number from 1 to 1000000\n";
    for text in [
        "0",
        "1000001",
        &max,
        "99999999999999999999",
        "-1",
        "1.5",
        "many",
        "0x10",
    ] {
        refused(&format!("config --connections-max={text}"), bound);
        let database = format!("--database=postgres://h/d?connections={text}");
        refused(
            &format!("config {database}"),
            "is no number from 1 to 1000\n",
        );
        refused(
            &format!("import --from http://h --token-file t --records-max={text} f"),
            "",
        );
    }
    for text in ["0", "9223372036854775808", &max, "-1", "one"] {
        refused(
            &format!("config --org={text}"),
            "is no organisation's number\n",
        );
    }
    for good in ["1", "1000000"] {
        assert_eq!(
            folder.run(&format!("config --connections-max {good}")).code,
            0,
            "{good}"
        );
    }
    for good in ["1", "1000"] {
        let database = format!("--database postgres://h/d?connections={good}");
        assert_eq!(folder.run(&format!("config {database}")).code, 0, "{good}");
    }
    let server = folder.serve("--connections-max 1000000");
    assert!(server.stop().success());
}
