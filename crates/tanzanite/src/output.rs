//! Output for people and scripts: answers to standard output, failures and remarks to standard error.

use crate::exit::{Exit, Failure, Outcome};
use crate::settings::colours_are_unwanted;
use std::borrow::Cow;
use std::io::{self, ErrorKind, IsTerminal, Write};

/// Writes plain text to standard output. A closed pipe, as with `| head`, is no failure.
pub(crate) fn answer(text: &str) -> Outcome<()> {
    answer_painted(&lines(text))
}

/// Writes text with the program's own colours. Text from others must pass [`plain`] first.
pub(crate) fn answer_painted(text: &str) -> Outcome<()> {
    match write(io::stdout().lock(), text) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::caused(
            Exit::Failed,
            "cannot write to standard output",
            &error,
        )),
        _ => Ok(()),
    }
}

/// Writes an answer as JSON.
pub(crate) fn answer_json(value: &serde_json::Value) -> Outcome<()> {
    answer(&format!("{value:#}\n"))
}

/// Makes a foreign text safe for a line: its control characters, which could move the cursor or erase text on a
/// terminal, are escaped as in JSON.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    escaped(text, is_control)
}

/// Makes foreign lines safe, keeping line ends.
fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| is_control(c) && !matches!(c, '\n' | '\t'))
}

fn escaped(text: &str, is_escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if is_escaped(c) {
            plain.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            plain.push(c);
        }
    }
    Cow::Owned(plain)
}

/// Control characters, and those that change the direction of text.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A line `export NAME='…'` that is safe to `eval`, whatever the text is.
pub(crate) fn export_line(name: &str, text: &str) -> String {
    format!("export {name}='{}'\n", text.replace('\'', r"'\''"))
}

/// Writes a remark to standard error.
pub(crate) fn remark(text: &str) {
    // There is nowhere to report a failure of standard error.
    let _ = write(io::stderr().lock(), &lines(text));
}

/// Writes a failure to standard error: its line and hint, then the other failures found at the same time.
pub(crate) fn complain(failure: &Failure) {
    remark(&format!("tanzanite: {failure}\n"));
    if let Some(hint) = failure.advice() {
        remark(&format!("hint: {hint}\n"));
    }
    failure.others().iter().for_each(complain);
}

/// Rows as aligned columns; the last column is not padded.
pub(crate) fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let rows = rows
        .iter()
        .map(|row| row.each_ref().map(|cell| plain(cell)));
    let rows: Vec<[Cow<'_, str>; N]> = rows.collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in rows {
        let cells = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// Colours, used only on a terminal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    pub(crate) colours: bool,
}

impl Paint {
    pub(crate) const BOLD: &str = "1";
    pub(crate) const DIM: &str = "2";
    pub(crate) const GREEN: &str = "32";
    pub(crate) const RED: &str = "31";
    pub(crate) const YELLOW: &str = "33";

    /// The setting for standard output.
    pub(crate) fn of_this_process() -> Self {
        Self {
            colours: io::stdout().is_terminal() && !colours_are_unwanted(),
        }
    }

    pub(crate) fn paint(self, style: &str, text: &str) -> String {
        if self.colours && !style.is_empty() {
            format!("\x1b[{style}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// A line on standard error that is rewritten in place, if that is a terminal.
#[derive(Debug)]
pub(crate) struct Progress {
    shown: bool,
}

impl Progress {
    /// The progress line of this process.
    pub(crate) fn of_this_process() -> Self {
        Self {
            shown: io::stderr().is_terminal(),
        }
    }

    /// Shows the current progress.
    pub(crate) fn show(&self, text: &str) {
        if self.shown {
            // There is nowhere to report a failure of standard error.
            let _ = write(io::stderr().lock(), &format!("\r\x1b[K{}", plain(text)));
        }
    }

    /// Erases the line.
    pub(crate) fn end(&self) {
        self.show("");
    }
}

fn write(mut to: impl Write, text: &str) -> io::Result<()> {
    to.write_all(text.as_bytes())?;
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_cannot_end_the_shell_s_quotes() {
        assert_eq!(
            export_line("ZOHO_API_DOMAIN", "a'; rm x"),
            "export ZOHO_API_DOMAIN='a'\\''; rm x'\n"
        );
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown() {
        let stranger = "a\x1b[2Jb\r\u{9b}1Ac\u{202e}d\u{7f}";
        let shown = r"a\u001b[2Jb\u000d\u009b1Ac\u202ed\u007f";
        assert_eq!(plain(stranger), shown);
        assert_eq!(plain("a\nb\tc"), r"a\u000ab\u0009c");
        assert_eq!(lines("a\nb\tc – ü"), "a\nb\tc – ü");
        let row = ["x\ny".to_owned(), stranger.to_owned()];
        assert_eq!(columns(&[row]), format!("x\\u000ay  {shown}\n"));
        let json = serde_json::json!({ "text": stranger }).to_string();
        let read: serde_json::Value = serde_json::from_str(&lines(&json)).expect("JSON");
        assert_eq!(read["text"], stranger, "JSON stays what it says");
    }
}
