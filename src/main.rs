//! The `linetwin` program; see `src/cli/`.

fn main() -> std::process::ExitCode {
    linetwin::cli::main()
}
