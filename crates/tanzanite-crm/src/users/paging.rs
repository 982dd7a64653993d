//! `page` and `per_page` of the list of users.

use tanzanite_protocol::{Condition, Fault, Query, limits};

/// Which part of a list was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// The first page is 1.
    pub(super) page: u32,
    /// How many are on one.
    pub(super) per_page: u32,
}

impl Page {
    /// From a query. Without a parameter the first page, as long as one may be.
    pub(super) fn of(query: &Query) -> Result<Self, Fault> {
        Ok(Self {
            page: number(query, "page", 1, u32::MAX)?,
            per_page: number(
                query,
                "per_page",
                limits::USERS_PER_PAGE_MAX,
                limits::USERS_PER_PAGE_MAX,
            )?,
        })
    }

    /// This page of all items, and whether there are more after it.
    pub(super) fn cut<T>(self, items: Vec<T>) -> (Vec<T>, bool) {
        let per_page = self.per_page as usize;
        let before = (self.page as usize - 1).saturating_mul(per_page);
        let more = items.len() > before.saturating_add(per_page);
        (
            items.into_iter().skip(before).take(per_page).collect(),
            more,
        )
    }
}

fn number(query: &Query, name: &'static str, default: u32, max: u32) -> Result<u32, Fault> {
    let text = query.get(name).unwrap_or_default().trim();
    if text.is_empty() {
        return Ok(default);
    }
    let number = text
        .parse()
        .ok()
        .filter(|number| (1..=max).contains(number));
    number.ok_or_else(|| Fault::new(Condition::ParameterPattern).with("param_name", name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_begin_at_one_and_hold_at_most_two_hundred() {
        let page = |query: &str| Page::of(&Query::parse(query));
        let expected = Page {
            page: 1,
            per_page: limits::USERS_PER_PAGE_MAX,
        };
        assert_eq!(page(""), Ok(expected));
        assert_eq!(page("page=&per_page="), Ok(expected));
        assert_eq!(
            page("page=3&per_page=7"),
            Ok(Page {
                page: 3,
                per_page: 7
            })
        );
        for bad in [
            "page=0",
            "page=-1",
            "page=x",
            "per_page=0",
            "per_page=201",
            "page=1.0",
        ] {
            let fault = page(bad).expect_err(bad);
            assert_eq!(fault.condition(), Condition::ParameterPattern, "{bad}");
        }
    }

    #[test]
    fn a_list_is_cut_into_pages_without_loss() {
        let page = |page| Page { page, per_page: 2 }.cut(vec![1, 2, 3, 4]);
        assert_eq!(page(1), (vec![1, 2], true));
        assert_eq!(page(2), (vec![3, 4], false));
        assert_eq!(page(3), (vec![], false));
        assert_eq!(page(u32::MAX), (vec![], false));
    }
}
