//! `tanzanite intercept`: directs a program that addresses the vendor's own hosts to this server.

use super::env::{Pairs, show};
use crate::arguments::{CaExportArguments, EnvArguments, GiveArguments};
use crate::authority::Home;
use crate::control::Control;
use crate::exit::{Exit, Failure, Outcome};
use crate::files::replace_public;
use crate::output::{answer, answer_json};
use crate::settings;
use serde_json::{Value, json};

/// Variables in which programs look for a proxy. curl reads only the lower-case one.
const PROXY: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
/// Variables with the hosts that bypass the proxy. They are overwritten so that only this machine does.
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];
const LOCAL: &str = "localhost,127.0.0.1,::1";
/// Variables in which programs look for trusted certificates: OpenSSL and rustls, Python's requests, curl, Node.
const TRUST: [&str; 4] = [
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
];
/// Makes Node's own clients use a proxy.
const NODE_PROXY: &str = "NODE_USE_ENV_PROXY";

/// Asks the server and shows the variables.
pub(crate) fn intercept_env(arguments: &EnvArguments) -> Outcome {
    let layers = settings::resolve(&arguments.settings)?;
    let control = Control::by(&layers)?;
    let intercept = control.get("intercept")?;
    let said = |key| intercept.get(key).and_then(Value::as_str);
    let (Some(proxy), Some(certificate)) = (said("proxy"), said("certificate")) else {
        let message = "the server did not say how it intercepts";
        return Err(Failure::new(Exit::Refused, message));
    };
    let home = Home::at(layers.ca_dir()?);
    let ours = home.find()?;
    let Some(authority) = ours.filter(|ours| ours.certificate_pem() == certificate) else {
        let message = format!("the server's authority is not the one in {}", home.folder());
        let failure = Failure::new(Exit::Failed, message);
        return Err(failure.hint("say with --ca-dir which folder the server was given"));
    };
    home.publish(&authority)?;
    let file = home.certificate().to_string_lossy().into_owned();
    let mut pairs = Pairs::new();
    pairs.extend(PROXY.map(|name| (name, proxy.to_owned())));
    pairs.extend(NO_PROXY.map(|name| (name, LOCAL.to_owned())));
    pairs.extend(TRUST.map(|name| (name, file.clone())));
    pairs.push((NODE_PROXY, "1".to_owned()));
    show(&pairs, arguments, str::to_owned)
}

/// Assigns hosts to an organisation.
pub(crate) fn intercept_give(arguments: &GiveArguments) -> Outcome {
    let control = Control::of(&arguments.settings)?;
    let given = control.post("intercept", &json!({ "hosts": arguments.hosts }))?;
    if arguments.json {
        answer_json(&given["organisations"])?;
    }
    Ok(Exit::Ok)
}

/// Writes the authority's certificate.
pub(crate) fn export_ca(arguments: &CaExportArguments) -> Outcome {
    let home = Home::at(settings::resolve(&arguments.settings)?.ca_dir()?);
    let authority = home.open()?;
    let Some(file) = &arguments.file else {
        answer(authority.certificate_pem())?;
        return Ok(Exit::Ok);
    };
    replace_public(file, authority.certificate_pem().as_bytes()).map_err(|error| {
        Failure::caused(
            Exit::Failed,
            format!("cannot write {}", file.display()),
            &error,
        )
    })?;
    Ok(Exit::Ok)
}
