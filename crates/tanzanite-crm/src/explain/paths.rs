//! Paths that were meant: those of what is served that are nearest to a mistyped one.

use crate::endpoints::descriptors;
use crate::pipeline::route;
use crate::seed::suggest::nearest;
use tanzanite_protocol::{ApiVersion, Method};

/// Paths that are tried in place of an unknown one.
const PATHS_MAX: usize = 3;
/// The version that is meant by one that there is not.
const NEWEST: &str = "v8";

/// The paths that are nearest, those that take the method first.
pub(super) fn nearest_paths(method: Method, path: &str) -> Vec<String> {
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let mut found: Vec<(bool, String)> = Vec::new();
    for descriptor in descriptors() {
        let Some(near) = filled(descriptor.path, &segments) else {
            continue;
        };
        if near != path && !found.iter().any(|(_, known)| *known == near) {
            found.push((descriptor.method != method, near));
        }
    }
    found.sort_by_key(|(other, _)| *other);
    let paths = found.into_iter().map(|(_, path)| path);
    paths.take(PATHS_MAX).collect()
}

/// The methods with which something is served at a path, and what.
pub(super) fn served_methods(path: &str) -> impl Iterator<Item = (Method, &'static str)> {
    // As clients mean them when they use another that writes; who reads finds nothing before GET.
    let methods = [
        Method::Put,
        Method::Patch,
        Method::Post,
        Method::Delete,
        Method::Get,
    ];
    let routes = methods.into_iter().filter_map(move |method| {
        let route = route(method, path).ok()?;
        Some((method, route.name()))
    });
    routes
}

/// A template with these segments in place of its parameters, if its words are near to theirs.
fn filled(template: &str, segments: &[&str]) -> Option<String> {
    let words: Vec<&str> = template.trim_start_matches('/').split('/').collect();
    if words.len() != segments.len() {
        return None;
    }
    let mut path = String::new();
    for (word, segment) in words.iter().zip(segments) {
        path.push('/');
        path.push_str(match *word {
            "{version}" => ApiVersion::parse(segment).map_or(NEWEST, ApiVersion::as_str),
            parameter if parameter.starts_with('{') => segment,
            word => nearest(segment, std::iter::once(word))?,
        });
    }
    Some(path)
}

/// A path with another segment where its template has a parameter.
pub(super) fn with_segment(path: &str, template: &str, parameter: &str, segment: &str) -> String {
    let words = template.split('/').zip(path.split('/'));
    let segments = words.map(|(word, own)| if word == parameter { segment } else { own });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_path_is_known_by_its_words() {
        for (path, expected) in [
            ("/crm/v8/Leads/1/Photos", vec!["/crm/v8/Leads/1/photo"]),
            ("/crm/v9/Leads/1/photo/", vec!["/crm/v8/Leads/1/photo"]),
            ("//crm/v2.1/Leads", vec!["/crm/v2.1/Leads"]),
            ("/crm/v8/Leads/1/photo/1/2", vec![]),
            ("/", vec![]),
        ] {
            assert_eq!(nearest_paths(Method::Delete, path), expected, "{path}");
        }
        let template = "/crm/{version}/{module}/{record_id}/photo";
        assert_eq!(
            with_segment("/crm/v8/leads/leads/photo", template, "{module}", "Leads"),
            "/crm/v8/Leads/leads/photo"
        );
    }
}
