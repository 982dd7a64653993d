//! Transfers the bytes of photos to and from an object store, several at a time, because each transfer waits for an
//! answer.

use tanzanite_crm::{StoreError, Stored};

/// Objects that are transferred at the same time.
const AT_ONCE: usize = 8;

/// The results of a function for each item, in the items' order.
pub(crate) fn at_once<I: Sync, R: Send>(
    items: &[I],
    work: impl Fn(&I) -> Stored<R> + Sync,
) -> Stored<Vec<R>> {
    let work = &work;
    let mut results = std::thread::scope(|scope| -> Stored<Vec<(usize, R)>> {
        let workers: Vec<_> = (0..AT_ONCE.min(items.len()))
            .map(|worker| {
                scope.spawn(move || {
                    let own = items.iter().enumerate().skip(worker).step_by(AT_ONCE);
                    own.map(|(at, item)| Ok((at, work(item)?)))
                        .collect::<Stored<Vec<_>>>()
                })
            })
            .collect();
        let mut results = Vec::with_capacity(items.len());
        for worker in workers {
            let done = worker
                .join()
                .map_err(|_| StoreError::new("a thread panicked"))?;
            results.extend(done?);
        }
        Ok::<_, StoreError>(results)
    })?;
    results.sort_by_key(|(at, _)| *at);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

#[cfg(test)]
mod tests {
    use super::at_once;
    use tanzanite_crm::StoreError;

    #[test]
    fn results_are_in_the_order_of_the_items_and_one_failure_fails_all() {
        for count in [0, 1, 7, 8, 9, 100] {
            let items: Vec<u32> = (0..count).collect();
            let doubled = at_once(&items, |item| Ok(item * 2));
            assert_eq!(doubled, Ok((0..count).map(|item| item * 2).collect()));
        }
        let failed = at_once(&[1, 2, 3], |item| match item {
            2 => Err(StoreError::new("two")),
            _ => Ok(()),
        });
        assert_eq!(failed, Err(StoreError::new("two")));
    }
}
