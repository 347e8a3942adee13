//! `kew-tui demo-api`: the embedded API for other programs.

use std::io;

use crate::cli::context::runtime;
use crate::cli::error::{CliError, Code, EndsCommand, Interrupted, OTHER};
use crate::cli::global_args::GlobalArgs;
use crate::cli::print::print;
use crate::demo::{KEY, Options, Server};

/// The command's own arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// The port to answer at; 0 takes any that is free
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
}

const EXAMPLES: &str = "\
Examples:
  kew-tui demo-api --port 8080      then, in another shell, with what it prints as the environment:
  kew-tui fetch tidepool.example";

#[derive(Debug, thiserror::Error)]
#[error("the embedded API could not answer at port {port}: {error}")]
struct NoServer {
    port: u16,
    error: io::Error,
}

impl EndsCommand for NoServer {
    fn code(&self) -> Code {
        OTHER
    }
}

pub(super) fn run(arguments: &Arguments, global: GlobalArgs) -> Result<(), CliError> {
    let port = arguments.port;
    serve(port, global).map_err(|error| NoServer { port, error })?;
    Err(Interrupted.into())
}

fn serve(port: u16, global: GlobalArgs) -> io::Result<()> {
    runtime()?.block_on(async {
        let server = Server::start(Options { port, ..Options::default() }).await?;
        print(format_args!("KEW_API_URL={}\nKEYWORDS_EVERYWHERE_API_KEY={KEY}", server.url()))?;
        global.note("The embedded API answers until Ctrl-C. Every credit in it is invented.");
        tokio::signal::ctrl_c().await
    })
}
