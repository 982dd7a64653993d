//! The keys of records that were written before there was a value index.

use tanzanite_crm::Metadata;
use tanzanite_crm::criteria::{FieldKey, record_keys};
use tanzanite_crm::metadata::SettingsItem;
use tanzanite_crm::stored::DocumentKind;

/// The settings of an organisation, or of a snapshot, which say under which keys its records are found.
pub(crate) struct FormerRecords(Metadata);

impl FormerRecords {
    /// From kind, id and body of its documents. Unreadable ones are left to `tanzanite verify`.
    pub(crate) fn of(documents: impl IntoIterator<Item = (i64, i64, String)>) -> Option<Self> {
        let items = documents.into_iter().filter_map(|(kind, id, body)| {
            let body = serde_json::from_str(&body).ok()?;
            SettingsItem::read(DocumentKind::of(kind)?, id, body).ok()?
        });
        Metadata::new(items.collect()).map(Self)
    }

    /// The keys of a record of a module.
    pub(crate) fn keys(&self, module: i64, fields: &str) -> Vec<FieldKey> {
        let module = self.0.module_numbered(module);
        let fields = serde_json::from_str(fields).ok();
        module
            .zip(fields)
            .map_or_else(Vec::new, |(module, fields)| {
                record_keys(module, self.0.zone(), &fields)
            })
    }
}
