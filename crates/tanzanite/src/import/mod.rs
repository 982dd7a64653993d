//! `tanzanite import`: reads an account's metadata, records and photos over the public API into a seed. It only reads.
//!
//! `account` sends the requests, one GET at a time; `reader` decides which; `work` stores every answer, so that an
//! interrupted run can continue; `assemble` makes the seed from the stored answers, with `records`, `people` and
//! `schema` for its parts; `fakes` replaces real values by made-up ones.

mod account;
mod assemble;
mod fakes;
mod pace;
mod people;
mod reader;
mod records;
mod refresh;
mod report;
mod schema;
mod work;

use crate::arguments::ImportArguments;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Progress, answer, answer_json};
use crate::surroundings;
use account::{Account, is_local};
use assemble::{Assembled, Read, assemble};
use fakes::Fakes;
use people::{Answers, People};
use reader::{Reader, records_read};
use refresh::Refresh;
use report::Report;
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;
use tanzanite_crm::secret::derive_hex;
use tanzanite_server::files::read_text_at_most;
use work::{Memory, Opened, SEED, Work};

/// Bytes of a file with a token.
const TOKEN_FILE_BYTES_MAX: u64 = 4096;

/// Imports, or continues an interrupted import.
pub(crate) fn import(arguments: &ImportArguments) -> Outcome {
    let account = account(arguments)?;
    let given = arguments.key.as_deref();
    let key = match given {
        Some(key) => key.to_owned(),
        None => derive_hex(&surroundings::entropy()?, "import key", 64),
    };
    let memory = Memory {
        from: arguments.from.clone(),
        plain: arguments.plain,
        key,
    };
    let seed = arguments.folder.join(SEED);
    let (work, memory) = match Work::open(&arguments.folder, memory, given.is_some())? {
        Opened::Going(work, memory) => (work, memory),
        Opened::Ended => {
            answer(&format!(
                "{} was written by an earlier run.\n",
                seed.display()
            ))?;
            return Ok(Exit::Ok);
        }
    };
    let fakes = (!memory.plain).then(|| Fakes::new(&memory.key));
    let mut report = Report::default();
    let progress = Progress::of_this_process();
    let mut reader = Reader {
        account,
        work: &work,
        report: &mut report,
        progress,
    };
    let read = read(&mut reader, arguments, fakes.as_ref());
    reader.progress.end();
    let requests = reader.account.requests;
    let Assembled { text, pictures } = assemble(read?, fakes.as_ref(), &memory.key, &mut report)?;
    report.requests = requests;
    let seed = work.finish(&text, &pictures)?;
    if arguments.json {
        answer_json(&report.json(&seed, fakes.is_some()))?;
    } else {
        answer(&report.text(&seed, fakes.is_some()))?;
    }
    Ok(Exit::Ok)
}

/// Reads everything that is not in the work folder yet.
fn read<'w>(
    reader: &mut Reader<'w, '_>,
    arguments: &ImportArguments,
    fakes: Option<&Fakes>,
) -> Outcome<Read<'w>> {
    let json = reader.list("modules.json", "settings/modules", "modules")?;
    let Some(json) = json else {
        let failure = Failure::new(
            Exit::Refused,
            "the account does not let us read its modules",
        );
        return Err(failure.hint("the token wants ZohoCRM.settings.ALL or …READ, ZohoCRM.modules.READ, ZohoCRM.users.READ, ZohoCRM.org.READ"));
    };
    let known = schema::modules(&json, reader.report);
    let chosen = schema::chosen(&known, &arguments.modules)?;
    let org = reader.list("org.json", "org", "org")?;
    let organisation =
        people::organisation(org.as_ref().and_then(|org| org.first()), reader.report);
    let mut users = reader.users("AllUsers")?.unwrap_or_default();
    users.extend(reader.users("DeletedUsers")?.unwrap_or_default());
    let administrators = reader.users("AdminUsers")?;
    let profiles = reader.list("profiles.json", "settings/profiles", "profiles")?;
    let roles = reader.list("roles.json", "settings/roles", "roles")?;
    let answers = Answers {
        users: &users,
        administrators: administrators.as_deref(),
        profiles: profiles.as_deref(),
        roles: roles.as_deref(),
        modules: &json,
    };
    let people = People::new(&answers, reader.report);
    reader
        .report
        .assumed("records of all modules are private to their owners and those above");

    let mut custom: Vec<_> = schema::custom_modules(&known).collect();
    let (mut plans, mut locking) = (Vec::new(), HashMap::new());
    for known_module in chosen {
        let name = &known_module.api_name;
        let path = format!("settings/fields?module={name}");
        let Some(fields) = reader.list(&format!("fields/{name}.json"), &path, "fields")? else {
            continue;
        };
        let (mut plan, added) = schema::plan(known_module, &fields, &known, reader.report);
        plan.photos &= !arguments.without_photos;
        custom.extend(added);
        if !reader.records(&plan, arguments.records_max)? {
            continue;
        }
        let records = records_read(reader.work, &plan, arguments.records_max)?;
        if records
            .iter()
            .any(|record| record.get("Locked__s").is_some_and(Value::is_boolean))
        {
            let path = format!("settings/record_locking_configurations?module={name}");
            let key = "record_locking_configurations";
            let told = reader.list(&format!("locking/{name}.json"), &path, key)?;
            locking.extend(
                told.into_iter()
                    .flatten()
                    .next()
                    .map(|told| (name.clone(), told)),
            );
        }
        reader.hangers_on(&plan, &records, fakes)?;
        plans.push(plan);
    }
    Ok(Read {
        work: reader.work,
        plans,
        organisation,
        people,
        custom,
        locking,
        records_max: arguments.records_max,
    })
}

/// The account that the arguments name.
fn account(arguments: &ImportArguments) -> Outcome<Account> {
    if arguments.from.starts_with("http://") && !is_local(&arguments.from) {
        let failure = Failure::new(
            Exit::Usage,
            "--from: a token goes to other machines over https only",
        );
        return Err(failure);
    }
    let token = match (&arguments.token, &arguments.token_file) {
        (Some(token), _) => token.clone(),
        (None, Some(path)) => token_of(path)?,
        (None, None) => {
            let failure = Failure::new(Exit::Usage, "there is no token");
            return Err(
                failure.hint("set TANZANITE_IMPORT_TOKEN, or name a file with --token-file")
            );
        }
    };
    let given = (
        &arguments.refresh_token,
        &arguments.client_id,
        &arguments.client_secret,
        &arguments.accounts_url,
    );
    let refresh = match given {
        (Some(refresh_token), Some(client_id), Some(client_secret), Some(accounts_url)) => {
            Some(Refresh {
                accounts_url: accounts_url.clone(),
                client_id: client_id.clone(),
                client_secret: client_secret.clone(),
                token: refresh_token.clone(),
            })
        }
        _ => None,
    };
    let from = arguments.from.clone();
    Ok(Account::new(
        from,
        token.trim().to_owned(),
        refresh,
        arguments.credits_max,
    ))
}

fn token_of(path: &Path) -> Outcome<String> {
    let failed = |error: &std::io::Error| {
        let message = format!("cannot read the token in {}", path.display());
        Failure::caused(Exit::Usage, message, error)
    };
    read_text_at_most(path, TOKEN_FILE_BYTES_MAX).map_err(|error| failed(&error))
}
