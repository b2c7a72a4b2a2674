//! Every kind of fault, where it can be, and what a correct line does about it:
//! `cargo run -p linetwin-faults --example table`.

use linetwin_faults::FaultKind;

fn main() {
    for kind in FaultKind::ALL {
        println!("{kind} (at: {:?})", kind.place());
        println!("    {}", kind.right_answer_text());
    }
}
