//! A request's log line, as the subscriber's own format would write it: that one goes through the formatting machinery
//! for every field and every digit of the time, which costs a request a tenth of its instructions.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use std::fmt::{self, Debug, Write as _};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{Format, Full, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Microseconds, as in all other lines.
const TIME: DateTimePrinter = DateTimePrinter::new().precision(Some(6));
/// Most lines are shorter.
const LINE_BYTES: usize = 256;
/// How the targets of the server's events about requests begin.
const REQUEST: &str = "request.";

/// Formats events about requests itself, and leaves all others to the subscriber's format.
#[derive(Debug, Default)]
pub(super) struct Line(Format<Full>);

/// Writes fields behind what stands in a line.
struct Fields(String);

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let metadata = event.metadata();
        if !metadata.target().starts_with(REQUEST) {
            return self.0.format_event(context, writer, event);
        }
        let mut line = String::with_capacity(LINE_BYTES);
        TIME.print_timestamp(&Timestamp::now(), &mut line)
            .map_err(|_| fmt::Error)?;
        let level = metadata.level().as_str();
        line.push_str(if level.len() < 5 { "  " } else { " " });
        line.push_str(level);
        line.push(' ');
        line.push_str(metadata.target());
        line.push(':');
        let mut fields = Fields(line);
        event.record(&mut fields);
        fields.0.push('\n');
        writer.write_str(&fields.0)
    }
}

impl Fields {
    fn name(&mut self, field: &Field) {
        self.0.push(' ');
        self.0.push_str(field.name());
        self.0.push('=');
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
        if !value.bytes().all(is_plain) {
            return self.record_debug(field, &value);
        }
        self.name(field);
        self.0.push('"');
        self.0.push_str(value);
        self.0.push('"');
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.name(field);
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{value:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::fmt;
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::registry;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("the lines").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The lines, with zeros for the digits of their times.
    fn lines(log: impl FnOnce(), own: bool) -> Vec<String> {
        let written = Written::default();
        let writer = written.clone();
        let layer = fmt::layer()
            .with_ansi(false)
            .with_writer(move || writer.clone());
        if own {
            let subscriber =
                registry().with(layer.event_format(Line(Format::default().with_ansi(false))));
            tracing::subscriber::with_default(subscriber, log);
        } else {
            tracing::subscriber::with_default(registry().with(layer), log);
        }
        let bytes = written.0.lock().expect("the lines").clone();
        let text = String::from_utf8(bytes).expect("a text");
        let lines = text.lines().map(|line| {
            let (time, rest) = line.split_once(' ').expect("a time");
            let shape: String = time
                .chars()
                .map(|c| if c.is_ascii_digit() { '0' } else { c })
                .collect();
            format!("{shape} {rest}")
        });
        lines.collect()
    }

    #[test]
    fn a_line_is_what_the_subscriber_s_format_makes_of_it() {
        let log = || {
            let (host, cause) = (Some("www.zohoapis.com"), None::<&str>);
            for path in ["/crm/v8/Leads", "/a\"b\\c", "/\u{e4}\u{7f}\t\u{200b}'", ""] {
                tracing::info!(target: "request.ok", id = "0", host, path, status = 200_u16, cause, micros = 7_u64);
                tracing::error!(target: "request.failed", path, status = 500_u16, held = ?Some(1), least = -1_i64, is_so = true);
            }
            tracing::info!(path = "/", "something else: {}", 1);
        };
        let own = lines(log, true);
        assert_eq!(own, lines(log, false));
        assert_eq!(own.len(), 9);
        assert!(own[0].starts_with("0000-00-00T00:00:00.000000Z  INFO request.ok: id=\"0\" host="));
    }
}
