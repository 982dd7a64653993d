//! The names and symbols of currencies. A table.
//!
//! They are the English ones of CLDR, which an example of the vendor's matches (`US Dollar`, `$`: the Deluge page "Get
//! organization information"). A currency that is not listed uses its code for both, as most do in CLDR.

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Currency<'a> {
    /// The name, such as `Euro`.
    pub(crate) name: &'a str,
    /// The symbol, such as `€`.
    pub(crate) symbol: &'a str,
}

/// The currency with a code.
pub(crate) fn currency(iso_code: &str) -> Currency<'_> {
    let found = CURRENCIES.iter().find(|(code, ..)| *code == iso_code);
    found.map_or(
        Currency {
            name: iso_code,
            symbol: iso_code,
        },
        |(_, name, symbol)| Currency { name, symbol },
    )
}

#[rustfmt::skip]
const CURRENCIES: &[(&str, &str, &str)] = &[
    ("AED", "United Arab Emirates Dirham", "AED"),
    ("ARS", "Argentine Peso", "ARS"),
    ("AUD", "Australian Dollar", "A$"),
    ("BRL", "Brazilian Real", "R$"),
    ("CAD", "Canadian Dollar", "CA$"),
    ("CHF", "Swiss Franc", "CHF"),
    ("CNY", "Chinese Yuan", "CN¥"),
    ("COP", "Colombian Peso", "COP"),
    ("CZK", "Czech Koruna", "CZK"),
    ("DKK", "Danish Krone", "DKK"),
    ("EGP", "Egyptian Pound", "EGP"),
    ("EUR", "Euro", "€"),
    ("GBP", "British Pound", "£"),
    ("HKD", "Hong Kong Dollar", "HK$"),
    ("HUF", "Hungarian Forint", "HUF"),
    ("IDR", "Indonesian Rupiah", "IDR"),
    ("ILS", "Israeli New Shekel", "₪"),
    ("INR", "Indian Rupee", "₹"),
    ("JPY", "Japanese Yen", "¥"),
    ("KES", "Kenyan Shilling", "KES"),
    ("KRW", "South Korean Won", "₩"),
    ("MXN", "Mexican Peso", "MX$"),
    ("MYR", "Malaysian Ringgit", "MYR"),
    ("NGN", "Nigerian Naira", "NGN"),
    ("NOK", "Norwegian Krone", "NOK"),
    ("NZD", "New Zealand Dollar", "NZ$"),
    ("PHP", "Philippine Peso", "₱"),
    ("PLN", "Polish Zloty", "PLN"),
    ("RON", "Romanian Leu", "RON"),
    ("SAR", "Saudi Riyal", "SAR"),
    ("SEK", "Swedish Krona", "SEK"),
    ("SGD", "Singapore Dollar", "SGD"),
    ("THB", "Thai Baht", "THB"),
    ("TRY", "Turkish Lira", "TRY"),
    ("USD", "US Dollar", "$"),
    ("VND", "Vietnamese Dong", "₫"),
    ("ZAR", "South African Rand", "ZAR"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_that_is_not_in_the_table_goes_by_its_code() {
        let (name, symbol) = ("Euro", "€");
        assert_eq!(currency("EUR"), Currency { name, symbol });
        let (name, symbol) = ("XAF", "XAF");
        assert_eq!(currency("XAF"), Currency { name, symbol });
    }
}
