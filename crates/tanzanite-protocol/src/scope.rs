//! OAuth scopes: the operations that a token may be used for.
//!
//! `ZohoCRM.{group}.{operation}` or `ZohoCRM.{group}.{sub}.{operation}`, compared without regard to case. A scope of a
//! group covers all its subs; `ALL` covers every operation; `WRITE` stands for create, update and delete, unless an
//! endpoint's page says otherwise (vendor's pages "Scopes" of v3, v7 and v8).

use std::fmt;

/// The last word of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the vendor's own")]
pub enum ScopeOperation {
    All,
    Read,
    Write,
    Create,
    Update,
    Delete,
    Custom,
}

impl ScopeOperation {
    fn parse(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "all" => Self::All,
            "read" => Self::Read,
            "write" => Self::Write,
            "create" => Self::Create,
            "update" => Self::Update,
            "delete" => Self::Delete,
            "custom" => Self::Custom,
            _ => return None,
        })
    }

    /// The vendor's spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::Read => "READ",
            Self::Write => "WRITE",
            Self::Create => "CREATE",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Custom => "CUSTOM",
        }
    }
}

/// One scope of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The text in the client's spelling, for `scope` in replies.
    text: String,
    /// Lower-case `service.group` or `service.group.sub`, without the operation.
    path: Vec<String>,
    operation: ScopeOperation,
}

impl Scope {
    /// Reads one scope. `None` if the text does not have the form of a scope. Scopes of other services parse and cover
    /// nothing here.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words: Vec<&str> = text.trim().split('.').collect();
        let operation = ScopeOperation::parse(words.pop()?)?;
        let well_formed = |word: &&str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        if !(2..=3).contains(&words.len()) || !words.iter().all(well_formed) {
            return None;
        }
        let path = words.iter().map(|word| word.to_ascii_lowercase()).collect();
        Some(Self {
            text: text.trim().to_owned(),
            path,
            operation,
        })
    }

    /// Reads a list separated by commas or blanks. The error is the first item that is not a scope.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, String> {
        text.split([',', ' '])
            .filter(|word| !word.is_empty())
            .map(|word| Self::parse(word).ok_or_else(|| word.to_owned()))
            .collect()
    }

    /// Writes the list that [`Scope::parse_list`] reads, separated by commas.
    pub fn join_list(scopes: &[Self]) -> String {
        let texts: Vec<String> = scopes.iter().map(ToString::to_string).collect();
        texts.join(",")
    }

    /// Whether this scope alone covers `need`. `module` is the [`module_word`] of the module in the URL.
    pub fn covers(&self, need: &ScopeNeed, module: Option<&str>) -> bool {
        let operation_covered =
            self.operation == ScopeOperation::All || need.operations.contains(&self.operation);
        let [service, group, rest @ ..] = self.path.as_slice() else {
            return false;
        };
        let wanted = need.path;
        let sub_covered = match (rest, wanted.sub) {
            ([], _) => true,
            ([sub], Sub::Fixed(wanted)) => sub == wanted,
            ([sub], Sub::Module) => module == Some(sub.as_str()),
            _ => false,
        };
        let path_covered = service.eq_ignore_ascii_case(wanted.service) && group == wanted.group;
        operation_covered && path_covered && sub_covered && need.also.is_none()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The second level of a scope that an endpoint asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sub {
    /// There is none: `ZohoCRM.org.READ`.
    None,
    /// A fixed word in lower case: `ZohoCRM.settings.modules.READ`.
    Fixed(&'static str),
    /// The module in the URL: `ZohoCRM.modules.leads.READ`.
    Module,
}

/// The words of a scope before its operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopePath {
    /// The service in the vendor's spelling.
    pub service: &'static str,
    /// The group in lower case.
    pub group: &'static str,
    /// The second level.
    pub sub: Sub,
}

impl ScopePath {
    /// The module of the URL.
    const MODULE: Self = Self::crm("modules", Sub::Module);
    /// The vendor's search, which is a service of its own.
    const SEARCH: Self = Self {
        service: "ZohoSearch",
        group: "securesearch",
        sub: Sub::None,
    };

    const fn crm(group: &'static str, sub: Sub) -> Self {
        Self {
            service: "ZohoCRM",
            group,
            sub,
        }
    }

    /// A scope of this path, as the vendor's pages write it.
    fn describe(self, operation: &str) -> String {
        let Self {
            service,
            group,
            sub,
        } = self;
        match sub {
            Sub::None => format!("{service}.{group}.{operation}"),
            Sub::Fixed(sub) => format!("{service}.{group}.{sub}.{operation}"),
            Sub::Module => format!("{service}.{group}.{{module_name}}.{operation}"),
        }
    }
}

/// The scope that an endpoint asks of a token. An endpoint without one cannot be described; only the OAuth endpoints
/// may use [`ScopeNeed::PUBLIC`] (a tidy test checks that).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeNeed {
    /// The words before the operation.
    pub path: ScopePath,
    /// A second path that must be covered too, with the same operations. Two scopes may cover the need together, so
    /// check each of [`ScopeNeed::parts`].
    pub also: Option<ScopePath>,
    /// The operations that suffice, beside `ALL`.
    pub operations: &'static [ScopeOperation],
}

impl ScopeNeed {
    /// For the OAuth endpoints, which are called without a token.
    pub const PUBLIC: Self = Self::new(ScopePath::crm("", Sub::None), &[]);

    const fn new(path: ScopePath, operations: &'static [ScopeOperation]) -> Self {
        Self {
            path,
            also: None,
            operations,
        }
    }

    /// A need for the module of the URL.
    pub const fn module(operations: &'static [ScopeOperation]) -> Self {
        Self::new(ScopePath::MODULE, operations)
    }

    /// A need for the module of the URL under another group than that of records.
    pub const fn module_of(group: &'static str, operations: &'static [ScopeOperation]) -> Self {
        Self::new(ScopePath::crm(group, Sub::Module), operations)
    }

    /// A need for the module of the URL and for something that belongs to its records, such as locks.
    pub const fn module_and(sub: &'static str, operations: &'static [ScopeOperation]) -> Self {
        Self {
            also: Some(ScopePath::MODULE),
            ..Self::fixed("modules", sub, operations)
        }
    }

    /// A need for the module of the URL and for the vendor's search.
    pub const fn module_and_search(operations: &'static [ScopeOperation]) -> Self {
        Self {
            also: Some(ScopePath::SEARCH),
            ..Self::module(operations)
        }
    }

    /// A need for a fixed group and sub.
    pub const fn fixed(
        group: &'static str,
        sub: &'static str,
        operations: &'static [ScopeOperation],
    ) -> Self {
        Self::new(ScopePath::crm(group, Sub::Fixed(sub)), operations)
    }

    /// A need for a group that has no subs.
    pub const fn group(group: &'static str, operations: &'static [ScopeOperation]) -> Self {
        Self::new(ScopePath::crm(group, Sub::None), operations)
    }

    /// Whether the endpoint is called without a token.
    pub const fn is_public(&self) -> bool {
        self.path.group.is_empty()
    }

    /// The needs that this one consists of: a token covers it if, for each part, one of its scopes does.
    pub fn parts(&self) -> impl Iterator<Item = Self> + use<> {
        let operations = self.operations;
        let paths = [Some(self.path), self.also].into_iter().flatten();
        paths.map(move |path| Self::new(path, operations))
    }

    /// The narrowest scopes that cover the need together. `module` is the [`module_word`] of the module in the URL.
    pub fn narrowest(&self, module: Option<&str>) -> Vec<Scope> {
        let operation = self.operations.first().unwrap_or(&ScopeOperation::All);
        let scopes = self.parts().filter_map(|part| {
            let sub = match part.path.sub {
                Sub::None => None,
                Sub::Fixed(word) => Some(word),
                Sub::Module => module,
            };
            let sub = sub.map(|sub| format!(".{sub}")).unwrap_or_default();
            let ScopePath { service, group, .. } = part.path;
            Scope::parse(&format!("{service}.{group}{sub}.{}", operation.as_str()))
        });
        scopes.collect()
    }

    /// The scopes that suffice, as the vendor's pages write them.
    pub fn describe(&self) -> Vec<String> {
        if self.is_public() {
            return vec![];
        }
        let scope = |operation: &str| {
            let parts: Vec<String> = self
                .parts()
                .map(|part| part.path.describe(operation))
                .collect();
            parts.join(" and ")
        };
        let mut scopes = vec![];
        if self.path.sub != Sub::None {
            let whole = ScopePath {
                sub: Sub::None,
                ..self.path
            };
            let elsewhere = self.also.filter(|also| also.service != self.path.service);
            let beside = elsewhere.zip(self.operations.first());
            let beside = beside.map(|(also, operation)| also.describe(operation.as_str()));
            let parts: Vec<String> = [Some(whole.describe("ALL")), beside]
                .into_iter()
                .flatten()
                .collect();
            scopes.push(parts.join(" and "));
        }
        let operations = self.operations.iter().map(|operation| operation.as_str());
        scopes.extend(std::iter::once("ALL").chain(operations).map(scope));
        scopes
    }
}

/// The word that stands for all custom modules in a scope.
pub const CUSTOM_WORD: &str = "custom";

/// The word for a module in a scope: lower case without underscores; all custom modules share one (vendor's pages
/// "Scopes").
pub fn module_word(api_name: &str, custom: bool) -> String {
    if custom {
        return CUSTOM_WORD.to_owned();
    }
    api_name
        .chars()
        .filter(|c| *c != '_')
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{ScopeOperation as Op, *};

    const DELETE_PHOTO: ScopeNeed = ScopeNeed::module(&[Op::Delete]);
    const DELETE_RECORD: ScopeNeed = ScopeNeed::module(&[Op::Delete, Op::Write]);
    const READ_MODULES: ScopeNeed = ScopeNeed::fixed("settings", "modules", &[Op::Read]);
    const READ_ORG: ScopeNeed = ScopeNeed::group("org", &[Op::Read]);

    /// Every form of a scope against every kind of need: the table is the specification.
    #[test]
    fn the_cover_table() {
        let columns = [
            ("delete photo of leads", DELETE_PHOTO, Some("leads")),
            ("delete record of custom", DELETE_RECORD, Some("custom")),
            ("read modules", READ_MODULES, None),
            ("read org", READ_ORG, None),
        ];
        let rows: &[(&str, [bool; 4])] = &[
            ("ZohoCRM.modules.ALL", [true, true, false, false]),
            ("zohocrm.MODULES.all", [true, true, false, false]),
            ("ZohoCRM.modules.DELETE", [true, true, false, false]),
            ("ZohoCRM.modules.WRITE", [false, true, false, false]),
            ("ZohoCRM.modules.READ", [false; 4]),
            ("ZohoCRM.modules.CREATE", [false; 4]),
            ("ZohoCRM.modules.UPDATE", [false; 4]),
            ("ZohoCRM.modules.leads.ALL", [true, false, false, false]),
            ("ZohoCRM.modules.Leads.Delete", [true, false, false, false]),
            ("ZohoCRM.modules.leads.WRITE", [false; 4]),
            ("ZohoCRM.modules.leads.READ", [false; 4]),
            ("ZohoCRM.modules.contacts.ALL", [false; 4]),
            ("ZohoCRM.modules.custom.ALL", [false, true, false, false]),
            ("ZohoCRM.modules.custom.WRITE", [false, true, false, false]),
            ("ZohoCRM.settings.ALL", [false, false, true, false]),
            ("ZohoCRM.settings.READ", [false, false, true, false]),
            ("ZohoCRM.settings.modules.ALL", [false, false, true, false]),
            ("ZohoCRM.settings.modules.READ", [false, false, true, false]),
            ("ZohoCRM.settings.modules.WRITE", [false; 4]),
            ("ZohoCRM.settings.fields.ALL", [false; 4]),
            ("ZohoCRM.org.ALL", [false, false, false, true]),
            ("ZohoCRM.org.READ", [false, false, false, true]),
            ("ZohoBooks.modules.ALL", [false; 4]),
            ("ZohoSearch.securesearch.READ", [false; 4]),
        ];
        for (text, expected) in rows {
            let scope = Scope::parse(text).expect(text);
            for ((name, need, module), expected) in columns.iter().zip(expected) {
                assert_eq!(scope.covers(need, *module), *expected, "{text} for {name}");
            }
        }
    }

    #[test]
    fn a_need_of_two_words_is_covered_by_scopes_for_both() {
        let need = ScopeNeed::module_and("lockinginformation", &[Op::Delete]);
        let covered = |scopes: &str| {
            let scopes = Scope::parse_list(scopes).expect(scopes);
            need.parts().all(|part| {
                scopes
                    .iter()
                    .any(|scope| scope.covers(&part, Some("leads")))
            })
        };
        for (scopes, expected) in [
            ("ZohoCRM.modules.ALL", true),
            (
                "ZohoCRM.modules.lockinginformation.ALL,ZohoCRM.modules.leads.DELETE",
                true,
            ),
            ("ZohoCRM.modules.lockinginformation.DELETE", false),
            ("ZohoCRM.modules.leads.ALL", false),
            (
                "ZohoCRM.modules.lockinginformation.READ,ZohoCRM.modules.leads.ALL",
                false,
            ),
            (
                "ZohoCRM.modules.lockinginformation.ALL,ZohoCRM.modules.deals.ALL",
                false,
            ),
        ] {
            assert_eq!(covered(scopes), expected, "{scopes}");
        }
        // Compared as a whole, the need is covered by no scope: a caller that forgets the parts refuses too much, not
        // too little.
        let one = Scope::parse("ZohoCRM.modules.leads.ALL").expect("a scope");
        assert!(!one.covers(&need, Some("leads")));
        assert_eq!(READ_ORG.parts().collect::<Vec<_>>(), [READ_ORG]);
    }

    #[test]
    fn the_narrowest_scopes_cover_their_need_and_no_other_module() {
        let locks = ScopeNeed::module_and("lockinginformation", &[Op::Delete]);
        for (need, expected) in [
            (DELETE_PHOTO, "ZohoCRM.modules.leads.DELETE"),
            (DELETE_RECORD, "ZohoCRM.modules.leads.DELETE"),
            (READ_MODULES, "ZohoCRM.settings.modules.READ"),
            (READ_ORG, "ZohoCRM.org.READ"),
            (
                locks,
                "ZohoCRM.modules.lockinginformation.DELETE,ZohoCRM.modules.leads.DELETE",
            ),
        ] {
            let scopes = need.narrowest(Some("leads"));
            assert_eq!(Scope::join_list(&scopes), expected);
            let covers = |part| {
                scopes
                    .iter()
                    .any(|scope| scope.covers(&part, Some("leads")))
            };
            assert!(need.parts().all(covers), "{expected}");
        }
    }

    #[test]
    fn what_is_no_scope_is_refused() {
        for bad in [
            "",
            "ZohoCRM",
            "ZohoCRM.ALL",
            "ZohoCRM.modules",
            "ZohoCRM.modules.leads.photo.ALL",
            "a..ALL",
            "ZohoCRM.mod ules.ALL",
        ] {
            assert_eq!(Scope::parse(bad), None, "{bad:?}");
        }
        assert_eq!(
            Scope::parse_list("ZohoCRM.org.READ,,nonsense"),
            Err("nonsense".to_owned())
        );
    }

    #[test]
    fn module_words_are_lower_case_without_underscores() {
        assert_eq!(module_word("Price_Books", false), "pricebooks");
        assert_eq!(module_word("Projects_X", true), "custom");
    }
}
