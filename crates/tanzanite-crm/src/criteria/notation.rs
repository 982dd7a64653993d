//! The notation of criteria in a search: `((Last_Name:equals:Falk)and(City:starts_with:W))`.
//!
//! Clients write it with and without brackets around the whole, the words between conditions in any letter case, glued
//! or spaced. A backslash makes the character after it a part of the value: `( ) , \`.

use tanzanite_protocol::limits;

/// Conditions, combined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// All of these hold.
    All(Vec<Self>),
    /// One of these holds.
    Any(Vec<Self>),
    /// One condition.
    Condition(Condition),
}

/// A condition: `name:operator:value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The field's name, or a dotted one.
    pub name: String,
    /// The word between.
    pub operator: String,
    /// The value with its backslashes.
    value: String,
}

/// Why a text is not in this notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// It does not have the form.
    Form,
    /// It has more conditions than [`limits::SEARCH_CONDITIONS_MAX`].
    Conditions,
}

impl Condition {
    /// The value, without its backslashes.
    pub fn value(&self) -> String {
        let mut value = String::new();
        let mut chars = self.value.chars();
        while let Some(c) = chars.next() {
            value.extend(match c {
                '\\' => chars.next().or(Some('\\')),
                c => Some(c),
            });
        }
        value.trim().to_owned()
    }

    /// The values between commas that no backslash stands before.
    pub fn values(&self) -> Vec<String> {
        let mut values = vec![String::new()];
        let mut chars = self.value.chars();
        while let Some(c) = chars.next() {
            let last = values.last_mut();
            match (c, last) {
                (',', _) => values.push(String::new()),
                ('\\', Some(last)) => last.extend(chars.next().or(Some('\\'))),
                (c, Some(last)) => last.push(c),
                (_, None) => {}
            }
        }
        values
            .iter()
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
            .collect()
    }
}

/// Reads a criteria text, in time linear in its length.
pub fn parse(text: &str) -> Result<Node, Malformed> {
    let mut parser = Parser {
        rest: text.trim(),
        conditions: 0,
    };
    let node = parser.either(0)?;
    if parser.rest.trim().is_empty() {
        Ok(node)
    } else {
        Err(Malformed::Form)
    }
}

struct Parser<'a> {
    rest: &'a str,
    conditions: usize,
}

impl Parser<'_> {
    /// Parts with `or` between them, which binds less than `and`.
    fn either(&mut self, depth: usize) -> Result<Node, Malformed> {
        let mut parts = vec![self.both(depth)?];
        while self.take_word("or") {
            parts.push(self.both(depth)?);
        }
        Ok(combined(parts, Node::Any))
    }

    /// Parts with `and` between them.
    fn both(&mut self, depth: usize) -> Result<Node, Malformed> {
        let mut parts = vec![self.part(depth)?];
        while self.take_word("and") {
            parts.push(self.part(depth)?);
        }
        Ok(combined(parts, Node::All))
    }

    /// Parts in brackets, or a condition with or without them.
    fn part(&mut self, depth: usize) -> Result<Node, Malformed> {
        self.rest = self.rest.trim_start();
        let Some(inner) = self.rest.strip_prefix('(') else {
            return self.condition();
        };
        self.rest = inner.trim_start();
        let node = if self.rest.starts_with('(') && depth < limits::SEARCH_DEPTH_MAX {
            self.either(depth + 1)?
        } else {
            self.condition()?
        };
        self.rest = self
            .rest
            .trim_start()
            .strip_prefix(')')
            .ok_or(Malformed::Form)?;
        Ok(node)
    }

    /// A condition, whose value goes on to the next bracket that no backslash stands before.
    fn condition(&mut self) -> Result<Node, Malformed> {
        let mut escaped = false;
        let end = self.rest.find(|c| {
            let ends = !escaped && (c == '(' || c == ')');
            escaped = c == '\\' && !escaped;
            ends
        });
        let (text, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        let (name, after) = text.split_once(':').ok_or(Malformed::Form)?;
        let (operator, value) = after.split_once(':').ok_or(Malformed::Form)?;
        let condition = Condition {
            name: name.trim().to_owned(),
            operator: operator.trim().to_owned(),
            value: value.to_owned(),
        };
        if condition.name.is_empty() || condition.value().is_empty() {
            return Err(Malformed::Form);
        }
        self.rest = rest;
        self.conditions += 1;
        if self.conditions > limits::SEARCH_CONDITIONS_MAX {
            return Err(Malformed::Conditions);
        }
        Ok(Node::Condition(condition))
    }

    /// Takes the word between two parts, if it is this one. It is the last thing before a bracket.
    fn take_word(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_start();
        let Some((head, tail)) = rest.split_at_checked(word.len()) else {
            return false;
        };
        let is_word = head.eq_ignore_ascii_case(word) && tail.trim_start().starts_with('(');
        if is_word {
            self.rest = tail;
        }
        is_word
    }
}

/// One part by itself, or several in a list.
fn combined(mut parts: Vec<Node>, list: fn(Vec<Node>) -> Node) -> Node {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            list(parts)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A short writing of a node: `&[a=1 |[b=2 c=3]]`.
    fn written(node: &Node) -> String {
        let list = |parts: &[Node]| parts.iter().map(written).collect::<Vec<_>>().join(" ");
        match node {
            Node::All(parts) => format!("&[{}]", list(parts)),
            Node::Any(parts) => format!("|[{}]", list(parts)),
            Node::Condition(condition) => format!(
                "{}/{}/{}",
                condition.name,
                condition.operator,
                condition.value()
            ),
        }
    }

    fn read(text: &str) -> String {
        parse(text).map_or_else(|error| format!("{error:?}"), |node| written(&node))
    }

    #[test]
    fn the_notations_that_clients_send() {
        for (text, expected) in [
            ("(A:equals:x)", "A/equals/x"),
            ("A:equals:x", "A/equals/x"),
            ("((A:equals:x))", "A/equals/x"),
            (" ( A : equals : x y ) ", "A/equals/x y"),
            ("(A:equals:x)and(B:equals:y)", "&[A/equals/x B/equals/y]"),
            (
                "((A:equals:x) AND (B:equals:y))",
                "&[A/equals/x B/equals/y]",
            ),
            (
                "(A:equals:x)or(B:equals:y)and(C:equals:z)",
                "|[A/equals/x &[B/equals/y C/equals/z]]",
            ),
            (
                "(((A:equals:x)or(B:equals:y))and(C:equals:z))",
                "&[|[A/equals/x B/equals/y] C/equals/z]",
            ),
            (
                "(T:greater_than:2023-01-01T00:00:00+00:00)",
                "T/greater_than/2023-01-01T00:00:00+00:00",
            ),
            (
                r"(A:equals:Acme \(Wien\), Inc.)",
                "A/equals/Acme (Wien), Inc.",
            ),
            (r"(A:equals:K\\)", r"A/equals/K\"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        for bad in [
            "",
            "()",
            "(A)",
            "(A:equals)",
            "(A:equals:)",
            "(:equals:x)",
            "(A:equals:x",
            "(A:equals:x))",
            "(A:equals:x)(B:equals:y)",
            "(A:equals:x)xor(B:equals:y)",
            "(A:equals:x)and",
            "(A:equals:Acme (Wien))",
        ] {
            assert_eq!(read(bad), "Form", "{bad}");
        }
    }

    #[test]
    fn values_are_between_commas_without_a_backslash() {
        let Ok(Node::Condition(condition)) = parse(r"(A:in:one, two\,three,,\))") else {
            panic!("a condition");
        };
        assert_eq!(condition.values(), ["one", "two,three", ")"]);
    }

    #[test]
    fn conditions_and_brackets_are_bounded() {
        let many = |count: usize| vec!["(A:equals:x)"; count].join("or");
        assert!(parse(&many(limits::SEARCH_CONDITIONS_MAX)).is_ok());
        assert_eq!(
            parse(&many(limits::SEARCH_CONDITIONS_MAX + 1)),
            Err(Malformed::Conditions)
        );
        let deep = format!("{}A:equals:x{}", "(".repeat(10_000), ")".repeat(10_000));
        assert_eq!(parse(&deep), Err(Malformed::Form));
    }

    proptest! {
        #[test]
        fn no_text_is_too_much(text in r"[(),:\\a-d orand]{0,200}") {
            let _read = parse(&text);
        }

        #[test]
        fn an_escaped_value_is_read_back(value in r"[a-z(),\\: ]{1,20}") {
            prop_assume!(!value.trim().is_empty());
            let escaped: String = value
                .chars()
                .flat_map(|c| ['\\'].into_iter().filter(move |_| "(),\\".contains(c)).chain([c]))
                .collect();
            let node = parse(&format!("(A:equals:{escaped})"));
            let Ok(Node::Condition(condition)) = node else {
                return Err(TestCaseError::fail(format!("{escaped}: {node:?}")));
            };
            prop_assert_eq!(condition.value(), value.trim());
            prop_assert_eq!(condition.operator, "equals");
        }
    }
}
