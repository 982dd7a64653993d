//! `tanzanite explain`: why a running server answers a request as it does, and how the request would pass. Nothing is
//! carried out.

use crate::arguments::ExplainArguments;
use crate::control::Control;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Paint, answer_json, answer_painted, plain};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// The width of a check's mark and name.
const WIDTH: usize = 18;
const INDENT: &str = "                  ";

/// Checks that state the reason of a refusal themselves.
const SAY_WHY: [&str; 5] = ["authentication", "scope", "profile", "sharing", "lock"];

/// Explains a request. The exit code is 1 if it would be refused.
pub(crate) fn explain(arguments: &ExplainArguments) -> Outcome {
    let control = Control::of(&arguments.settings)?;
    let explained = control.post("explain", &question(arguments)?)?;
    if arguments.json {
        answer_json(&explained)?;
    } else {
        answer_painted(&Page(Paint::of_this_process()).of(&explained))?;
    }
    let passes = explained["passes"].as_bool() == Some(true);
    Ok(if passes { Exit::Ok } else { Exit::Failed })
}

fn question(arguments: &ExplainArguments) -> Outcome<Value> {
    let mut question = Map::new();
    if let Some(entry) = arguments.entry {
        question.insert("entry".to_owned(), entry.into());
    } else {
        let headers = arguments.headers.iter().cloned();
        let headers: Map<_, _> = headers.map(|(name, value)| (name, value.into())).collect();
        let mut request = json!({
            "method": arguments.method.as_deref().map(str::to_uppercase),
            "path": arguments.path,
            "headers": headers,
        });
        if let Some(body) = &arguments.body {
            request["body_base64"] = STANDARD.encode(bytes(body)?).into();
        }
        question.insert("request".to_owned(), request);
    }
    if let Some(token) = &arguments.token {
        question.insert("token".to_owned(), token.as_str().into());
    }
    if let Some(user) = &arguments.user {
        let supposed = json!({ "user": user, "scopes": arguments.scopes });
        question.insert("supposed".to_owned(), supposed);
    }
    Ok(question.into())
}

/// The bytes of the text, or of the file named after an `@`.
fn bytes(body: &str) -> Outcome<Vec<u8>> {
    let Some(file) = body.strip_prefix('@') else {
        return Ok(body.as_bytes().to_vec());
    };
    std::fs::read(file).map_err(|error| {
        Failure::caused(Exit::Usage, format!("cannot read {file}"), &error)
            .hint("--body @FILE sends a file, --body TEXT a text")
    })
}

/// The explanation for people.
struct Page(Paint);

impl Page {
    fn of(&self, explained: &Value) -> String {
        let (request, reply) = (&explained["request"], &explained["answer"]);
        let passes = explained["passes"].as_bool() == Some(true);
        let outcome = format!("{} {}", reply["status"], text(&reply["code"]));
        let colour = if passes { Paint::GREEN } else { Paint::RED };
        let mut page = format!(
            "{} {} -> {}\n",
            text(&request["method"]),
            text(&request["path"]),
            self.0.paint(colour, outcome.trim_end()),
        );
        let then = &explained["then"];
        if then.is_object() {
            let answer = format!("{} {}", then["status"], text(&then["code"]));
            page += &format!(
                "entry {} was answered {}\n",
                then["entry"],
                answer.trim_end()
            );
        }
        if let Some(rules @ 1..) = explained["rules"].as_u64() {
            page += &format!("rules about faults, which are not asked here: {rules}\n");
        }
        page.push('\n');
        for check in list(&explained["checks"]) {
            page += &self.check(check, explained);
        }
        page + &self.ways(explained)
    }

    fn check(&self, check: &Value, explained: &Value) -> String {
        let name = text(&check["check"]);
        let (mark, style, refusals) = match &*text(&check["status"]) {
            "passed" => ("✓", Paint::GREEN, None),
            "refused" => ("✗", Paint::RED, Some(("", "refusals"))),
            "would_refuse" => ("✗", Paint::YELLOW, Some(("then ", "later"))),
            "would_pass" => ("·", Paint::DIM, None),
            _ => ("–", Paint::DIM, None),
        };
        let mut lines = Vec::new();
        if let Some((when, key)) = refusals {
            let of_check = |refusal: &&Value| refusal["check"] == check["check"];
            for refusal in list(&explained[key]).filter(of_check) {
                let answer = &refusal["answer"];
                // OAuth answers have neither `code` nor `message`.
                let code = answer.get("code").unwrap_or(&answer["error"]);
                let line = format!("{when}{} {}", refusal["status"], text(code));
                let message = answer["message"].as_str().unwrap_or_default();
                let message = format!("{line} {message:?}");
                let line = if answer["message"].is_null() {
                    line
                } else {
                    message
                };
                lines.push(self.0.paint(style, &line));
                let cause = refusal["cause"]
                    .as_str()
                    .map(|cause| plain(cause).into_owned());
                lines.extend(cause.filter(|_| !SAY_WHY.contains(&&*name)));
            }
        }
        lines.extend(list(&check["found"]).map(|found| text(found).into_owned()));
        let title = format!(
            "{} {name:width$}",
            self.0.paint(style, mark),
            width = WIDTH - 2
        );
        (title + &lines.join(&format!("\n{INDENT}")))
            .trim_end()
            .to_owned()
            + "\n"
    }

    fn ways(&self, explained: &Value) -> String {
        let mut page = String::new();
        if explained["passes"].as_bool() == Some(true) {
            return page;
        }
        for (number, way) in list(&explained["ways"]).enumerate() {
            let title = if number == 0 {
                "To let it pass:"
            } else {
                "Or:"
            };
            page += &format!("\n{}\n", self.0.paint(Paint::BOLD, title));
            for change in list(way) {
                page += &format!("  {}\n", text(&change["what"]));
                for step in list(&change["steps"]) {
                    page += &format!("      {}\n", command(step));
                }
            }
        }
        if page.is_empty() {
            page.push_str("\nNo change is known that lets it pass.\n");
        }
        page
    }
}

/// The command line of a step.
fn command(step: &Value) -> String {
    let line = |request: &Value| {
        let body = text(&request["body"]);
        let line = format!(
            "{} {} {body}",
            text(&request["method"]),
            text(&request["path"])
        );
        line.trim_end().to_owned()
    };
    let token = &step["token"];
    if token.is_object() {
        let scopes: Vec<_> = list(&token["scopes"]).map(text).collect();
        let (user, scopes) = (text(&token["user"]), scopes.join(","));
        return format!("tanzanite token issue --user {user} --scope {scopes}");
    }
    if let Some(seed) = step["seed"].as_str() {
        return format!("in the seed: {}", plain(seed));
    }
    line(step.get("send").unwrap_or(&step["ask"]))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> Cow<'_, str> {
    plain(value.as_str().unwrap_or_default())
}
