//! The tour for people: one block for each situation, at most 100 columns wide, coloured on a terminal.

use super::client::{Reply, Request};
use super::situations::Source;
use super::{Seen, Tally, Visit};
use crate::output::{Paint, plain};
use serde_json::Value;

/// The width of the longest line.
const COLUMNS: usize = 100;
/// The indentation of all lines of a block but the first.
const INDENT: &str = "        ";
/// Lines of a reply that are printed.
const REPLY_LINES_MAX: usize = 16;
/// Characters at the beginning of a token that are printed.
const TOKEN_HEAD: usize = 11;
/// Characters at the end of a token that are printed.
const TOKEN_TAIL: usize = 4;

/// Formats the blocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Screen(Paint);

impl Screen {
    /// The setting for standard output.
    pub(super) fn of_this_process() -> Self {
        Self(Paint::of_this_process())
    }

    /// The text above the blocks.
    pub(super) fn head(self, base: &str, own: bool) -> String {
        let whose = if own {
            "a demo in memory, started for this tour"
        } else {
            "a demo that runs already"
        };
        let title = self.0.paint(
            Paint::BOLD,
            "Every outcome of \"Delete a Photo\", performed for real",
        );
        let place = self
            .0
            .paint(Paint::DIM, &clip(&format!("at {base}, {whose}")));
        format!("{title}\n{place}\n")
    }

    /// The block of a situation.
    pub(super) fn block(self, number: usize, visit: &Visit) -> String {
        let situation = visit.situation;
        let mark = match visit.is_as_expected() {
            Some(true) => self.0.paint(Paint::GREEN, "✓"),
            Some(false) => self.0.paint(Paint::RED, "✗"),
            None => self.0.paint(Paint::YELLOW, "–"),
        };
        let title = self.0.paint(Paint::BOLD, situation.title);
        let mut text = format!("\n{mark} {number:>2}    {title}\n");
        let mut line = |style: &str, content: &str| {
            let content = clip(&format!("{INDENT}{content}"));
            text.push_str(self.0.paint(style, &content).trim_end());
            text.push('\n');
        };
        line(Paint::DIM, situation.cause);
        line("", "");
        line(
            "",
            &format!("{} {}", visit.request.method, visit.request.path),
        );
        line("", &authorization(&visit.request));
        line("", "");
        let (said, style) = match (&visit.outcome, visit.is_as_expected()) {
            (Seen::Skipped(reason), _) => (format!("skipped: {reason}"), Paint::YELLOW),
            (Seen::Replied(reply), Some(true)) => {
                (outcome(reply.status, reply.code()), Paint::GREEN)
            }
            (Seen::Replied(reply), _) => (outcome(reply.status, reply.code()), Paint::RED),
        };
        line(style, &format!("the server   {said}"));
        let expected = outcome(situation.status, situation.code);
        line(
            "",
            &match situation.source {
                Source::Page => format!("the page     {expected}"),
                Source::Beyond => format!("expected     {expected} (the page does not list it)"),
            },
        );
        if let Seen::Replied(reply) = &visit.outcome {
            line("", "");
            for content in body(reply) {
                line("", &content);
            }
        }
        text
    }

    /// The text below the blocks.
    pub(super) fn sum(self, tally: Tally) -> String {
        let Tally {
            as_expected,
            different,
            skipped,
        } = tally;
        let all = as_expected + different + skipped;
        let mut text = if as_expected == all {
            self.0.paint(
                Paint::GREEN,
                &format!("✓ All {all} outcomes are as expected"),
            )
        } else {
            let style = if different == 0 {
                Paint::GREEN
            } else {
                Paint::RED
            };
            let mark = if different == 0 { "✓" } else { "✗" };
            self.0.paint(
                style,
                &format!("{mark} {as_expected} of {all} outcomes are as expected"),
            )
        };
        for (count, what) in [(different, "different"), (skipped, "skipped")] {
            if count > 0 {
                text.push_str(&format!(", {count} {what}"));
            }
        }
        format!("\n{text}.\n")
    }
}

impl Reply {
    fn code(&self) -> &str {
        self.code.as_deref().unwrap_or("without a code")
    }
}

fn outcome(status: u16, code: &str) -> String {
    format!("{status} {code}")
}

/// The header with the token shortened to its ends.
fn authorization(request: &Request) -> String {
    let Some(value) = &request.authorization else {
        return "(no Authorization header)".to_owned();
    };
    let (scheme, token) = value.split_once(' ').unwrap_or(("", value));
    format!("Authorization: {scheme} {}", shortened(token))
}

fn shortened(token: &str) -> String {
    let length = token.chars().count();
    if length <= TOKEN_HEAD + TOKEN_TAIL + 1 {
        return token.to_owned();
    }
    let head: String = token.chars().take(TOKEN_HEAD).collect();
    let tail: String = token.chars().skip(length - TOKEN_TAIL).collect();
    format!("{head}…{tail}")
}

/// The lines of a reply's body.
fn body(reply: &Reply) -> Vec<String> {
    let text = match &reply.json {
        Some(json) => pretty(json),
        None if reply.text.is_empty() => "(no body)".to_owned(),
        None => reply.text.clone(),
    };
    let all = text.lines().count();
    let mut lines: Vec<_> = text.lines().take(REPLY_LINES_MAX).map(visible).collect();
    if all > lines.len() {
        lines.push(format!("… and {} more lines", all - lines.len()));
    }
    lines
}

fn pretty(json: &Value) -> String {
    format!("{json:#}")
}

/// A foreign line without control characters.
fn visible(line: &str) -> String {
    line.chars()
        .map(|letter| if letter.is_control() { '·' } else { letter })
        .collect()
}

/// A line of plain text, cut to the width.
fn clip(line: &str) -> String {
    let line = plain(line);
    if line.chars().count() <= COLUMNS {
        return line.into_owned();
    }
    let head: String = line.chars().take(COLUMNS - 1).collect();
    head + "…"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tour::situations::SITUATIONS;
    use insta::assert_snapshot;
    use tanzanite_seed::Seed;

    const PLAIN: Screen = Screen(Paint { colours: false });

    fn visit(number: usize, outcome: Seen) -> Visit {
        let situation = &SITUATIONS[number];
        let credentials = Seed::demo().expect("the demo").credentials();
        let request = situation.request(&credentials);
        Visit {
            situation,
            request,
            outcome,
        }
    }

    fn replied(status: u16, code: &str, text: &str) -> Seen {
        Seen::Replied(Reply {
            status,
            code: Some(code.to_owned()),
            text: text.to_owned(),
            json: serde_json::from_str(text).ok(),
            message: None,
        })
    }

    #[test]
    fn a_block_shows_request_reply_and_page() {
        let text =
            r#"{"code":"RECORD_LOCKED","details":{"id":"7"},"message":"m","status":"error"}"#;
        let block = PLAIN.block(7, &visit(6, replied(400, "RECORD_LOCKED", text)));
        assert_snapshot!(block, @r#"

        ✓  7    The record is locked
                Leon Falk's record was locked by hand, and the lock holds for administrators too.

                DELETE /crm/v8/Leads/3652397000000190023/photo
                Authorization: Zoho-oauthtoken 1000.393675…7b87

                the server   400 RECORD_LOCKED
                the page     400 RECORD_LOCKED

                {
                  "code": "RECORD_LOCKED",
                  "details": {
                    "id": "7"
                  },
                  "message": "m",
                  "status": "error"
                }
        "#);
    }

    #[test]
    fn another_server_s_page_is_cut_and_cannot_paint() {
        let line = format!("\x1b[31m{}\n", "x".repeat(300));
        let reply = replied(502, "NONE", &line.repeat(40));
        let block = PLAIN.block(12, &visit(11, reply));
        assert!(
            block.lines().all(|line| line.chars().count() <= COLUMNS),
            "{block}"
        );
        assert!(
            !block.contains('\x1b') && block.starts_with("\n✗"),
            "{block}"
        );
        assert!(block.ends_with("… and 24 more lines\n"), "{block}");
    }

    #[test]
    fn what_was_skipped_is_not_marked_as_passed() {
        let block = PLAIN.block(11, &visit(10, Seen::Skipped("nobody can")));
        assert!(block.starts_with("\n– 11"), "{block}");
        assert!(
            block.contains("the server   skipped: nobody can\n"),
            "{block}"
        );
        let tally = Tally {
            as_expected: 13,
            different: 0,
            skipped: 1,
        };
        assert_eq!(
            PLAIN.sum(tally),
            "\n✓ 13 of 14 outcomes are as expected, 1 skipped.\n"
        );
    }

    #[test]
    fn colours_are_painted_where_they_are_wanted() {
        let screen = Screen(Paint { colours: true });
        let block = screen.block(11, &visit(10, replied(200, "SUCCESS", "{}")));
        assert!(block.starts_with("\n\x1b[31m✗\x1b[0m"), "{block:?}");
        assert_eq!(
            block.matches("\x1b[0m").count() * 2,
            block.matches('\x1b').count()
        );
    }

    #[test]
    fn a_token_s_ends_are_shown() {
        assert_eq!(shortened("1000.0123456789abcdef"), "1000.012345…cdef");
        assert_eq!(shortened("short"), "short");
    }
}
