//! `page` and `per_page` of the lists that are cut after they are found: users, and collections that say how long a
//! page is.

use crate::call::Call;
use crate::parameters::number;
use tanzanite_protocol::Fault;

/// The requested page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// The first page is 1.
    pub(crate) page: u32,
    /// How many are on one.
    pub(crate) per_page: u32,
}

impl Page {
    /// From a query. Without a parameter the first page, as long as one may be.
    pub(crate) fn of(call: &Call<'_>, per_page_max: u32) -> Result<Self, Fault> {
        Ok(Self {
            page: number(call, "page", u32::MAX)?.unwrap_or(1),
            per_page: number(call, "per_page", per_page_max)?.unwrap_or(per_page_max),
        })
    }

    /// This page of all items, and whether there are more after it.
    pub(crate) fn cut<T>(self, items: Vec<T>) -> (Vec<T>, bool) {
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
