//! Checks the recipes of `docs/in-ci.md` as far as possible without Docker and GitHub: the action's shell code is run,
//! files that other recipes name must exist, and their arguments to `tanzanite serve` must be valid.

use serde_json::Value;
use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tanzanite_testbed::needs;

const PROGRAM: &str = env!("CARGO_BIN_EXE_tanzanite");

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the repository")
}

fn read(path: &str) -> String {
    fs::read_to_string(repository().join(path)).expect(path)
}

fn yaml(path: &str) -> Value {
    serde_saphyr::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A GitHub runner, as far as a step's shell code sees it.
struct Runner {
    folder: tempfile::TempDir,
}

impl Runner {
    /// With a `cargo` that installs the tested program, and logs its arguments.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let tools = folder.path().join("tools");
        fs::create_dir(&tools).expect("a folder");
        let cargo = format!(
            "#!/bin/sh\necho \"$@\" >'{}'\nfor root; do :; done\nmkdir -p \"$root/bin\"\ncp '{PROGRAM}' \"$root/bin/\"\n",
            folder.path().join("asked").display(),
        );
        fs::write(tools.join("cargo"), cargo).expect("written");
        let executable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(tools.join("cargo"), executable).expect("executable");
        Self { folder }
    }

    /// Runs the shell code of a step as GitHub does.
    fn run(&self, step: &Value, inputs: &HashMap<&str, &str>) -> Output {
        assert_eq!(step["shell"], "bash");
        let path = |name: &str| self.folder.path().join(name);
        let tools = format!("{}:/usr/local/bin:/usr/bin:/bin", path("tools").display());
        let mut shell = Command::new("bash");
        shell
            .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c"])
            .arg(step["run"].as_str().expect("a shell step"))
            .env_clear()
            .env("PATH", tools)
            .env("RUNNER_TEMP", self.folder.path())
            .env("GITHUB_ACTION_PATH", repository().join("packages/action"))
            .current_dir(self.folder.path());
        for file in ["GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH"] {
            shell.env(file, path(file));
        }
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            let value = value.as_str().expect("a text");
            let input = value
                .strip_prefix("${{ inputs.")
                .and_then(|value| value.strip_suffix(" }}"));
            shell.env(name, inputs[input.expect("an input")]);
        }
        // With pipes the step would not end before its server does.
        let (out, err) = (path("out"), path("err"));
        let file = |path: &Path| fs::File::create(path).expect("a file");
        let status = shell.stdout(file(&out)).stderr(file(&err)).status();
        Output {
            status: status.expect("bash"),
            stdout: fs::read(out).expect("read"),
            stderr: fs::read(err).expect("read"),
        }
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }
}

/// Ends, by its process id, the server that a step has left running.
struct Left(String);

impl Drop for Left {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.trim()).status();
    }
}

#[test]
fn the_action_serves_and_says_where_and_with_which_tokens() {
    let action = yaml("packages/action/action.yml");
    let steps = action["runs"]["steps"].as_array().expect("steps");
    assert_eq!(action["runs"]["using"], "composite");
    let runner = Runner::new();
    let inputs = HashMap::from([("seed", "demo"), ("program", "")]);
    for step in steps {
        let mut step = step.clone();
        // The server outlives its step, so the test must end it.
        let run = step["run"]
            .as_str()
            .expect("a step")
            .replace("server=$!", "server=$!; echo $! >id");
        step["run"] = run.into();
        let output = runner.run(&step, &inputs);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {complaint}", step["name"]);
    }
    let _left = Left(runner.read("id"));
    let asked = runner.read("asked");
    let package = asked.split(' ').nth(3).expect("a path");
    assert!(Path::new(package).join("Cargo.toml").exists(), "{asked}");

    let variables: HashMap<String, String> = runner
        .read("GITHUB_ENV")
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let (url, token) = (
        &variables["ZOHO_API_DOMAIN"],
        &variables["ZOHO_ACCESS_TOKEN"],
    );
    assert_eq!(runner.read("GITHUB_OUTPUT"), format!("url={url}\n"));
    assert_eq!(&variables["TANZANITE_URL"], url);
    let answer = ureq::get(format!("{url}/crm/v8/org"))
        .header("Authorization", format!("Zoho-oauthtoken {token}"))
        .call();
    assert_eq!(answer.expect("an answer").status(), 200);
    let said = runner.read("out");
    for secret in [
        "ZOHO_ACCESS_TOKEN",
        "ZOHO_REFRESH_TOKEN",
        "ZOHO_CLIENT_SECRET",
    ] {
        assert!(
            said.contains(&format!("::add-mask::{}\n", variables[secret])),
            "{said}"
        );
    }
    let on_path = runner.read("GITHUB_PATH");
    assert!(
        Path::new(on_path.trim()).join("tanzanite").exists(),
        "{on_path}"
    );
}

#[test]
fn an_action_whose_seed_cannot_be_served_fails_and_says_why() {
    let action = yaml("packages/action/action.yml");
    let serve = action["runs"]["steps"][1].clone();
    let inputs = HashMap::from([("seed", "none.toml"), ("program", PROGRAM)]);
    let output = Runner::new().run(&serve, &inputs);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("cannot read the seed none.toml"), "{said}");
}

/// Checks that the flags and the environment of `serve` in a recipe are valid, without starting it.
fn check_serve(words: &[String], environment: &[(String, String)]) -> String {
    assert_eq!(words[0], "serve");
    let output = Command::new(PROGRAM)
        .arg("config")
        .args(&words[1..])
        .env_clear()
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .output()
        .expect("the program");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {complaint}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn words(list: &Value) -> Vec<String> {
    let words = list.as_array().expect("a list").iter();
    words
        .map(|word| word.as_str().expect("a word").to_owned())
        .collect()
}

#[test]
fn compose_says_to_the_program_what_it_takes() {
    let compose = yaml("examples/compose/compose.yaml");
    let node = &compose["services"]["tanzanite"];
    let environment: Vec<(String, String)> = node["environment"]
        .as_object()
        .expect("variables")
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().expect("a text").to_owned()))
        .collect();
    let settings = check_serve(&words(&node["command"]), &environment);
    for value in [
        "0.0.0.0:8480",
        "s3://photos",
        "http://127.0.0.1:8480",
        "@postgres/crm",
    ] {
        assert!(settings.contains(value), "{value}: {settings}");
    }
    // Both services have the same key, and both files the same region and port.
    let garage = &compose["services"]["garage"]["environment"];
    let of_node = |name: &str| node["environment"][name].clone();
    assert_eq!(
        of_node("AWS_ACCESS_KEY_ID"),
        garage["GARAGE_DEFAULT_ACCESS_KEY"]
    );
    assert_eq!(
        of_node("AWS_SECRET_ACCESS_KEY"),
        garage["GARAGE_DEFAULT_SECRET_KEY"]
    );
    assert_eq!(
        of_node("TANZANITE_BLOBS"),
        format!(
            "s3://{}",
            garage["GARAGE_DEFAULT_BUCKET"].as_str().expect("a bucket")
        )
    );
    let server: toml::Table = read("examples/compose/garage.toml").parse().expect("TOML");
    assert_eq!(
        server["s3_api"]["s3_region"].as_str(),
        of_node("AWS_REGION").as_str()
    );
    let built = node["build"]["dockerfile"].as_str().expect("a file");
    let context = node["build"]["context"].as_str().expect("a folder");
    assert!(
        repository()
            .join("examples/compose")
            .join(context)
            .join(built)
            .exists()
    );
    for (name, service) in compose["services"].as_object().expect("services") {
        for volume in service["volumes"].as_array().into_iter().flatten() {
            let source = volume
                .as_str()
                .and_then(|volume| volume.split(':').next())
                .expect("a volume");
            let known = match source.strip_prefix("./") {
                Some(file) => repository().join("examples/compose").join(file).exists(),
                None => compose["volumes"].get(source).is_some(),
            };
            assert!(known, "{name}: {source}");
        }
    }
}

#[test]
fn the_image_is_built_from_what_there_is() {
    let file = read("examples/compose/Dockerfile");
    let toolchain: toml::Table = read("rust-toolchain.toml").parse().expect("TOML");
    let channel = toolchain["toolchain"]["channel"]
        .as_str()
        .expect("a channel");
    let version = channel.rsplit_once('.').expect("three numbers").0;
    assert!(file.contains(&format!("FROM rust:{version}-bookworm AS build\n")));
    let line = |start: &str| {
        let found = file.lines().find_map(|line| line.strip_prefix(start));
        let list = found.unwrap_or_else(|| panic!("no {start}"));
        words(&serde_json::from_str(list).expect("a list"))
    };
    assert_eq!(line("ENTRYPOINT "), ["tanzanite"]);
    check_serve(&line("CMD "), &[]);
    // The build context includes all parts of the workspace.
    let kept = read("examples/compose/Dockerfile.dockerignore");
    let kept: Vec<&str> = kept
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
        .collect();
    for path in &kept {
        assert!(repository().join(path).exists(), "{path}");
    }
    let workspace: toml::Table = read("Cargo.toml").parse().expect("TOML");
    for member in workspace["workspace"]["members"]
        .as_array()
        .expect("members")
    {
        let member = member.as_str().expect("a path");
        assert!(
            kept.iter().any(|path| member.starts_with(path)),
            "{member} is left out"
        );
    }
}

#[test]
fn the_container_s_test_can_be_compiled_and_says_what_the_program_takes() {
    needs!("python");
    let path = "examples/testcontainers/test_with_a_container.py";
    let compile = "import ast, sys; ast.parse(open(sys.argv[1]).read())";
    let python = Command::new("python3")
        .args(["-c", compile, path])
        .current_dir(repository())
        .output();
    let python = python.expect("Python");
    assert!(
        python.status.success(),
        "{}",
        String::from_utf8_lossy(&python.stderr)
    );
    let text = read(path);
    let command = text
        .split("command = [")
        .nth(1)
        .and_then(|rest| rest.split(']').next())
        .expect("a command");
    let words: Vec<String> = command
        .split('"')
        .skip(1)
        .step_by(2)
        .map(|word| word.replace("{PORT}", "8480").replace("{port}", "8481"))
        .collect();
    check_serve(&words, &[]);
}
