//! The numbers under which the rows of an organisation and its snapshots are stored, and their counterparts in
//! archives. Stores draw ids of snapshots and sequence numbers of tokens from common sequences; archives count both
//! from 1.

use super::row::{Row, number_at};
use super::table::{Part, SNAPSHOTS, Table, Whose};
use crate::snapshots::rows_of;
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::OrgId;

/// The parts of an organisation in the order of archives: its snapshots by id, then itself.
pub(super) fn parts_of(org: OrgId, snapshots: &[i64]) -> Vec<Part> {
    let taken = (1..).zip(snapshots).map(|(place, id)| Whose {
        here: rows_of(*id),
        archived: rows_of(place),
    });
    let own = Whose {
        here: org.get(),
        archived: org.get(),
    };
    taken.chain([own]).map(Some).collect()
}

/// The numbers that an archive uses for an organisation with this many snapshots.
pub(super) fn archived_numbers(org: OrgId, snapshots: i64) -> impl Iterator<Item = i64> {
    (1..=snapshots).map(rows_of).chain([org.get()])
}

/// Translates rows of an archive to the store that they are added to. `given` are new numbers of the table's sequence,
/// one for each row if the table has one. For each new snapshot a further part is added.
pub(super) fn settle(
    table: &Table,
    parts: &mut Vec<Part>,
    rows: &mut [Row],
    given: &[i64],
) -> Stored<()> {
    for (row, given) in rows.iter_mut().zip(given) {
        let Some(number) = number_at(row, table.sequence()) else {
            return Err(StoreError::new("a row has no number"));
        };
        if table.name == SNAPSHOTS {
            let whose = Whose {
                here: rows_of(*given),
                archived: rows_of(*number),
            };
            parts.insert(parts.len().saturating_sub(1), Some(whose));
        }
        *number = *given;
    }
    for row in rows {
        let org = number_at(row, table.org());
        let org = org.ok_or_else(|| StoreError::new("a row is nobody's"))?;
        let mut known = parts.iter().flatten();
        let whose = known.find(|whose| whose.archived == *org);
        *org = whose
            .ok_or_else(|| StoreError::new("a row is of no snapshot"))?
            .here;
    }
    Ok(())
}
