//! How a print head that loses nozzles loses grade: `cargo run -p linetwin-symbol --example worn_head`.

use linetwin_symbol::{Defect, Flaw, Print, Quality, Shape, encode};

fn main() {
    let matrix = encode("010629104150021321AB12", Shape::Square).expect("it fits");
    let quality = Quality { contrast: 0.75, growth: 0.05, mottle: 0.05 };
    println!("dead rows of dots   grade (8 dots a module, mean of 20 places)");
    for rows in [0, 2, 4, 8, 16, 32] {
        let grades = (0..20).map(|place| {
            let flaws = vec![Flaw { defect: Defect::DeadNozzles { rows }, place }];
            let print = Print { matrix: matrix.clone(), quality, flaws, grain: 7 };
            f64::from(print.appearance().1.unwrap_or(0)) / 10.0
        });
        println!("{rows:>17}   {:.1}", grades.sum::<f64>() / 20.0);
    }
}
