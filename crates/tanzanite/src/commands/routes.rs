//! `tanzanite routes`: the served operations, and the source of each one's facts.

use crate::arguments::RoutesArguments;
use crate::exit::{Exit, Outcome};
use crate::output::{answer, answer_json, columns};
use serde_json::{Value, json};
use tanzanite_crm::operations::{VENDOR_OPERATIONS, descriptors};
use tanzanite_protocol::Descriptor;

/// Lists the endpoint table.
pub(crate) fn routes(arguments: &RoutesArguments) -> Outcome {
    let served = descriptors().count();
    let known = VENDOR_OPERATIONS.len();
    if arguments.json {
        let operations: Vec<Value> = descriptors().map(as_json).collect();
        answer_json(
            &json!({ "served": operations, "served_count": served, "known_count": known }),
        )?;
        return Ok(Exit::Ok);
    }
    let head = ["ID", "METHOD", "PATH", "SCOPE (ALL does too)", "EVIDENCE"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(head)
        .chain(descriptors().map(as_row))
        .collect();
    let sum =
        format!("\n{served} operations are served; {known} of the vendor's are known by name.\n");
    answer(&(columns(&rows) + &sum))?;
    Ok(Exit::Ok)
}

fn as_row(descriptor: &'static Descriptor) -> [String; 5] {
    [
        descriptor.id.to_owned(),
        descriptor.method.as_str().to_owned(),
        descriptor.path.to_owned(),
        scope(&descriptor.scope.describe()),
        descriptor.evidence.as_str().to_owned(),
    ]
}

/// The narrowest scopes that suffice, as one word: `ZohoCRM.modules.{module_name}.UPDATE|WRITE`.
fn scope(scopes: &[String]) -> String {
    let narrow = scopes.iter().filter_map(|scope| scope.rsplit_once('.'));
    let narrow: Vec<_> = narrow
        .filter(|(_, operation)| *operation != "ALL")
        .collect();
    let Some((base, _)) = narrow.last() else {
        return "none".to_owned();
    };
    let same = narrow.iter().filter(|(other, _)| other == base);
    let operations: Vec<_> = same.map(|(_, operation)| *operation).collect();
    format!("{base}.{}", operations.join("|"))
}

fn as_json(descriptor: &'static Descriptor) -> Value {
    json!({
        "id": descriptor.id,
        "name": descriptor.name,
        "group": descriptor.group(),
        "method": descriptor.method.as_str(),
        "path": descriptor.path,
        "scopes": descriptor.scope.describe(),
        "evidence": descriptor.evidence.as_str(),
    })
}

#[cfg(test)]
mod tests {
    use super::scope;

    #[test]
    fn scopes_of_one_base_are_one_word() {
        let scopes = ["a.ALL", "a.b.ALL", "a.b.UPDATE", "a.b.WRITE"].map(str::to_owned);
        assert_eq!(scope(&scopes), "a.b.UPDATE|WRITE");
        assert_eq!(scope(&[]), "none");
    }
}
