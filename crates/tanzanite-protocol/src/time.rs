//! Instants as the wire spells them: ISO 8601 to the second with the organisation's offset, never `Z`.

use jiff::tz::TimeZone;
use std::time::Duration;

/// Milliseconds since 1970-01-01 UTC. Nothing here reads a clock: the time is an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The instant a time span later; saturates at the largest value.
    #[must_use]
    pub fn after(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// The vendor's spelling, in this zone: `2023-05-10T01:10:47-07:00`.
    pub fn render(self, zone: &TimeZone) -> String {
        let instant = jiff::Timestamp::from_millisecond(self.0).unwrap_or_default();
        let local = instant.to_zoned_datetime(zone.clone());
        local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    /// The instant to the millisecond, in UTC: `2023-05-10T08:10:47.125Z`. This spelling is ours; the vendor's is
    /// [`Self::render`].
    pub fn render_utc(self) -> String {
        let instant = jiff::Timestamp::from_millisecond(self.0).unwrap_or_default();
        format!("{instant:.3}")
    }

    /// Reads the vendor's spelling, which must have an offset. `None` if the text is no such instant.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>()
            .ok()
            .map(|instant| Self(instant.as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_with_the_zone_s_offset_and_read_back() {
        let zone = TimeZone::get("America/Los_Angeles").expect("bundled zone");
        let instant = Timestamp::parse("2023-05-10T01:10:47-07:00").expect("instant");
        assert_eq!(instant.render(&zone), "2023-05-10T01:10:47-07:00");
        assert_eq!(instant.render(&TimeZone::UTC), "2023-05-10T08:10:47+00:00");
        assert_eq!(Timestamp::parse("2023-05-10"), None);
        assert_eq!(Timestamp::parse("2023-05-10T01:10:47"), None);
    }
}
