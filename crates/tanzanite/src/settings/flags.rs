//! The configuration as flags: clap's arguments are derived from the table.

use super::table::{Audience, Fallback, Kind, Name, SETTINGS, Setting};
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use std::marker::PhantomData;

/// The settings that a command accepts as flags.
pub(crate) trait Choice {
    /// Whether it accepts the settings of an audience.
    fn takes(audience: Audience) -> bool;
}

/// For commands that serve.
#[derive(Clone, Debug)]
pub(crate) struct ServerSide;

/// For commands that talk to a server.
#[derive(Clone, Debug)]
pub(crate) struct ClientSide;

/// For commands that do both.
#[derive(Clone, Debug)]
pub(crate) struct BothSides;

/// For commands that do neither.
#[derive(Clone, Debug)]
pub(crate) struct NeitherSide;

impl Choice for ServerSide {
    fn takes(audience: Audience) -> bool {
        audience != Audience::Client
    }
}

impl Choice for ClientSide {
    fn takes(audience: Audience) -> bool {
        audience != Audience::Server
    }
}

impl Choice for BothSides {
    fn takes(_: Audience) -> bool {
        true
    }
}

impl Choice for NeitherSide {
    fn takes(audience: Audience) -> bool {
        audience == Audience::All
    }
}

/// The settings given as flags.
#[derive(Clone, Debug)]
pub(crate) struct Flags<C> {
    given: Vec<(Name, String)>,
    choice: PhantomData<C>,
}

impl<C> Default for Flags<C> {
    fn default() -> Self {
        Self {
            given: Vec::new(),
            choice: PhantomData,
        }
    }
}

impl<C> Flags<C> {
    /// The texts by name.
    pub(crate) fn given(&self) -> &[(Name, String)] {
        &self.given
    }
}

impl<C: Choice> Args for Flags<C> {
    fn augment_args(command: Command) -> Command {
        command.args(chosen::<C>().map(argument))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<C: Choice> FromArgMatches for Flags<C> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        for setting in chosen::<C>() {
            let text = match setting.kind {
                Kind::Switch => matches.get_flag(setting.flag).then(|| "true".to_owned()),
                _ => matches.get_one::<String>(setting.flag).cloned(),
            };
            self.given.extend(text.map(|text| (setting.name, text)));
        }
        Ok(())
    }
}

fn chosen<C: Choice>() -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(|setting| C::takes(setting.audience))
}

fn argument(setting: &'static Setting) -> Arg {
    let argument = Arg::new(setting.flag)
        .long(setting.flag)
        .help(help(setting));
    let argument = match setting.kind {
        Kind::Switch => argument.action(ArgAction::SetTrue),
        Kind::Word(words) => argument
            .value_name(setting.value)
            .hide_possible_values(true)
            .value_parser(PossibleValuesParser::new(words)),
        _ => argument.value_name(setting.value),
    };
    match setting.name {
        Name::Data => argument.conflicts_with("memory"),
        Name::Database => argument.conflicts_with_all(["memory", "data"]),
        _ => argument,
    }
}

fn help(setting: &Setting) -> String {
    let words = match setting.kind {
        Kind::Word(words) => format!(" ({})", words.join(", ")),
        _ => String::new(),
    };
    match setting.fallback {
        _ if setting.kind == Kind::Switch => setting.meaning.to_owned(),
        Fallback::Value(value) => format!("{}{words} [default: {value}]", setting.meaning),
        Fallback::Nothing(what) => format!("{}{words} [without: {what}]", setting.meaning),
    }
}
