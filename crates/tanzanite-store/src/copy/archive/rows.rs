//! Converts rows to bytes and back. Rows that are read have the table's types and order, or there is an error.

use crate::copy::row::{BYTES, NULL, NUMBER, PICTURE, Picture, Row, TEXT, Value};
use crate::copy::table::{Kind, Table};
use bytes::{Buf, Bytes};
use tanzanite_protocol::limits::ARCHIVE_PAGE_ROWS_MAX;

pub(super) fn write(row: &Row, to: &mut Vec<u8>) {
    for value in row {
        let (tag, number, content) = value.parts();
        to.push(tag);
        to.extend(number.to_be_bytes());
        to.extend(content);
    }
}

/// Parses the rows of a page; the error says what is wrong with it.
pub(super) fn read(table: &Table, mut page: Bytes) -> Result<Vec<Row>, &'static str> {
    let mut rows = Vec::new();
    while page.has_remaining() {
        if rows.len() == ARCHIVE_PAGE_ROWS_MAX {
            return Err("there are more rows than a page may have");
        }
        let columns = table.columns.iter();
        let row: Result<Row, _> = columns.map(|(_, kind)| value(*kind, &mut page)).collect();
        rows.push(row?);
    }
    if rows.is_empty() {
        return Err("there is no row");
    }
    Ok(rows)
}

fn value(kind: Kind, page: &mut Bytes) -> Result<Value, &'static str> {
    const SHORT: &str = "a value is cut off";
    let tag = page.try_get_u8().map_err(|_| SHORT)?;
    let number = page.try_get_u64().map_err(|_| SHORT)?;
    let mut content = || match usize::try_from(number) {
        Ok(length) if length <= page.remaining() => Ok(page.split_to(length)),
        _ => Err(SHORT),
    };
    match (tag, kind) {
        (NULL, _) if number == 0 => Ok(Value::Null),
        (NUMBER, Kind::Number | Kind::Sequence) => Ok(Value::Number(number.cast_signed())),
        (TEXT, Kind::Text) => String::from_utf8(content()?.into())
            .map(Value::Text)
            .map_err(|_| "a text is not UTF-8"),
        (BYTES, Kind::Bytes) => Ok(Value::Bytes(content()?.into())),
        (PICTURE, Kind::Picture) => Ok(Value::Picture(Picture::new(content()?))),
        _ => Err("a value is not of its column's kind"),
    }
}

/// The order of rows.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Rank<'a> {
    Nothing,
    Number(i64),
    Bytes(&'a [u8]),
}

fn rank(value: &Value) -> Rank<'_> {
    match value {
        Value::Null | Value::Picture(_) => Rank::Nothing,
        Value::Number(number) => Rank::Number(*number),
        Value::Text(text) => Rank::Bytes(text.as_bytes()),
        Value::Bytes(bytes) => Rank::Bytes(bytes),
    }
}

/// Whether a row comes after another: by key, and in an archive of one organisation first by number.
pub(super) fn follows(table: &Table, one_organisation: bool, row: &Row, before: &Row) -> bool {
    let number = table.org().filter(|_| one_organisation);
    let place = |row| ranks(row, number, table.key);
    place(before).lt(place(row))
}

fn ranks(row: &Row, number: Option<usize>, key: usize) -> impl Iterator<Item = Rank<'_>> {
    let number = number.and_then(|at| row.get(at));
    number.into_iter().chain(row.iter().take(key)).map(rank)
}
