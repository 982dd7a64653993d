//! The limits of each edition: a table. Vendor: the page "API limits" (v4 and v8) for credits, the community post
//! "Kaizen #203" for concurrent calls. An older post ("Kaizen #93") has lower maxima for Professional and Enterprise;
//! the pages are newer.

/// One row.
#[derive(Debug)]
pub(super) struct Edition {
    /// The word in an organisation's settings.
    name: &'static str,
    /// Credits a day, independent of licences.
    base: u64,
    /// Further credits for each licence.
    per_licence: u64,
    /// The most credits a day.
    most: u64,
    /// Concurrent calls of an application.
    pub(super) concurrency: u32,
}

/// The editions. To the vendor Starter is Standard, Zoho One is Enterprise, and CRM Plus is Ultimate.
const EDITIONS: [Edition; 5] = [
    edition("free", 5_000, 0, 5_000, 5),
    edition("standard", 50_000, 250, 100_000, 10),
    edition("professional", 50_000, 500, 3_000_000, 15),
    ENTERPRISE,
    edition("ultimate", 50_000, 2_000, u64::MAX, 25),
];

/// Used for an unknown edition; the demo has it too.
const ENTERPRISE: Edition = edition("enterprise", 50_000, 1_000, 5_000_000, 20);

const fn edition(
    name: &'static str,
    base: u64,
    per_licence: u64,
    most: u64,
    concurrency: u32,
) -> Edition {
    Edition {
        name,
        base,
        per_licence,
        most,
        concurrency,
    }
}

/// The row of an edition.
pub(super) fn of(name: &str) -> &'static Edition {
    let found = EDITIONS.iter().find(|edition| edition.name == name);
    found.unwrap_or(&ENTERPRISE)
}

/// The words of all editions.
pub fn edition_names() -> impl Iterator<Item = &'static str> {
    EDITIONS.iter().map(|edition| edition.name)
}

impl Edition {
    /// Credits a day with this many licences.
    pub(super) fn credits(&self, licences: u64) -> u64 {
        let all = self.per_licence.saturating_mul(licences);
        self.base.saturating_add(all).min(self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_grow_with_the_licences_as_far_as_the_edition_goes() {
        for (name, licences, credits, concurrency) in [
            ("free", 1, 5_000, 5),
            ("free", 3, 5_000, 5),
            ("standard", 10, 52_500, 10),
            ("standard", 1_000, 100_000, 10),
            ("professional", 6, 53_000, 15),
            ("enterprise", 65, 115_000, 20),
            ("enterprise", 10_000, 5_000_000, 20),
            ("ultimate", 10_000, 20_050_000, 25),
            ("zohoone", 65, 115_000, 20),
        ] {
            let edition = of(name);
            assert_eq!(
                (edition.credits(licences), edition.concurrency),
                (credits, concurrency),
                "{name} with {licences}"
            );
        }
    }
}
