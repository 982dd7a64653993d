//! `tanzanite intercept`, `serve --intercept` and `serve --tls`, with their files.

use super::support::{Folder, Run};
use insta::assert_snapshot;
use serde_json::Value;
use std::process::Command;
use tanzanite_testbed::needs;

/// A run's output, with words in place of parts that differ between runs.
fn said(folder: &Folder, text: &str) -> String {
    let root = folder.path("").display().to_string();
    text.replace(root.trim_end_matches('/'), "[folder]")
}

fn refused(run: &Run, code: i32) -> String {
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (code, ""),
        "{}",
        run.stderr
    );
    run.stderr.clone()
}

/// Runs a line of shell to its end; returns its output.
fn shell(folder: &Folder, line: &str, url: &str) -> String {
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(folder.path(""))
        .env("TANZANITE", env!("CARGO_BIN_EXE_tanzanite"))
        .env("TANZANITE_URL", url)
        .env("XDG_DATA_HOME", folder.path("share"))
        // The exported variables must override this.
        .env("NO_PROXY", "*")
        .output()
        .expect("a shell");
    let [out, err] =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(output.status.success(), "{line}: {out}{err}");
    out
}

#[test]
fn the_variables_lead_a_program_to_the_server_and_no_further() {
    needs!("curl");
    let folder = Folder::new();
    let server = folder.serve("--intercept");
    let url = ("TANZANITE_URL", server.url.as_str());
    let run = folder.run_with("intercept env", &[url]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_snapshot!(said(&folder, &run.stdout).replace(&server.url, "[base URL]"), @"
    HTTPS_PROXY          [base URL]
    https_proxy          [base URL]
    NO_PROXY             localhost,127.0.0.1,::1
    no_proxy             localhost,127.0.0.1,::1
    SSL_CERT_FILE        [folder]/share/tanzanite/ca.pem
    REQUESTS_CA_BUNDLE   [folder]/share/tanzanite/ca.pem
    CURL_CA_BUNDLE       [folder]/share/tanzanite/ca.pem
    NODE_EXTRA_CA_CERTS  [folder]/share/tanzanite/ca.pem
    NODE_USE_ENV_PROXY   1
    ");
    let json = folder.run_with("intercept env --json", &[url]).stdout;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["HTTPS_PROXY"], server.url);
    let export = "eval \"$($TANZANITE intercept env --export)\"";
    let status = "curl --silent --output /dev/null --write-out '%{http_code} %{http_connect}'";
    for (target, expected) in [
        ("https://www.zohoapis.com.au/crm/v8/org", "401 200"),
        ("https://www.example.com/", "000 403"),
    ] {
        let line = format!("{export}; {status} {target} || true");
        assert_eq!(shell(&folder, &line, &server.url), expected, "{target}");
    }
    // Requests to this machine bypass the proxy.
    let line = format!("{export}; {status} {}/_tanzanite/health", server.url);
    assert_eq!(shell(&folder, &line, &server.url), "200 000");
    let log = folder.read("err");
    assert!(
        log.contains("host=\"www.zohoapis.com.au\"") && !log.contains("PRIVATE"),
        "{log}"
    );
    assert!(server.stop().success());
}

#[test]
fn variables_that_would_not_work_are_not_shown() {
    let folder = Folder::new();
    let plain = folder.serve("");
    let line = format!("intercept env --url {}", plain.url);
    assert_snapshot!(refused(&folder.run(&line), 5).replace(&plain.url, "[base URL]"), @"
    tanzanite: [base URL] refused: this server does not answer for the vendor's hosts
    hint: start it with --intercept
    ");
    assert!(!folder.path("share").exists(), "nobody wanted an authority");
    assert!(plain.stop().success());
    let server = folder.serve("--intercept --ca-dir theirs");
    let line = format!("intercept env --url {}", server.url);
    assert_snapshot!(said(&folder, &refused(&folder.run(&line), 1)), @"
    tanzanite: the server's authority is not the one in [folder]/share/tanzanite
    hint: say with --ca-dir which folder the server was given
    ");
    assert_eq!(folder.run(&format!("{line} --ca-dir theirs")).code, 0);
}

#[test]
fn a_server_with_a_control_token_says_the_variables_to_who_shows_it() {
    let folder = Folder::new();
    let token = "0123456789abcdef";
    let server = folder.serve(&format!("--intercept --control-token {token}"));
    let url = ("TANZANITE_URL", server.url.as_str());
    let stranger = refused(&folder.run_with("intercept env", &[url]), 5);
    assert!(stranger.contains("not the control token"), "{stranger}");
    let shown = [url, ("TANZANITE_CONTROL_TOKEN", token)];
    let run = folder.run_with("intercept env", &shown);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn the_authority_is_made_once_and_its_key_is_not_exported() {
    let folder = Folder::new();
    let first = folder.run("intercept ca export");
    assert_eq!((first.code, first.stderr.as_str()), (0, ""));
    assert!(first.stdout.starts_with("-----BEGIN CERTIFICATE-----"));
    assert_eq!(folder.run("intercept ca export ca.pem").code, 0);
    assert_eq!(folder.read("ca.pem"), first.stdout);
    assert!(!first.stdout.contains("KEY"));
    assert_eq!(folder.read("share/tanzanite/ca.pem"), first.stdout);
    let secret = folder.read("share/tanzanite/authority.pem");
    assert!(secret.starts_with(&first.stdout) && secret.contains("PRIVATE KEY"));
    folder.write("share/tanzanite/authority.pem", "");
    assert_snapshot!(said(&folder, &refused(&folder.run("intercept ca export"), 1)), @"
    tanzanite: [folder]/share/tanzanite/authority.pem is of no use: there is no unencrypted private key (PEM) in it
    hint: delete it, and the next start makes another; clients must trust that one then
    ");
    assert_snapshot!(said(&folder, &refused(&folder.run("serve --tls"), 3)), @"
    tanzanite: [folder]/share/tanzanite/authority.pem is of no use: there is no unencrypted private key (PEM) in it
    hint: delete it, and the next start makes another; clients must trust that one then
    ");
    assert_snapshot!(said(&folder, &refused(&folder.run("serve --intercept --ca-dir /dev/null/x"), 3)), @"
    tanzanite: cannot read /dev/null/x/authority.pem: Not a directory (os error 20)
    hint: --ca-dir names another folder
    ");
}

#[test]
fn commands_believe_a_server_with_the_installation_s_certificate() {
    let folder = Folder::new();
    let server = folder.serve("--tls");
    let url = &server.url;
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    for command in ["env", "journal", "clock", "tour"] {
        let run = folder.run(&format!("{command} --url {url}"));
        assert_eq!(run.code, 0, "{command}: {}", run.stderr);
    }
    assert!(folder.run(&format!("env --url {url}")).stdout.contains(url));
    let stranger = folder.run(&format!("env --url {url} --ca-dir elsewhere"));
    assert_snapshot!(refused(&stranger, 4).replace(url, "[base URL]"), @"
    tanzanite: no server answers at [base URL]: io: invalid peer certificate: UnknownIssuer
    hint: --ca-dir says where its authority is, TANZANITE_TLS_CERT or SSL_CERT_FILE which other certificate to trust
    ");
}

#[test]
fn commands_believe_an_own_certificate_that_the_settings_name() {
    needs!("openssl");
    let folder = Folder::new();
    let line = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem \
        -out cert.pem -subj /CN=own -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
        -addext basicConstraints=critical,CA:FALSE 2>&1";
    shell(&folder, line, "");
    folder.write(
        "tanzanite.toml",
        "tls_cert = \"cert.pem\"\ntls_key = \"key.pem\"\n",
    );
    let server = folder.serve("");
    let run = folder.run(&format!("env --url {}", server.url));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!folder.path("share").exists(), "nobody wanted an authority");
}

#[test]
fn files_that_are_no_certificate_keep_a_server_from_starting() {
    let folder = Folder::new();
    let exported = folder.run("intercept ca export cert.pem");
    assert_eq!(exported.code, 0);
    folder.write("none.pem", "nothing\n");
    let serve = |options: &str| folder.run(&format!("serve --memory {options}"));
    let lines = [serve("--tls-cert cert.pem"), serve("--tls-key cert.pem")];
    assert_snapshot!(lines.map(|run| refused(&run, 2)).concat(), @"
    tanzanite: --tls-cert: its key is missing: --tls-key
    tanzanite: --tls-key: its certificate is missing: --tls-cert
    ");
    let lines = [
        serve("--tls-cert missing.pem --tls-key none.pem"),
        serve("--tls-cert none.pem --tls-key none.pem"),
        serve("--tls-cert cert.pem --tls-key none.pem"),
        serve("--tls --public-url https://crm.example.com"),
        serve("--intercept --listen 0.0.0.0:0 --seed demo"),
    ];
    assert_snapshot!(lines.map(|run| refused(&run, 3)).concat(), @r#"
    tanzanite: cannot read missing.pem: No such file or directory (os error 2)
    tanzanite: none.pem: there is no certificate (PEM) in it
    hint: without --tls-cert and --tls-key, --tls makes a certificate
    tanzanite: none.pem: there is no unencrypted private key (PEM) in it
    hint: without --tls-cert and --tls-key, --tls makes a certificate
    tanzanite: there is no certificate for this server: the installation's authority may not certify "crm.example.com", only localhost, *.test, *.internal and private addresses
    hint: give one of your own with --tls-cert and --tls-key
    tanzanite: 0.0.0.0:0 can be reached by others, and everybody knows the demo's credentials
    hint: listen on 127.0.0.1, or say --insecure if you mean it
    "#);
    let doctor = folder.run("doctor --listen 127.0.0.1:0 --tls-cert none.pem --tls-key none.pem");
    assert!(
        doctor.stdout.contains("none.pem: there is no certificate"),
        "{}",
        doctor.stdout
    );
    assert_eq!(doctor.code, 1);
}

#[test]
fn help() {
    let folder = Folder::new();
    assert_snapshot!(folder.run("intercept env --help").stdout, @r#"
    Show the variables that lead a program to the running server

    Usage: tanzanite intercept env [OPTIONS]

    Options:
          --control-token <TOKEN>  What callers of the control API must show, wherever they are: 16
                                   characters or more. It is safer in the environment [without: the
                                   control API answers only callers on the server's own machine]
          --ca-dir <DIR>           The folder of this installation's certificate authority, which is
                                   made when it is wanted [without: tanzanite in $XDG_DATA_HOME, or in
                                   ~/.local/share]
          --url <BASE>             The running server that a command talks to [without: what the ready
                                   file says, else `listen`]
          --org <ZGID>             The organisation that a command is about [without: the one that the
                                   server was started for]
          --settings <FILE>        The settings file [without: tanzanite.toml in the current folder, if
                                   it is there]
          --export                 As `export` lines for a shell
          --json                   As JSON
      -h, --help                   Print help

    Examples:
      tanzanite serve --intercept                  in another terminal
      (eval "$(tanzanite intercept env --export)" && python3 sync.py)
                                                   whatever asks www.zohoapis.com asks that server
      tanzanite intercept env --json               for programs
      tanzanite intercept ca export >> "$(python3 -m certifi)"
                                                   for Python that sends prepared requests

    All other hosts are refused, and no other authority is trusted, by what is given these variables.
    "#);
    assert_snapshot!(folder.run("intercept ca export --help").stdout, @"
    Write its certificate as PEM

    Usage: tanzanite intercept ca export [OPTIONS] [FILE]

    Arguments:
      [FILE]  The file; standard output without it

    Options:
          --ca-dir <DIR>     The folder of this installation's certificate authority, which is made when
                             it is wanted [without: tanzanite in $XDG_DATA_HOME, or in ~/.local/share]
          --settings <FILE>  The settings file [without: tanzanite.toml in the current folder, if it is
                             there]
      -h, --help             Print help

    Examples:
      tanzanite intercept ca export                to standard output
      tanzanite intercept ca export ca.pem         into a file, for a container or a Java trust store

    The key is never exported. The authority can certify the vendor's hosts and private names alone.
    ");
}
