//! The fields that have to change for an edit to be told.

use crate::metadata::Metadata;
use crate::schema::Module;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A choice of fields: one, or several choices of which all or one must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Selection {
    /// This field has changed.
    Field {
        /// Its API name.
        field: String,
    },
    /// Other choices hold.
    Group {
        /// All of them must, and not one.
        all: bool,
        /// The choices.
        of: Vec<Selection>,
    },
}

impl Selection {
    /// Whether a change of these fields is what is chosen.
    pub fn holds(&self, changed: &[&str]) -> bool {
        match self {
            Self::Field { field } => changed.contains(&field.as_str()),
            Self::Group { all: true, of } => of.iter().all(|part| part.holds(changed)),
            Self::Group { all: false, of } => of.iter().any(|part| part.holds(changed)),
        }
    }

    /// How many fields it names.
    pub fn fields(&self) -> usize {
        match self {
            Self::Field { .. } => 1,
            Self::Group { of, .. } => of.iter().map(Self::fields).sum(),
        }
    }

    /// As it is shown, with the ids of fields.
    pub(crate) fn show(&self, module: &Module, metadata: &Metadata) -> Value {
        match self {
            Self::Field { field } => {
                let id = module.field(field).map(|field| field.number);
                let id = id.map(|number| metadata.schema_id_of(number).to_string());
                json!({
                    "field": { "api_name": field, "id": id },
                    "group_operator": null,
                    "group": null,
                })
            }
            Self::Group { all, of } => {
                let parts = of.iter().map(|part| part.show(module, metadata));
                json!({
                    "group_operator": if *all { "and" } else { "or" },
                    "group": parts.collect::<Vec<_>>(),
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_within_pairs_hold_as_their_words_say() {
        let field = |name: &str| Selection::Field {
            field: name.to_owned(),
        };
        let both = Selection::Group {
            all: true,
            of: vec![field("Account_Name"), field("Lead_Source")],
        };
        let either = Selection::Group {
            all: false,
            of: vec![field("Stage"), both],
        };
        assert_eq!(either.fields(), 3);
        for (changed, holds) in [
            (&["Stage"][..], true),
            (&["Account_Name"], false),
            (&["Lead_Source", "Account_Name"], true),
            (&[], false),
        ] {
            assert_eq!(either.holds(changed), holds, "{changed:?}");
        }
    }
}
