//! `tanzanite config`: the configuration in force, and its origins.

use crate::arguments::ConfigArguments;
use crate::databases::shown;
use crate::exit::{Exit, Outcome};
use crate::output::{answer, columns};
use crate::settings::{self, Fallback, Kind, Row};

/// Shows every value. An invalid value is a failure, as it is for `serve`.
pub(crate) fn config(arguments: &ConfigArguments) -> Outcome {
    let layers = settings::resolve(&arguments.settings)?;
    let rows = layers.rows().iter();
    let text = if arguments.origin {
        columns(
            &rows
                .map(|row| [name(row), value(row), row.origin.to_string()])
                .collect::<Vec<_>>(),
        )
    } else {
        columns(&rows.map(|row| [name(row), value(row)]).collect::<Vec<_>>())
    };
    answer(&text)?;
    layers.serve()?;
    layers.url()?;
    layers.org()?;
    Ok(Exit::Ok)
}

fn name(row: &Row) -> String {
    row.setting.key.unwrap_or(row.setting.flag).to_owned()
}

fn value(row: &Row) -> String {
    match (&row.text, row.setting.fallback) {
        (Some(text), _) if row.setting.kind == Kind::Url => shown(text).into_owned(),
        (Some(_), _) if row.setting.kind == Kind::Secret => "(a secret)".to_owned(),
        (Some(text), _) => text.clone(),
        (None, Fallback::Value(text)) => text.to_owned(),
        (None, Fallback::Nothing(what)) => format!("({what})"),
    }
}
