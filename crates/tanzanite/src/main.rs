//! The program: arguments, configuration and commands around the server.
//!
//! It decides nothing about the CRM, and uses stores only through `Transaction`.

mod arguments;
mod authority;
mod certificates;
mod commands;
mod control;
mod databases;
mod exit;
mod files;
mod import;
mod logging;
mod output;
mod own_server;
mod ready_file;
mod recording;
mod running;
mod seeding;
mod settings;
mod surroundings;
mod tls;
mod tour;
mod usage;
mod welcome;
mod whole_file;

use arguments::{
    Arguments, CaCommand, Command, FaultCommand, GrantCommand, InterceptCommand, ServeArguments,
    TokenCommand,
};
use clap::Parser;
use exit::Outcome;
use std::process::ExitCode;

// Requests make many small short-lived allocations, for which this takes half the time of the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let outcome = match Arguments::try_parse() {
        Ok(arguments) => run(arguments),
        Err(error) => usage::explain(&error),
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output::complain(&failure);
            failure.exit().into()
        }
    }
}

fn run(arguments: Arguments) -> Outcome {
    match arguments.command {
        None => commands::serve(&ServeArguments::default()),
        Some(Command::Serve(arguments)) => commands::serve(&arguments),
        Some(Command::Init(arguments)) => commands::init(&arguments),
        Some(Command::Env(arguments)) => commands::env(&arguments),
        Some(Command::Intercept(InterceptCommand::Env(arguments))) => {
            commands::intercept_env(&arguments)
        }
        Some(Command::Intercept(InterceptCommand::Give(arguments))) => {
            commands::intercept_give(&arguments)
        }
        Some(Command::Intercept(InterceptCommand::Ca(CaCommand::Export(arguments)))) => {
            commands::export_ca(&arguments)
        }
        Some(Command::Token(TokenCommand::Issue(arguments))) => commands::issue_token(&arguments),
        Some(Command::Grant(GrantCommand::Issue(arguments))) => commands::issue_grant(&arguments),
        Some(Command::Clock(arguments)) => commands::clock(&arguments),
        Some(Command::Jobs(arguments)) => commands::jobs(&arguments),
        Some(Command::Notifications(arguments)) => commands::notifications(&arguments),
        Some(Command::Blueprint(command)) => commands::blueprint(&command),
        Some(Command::Org(command)) => commands::org(&command),
        Some(Command::Reset(arguments)) => commands::reset(&arguments),
        Some(Command::Snapshot(command)) => commands::snapshot(&command),
        Some(Command::Limits(arguments)) => commands::limits(&arguments),
        Some(Command::Fault(FaultCommand::Add(arguments))) => commands::add_fault(&arguments),
        Some(Command::Fault(FaultCommand::List(arguments))) => commands::list_faults(&arguments),
        Some(Command::Fault(FaultCommand::Remove(arguments))) => commands::remove_fault(&arguments),
        Some(Command::Journal(arguments)) => commands::journal(&arguments),
        Some(Command::Explain(arguments)) => commands::explain(&arguments),
        Some(Command::Record(arguments)) => commands::record(&arguments),
        Some(Command::Tour(arguments)) => tour::tour(&arguments),
        Some(Command::Routes(arguments)) => commands::routes(&arguments),
        Some(Command::Check(arguments)) => commands::check(&arguments),
        Some(Command::Import(arguments)) => import::import(&arguments),
        Some(Command::Copy(arguments)) => commands::copy(&arguments),
        Some(Command::Backup(arguments)) => commands::backup(&arguments),
        Some(Command::Restore(arguments)) => commands::restore(&arguments),
        Some(Command::Verify(arguments)) => commands::verify(&arguments),
        Some(Command::Doctor(arguments)) => commands::doctor(&arguments),
        Some(Command::Config(arguments)) => commands::config(&arguments),
        Some(Command::Completions(arguments)) => commands::completions(&arguments),
        Some(Command::Docs(page)) => commands::docs(&page),
    }
}
