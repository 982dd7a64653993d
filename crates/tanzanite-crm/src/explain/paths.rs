//! Finds the served paths that are nearest to a mistyped one.

use crate::operations::descriptors;
use crate::pipeline::{Route, route};
use crate::suggest::nearest;
use tanzanite_protocol::endpoint::Access;
use tanzanite_protocol::{ApiVersion, Body, Method};

/// Paths that are tried in place of an unknown one.
const PATHS_MAX: usize = 3;

/// The nearest paths, those that accept the method first.
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

/// The methods that are served at a path.
pub(super) fn served_methods(path: &str) -> impl Iterator<Item = (Method, Route)> {
    let methods = [
        Method::Get,
        Method::Post,
        Method::Put,
        Method::Patch,
        Method::Delete,
    ];
    let routed = move |method| Some((method, route(method, path).ok()?));
    methods.into_iter().filter_map(routed)
}

/// The methods that are served at a path; first those that resemble the given one in whether they have a body.
pub(super) fn nearest_methods(method: Method, has_body: bool, path: &str) -> Vec<Method> {
    let reads = matches!(method, Method::Get | Method::Head | Method::Options);
    let mut served: Vec<(Method, Route)> = served_methods(path).collect();
    served.sort_by_key(|(_, route)| {
        let likewise_reads = reads == (route.access() == Access::Read);
        let likewise_has_body = has_body == (route.body() != Body::None);
        (!likewise_reads, !likewise_has_body)
    });
    served.into_iter().map(|(method, _)| method).collect()
}

/// A template filled with segments, if its fixed words resemble theirs.
fn filled(template: &str, segments: &[&str]) -> Option<String> {
    let words: Vec<&str> = template.trim_start_matches('/').split('/').collect();
    if words.len() != segments.len() {
        return None;
    }
    let mut path = String::new();
    for (word, segment) in words.iter().zip(segments) {
        path.push('/');
        path.push_str(match *word {
            "{version}" => {
                // An unknown version is replaced by the newest.
                ApiVersion::parse(segment)
                    .unwrap_or(ApiVersion::NEWEST)
                    .as_str()
            }
            parameter if parameter.starts_with('{') => segment,
            word => nearest(segment, std::iter::once(word))?,
        });
    }
    Some(path)
}

/// A path with one segment replaced, at the place of the template's parameter.
pub(super) fn with_segment(path: &str, template: &str, parameter: &str, segment: &str) -> String {
    let words = template.split('/').zip(path.split('/'));
    let segments = words.map(|(word, own)| if word == parameter { segment } else { own });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_known_by_what_it_is_like() {
        let photo = "/crm/v8/Leads/1/photo";
        for (method, has_body, expected) in [
            (
                Method::Put,
                false,
                [Method::Delete, Method::Post, Method::Get],
            ),
            (
                Method::Put,
                true,
                [Method::Post, Method::Delete, Method::Get],
            ),
            (
                Method::Head,
                false,
                [Method::Get, Method::Delete, Method::Post],
            ),
        ] {
            assert_eq!(nearest_methods(method, has_body, photo), expected);
        }
    }

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
