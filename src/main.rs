//! The `beian` binary: parse, dispatch, exit code. Everything else lives in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    match beian::cli::run(std::env::args_os()) {
        Ok(code) => ExitCode::from(code),
        // Whoever reads our output may have seen enough: `beian search … | head`.
        Err(error) if error.chain().any(is_closed_pipe) => ExitCode::SUCCESS,
        Err(error) => {
            // One line, whatever the chain: the file, line or field and the mend come first.
            eprintln!("beian: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn is_closed_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
