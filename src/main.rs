//! The `linetwin` program; see `src/cli/`.

fn main() -> std::process::ExitCode {
    linetwin::cli::main()
}

/// Runs allocate and free many small things; this allocator does so faster than most systems' own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
