//! Reads and writes pages of rows in PostgreSQL, with one statement for each.

use super::get;
use crate::blobs::ObjectName;
use crate::copy::CopyPage;
use crate::copy::row::{Picture, Row, Value};
use crate::copy::table::{Kind, Part, Table, names, quoted};
use crate::postgres::Connection;
use bytes::Bytes;
use tanzanite_crm::{StoreError, Stored};
use tokio_postgres::types::ToSql;

/// A photo that is in the object store, as its row states.
pub(super) struct Missing {
    pub(super) row: usize,
    pub(super) blob: String,
    pub(super) size: i64,
    pub(super) digest: Vec<u8>,
}

pub(super) fn has_pictures(table: &Table) -> bool {
    let mut columns = table.columns.iter();
    columns.any(|(_, kind)| *kind == Kind::Picture)
}

/// Selects the rows that fit a page by the sizes of values, which the server knows without reading them.
pub(super) fn page_sql(table: &Table, condition: &str, page: CopyPage) -> String {
    let key = table.key_names();
    let mut columns = table.column_names();
    let mut sizes = vec!["0".to_owned()];
    for (name, kind) in table.columns {
        if !matches!(kind, Kind::Number | Kind::Sequence) {
            sizes.push(format!(
                "coalesce(octet_length({}), 0)::bigint",
                quoted(name)
            ));
        }
    }
    if has_pictures(table) {
        columns.push_str(", blob, size, digest");
        sizes.push("coalesce(size, 0)".to_owned());
    }
    let size = sizes.join(" + ");
    format!(
        "SELECT {columns} FROM (
             SELECT *, {size} AS own_bytes, sum({size}) OVER (ORDER BY {key} ROWS UNBOUNDED PRECEDING) AS all_bytes
             FROM (SELECT {columns} FROM {} {condition} ORDER BY {key} LIMIT {}) AS chosen
         ) AS sized
         WHERE all_bytes - own_bytes < {} ORDER BY {key}",
        quoted(table.name),
        page.rows.max(1),
        page.bytes.max(1)
    )
}

/// The condition that rows belong to a part and come after a key. The parameters are the part, then the rest of the
/// key.
pub(super) fn condition(table: &Table, part: Part, after: bool) -> String {
    let mut conditions = Vec::new();
    let mut places = (1..).map(|place| format!("${place}"));
    if part.is_some() {
        conditions.extend(places.next().map(|place| format!("org = {place}")));
    }
    let key = table.key_within(part);
    if after {
        let places: Vec<String> = places.take(key.len()).collect();
        conditions.push(format!("({}) > ({})", names(key), places.join(", ")));
    }
    match conditions.as_slice() {
        [] => String::new(),
        some => format!("WHERE {}", some.join(" AND ")),
    }
}

pub(super) fn key_value(value: &Value) -> Stored<&(dyn ToSql + Sync)> {
    match value {
        Value::Number(number) => Ok(number),
        Value::Text(text) => Ok(text),
        Value::Bytes(bytes) => Ok(bytes),
        Value::Null | Value::Picture(_) => Err(StoreError::new("a key has no such value")),
    }
}

/// Reads a row, and its photo's object if the bytes are in the object store.
pub(super) fn read(
    table: &Table,
    row: &tokio_postgres::Row,
    at: usize,
) -> Stored<(Row, Option<Missing>)> {
    let mut missing = None;
    let mut values = Vec::with_capacity(table.columns.len());
    for (place, (_, kind)) in table.columns.iter().enumerate() {
        let value = match kind {
            Kind::Number | Kind::Sequence => get::<Option<i64>>(row, place)?.map(Value::Number),
            Kind::Text => get::<Option<String>>(row, place)?.map(Value::Text),
            Kind::Bytes => get::<Option<Vec<u8>>>(row, place)?.map(Value::Bytes),
            Kind::Picture => {
                let bytes: Option<Vec<u8>> = get(row, place)?;
                let picture = if let Some(bytes) = bytes {
                    Picture::new(Bytes::from(bytes))
                } else {
                    let photo = elsewhere(row, at, table.columns.len())?;
                    let described = described(&photo)?;
                    missing = Some(photo);
                    described
                };
                Some(Value::Picture(picture))
            }
        };
        values.push(value.unwrap_or(Value::Null));
    }
    Ok((values, missing))
}

/// Reads the three columns behind the table's own.
fn elsewhere(row: &tokio_postgres::Row, at: usize, first: usize) -> Stored<Missing> {
    Ok(Missing {
        row: at,
        blob: get(row, first)?,
        size: get(row, first + 1)?,
        digest: get(row, first + 2)?,
    })
}

fn described(photo: &Missing) -> Stored<Picture> {
    let digest = photo.digest.as_slice().try_into();
    Ok(Picture {
        size: u64::try_from(photo.size).map_err(StoreError::new)?,
        digest: digest.map_err(|_| StoreError::new("a digest has not 32 bytes"))?,
        bytes: Bytes::new(),
    })
}

/// The values of each column.
type ColumnsOfValues<'a> = Vec<Box<dyn ToSql + Sync + 'a>>;

/// Inserts rows in one statement with a parameter for each column.
pub(super) fn insert(
    connection: &mut Connection,
    table: &Table,
    rows: &[Row],
    objects: &[Option<ObjectName>],
) -> Stored<()> {
    let mut columns = table.column_names();
    let mut types = Vec::new();
    let mut params: ColumnsOfValues<'_> = Vec::new();
    for (place, (_, kind)) in table.columns.iter().enumerate() {
        let values = rows
            .iter()
            .map(|row| row.get(place).unwrap_or(&Value::Null));
        match kind {
            Kind::Number | Kind::Sequence => {
                types.push("bigint[]");
                params.push(Box::new(values.map(number).collect::<Vec<_>>()));
            }
            Kind::Text => {
                types.push("text[]");
                params.push(Box::new(values.map(text).collect::<Vec<_>>()));
            }
            Kind::Bytes => {
                types.push("bytea[]");
                params.push(Box::new(values.map(bytes).collect::<Vec<_>>()));
            }
            Kind::Picture => {
                columns.push_str(", blob, size, digest");
                types.extend(["bytea[]", "text[]", "bigint[]", "bytea[]"]);
                add_photos(&mut params, &values.zip(objects).collect::<Vec<_>>());
            }
        }
    }
    let places: Vec<String> = (1..)
        .zip(types)
        .map(|(place, kind): (u32, _)| format!("${place}::{kind}"))
        .collect();
    let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| &**param).collect();
    connection.query(
        &format!(
            "INSERT INTO {} ({columns}) SELECT * FROM unnest({})",
            quoted(table.name),
            places.join(", ")
        ),
        &params,
    )?;
    Ok(())
}

/// The four columns of photos: the bytes, or the object's name and properties.
fn add_photos<'a>(
    params: &mut ColumnsOfValues<'a>,
    photos: &[(&'a Value, &'a Option<ObjectName>)],
) {
    let in_rows = photos.iter().map(|(value, object)| match object {
        Some(_) => None,
        None => bytes(value),
    });
    params.push(Box::new(in_rows.collect::<Vec<_>>()));
    let named = photos
        .iter()
        .map(|(value, object)| object.as_ref().zip(picture(value)));
    let named: Vec<Option<(&ObjectName, &Picture)>> = named.collect();
    let blobs = named
        .iter()
        .map(|photo| Some(photo.as_ref()?.0.to_string()));
    params.push(Box::new(blobs.collect::<Vec<_>>()));
    let sizes = named
        .iter()
        .map(|photo| Some(photo.as_ref()?.1.size.cast_signed()));
    params.push(Box::new(sizes.collect::<Vec<_>>()));
    let digests = named
        .iter()
        .map(|photo| Some(photo.as_ref()?.1.digest.as_slice()));
    params.push(Box::new(digests.collect::<Vec<_>>()));
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn bytes(value: &Value) -> Option<&[u8]> {
    match value {
        Value::Bytes(bytes) => Some(bytes),
        Value::Picture(picture) => Some(&picture.bytes),
        _ => None,
    }
}

fn picture(value: &Value) -> Option<&Picture> {
    match value {
        Value::Picture(picture) => Some(picture),
        _ => None,
    }
}
