//! `kew-tui demo-api`: runs the built-in API for other programs.

use std::io;

use crate::cli::context::runtime;
use crate::cli::error::{CliError, Code, CommandError, Interrupted, OTHER};
use crate::cli::global_args::GlobalArgs;
use crate::cli::print::print;
use crate::demo::{KEY, Options, Server};

#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// Port to listen on; 0 picks a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
}

const EXAMPLES: &str = "\
Examples:
  # Start it, and set the environment variables that it prints in another shell
  kew-tui demo-api --port 8080

  # There, fetch demo data
  kew-tui fetch tidepool.example";

#[derive(Debug, thiserror::Error)]
#[error("Can't run the demo API on port {port}: {error}")]
struct DemoApiError {
    port: u16,
    error: io::Error,
}

impl CommandError for DemoApiError {
    fn code(&self) -> Code {
        OTHER
    }
}

pub(super) fn run_demo_api(arguments: &Arguments, global: GlobalArgs) -> Result<(), CliError> {
    let port = arguments.port;
    serve(port, global).map_err(|error| DemoApiError { port, error })?;
    Err(Interrupted.into())
}

fn serve(port: u16, global: GlobalArgs) -> io::Result<()> {
    runtime()?.block_on(async {
        let server = Server::start(Options { port, ..Options::default() }).await?;
        print(format_args!("KEW_API_URL={}\nKEYWORDS_EVERYWHERE_API_KEY={KEY}", server.url()))?;
        global.note("The demo API runs until you press Ctrl-C. Its links and credits are made up.");
        tokio::signal::ctrl_c().await
    })
}
