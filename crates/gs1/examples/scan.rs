//! Says what a scan means: `cargo run -p linetwin-gs1 --example scan -- ']d2010629104150021321AB12'`.

use linetwin_gs1::{ApplicationIdentifier, parse_scan};

fn main() -> std::process::ExitCode {
    let scan = std::env::args().nth(1).unwrap_or_else(|| "]d2010629104150021321AB12".to_owned());
    match parse_scan(&scan) {
        Ok(code) => {
            for element in code.elements() {
                let ai = element.ai().digits();
                let longest = ApplicationIdentifier::find(ai).map_or(0, |ai| ai.longest());
                println!("({ai}) {} (at most {longest} characters)", element.value());
            }
            std::process::ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::from(2)
        }
    }
}
