//! Finds the endpoint for a method and a path in a tree of path segments, trying literals before parameters.
//!
//! Literals are words (`settings`, `photo`), compared exactly, or names of modules and related lists (`Contacts`,
//! `Notes`), which begin with a capital in the templates and are compared without regard to case, as the vendor
//! compares them.

use crate::endpoint::ApiVersion;
use crate::limits;
use crate::request::Method;

/// A tree over path templates. `T` is the target of a method on a path.
#[derive(Debug)]
pub struct Router<T> {
    root: Node<T>,
}

#[derive(Debug)]
struct Node<T> {
    /// In their order.
    words: Vec<(&'static str, Node<T>)>,
    names: Vec<(&'static str, Node<T>)>,
    version: Option<Box<Node<T>>>,
    parameter: Option<Box<Node<T>>>,
    targets: Vec<Target<T>>,
}

#[derive(Debug)]
struct Target<T> {
    method: Method,
    /// Which segments are parameters, and their names.
    parameters: Vec<(usize, &'static str)>,
    value: T,
}

/// The result of looking up a method and a path.
#[derive(Debug)]
pub enum Found<T> {
    /// The endpoint's target, and the path's parameters.
    Endpoint(T, Parameters),
    /// The path is known, but not with this method.
    WrongMethod,
    /// The path is not known.
    Unknown,
}

/// A path's parameters: names from the template, values from the path.
#[derive(Clone, Debug, Default)]
pub struct Parameters(Vec<(&'static str, String)>);

impl Parameters {
    /// These parameters.
    pub fn of<const COUNT: usize>(parameters: [(&'static str, &str); COUNT]) -> Self {
        Self(
            parameters
                .map(|(name, value)| (name, value.to_owned()))
                .into(),
        )
    }

    /// The percent-decoded value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value.as_str())
    }
}

impl<T> Default for Node<T> {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            names: Vec::new(),
            version: None,
            parameter: None,
            targets: Vec::new(),
        }
    }
}

impl<T: Copy> Router<T> {
    /// Builds the tree. Among entries with the same method and shape the first wins.
    pub fn new(entries: impl IntoIterator<Item = (Method, &'static str, T)>) -> Self {
        let mut root = Node::default();
        for (method, template, value) in entries {
            let mut node = &mut root;
            let mut parameters = Vec::new();
            for (place, segment) in template.trim_start_matches('/').split('/').enumerate() {
                let parameter = segment.strip_prefix('{');
                let parameter = parameter.and_then(|name| name.strip_suffix('}'));
                parameters.extend(parameter.map(|name| (place, name)));
                node = match parameter {
                    Some("version") => node.version.get_or_insert_default(),
                    Some(_) => node.parameter.get_or_insert_default(),
                    None if is_name(segment) => node.name_or_default(segment),
                    None => node.word_or_default(segment),
                };
            }
            node.targets.push(Target {
                method,
                parameters,
                value,
            });
        }
        Self { root }
    }

    /// Finds the endpoint. Literals are tried before parameters, and the first matching path decides about the method:
    /// `DELETE /crm/v8/coql` is a wrong method on `coql`, not a module called `coql`.
    pub fn find(&self, method: Method, path: &str) -> Found<T> {
        let Some(path) = path.strip_prefix('/') else {
            return Found::Unknown;
        };
        let mut room = [""; limits::PATH_SEGMENTS_MAX];
        let mut count = 0;
        for segment in path.split('/') {
            match room.get_mut(count) {
                Some(place) if !segment.is_empty() => *place = segment,
                _ => return Found::Unknown,
            }
            count += 1;
        }
        let segments = &room[..count];
        let Some(node) = self.root.find(segments) else {
            return Found::Unknown;
        };
        match node.targets.iter().find(|target| target.method == method) {
            Some(target) => Found::Endpoint(target.value, target.parameters(segments)),
            None => Found::WrongMethod,
        }
    }
}

/// Whether a literal of a template names a module or a related list.
fn is_name(literal: &str) -> bool {
    literal.starts_with(|first: char| first.is_ascii_uppercase())
}

impl<T> Node<T> {
    /// The child node for a parameter of this name, made if there is none.
    fn name_or_default(&mut self, name: &'static str) -> &mut Self {
        let known = self.names.iter().position(|(known, _)| *known == name);
        let index = known.unwrap_or_else(|| {
            self.names.push((name, Self::default()));
            self.names.len() - 1
        });
        &mut self.names[index].1
    }

    /// The node under a word, made if there is none.
    fn word_or_default(&mut self, word: &'static str) -> &mut Self {
        let index = self.word(word).unwrap_or_else(|index| {
            self.words.insert(index, (word, Self::default()));
            index
        });
        &mut self.words[index].1
    }

    /// Where a word is, or would be.
    fn word(&self, segment: &str) -> Result<usize, usize> {
        self.words
            .binary_search_by(|(word, _)| (*word).cmp(segment))
    }

    /// The child node for a literal.
    fn literal(&self, segment: &str) -> Option<&Self> {
        if let Ok(index) = self.word(segment) {
            return Some(&self.words[index].1);
        }
        let mut names = self.names.iter();
        let found = names.find(|(name, _)| name.eq_ignore_ascii_case(segment));
        found.map(|(_, node)| node)
    }

    /// The first node at the end of these segments that has targets.
    fn find(&self, segments: &[&str]) -> Option<&Self> {
        let Some((first, rest)) = segments.split_first() else {
            return (!self.targets.is_empty()).then_some(self);
        };
        let version = self
            .version
            .as_deref()
            .filter(|_| ApiVersion::parse(first).is_some());
        self.literal(first)
            .and_then(|node| node.find(rest))
            .or_else(|| version.and_then(|node| node.find(rest)))
            .or_else(|| self.parameter.as_deref().and_then(|node| node.find(rest)))
    }
}

impl<T> Target<T> {
    /// The parameters of a path that leads here.
    fn parameters(&self, segments: &[&str]) -> Parameters {
        let value = |place: usize| decoded(segments.get(place).unwrap_or(&""));
        let pairs = self.parameters.iter();
        Parameters(pairs.map(|(place, name)| (*name, value(*place))).collect())
    }
}

fn decoded(segment: &str) -> String {
    if !segment.contains('%') {
        return segment.to_owned();
    }
    let decoded = percent_encoding::percent_decode_str(segment);
    decoded.decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn router() -> Router<&'static str> {
        Router::new([
            (
                Method::Get,
                "/crm/{version}/{module}/{record_id}",
                "get record",
            ),
            (Method::Get, "/crm/{version}/Contacts/roles", "get roles"),
            (Method::Get, "/crm/{version}/{module}", "get records"),
            (Method::Post, "/crm/{version}/coql", "query"),
            (
                Method::Post,
                "/crm/{version}/Leads/{lead_id}/actions/convert",
                "convert",
            ),
            (
                Method::Delete,
                "/crm/{version}/{module}/{record_id}/photo",
                "delete photo",
            ),
        ])
    }

    fn name(method: Method, path: &str) -> String {
        match router().find(method, path) {
            Found::Endpoint(name, parameters) => {
                let text = ["version", "module", "record_id"]
                    .map(|name| parameters.get(name).unwrap_or("-").to_owned());
                format!("{name} {}", text.join(" "))
            }
            Found::WrongMethod => "wrong method".to_owned(),
            Found::Unknown => "unknown".to_owned(),
        }
    }

    #[test]
    fn literals_stand_before_parameters_and_do_not_hide_them() {
        assert_eq!(
            name(Method::Get, "/crm/v8/Contacts/roles"),
            "get roles v8 - -"
        );
        assert_eq!(
            name(Method::Get, "/crm/v8/Contacts/12"),
            "get record v8 Contacts 12"
        );
        assert_eq!(
            name(Method::Delete, "/crm/v2.1/Leads/1%32/photo"),
            "delete photo v2.1 Leads 12"
        );
    }

    #[test]
    fn names_of_modules_and_lists_are_found_in_any_case_and_words_only_as_they_are() {
        for path in ["/crm/v2/contacts/roles", "/crm/v2/CONTACTS/roles"] {
            assert_eq!(name(Method::Get, path), "get roles v2 - -");
        }
        assert_eq!(
            name(Method::Post, "/crm/v2/leads/1/actions/convert"),
            "convert v2 - -"
        );
        assert_eq!(
            name(Method::Get, "/crm/v2/contacts/12"),
            "get record v2 contacts 12"
        );
        for path in [
            "/crm/v8/Leads/1/Photo",
            "/CRM/v8/Leads/1/photo",
            "/crm/V8/Leads/1/photo",
        ] {
            assert_eq!(name(Method::Delete, path), "unknown", "{path}");
        }
    }

    #[test]
    fn a_known_path_with_another_method_is_told_from_an_unknown_path() {
        assert_eq!(name(Method::Put, "/crm/v8/Leads/1/photo"), "wrong method");
        assert_eq!(name(Method::Get, "/crm/v8/coql"), "wrong method");
        assert_eq!(name(Method::Head, "/crm/v8/Leads/1/photo"), "wrong method");
        for path in [
            "/crm/v9/Leads/1/photo",
            "/crm/v8/Leads/1/photo/",
            "/crm/v8/Leads//photo",
            "/",
            "",
            "crm",
            "/crm/v8/Leads/1/foto",
        ] {
            assert_eq!(name(Method::Delete, path), "unknown", "{path}");
        }
    }
}
