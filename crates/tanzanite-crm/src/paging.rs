//! `page` and `per_page` of the lists that have no page tokens: users, collections that say how long a page is, and
//! deleted records.

use crate::call::Call;
use crate::faults::PAGE_BEYOND_LIMIT;
use crate::parameters::number;
use serde_json::{Value, json};
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

    /// The items before this page, for a store that finds the page alone. A page that ends beyond `reach` is refused.
    pub(crate) fn offset(self, reach: u32) -> Result<u32, Fault> {
        if u64::from(self.page) * u64::from(self.per_page) > u64::from(reach) {
            return Err(Fault::new(&PAGE_BEYOND_LIMIT).with("limit", reach));
        }
        Ok((self.page - 1) * self.per_page)
    }

    /// A page of which the store found one item more, and whether it did.
    pub(crate) fn cut_found<T>(self, items: Vec<T>) -> (Vec<T>, bool) {
        Self { page: 1, ..self }.cut(items)
    }

    /// The `info` of an answer with so many items.
    pub(crate) fn info(self, count: usize, more_records: bool) -> Value {
        json!({
            "per_page": self.per_page,
            "count": count,
            "page": self.page,
            "more_records": more_records,
        })
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
