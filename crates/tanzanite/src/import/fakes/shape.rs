//! Replaces a text by another of the same shape: digits by digits, letters by letters, all else unchanged.
//!
//! The mapping is a permutation of the texts of one shape, so that different texts stay different, and it maps no text
//! to itself: a keyed cipher arranges all texts on a ring, and [`disguise`] moves a fixed number of steps along it. The
//! cipher is a Feistel network; results beyond the number of texts are enciphered again until they are in range.

/// The most texts that one block can represent. Longer texts consist of several blocks.
const TEXTS_MAX: u128 = 1 << 100;
const ROUNDS: u32 = 8;

/// One character of a text: its index among the possible ones, and their number.
#[derive(Clone, Copy)]
struct Place {
    first: char,
    count: u128,
    index: u128,
}

/// The treatment of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Digits {
    /// Replaced like letters.
    Code,
    /// Digits of a number: leading zeros stay, and the first digit after them is not replaced by zero, so that the
    /// magnitude stays.
    Number,
}

impl Place {
    fn of(c: char, leads: bool) -> Option<Self> {
        let (first, count) = match c {
            '0' if leads => return None,
            '1'..='9' if leads => ('1', 9),
            '0'..='9' => ('0', 10),
            'a'..='z' => ('a', 26),
            'A'..='Z' => ('A', 26),
            _ => return None,
        };
        let index = u128::from(u32::from(c) - u32::from(first));
        Some(Self {
            first,
            count,
            index,
        })
    }

    fn character(self, index: u128) -> char {
        let offset = u32::try_from(index).unwrap_or(0);
        char::from_u32(u32::from(self.first) + offset).unwrap_or(self.first)
    }
}

/// Another text of the same shape. `random` gives, for each purpose, a fixed number that cannot be guessed. `None` if
/// the text has letters other than A to Z, or if there is no other text of its shape.
pub(super) fn disguise(
    text: &str,
    digits: Digits,
    random: impl Fn(&str) -> u128,
) -> Option<String> {
    let mut characters: Vec<char> = text.chars().collect();
    let strange = |c: &char| !c.is_ascii() && c.is_alphanumeric();
    if characters.iter().any(strange) {
        return None;
    }
    let mut places = Vec::new();
    for (at, c) in characters.iter().enumerate() {
        let leads = digits == Digits::Number && places.is_empty();
        if let Some(place) = Place::of(*c, leads) {
            places.push((at, place));
        }
    }
    if places.iter().all(|(_, place)| place.count < 2) || places.is_empty() {
        return None;
    }
    let shape: String = characters
        .iter()
        .enumerate()
        .map(
            |(at, c)| match places.iter().find(|(found, _)| *found == at) {
                Some((_, place)) => format!("{}{}", place.first, place.count),
                None => c.to_string(),
            },
        )
        .collect();
    let mut rest = places.as_slice();
    let mut block = 0;
    while !rest.is_empty() {
        let (count, length) = block_of(rest);
        let (these, others) = rest.split_at(length);
        let number = these
            .iter()
            .fold(0, |number, (_, place)| number * place.count + place.index);
        let ring = Ring {
            count,
            random: &|purpose: &str| random(&format!("{digits:?} {shape} {block} {purpose}")),
        };
        let mut number = ring.other(number);
        for (at, place) in these.iter().rev() {
            characters[*at] = place.character(number % place.count);
            number /= place.count;
        }
        rest = others;
        block += 1;
    }
    Some(characters.into_iter().collect())
}

/// The longest run of characters that fits one block, and the number of its texts.
fn block_of(places: &[(usize, Place)]) -> (u128, usize) {
    let mut texts = 1;
    for (length, (_, place)) in places.iter().enumerate() {
        if texts * place.count > TEXTS_MAX {
            return (texts, length);
        }
        texts *= place.count;
    }
    (texts, places.len())
}

/// The numbers below `count`, in an order that depends on the key.
struct Ring<'a> {
    count: u128,
    random: &'a dyn Fn(&str) -> u128,
}

impl Ring<'_> {
    /// Another number, if there is one.
    fn other(&self, number: u128) -> u128 {
        if self.count < 2 {
            return number;
        }
        let steps = 1 + (self.random)("steps") % (self.count - 1);
        let place = self.walk(number, Self::encipher);
        self.walk((place + steps) % self.count, Self::decipher)
    }

    fn walk(&self, number: u128, step: fn(&Self, u128) -> u128) -> u128 {
        let mut number = step(self, number);
        // The cipher's range is less than four times the count, so few rounds are needed.
        while number >= self.count {
            number = step(self, number);
        }
        number
    }

    fn half_bits(&self) -> u32 {
        let bits = 128 - (self.count - 1).leading_zeros();
        bits.div_ceil(2).max(1)
    }

    fn round(&self, round: u32, half: u128) -> u128 {
        let mask = (1 << self.half_bits()) - 1;
        (self.random)(&format!("round {round} {half}")) & mask
    }

    fn encipher(&self, number: u128) -> u128 {
        let (bits, mask) = (self.half_bits(), (1 << self.half_bits()) - 1);
        let (mut left, mut right) = (number >> bits, number & mask);
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ self.round(round, right));
        }
        (left << bits) | right
    }

    fn decipher(&self, number: u128) -> u128 {
        let (bits, mask) = (self.half_bits(), (1 << self.half_bits()) - 1);
        let (mut left, mut right) = (number >> bits, number & mask);
        for round in (0..ROUNDS).rev() {
            (left, right) = (right ^ self.round(round, left), left);
        }
        (left << bits) | right
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use tanzanite_crm::secret::derive_hex;

    fn random(purpose: &str) -> u128 {
        u128::from_str_radix(&derive_hex(b"key", purpose, 32), 16).expect("digits")
    }

    fn shape(text: &str) -> String {
        let class = |c: char| match c {
            '0'..='9' => '9',
            'a'..='z' => 'a',
            'A'..='Z' => 'A',
            other => other,
        };
        text.chars().map(class).collect()
    }

    #[test]
    fn texts_of_a_shape_are_permuted_and_none_is_its_own() {
        let codes: Vec<String> = (0..1000).map(|number| format!("W-{number:03}")).collect();
        let mut seen = HashSet::new();
        for code in &codes {
            let other = disguise(code, Digits::Code, random).expect("another");
            assert_eq!(shape(&other), shape(code));
            assert_ne!(&other, code);
            assert!(seen.insert(other), "{code}");
        }
        let mut seen = HashSet::new();
        for c in 'a'..='z' {
            let other = disguise(&c.to_string(), Digits::Code, random).expect("another");
            assert!(seen.insert(other.clone()) && other != c.to_string(), "{c}");
        }
        assert_eq!(seen.len(), 26);
    }

    #[test]
    fn long_texts_and_numbers_keep_their_shape() {
        let long = "+49 (30) 555-0101 ext 12 ".repeat(20);
        let other = disguise(&long, Digits::Code, random).expect("another");
        assert!(shape(&other) == shape(&long) && other != long);
        assert_eq!(disguise(&long, Digits::Code, random), Some(other));
        for number in ["1", "17", "5160", "99999999", "900000000000000001"] {
            let other = disguise(number, Digits::Number, random).expect("another");
            assert!(
                !other.starts_with('0') && other != number,
                "{number}: {other}"
            );
        }
        let small = disguise("-0.0502", Digits::Number, random).expect("another");
        assert!(
            small.starts_with("-0.0") && !small.starts_with("-0.00"),
            "{small}"
        );
    }

    #[test]
    fn what_has_no_shape_of_ours_is_not_disguised() {
        for text in ["", "---", "Ä1", "名前"] {
            assert_eq!(disguise(text, Digits::Code, random), None, "{text}");
        }
    }
}
