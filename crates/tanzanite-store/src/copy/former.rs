//! Archives of former versions. Their rows are put into a database with the schema of that version, which is then
//! migrated like any other. Nothing else knows former schemas.

use super::archive::ArchiveSource;
use super::row::Chain;
use super::sides::{Pictures, Side, SideError, Sided};
use super::sqlite::Sqlite;
use super::{CopyError, CopyPage};
use std::io::Read;
use tanzanite_crm::StoreError;
use tanzanite_protocol::OrgId;

/// Opens an archive of this version or a former one; also returns the organisation if the archive has only one. An
/// archive of a former version is read and verified completely first.
pub(super) fn opened<'a, F: Read + 'a>(
    from: F,
) -> Result<(Box<dyn Side + 'a>, Option<OrgId>), CopyError> {
    let source = ArchiveSource::open(from)?;
    let org = source.organisation();
    if source.is_of_this_version() {
        return Ok((Box::new(source), org));
    }
    let rebuilt = rebuilt(source).map_err(|error| {
        error.or(|error| CopyError::Read {
            what: "the archive of a former version".to_owned(),
            error,
        })
    })?;
    Ok((Box::new(rebuilt), org))
}

fn rebuilt<F: Read>(mut source: ArchiveSource<F>) -> Sided<Sqlite> {
    let store = Sqlite::of_former_version(source.schema()).map_err(failed)?;
    let mut chains = Vec::new();
    for table in source.tables() {
        let mut chain = Chain::new(table);
        loop {
            let mut rows = source.page(table, None, None, CopyPage::default(), Pictures::Whole)?;
            if rows.is_empty() {
                break;
            }
            chain.add_all(table, None, &mut rows);
            store.insert(table, &rows).map_err(failed)?;
        }
        chains.push(chain);
    }
    source.finish(&chains)?;
    store.bring_up_to_date(source.schema()).map_err(failed)?;
    Ok(store)
}

fn failed(error: impl std::fmt::Display) -> SideError {
    SideError::Store(StoreError::new(error))
}
