//! How fast a pack's code is encoded, laid out and decoded, step by step, on one core.
//!
//! `cargo bench --bench codes`. Absolute figures mean something only on a quiet machine; the median
//! of several rounds is printed, with the fastest beside it.

#[path = "../../../benches/common/clock.rs"]
mod clock;

use std::hint::black_box;

use datamatrix::{DataMatrixBuilder, SymbolList};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use linetwin_symbol::{
    Defect, Flaw, Matrix, Optics, Print, Quality, Shape, Taught, data_codewords, decode,
    decode_codewords, encode, encode_gs1_128, look_at_picture, read,
};

use clock::wall_clock;

const ROUNDS: usize = 9;
/// What one core should do of encode, print and decode together, units a second.
const TARGET: f64 = 30_000.0;
/// Different serials, so that nothing is measured that a single one would let the processor learn.
const PACKS: usize = 512;

/// A pack's content: GTIN, serial of 14 characters, expiry, lot.
fn pack(number: usize) -> String {
    let alphabet = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut state = number as u64 + 1;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(alphabet[(state >> 59) as usize])
    };
    let serial: String = (0..14).map(|_| next()).collect();
    format!("010629104150021321{serial}\u{1d}1728093010BN26A17")
}

/// Nanoseconds of one call, over all packs, once a round.
fn measure(times: usize, mut call: impl FnMut(usize)) -> Vec<f64> {
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let begin = wall_clock();
            for n in 0..times {
                call(n % PACKS);
            }
            (wall_clock() - begin) as f64 / times as f64
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds
}

fn row(name: &str, rounds: &[f64]) -> f64 {
    let median = rounds[rounds.len() / 2];
    println!("{name:>58} {median:>12.0} {:>12.0} {:>12.0}", rounds[0], 1e9 / median);
    median
}

fn main() {
    let packs: Vec<String> = (0..PACKS).map(pack).collect();
    // Serials and lots of letters only are where a mixture of encodations saves a size.
    let letters = "qwertyuiopasdfghjklz";
    let mixed = vec![format!("010629104150021321{letters}\u{1d}10{letters}"); PACKS];
    let matrices: Vec<Matrix> =
        packs.iter().map(|pack| encode(pack, Shape::Square).expect("a symbol")).collect();
    let size = matrices[0].size();
    let full: Vec<Vec<u8>> = matrices.iter().map(Matrix::codewords).collect();
    let damaged: Vec<Vec<u8>> = full.iter().map(|codewords| damage(codewords, 6)).collect();
    let pictures: Vec<_> = matrices.iter().map(|matrix| matrix.draw(5, 2)).collect();

    println!("{} characters, {size}; median of {ROUNDS} rounds", packs[0].len());
    println!("{:>58} {:>12} {:>12} {:>12}", "", "ns", "fastest ns", "a second");
    let codewords = |list: &[String], n: usize| {
        black_box(data_codewords(black_box(&list[n]), Shape::Square).expect("a symbol"));
    };
    row("data codewords", &measure(20_000, |n| codewords(&packs, n)));
    row("data codewords, letters only: a mixture", &measure(20_000, |n| codewords(&mixed, n)));
    let squares = || {
        let all = SymbolList::all().into_iter().filter(datamatrix::SymbolSize::is_square);
        SymbolList::with_whitelist(all)
    };
    row(
        "the datamatrix crate's planner and check codewords",
        &measure(500, |n| {
            let builder = DataMatrixBuilder::new().with_symbol_list(squares());
            let builder = builder.with_macros(false).with_fnc1_start(true);
            black_box(builder.encode(black_box(packs[n].as_bytes())).expect("a symbol"));
        }),
    );
    row(
        "check codewords and modules",
        &measure(20_000, |n| {
            let data = &full[n][..size.data_codewords()];
            black_box(Matrix::from_data_codewords(size, black_box(data)));
        }),
    );
    let encoding = row(
        "content to modules",
        &measure(20_000, |n| {
            black_box(encode(black_box(&packs[n]), Shape::Square).expect("a symbol"));
        }),
    );
    let print = |n: usize, flaws: Vec<Flaw>| Print {
        matrix: matrices[n].clone(),
        quality: Quality { contrast: 0.74, growth: 0.08, mottle: 0.05 },
        flaws,
        grain: n as u64,
    };
    let sound: Vec<Print> = (0..PACKS).map(|n| print(n, Vec::new())).collect();
    let voids = Defect::Voids { count: 10, diameter_modules: 1.5 };
    let spoilt: Vec<Print> =
        (0..PACKS).map(|n| print(n, vec![Flaw { defect: voids, place: n as u64 }])).collect();
    let printing = row(
        "sound print: modules as they appear, grade",
        &measure(20_000, |n| {
            black_box(black_box(&sound[n]).appearance());
        }),
    );
    row(
        "print with voids: modules as they appear, grade",
        &measure(200, |n| {
            black_box(black_box(&spoilt[n]).appearance());
        }),
    );
    let decoding = row(
        "modules to content",
        &measure(20_000, |n| {
            black_box(decode(black_box(&matrices[n])).expect("a content"));
        }),
    );
    row(
        "codewords to content, 6 wrong",
        &measure(5_000, |n| {
            black_box(decode_codewords(size, black_box(damaged[n].clone())).expect("a content"));
        }),
    );
    row(
        "picture of 5 px a module to content",
        &measure(500, |n| {
            black_box(read(black_box(&pictures[n])).expect("a symbol"));
        }),
    );
    let optics = Optics::default();
    let mut stream = ChaCha8Rng::seed_from_u64(1);
    row(
        "print to picture, as the line camera takes it",
        &measure(100, |n| {
            black_box(optics.photograph(black_box(&sound[n]), &mut stream));
        }),
    );
    let photographs: Vec<_> =
        sound[..64].iter().map(|print| optics.photograph(print, &mut stream)).collect();
    row(
        "that picture to content and grade",
        &measure(64, |n| {
            let taught = Taught { size, optics };
            black_box(look_at_picture(black_box(&photographs[n % 64]), &taught));
        }),
    );
    row(
        "GS1-128 of an SSCC, content to modules",
        &measure(20_000, |_| {
            black_box(encode_gs1_128(black_box("00106141411234567897")).expect("a symbol"));
        }),
    );
    let rate = 1e9 / (encoding + printing + decoding);
    println!(
        "\nencode, print and decode: {rate:.0} units a second on one core, target {TARGET:.0} \
         ({:.1} times)",
        rate / TARGET
    );
}

/// The same codewords with so many wrong ones, spread.
fn damage(codewords: &[u8], wrong: usize) -> Vec<u8> {
    let mut damaged = codewords.to_vec();
    for at in 0..wrong {
        let place = at * damaged.len() / wrong;
        damaged[place] ^= 0x5A;
    }
    damaged
}
