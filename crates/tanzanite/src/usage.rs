//! Errors in the command line, in the program's own form: one line and one hint.

use crate::databases::shown;
use crate::exit::{Exit, Failure, Outcome};
use crate::output;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Prints `--help` and `--version`; any other stop of the parser is a failure.
pub(crate) fn explain(error: &clap::Error) -> Outcome {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        output::answer(&error.to_string())?;
        return Ok(Exit::Ok);
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let help = error.to_string();
        let usage = help
            .lines()
            .find_map(|line| line.strip_prefix("Usage: "))
            .unwrap_or_default();
        return Err(
            Failure::new(Exit::Usage, "a command is missing").hint(format!("usage: {usage}"))
        );
    }
    let (message, hint) = parts(&without_passwords(error));
    Err(Failure::new(Exit::Usage, message).hint(hint))
}

/// The parser's message without passwords: a URL with a blank in it is split into arguments, and a piece of a password
/// may be quoted as an unknown argument.
fn without_passwords(error: &clap::Error) -> String {
    let mut text = error.to_string();
    let kinds = match error.kind() {
        ErrorKind::UnknownArgument => &[ContextKind::InvalidArg][..],
        ErrorKind::InvalidSubcommand => &[ContextKind::InvalidSubcommand],
        ErrorKind::ValueValidation => &[ContextKind::InvalidValue],
        _ => &[],
    };
    for kind in kinds {
        match error.get(*kind) {
            // Values of other options are no URLs.
            Some(ContextValue::String(given))
                if *kind != ContextKind::InvalidValue || given.contains(['@', '/']) =>
            {
                text = text.replace(given, &shown(given));
            }
            _ => {}
        }
    }
    text
}

/// The parser's message as one line, and its most useful tip.
fn parts(text: &str) -> (String, String) {
    let mut message = String::new();
    let mut hint = None;
    for line in text.lines().map(str::trim) {
        if let Some(usage) = line.strip_prefix("Usage: ") {
            hint = hint.or_else(|| Some(format!("usage: {usage}")));
        } else if let Some(tip) = line.strip_prefix("tip: ") {
            hint = hint.or_else(|| Some(tip.to_owned()));
        } else if !line.is_empty() && !line.starts_with("For more information") {
            if !message.is_empty() {
                message.push(' ');
            }
            message.push_str(line.trim_start_matches("error: "));
        }
    }
    (
        message,
        hint.unwrap_or_else(|| "`tanzanite --help` lists commands and options".to_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn a_message_of_several_lines_becomes_one_and_the_first_tip_is_the_hint() {
        let text = "error: these were not provided:\n  --user <EMAIL>\n\n  tip: say who\n\n\
                    Usage: x --user <EMAIL>\n\n\
                    For more information, try '--help'.\n";
        assert_eq!(
            parts(text),
            (
                "these were not provided: --user <EMAIL>".to_owned(),
                "say who".to_owned()
            )
        );
        let (message, hint) = parts("error: bad\n\nUsage: x [OPTIONS]\n");
        assert_eq!(
            (message.as_str(), hint.as_str()),
            ("bad", "usage: x [OPTIONS]")
        );
    }
}
