//! The log: one line a request on standard error.

mod buffer;
mod line;

use crate::exit::{Exit, Failure, Outcome};
use crate::settings::Log;
use buffer::Buffer;
pub(crate) use buffer::Guard;
use line::Line;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{fmt, registry};

/// The targets of the server's events about requests.
const SERVED: &str = "request.ok";
const REFUSED: &str = "request.refused";

/// Starts the log. The remaining lines are written when the guard is dropped.
pub(crate) fn start(log: Log, json: bool) -> Outcome<Guard> {
    let (writer, guard) = Buffer::start()
        .map_err(|error| Failure::caused(Exit::CannotStart, "cannot start the log", &error))?;
    let registry = registry().with(filter(log));
    // Fails only if a logger is set already; this program sets no other.
    let _ = if json {
        registry
            .with(fmt::layer().json().flatten_event(true).with_writer(writer))
            .try_init()
    } else {
        let layer = fmt::layer().with_ansi(false).with_writer(writer);
        registry
            .with(layer.event_format(Line::default()))
            .try_init()
    };
    Ok(guard)
}

fn filter(log: Log) -> Targets {
    let rest = match log {
        // Below INFO, events about requests are not even formatted.
        Log::Off => LevelFilter::WARN,
        Log::Requests | Log::Refusals => LevelFilter::INFO,
    };
    let targets = Targets::new().with_default(rest);
    match log {
        Log::Requests => targets,
        Log::Refusals => targets.with_target(SERVED, LevelFilter::OFF),
        Log::Off => targets
            .with_target(SERVED, LevelFilter::OFF)
            .with_target(REFUSED, LevelFilter::OFF),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::Level;

    #[test]
    fn what_is_logged_of_requests() {
        let enabled = |log| {
            let filter = filter(log);
            [
                (SERVED, Level::INFO),
                (REFUSED, Level::INFO),
                ("request.failed", Level::ERROR),
            ]
            .map(|(target, level)| filter.would_enable(target, &level))
        };
        assert_eq!(enabled(Log::Requests), [true, true, true]);
        assert_eq!(enabled(Log::Refusals), [false, true, true]);
        assert_eq!(enabled(Log::Off), [false, false, true]);
    }
}
