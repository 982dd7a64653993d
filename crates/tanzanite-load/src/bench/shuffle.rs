//! The same disorder in every run: a small generator of numbers that need not be secret.

/// The generator `SplitMix64`.
#[derive(Debug)]
pub(super) struct Noise(u64);

impl Noise {
    /// Another seed gives other numbers.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A byte.
    pub(super) fn next_byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// Puts things into a random order.
    pub(super) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            let choices = u64::try_from(last).unwrap_or(u64::MAX).saturating_add(1);
            let chosen = usize::try_from(self.next() % choices).unwrap_or(last);
            things.swap(last, chosen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffle_keeps_everything_and_leaves_little_in_its_place() {
        let mut things: Vec<usize> = (0..1000).collect();
        Noise::new(7).shuffle(&mut things);
        let in_place = things
            .iter()
            .enumerate()
            .filter(|(at, thing)| at == *thing)
            .count();
        assert!(in_place < 20, "{in_place}");
        things.sort_unstable();
        assert_eq!(things, (0..1000).collect::<Vec<_>>());
    }
}
