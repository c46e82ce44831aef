//! The `beian` binary: parse, dispatch, exit code. Everything else lives in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    match beian::cli::run(std::env::args_os()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            // One line, whatever the chain: the file, line or field and the mend come first.
            eprintln!("beian: {error:#}");
            ExitCode::from(2)
        }
    }
}
