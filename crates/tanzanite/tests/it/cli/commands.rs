//! Commands that need no server.

use super::support::Folder;
use insta::assert_snapshot;
use serde_json::Value;

#[test]
fn help() {
    let run = Folder::new().run("--help");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_snapshot!(run.stdout, @r#"
    A local server that speaks Zoho CRM's REST API v8. Unofficial.

    Unmodified clients of Zoho CRM work against it. Without a command it serves a demo organisation in
    memory on 127.0.0.1:8480.

    Usage: tanzanite [COMMAND]

    Commands:
      serve          Serve an organisation until told to stop
      init           Write a commented seed and settings file to begin with
      env            Show what a client needs to use the running server
      intercept      Use programs that ask the vendor's own hosts, unchanged
      token          Access tokens without a browser
      grant          Authorization codes without a browser
      clock          Show or set the clock of the organisation that is served
      limits         Show or set the limits of the organisation: credits, calls at once, tokens
      jobs           Show the jobs of the organisation, such as mass deletions, or do all that is due
      notifications  Show the notifications of the organisation, or collect them instead of sending them
      blueprint      Processes that records go through, from state to state
      org            Organisations side by side, such as one for each test
      reset          Make an organisation what its seed made it; rules and journal are forgotten
      snapshot       Keep an organisation as it is, compare it with that, and bring it back
      fault          Make answers go wrong, as a test wants it
      journal        Show what the server was asked and what it answered, or compare it with what was
                     expected
      explain        Show why a request is answered as it is, without carrying it out, and what would
                     let it pass
      record         Record what a real service answers, and compare our own server's answers with it
      tour           Perform every outcome of deleting a photo, beside what the vendor's page says
      routes         List what is served, and where its facts come from
      check          Check a seed file, and list the ids and tokens that it gives
      import         Read an account over the public API into a seed, with made-up values
      copy           Move everything from one database to another
      backup         Write everything into one file, which any database is filled from again
      restore        Fill a database from such a file, or add the organisation that it holds
      verify         Prove that records, photos and what keeps them agree
      doctor         Look for what could keep a server from starting
      config         Show the settings that hold
      completions    Write a shell's completion script to standard output
      help           Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Examples:
      tanzanite                                    serve the demo, and show how to use it
      tanzanite init crm && cd crm && tanzanite serve
                                                   an organisation of your own, kept in a folder
      tanzanite serve --memory --seed seed.toml --listen 127.0.0.1:0 --ready-file ready
                                                   a throw-away one for a test run
      eval "$(tanzanite env --export)"             what a client needs, from the running server
      curl -H "Authorization: Zoho-oauthtoken $(tanzanite token issue --user E --scope S)" …

    Every option that is a setting is an environment variable (TANZANITE_…) and a key of
    tanzanite.toml too: `tanzanite config --origin` shows what holds and why.
    "#);
}

#[test]
fn help_of_serve_lists_every_setting_of_the_table() {
    let run = Folder::new().run("serve --help");
    assert_eq!(run.code, 0);
    assert_snapshot!(run.stdout, @"
    Serve an organisation until told to stop

    Usage: tanzanite serve [OPTIONS]

    Options:
          --listen <ADDR>             Where to listen, as IP:PORT; port 0 picks a free one [default:
                                      127.0.0.1:8480]
          --data <DIR>                The folder to keep everything in [without: everything is kept in
                                      memory and gone at the end]
          --memory                    Keep everything in memory, whatever a weaker source says about a
                                      folder
          --database <URL>            The database to keep everything in:
                                      postgres://USER:PASSWORD@HOST/DATABASE, with
                                      ?schema=NAME&connections=COUNT if wanted; or sqlite:DIR. A
                                      password is safer in the environment [without: `data`, or memory]
          --blobs <URL>               The object store to keep photos in, beside PostgreSQL:
                                      s3://BUCKET/FOLDER, gs://, az:// or file:///FOLDER; its keys are
                                      in AWS_…, GOOGLE_… or AZURE_… [without: photos are kept in the
                                      database]
          --seed <demo|FILE>          What to begin with: the built-in demo, or a seed file [without:
                                      the demo in memory; what a data folder holds already]
          --public-url <URL>          The origin that clients use, if it is another: `api_domain` in
                                      answers [without: http:// or https:// and the address that is
                                      listened on]
          --auth <MODE>               strict takes live tokens only; any takes unknown ones as the
                                      administrator's; off needs none (strict, any, off) [default:
                                      strict]
          --limits <WORD>             Whether the vendor's limits hold: credits of a day, calls at once,
                                      tokens within ten minutes. `tanzanite limits` says otherwise for
                                      one organisation (off, on) [default: off]
          --ready-file <FILE>         A file that holds the base URL while requests are served [without:
                                      none is written]
          --log <WHAT>                Which requests get a line on standard error; failures of the
                                      server always do (requests, refusals, off) [default: requests]
          --log-format <FORMAT>       How a line of the log looks (text, json) [default: text]
          --insecure                  Serve the demo, or without strict auth, or intercept, where other
                                      machines can reach it
          --connections-max <COUNT>   Open connections; for a further one that which idles longest is
                                      closed [default: 1024]
          --control-token <TOKEN>     What callers of the control API must show, wherever they are: 16
                                      characters or more. It is safer in the environment [without: the
                                      control API answers only callers on the server's own machine]
          --tls                       Speak HTTPS, with a certificate of this installation's authority
                                      if there is no other
          --tls-cert <FILE>           Speak HTTPS with this certificate (PEM, and the rest of its chain
                                      after it) [without: one is made, if `tls` is set]
          --tls-key <FILE>            The key of that certificate (PEM, not encrypted) [without: there
                                      is no certificate of your own]
          --intercept                 Be a proxy too, which answers for the vendor's own hosts and
                                      refuses all others
          --ca-dir <DIR>              The folder of this installation's certificate authority, which is
                                      made when it is wanted [without: tanzanite in $XDG_DATA_HOME, or
                                      in ~/.local/share]
          --deliver-to <HOST[,HOST]>  The hosts that notifications are sent to, names or addresses, with
                                      commas between them [without: this machine, while no other can
                                      reach the server]
          --settings <FILE>           The settings file [without: tanzanite.toml in the current folder,
                                      if it is there]
          --until-stdin-ends          Stop also when standard input ends, as with a parent that died
      -h, --help                      Print help

    Examples:
      tanzanite serve                              the demo, in memory
      tanzanite serve --data crm --seed seed.toml  kept in a folder, which the seed fills the first time
      tanzanite serve --data crm                   what the folder holds already
      tanzanite serve --database postgres://crm@db/crm --blobs s3://photos
                                                   one of any number of nodes that share them
      tanzanite serve --listen 127.0.0.1:0 --ready-file ready
                                                   any free port; the file says which
    ");
}

#[test]
fn wrong_command_lines_are_one_line_and_a_hint() {
    let folder = Folder::new();
    let said = |line: &str| {
        let run = folder.run(line);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{line}");
        run.stderr
    };
    assert_snapshot!(said("serve --no-such-flag"), @"
    tanzanite: unexpected argument '--no-such-flag' found
    hint: usage: tanzanite serve [OPTIONS]
    ");
    assert_snapshot!(said("srve"), @"
    tanzanite: unrecognized subcommand 'srve'
    hint: a similar subcommand exists: 'serve'
    ");
    assert_snapshot!(said("token"), @"
    tanzanite: a command is missing
    hint: usage: tanzanite token <COMMAND>
    ");
    assert_snapshot!(said("token issue --user a@example.com"), @"
    tanzanite: the following required arguments were not provided: --scope <A,B>
    hint: usage: tanzanite token issue --user <EMAIL> --scope <A,B>
    ");
    assert_snapshot!(said("serve --data d --memory"), @"
    tanzanite: the argument '--data <DIR>' cannot be used with '--memory'
    hint: usage: tanzanite serve --data <DIR>
    ");
    assert_snapshot!(said("serve --auth lax"), @"
    tanzanite: invalid value 'lax' for '--auth <MODE>' [possible values: strict, any, off]
    hint: `tanzanite --help` lists commands and options
    ");
    assert_snapshot!(said("serve --listen here"), @r#"
    tanzanite: --listen: "here" is no address
    hint: an address is IP:PORT, such as 127.0.0.1:8480 or [::1]:0
    "#);
}

#[test]
fn version() {
    let run = Folder::new().run("--version");
    assert_eq!(
        run.stdout,
        format!("tanzanite {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn config_shows_which_of_flag_environment_file_and_default_holds() {
    let folder = Folder::new();
    folder.write(
        "tanzanite.toml",
        "listen = \"127.0.0.1:1\"\nlog = \"off\"\nauth = \"any\"\nseed = \"demo\"\n",
    );
    let environment = [
        ("TANZANITE_LISTEN", "127.0.0.1:2"),
        ("TANZANITE_LOG", "refusals"),
    ];
    let run = folder.run_with(
        "config --origin --listen 127.0.0.1:3 --insecure",
        &environment,
    );
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_snapshot!(run.stdout, @"
    listen           127.0.0.1:3                                                         flag --listen
    data             (everything is kept in memory and gone at the end)                  default
    memory           false                                                               default
    database         (`data`, or memory)                                                 default
    blobs            (photos are kept in the database)                                   default
    seed             demo                                                                file tanzanite.toml:4:8
    public_url       (http:// or https:// and the address that is listened on)           default
    auth             any                                                                 file tanzanite.toml:3:8
    limits           off                                                                 default
    ready_file       (none is written)                                                   default
    log              refusals                                                            environment TANZANITE_LOG
    log_format       text                                                                default
    insecure         true                                                                flag --insecure
    connections_max  1024                                                                default
    control_token    (the control API answers only callers on the server's own machine)  default
    tls              false                                                               default
    tls_cert         (one is made, if `tls` is set)                                      default
    tls_key          (there is no certificate of your own)                               default
    intercept        false                                                               default
    ca_dir           (tanzanite in $XDG_DATA_HOME, or in ~/.local/share)                 default
    deliver_to       (this machine, while no other can reach the server)                 default
    url              (what the ready file says, else `listen`)                           default
    org              (the one that the server was started for)                           default
    settings         (tanzanite.toml in the current folder, if it is there)              default
    ");
}

#[test]
fn a_settings_file_with_an_unknown_key_stops_every_command_that_reads_it() {
    let folder = Folder::new();
    folder.write("tanzanite.toml", "# ours\nlog = \"off\"\nlisten_on = 1\n");
    let run = folder.run("config");
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert_snapshot!(run.stderr, @r#"
    tanzanite: tanzanite.toml:3:1: unknown key "listen_on"
    hint: the keys are listen, data, memory, database, blobs, seed, public_url, auth, limits, ready_file, log, log_format, insecure, connections_max, control_token, tls, tls_cert, tls_key, intercept, ca_dir, deliver_to, url, org
    "#);
    assert_eq!(folder.run("serve").code, 2);
}

#[test]
fn what_init_writes_passes_check_and_is_never_overwritten() {
    let folder = Folder::new();
    let run = folder.run("init crm");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_snapshot!(run.stdout, @"
    Written: crm/seed.toml (it holds a secret) and crm/tanzanite.toml.
    Next: cd crm && tanzanite serve
    ");
    let check = folder.run("check crm/seed.toml");
    assert_eq!((check.code, check.stderr.as_str()), (0, ""));
    assert!(
        check.stdout.starts_with("crm/seed.toml can be served.\n"),
        "{}",
        check.stdout
    );
    assert!(
        check.stdout.contains("\nTOKEN"),
        "its tokens are listed: {}",
        check.stdout
    );
    assert_eq!(folder.run("config --settings crm/tanzanite.toml").code, 0);

    let seed = folder.read("crm/seed.toml");
    std::fs::remove_file(folder.path("crm/tanzanite.toml")).expect("removed");
    let again = folder.run("init crm");
    assert_eq!(again.code, 1);
    assert_snapshot!(again.stderr, @"
    tanzanite: crm/seed.toml is there already and is left as it is
    hint: choose another folder: `tanzanite init DIR`
    ");
    assert_eq!(folder.read("crm/seed.toml"), seed);
    assert!(
        !folder.path("crm/tanzanite.toml").exists(),
        "both files or neither"
    );

    folder.run("init other");
    assert_ne!(
        folder.read("other/seed.toml"),
        seed,
        "each has a secret of its own"
    );
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_secret_of_a_seed() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    folder.run("init");
    let mode = std::fs::metadata(folder.path("seed.toml"))
        .expect("a file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o077, 0);
}

#[test]
fn check_points_at_every_problem_of_a_seed() {
    let folder = Folder::new();
    folder.run("init");
    let sound = folder.read("seed.toml");
    folder.write("bad.toml", &format!("colour = \"blue\"\n{sound}"));
    let run = folder.run("check bad.toml");
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert_snapshot!(run.stderr, @r#"
    tanzanite: bad.toml:1:1: the file has no key "colour"
    hint: Use one of demo, secret, organisation, profile, role, user, module, field, picklist, sharing, locking, blueprint, record, client, token.
    "#);
    folder.write("worse.toml", "secret = \n");
    assert!(
        folder
            .run("check worse.toml")
            .stderr
            .starts_with("tanzanite: worse.toml:1:")
    );
    assert_snapshot!(folder.run("check missing.toml").stderr, @"
    tanzanite: cannot read the seed missing.toml: No such file or directory (os error 2)
    hint: a seed is `demo` or a file; `tanzanite init` writes one
    ");
}

#[test]
fn the_demo_passes_check() {
    assert_eq!(Folder::new().run("check demo").code, 0);
}

#[test]
fn routes_lists_the_endpoint_table() {
    let run = Folder::new().run("routes --json");
    let routes: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let served = routes["served"].as_array().expect("a list");
    assert_eq!(routes["served_count"], served.len());
    assert!(routes["known_count"].as_u64() > Some(300));
    let delete = served.iter().find(|operation| {
        operation["method"] == "DELETE"
            && operation["path"] == "/crm/{version}/{module}/{record_id}/photo"
    });
    assert_eq!(delete.expect("served")["evidence"], "seed");
    let text = Folder::new().run("routes").stdout;
    assert!(text.contains("/crm/{version}/{module}/{record_id}/photo"));
}

#[test]
fn completions_name_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let run = Folder::new().run(&format!("completions {shell}"));
        assert_eq!(run.code, 0);
        assert!(run.stdout.contains("ready-file"), "{shell}");
    }
}

#[test]
fn commands_that_need_a_server_say_so_if_there_is_none() {
    // Nothing listens on port 1.
    let run = Folder::new().run("env --url http://127.0.0.1:1");
    assert_eq!((run.code, run.stdout.as_str()), (4, ""));
    assert_snapshot!(run.stderr, @"
    tanzanite: no server answers at http://127.0.0.1:1: io: Connection refused (os error 111)
    hint: start one with `tanzanite serve`, or say where it is with --url
    ");
}

#[test]
fn doctor_finds_what_keeps_a_server_from_starting() {
    let folder = Folder::new();
    let sound = folder.run("doctor --listen 127.0.0.1:0");
    assert_eq!(sound.code, 0, "{}", sound.stdout);
    let empty = folder.run("doctor --listen 127.0.0.1:0 --data nothing");
    assert_eq!(empty.code, 1);
    assert!(empty.stdout.contains("BAD"), "{}", empty.stdout);
    assert!(!folder.path("nothing").exists(), "it makes nothing");
    folder.write("tanzanite.toml", "listen = 3\n");
    let settings = folder.run("doctor");
    assert_eq!(settings.code, 1);
    assert!(
        settings.stdout.contains("tanzanite.toml:1:10"),
        "{}",
        settings.stdout
    );
}
