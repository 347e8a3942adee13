//! `kew-tui demo-api`: the embedded API for other programs.

use std::io::Write;
use std::process::ExitCode;

use super::INTERRUPTED;
use crate::demo::{KEY, Options, Server};

/// The command's own arguments.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The port to answer at; 0 takes any that is free
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    match serve(arguments.port) {
        Ok(()) => ExitCode::from(INTERRUPTED),
        Err(error) => {
            eprintln!("the embedded API could not answer at port {}: {error}", arguments.port);
            ExitCode::FAILURE
        }
    }
}

fn serve(port: u16) -> std::io::Result<()> {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    tokio.block_on(async {
        let server = Server::start(Options { port, ..Options::default() }).await?;
        let lines = format!("KEW_API_URL={}\nKEYWORDS_EVERYWHERE_API_KEY={KEY}\n", server.url());
        std::io::stdout().write_all(lines.as_bytes())?;
        eprintln!("The embedded API answers until Ctrl-C. Every credit in it is invented.");
        tokio::signal::ctrl_c().await
    })
}
