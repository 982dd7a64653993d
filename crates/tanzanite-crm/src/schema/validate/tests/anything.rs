//! `check` against JSON that no sane client sends.

use super::*;
use proptest::prelude::*;

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        "[0-9T:+. @(#;,-]{0,30}".prop_map(Value::from),
        "[0-9]{1,20}".prop_map(Value::from),
        "20[0-9]{2}-[01][0-9]-[0-3][0-9]".prop_map(Value::from),
        "[a-z]{1,5}@[a-z]{1,5}[.][a-z]{1,5}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            inner.clone().prop_map(|id| json!({ "id": id })),
            prop::collection::hash_map("[a-z$]{0,5}", inner, 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever comes, `check` answers; what it lets pass is of the module, passes again, and is
    /// not changed by passing again.
    #[test]
    fn anything_can_be_checked(
        which in any::<prop::sample::Index>(),
        values in prop::collection::vec((any::<prop::sample::Index>(), any_json()), 0..12),
        strange in prop::collection::hash_map("[$A-Za-z_]{0,12}", any_json(), 0..3),
        target in any_json(),
    ) {
        let mut modules = standard_modules().to_vec();
        modules.push(every_kind());
        let module = which.get(&modules);
        let mut input: Map<String, Value> = strange.into_iter().collect();
        input.insert("$se_module".to_owned(), target);
        for (index, value) in values {
            if !module.fields.is_empty() {
                input.insert(index.get(&module.fields).api_name.to_string(), value);
            }
        }
        let _ = check(module, &input, PATH, Mode::Create).map_err(|fault| fault.to_json());
        for value in input.values() {
            let _ = unique_key(value);
        }
        if let Ok(checked) = check(module, &input, PATH, Mode::Update) {
            for name in checked.fields.keys() {
                let writable = module.field(name).is_some_and(|field| !field.read_only);
                prop_assert!(writable || name == MODULE_KEY, "{name}");
            }
            let again = check(module, &checked.fields, PATH, Mode::Update);
            prop_assert_eq!(again.map(|again| again.fields), Ok(checked.fields));
        }
    }
}
