//! `kew-tui demo-api`: the embedded API for other programs.

use super::manner::Manner;
use super::print::print;
use super::refusal::Refusal;
use crate::demo::{KEY, Options, Server};

/// The command's own arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The port to answer at; 0 takes any that is free
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
}

const EXAMPLES: &str = "\
Examples:
  kew-tui demo-api --port 8080      then, in another shell, with what it prints as the environment:
  kew-tui fetch tidepool.example";

pub(super) fn run(arguments: &Arguments, manner: Manner) -> Result<(), Refusal> {
    let port = arguments.port;
    let failed = |error| Refusal::other(format!("the embedded API could not answer at port {port}: {error}"));
    serve(port, manner).map_err(failed)?;
    Err(Refusal::interrupted(""))
}

fn serve(port: u16, manner: Manner) -> std::io::Result<()> {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    tokio.block_on(async {
        let server = Server::start(Options { port, ..Options::default() }).await?;
        print(format_args!("KEW_API_URL={}\nKEYWORDS_EVERYWHERE_API_KEY={KEY}", server.url()))?;
        manner.note("The embedded API answers until Ctrl-C. Every credit in it is invented.");
        tokio::signal::ctrl_c().await
    })
}
