//! `page` and `per_page` of the list of users.

use crate::call::Call;
use crate::parameters::number;
use tanzanite_protocol::{Fault, limits};

/// The requested page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// The page's number, from 1.
    pub(super) page: u32,
    /// The number of items on a page.
    pub(super) per_page: u32,
}

impl Page {
    /// Parses the query. The defaults are the first page and the longest page.
    pub(super) fn of(call: &Call<'_>) -> Result<Self, Fault> {
        let per_page_max = limits::USERS_PER_PAGE_MAX;
        Ok(Self {
            page: number(call, "page", u32::MAX)?.unwrap_or(1),
            per_page: number(call, "per_page", per_page_max)?.unwrap_or(per_page_max),
        })
    }

    /// The items of this page, and whether more follow.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_into_pages_without_loss() {
        let page = |page| Page { page, per_page: 2 }.cut(vec![1, 2, 3, 4]);
        assert_eq!(page(1), (vec![1, 2], true));
        assert_eq!(page(2), (vec![3, 4], false));
        assert_eq!(page(3), (vec![], false));
        assert_eq!(page(u32::MAX), (vec![], false));
    }
}
