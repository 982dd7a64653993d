//! Runs the commands in `console` blocks of the documents, in one folder for each document; they must print the lines
//! that follow them. A line `...` stands for any lines. A command that ends with `|| true` is expected to exit with 1.
//! A server that is started with `&` is the one that later commands address, whatever its port, until `kill %1` stops
//! it; the usual address in commands is replaced by its own. The lines after `$ cat >FILE <<END` are the file's.

use super::support::{Folder, Server};
use std::path::Path;

const DOCUMENTS: [&str; 3] = ["README.md", "docs/laboratory.md", "docs/scaling.md"];

#[test]
fn the_commands_of_the_documents_do_what_they_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for document in DOCUMENTS {
        let text = std::fs::read_to_string(root.join(document)).expect("a document");
        let folder = Folder::new();
        let mut printed = String::new();
        let mut commands = 0;
        let mut server = None;
        for block in text.split("```console\n").skip(1) {
            let mut lines = block.split("```").next().unwrap_or_default().lines();
            while let Some(line) = lines.next() {
                let file = line.strip_prefix("$ cat >");
                if let Some(file) = file.and_then(|file| file.strip_suffix(" <<END")) {
                    let text = lines.by_ref().take_while(|line| *line != "END");
                    let text = text.collect::<Vec<_>>().join("\n");
                    std::fs::write(folder.path(file), text).expect("a file");
                    continue;
                }
                let command = line.strip_prefix("$ tanzanite ");
                let started = command.and_then(|command| command.strip_suffix(" &"));
                if line == "$ kill %1" {
                    let stopped: Option<Server> = server.take();
                    assert!(stopped.expect("a server").stop().success(), "{document}");
                } else if let Some(command) = started {
                    server = Some(folder.start(&format!("{command} --listen 127.0.0.1:0")));
                } else if let Some(command) = command {
                    let url = server
                        .as_ref()
                        .map(|server| ("TANZANITE_URL", server.url.as_str()));
                    let usual = "http://127.0.0.1:8480";
                    let at = server.as_ref().map_or(usual, |server| server.url.as_str());
                    let command = command.replace(usual, at);
                    let (command, code) = match command.strip_suffix(" || true") {
                        Some(command) => (command, 1),
                        None => (command.as_str(), 0),
                    };
                    let run = folder.run_with(command, url.as_slice());
                    assert_eq!(run.code, code, "{document}: {line}: {}", run.stderr);
                    printed = run.stdout;
                    commands += 1;
                } else if line != "..." {
                    assert!(
                        printed.contains(line),
                        "{document} promises {line:?}: {printed}"
                    );
                }
            }
        }
        assert!(commands > 0, "{document} has commands");
    }
}
