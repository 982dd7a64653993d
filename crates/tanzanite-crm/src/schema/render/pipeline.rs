//! A pipeline of deals as `GET /settings/pipeline` answers it. An organisation here has one, of all stages.

use super::field::picklist_json;
use crate::metadata::Metadata;
use crate::schema::{Module, Part};
use serde_json::{Value, json};

/// The pipelines of the module of deals.
pub fn pipelines_json(metadata: &Metadata, deals: &Module) -> Vec<Value> {
    let values = |name: &str| {
        let field = deals.field(name);
        field.map_or_else(Vec::new, |field| picklist_json(metadata, field))
    };
    let stages = values("Stage").into_iter();
    let stages = (1_usize..).zip(stages).map(|(position, stage)| {
        let name = stage["actual_value"].as_str().unwrap_or_default();
        let (category, place, kind) = forecast(name);
        let id = Part::ForecastCategory.number(deals.number, place);
        json!({
            "display_value": stage["display_value"],
            "sequence_number": position,
            "forecast_category": {
                "name": category,
                "id": metadata.schema_id_of(id).to_string(),
            },
            "colour_code": null,
            "actual_value": stage["actual_value"],
            "id": stage["id"],
            "forecast_type": kind,
        })
    });
    let stages: Vec<Value> = stages.collect();
    let pipelines = values("Pipeline").into_iter().enumerate();
    let pipelines = pipelines.map(|(place, pipeline)| {
        json!({
            "display_value": pipeline["display_value"],
            "default": place == 0,
            "maps": stages,
            "actual_value": pipeline["actual_value"],
            "id": pipeline["id"],
        })
    });
    pipelines.collect()
}

/// The forecast category of a stage, its place among them, and the forecast type (an example of the OpenAPI document).
fn forecast(stage: &str) -> (&'static str, i64, &'static str) {
    match stage {
        "Closed Won" => ("Closed", 1, "Closed Won"),
        stage if stage.starts_with("Closed") => ("Omitted", 2, "Closed Lost"),
        _ => ("Pipeline", 0, "Open"),
    }
}
