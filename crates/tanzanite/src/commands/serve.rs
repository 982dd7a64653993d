//! `tanzanite serve`: opens the store, listens, announces itself, and serves until told to stop.

use crate::arguments::ServeArguments;
use crate::certificates;
use crate::control::Control;
use crate::exit::{Exit, Failure, Outcome};
use crate::logging;
use crate::output::{answer, remark};
use crate::ready_file::ReadyFile;
use crate::running::{runtime, stop_signal};
use crate::seeding::{Prepared, prepare};
use crate::settings::{self, ServeSettings};
use crate::tls;
use crate::welcome;
use std::io::ErrorKind;
use std::net::SocketAddr;
use tanzanite_server::{Config, Running, StartError, start};
use tokio::sync::oneshot;

/// Serves until SIGTERM or Ctrl-C.
pub(crate) fn serve(arguments: &ServeArguments) -> Outcome {
    let mut settings = settings::resolve(&arguments.settings)?.serve()?;
    if let Some(path) = &settings.ready_file {
        ReadyFile::clear(path)?;
    }
    settings.config =
        certificates::complete(&settings).map_err(|failure| failure.exiting(Exit::CannotStart))?;
    let prepared = prepare(&settings.database, settings.seed.as_ref(), |demo| {
        let safe = settings.config.check_exposure(demo);
        safe.map_err(cannot_start)
    })?;
    let _log = logging::start(settings.log, settings.log_json)?;
    let runtime = runtime()?;
    let running = runtime.block_on(listen(&settings, &prepared))?;
    let stop = {
        let _inside = runtime.enter();
        stop_signal()?
    };
    let base_url = running.base_url().to_owned();
    answer(&welcome::text(&prepared, &settings, &base_url)?)?;
    // The port is bound, so connections are accepted from here on; a request that arrives now waits a moment.
    let ready = settings.ready_file.as_deref();
    let ready = ready
        .map(|path| ReadyFile::write(path, &base_url))
        .transpose()?;
    let input_ended = arguments.until_stdin_ends.then(stdin_end).transpose()?;
    let stop = async move {
        match input_ended {
            Some(ended) => tokio::select! { () = stop => {}, _ = ended => {} },
            None => stop.await,
        }
        // Removed first, so that no new clients come while the last requests are served.
        drop(ready);
    };
    // A panic of the server has been reported where it happened.
    let _ = runtime.block_on(async { tokio::spawn(running.finished(stop)).await });
    prepared.store.close();
    Ok(Exit::Ok)
}

/// Binds the address. If the default address is taken, another port is used.
async fn listen(settings: &ServeSettings, prepared: &Prepared) -> Outcome<Running> {
    let begin = |config: Config| start(config, prepared.store.clone(), prepared.launch.clone());
    let config = settings.config.clone();
    match begin(config.clone()).await {
        Ok(running) => Ok(running),
        Err(StartError::Bind(address, error)) if is_taken(&error) && settings.listen_is_default => {
            let owner = owner(address);
            let free = Config {
                listen: SocketAddr::new(address.ip(), 0),
                ..config
            };
            let running = begin(free).await.map_err(cannot_start)?;
            remark(&format!(
                "{address} is taken{owner}; this one listens on another port.\n"
            ));
            Ok(running)
        }
        Err(error) => Err(cannot_start(error)),
    }
}

fn is_taken(error: &std::io::Error) -> bool {
    error.kind() == ErrorKind::AddrInUse
}

pub(super) fn cannot_start(error: StartError) -> Failure {
    match error {
        StartError::Bind(address, error) if is_taken(&error) => {
            let message = format!("cannot listen on {address}: it is taken{}", owner(address));
            let failure = Failure::new(Exit::CannotStart, message);
            failure.hint(format!(
                "--listen {} picks a free port",
                SocketAddr::new(address.ip(), 0)
            ))
        }
        StartError::Bind(address, error) => {
            let failure = Failure::caused(
                Exit::CannotStart,
                format!("cannot listen on {address}"),
                &error,
            );
            failure.hint("--listen 127.0.0.1:0 listens on this machine, on a free port")
        }
        StartError::Certificate(error) => {
            let message = format!("there is no certificate for this server: {error}");
            Failure::new(Exit::CannotStart, message)
                .hint("give one of your own with --tls-cert and --tls-key")
        }
        StartError::Exposed(address, what) => {
            let message = format!("{address} can be reached by others, and {what}");
            Failure::new(Exit::CannotStart, message)
                .hint("listen on 127.0.0.1, or say --insecure if you mean it")
        }
    }
}

/// The holder of an address, if it identifies itself.
fn owner(address: SocketAddr) -> String {
    let url = format!("http://{address}");
    match Control::new(url.clone(), tls::of_any()).version() {
        Ok(version) => format!(" by Tanzanite {version} (ask it with `tanzanite env --url {url}`)"),
        Err(_) => format!(
            " by another program (`ss -ltnp 'sport = :{}'` names it)",
            address.port()
        ),
    }
}

/// Resolves when standard input ends; its content is ignored.
fn stdin_end() -> Outcome<oneshot::Receiver<()>> {
    let (tell, ended) = oneshot::channel();
    let reader = std::thread::Builder::new().name("stdin".to_owned());
    let reader = reader.spawn(move || {
        // An input that cannot be read counts as ended.
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = tell.send(());
    });
    match reader {
        Ok(_) => Ok(ended),
        Err(error) => {
            let message = "cannot watch standard input";
            Err(Failure::caused(Exit::CannotStart, message, &error))
        }
    }
}
