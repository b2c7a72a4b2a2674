//! Codes of an outside issuer from the file to the pack. `UPDATE_GOLDEN=1 cargo test --test codes
//! imported_codes` writes the pool of the scenario `imported-codes` anew.

use std::fmt::Write as _;
use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use linetwin::base::Streams;
use linetwin::faults::{Fault, Rate};
use linetwin::harness::load;

use crate::common::project;
use crate::common::trial::Trial;

const POOL: &str = "scenarios/pools/imported-codes.txt";
const GTIN: &str = "04601234567893";

/// What an issuer would send: serial numbers of 13 characters nobody can guess, one key, signatures of
/// 32 bytes. The signatures are random: nothing here checks them, only the issuer could.
fn synthetic_pool() -> String {
    let mut serials = Streams::new(2026).stream("issuer", "serials");
    let mut signatures = Streams::new(2026).stream("issuer", "signatures");
    let alphabet = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut text = String::new();
    for _ in 0..320 {
        let character = |_| char::from(alphabet[(serials.bits() % alphabet.len() as u64) as usize]);
        let serial: String = (0..13).map(character).collect();
        let signature: Vec<u8> = (0..4).flat_map(|_| signatures.bits().to_le_bytes()).collect();
        let signature = STANDARD.encode(signature);
        writeln!(text, "01{GTIN}21{serial}<GS>91EE07<GS>92{signature}").unwrap();
    }
    text
}

#[test]
fn the_pool_of_the_scenario_is_the_synthetic_one() {
    let (path, made) = (project(POOL), synthetic_pool());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, made).unwrap();
    } else {
        assert_eq!(fs::read_to_string(&path).unwrap(), made);
    }
}

/// The serial numbers of the pool in their order.
fn pool_serials() -> Vec<String> {
    let pool = synthetic_pool();
    let serials = pool.lines().map(|line| line.split("<GS>").next().unwrap()[18..].to_owned());
    serials.collect()
}

#[test]
fn packs_carry_the_codes_of_the_pool_in_its_order() {
    for lot_and_expiry in [false, true] {
        let setting = format!("order.product.lot_and_expiry={lot_and_expiry}");
        let run = Trial::of("imported-codes").set(setting).run();
        run.is_clean();
        assert_eq!(run.serials.commissioned, 288, "{run}");
        let used = (run.serials.commissioned + run.serials.scrapped) as usize;
        let pool = pool_serials();
        let known = |serial: &String| run.epcis.contains(&format!(".{serial}\""));
        let commissioned = pool.iter().filter(|serial| known(serial)).count();
        assert_eq!(commissioned, 288);
        assert!(pool[used..].iter().all(|serial| !known(serial)), "numbers are used in order");
        let shown = &run.result.pictures[0].caption;
        let crypto_code = "<FNC1>91EE07<FNC1>92";
        assert!(shown.contains(crypto_code), "{shown}");
        assert_eq!(shown.contains("<FNC1>1728093010RU2026A03"), lot_and_expiry, "{shown}");
    }
}

#[test]
fn the_last_codes_of_a_pool_are_used_before_the_line_stops_for_good() {
    // With its reserve the line asks for more than is left, is answered how much that is, and asks for it.
    let run = Trial::on("imported-codes")
        .set("twin.controller.serial_reserve=0.1")
        .fault(Fault::NoRead { at: "camera-1".into(), every: Rate::EveryNth(10) })
        .run();
    run.closes_its_order().record_is_true().accounts_for_every_number();
    let refusals = &run.engine.refusals_by_kind;
    assert_eq!(refusals.get("PoolExhausted"), Some(&1), "{refusals:?}: {run}");
    assert_eq!((run.engine.refusals, run.serials.commissioned), (1, 288), "{run}");
    assert_eq!(run.serials.allocated, 320, "all codes of the file: {run}");
}

/// The scenario with its pool replaced by `pool`, and the mistakes that are found.
fn mistakes(pool: Option<&str>, settings: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for file in ["scenarios/imported-codes.ron", "twins/carton-line-250.ron"] {
        fs::create_dir_all(path(file).parent().unwrap()).unwrap();
        fs::copy(project(file), path(file)).unwrap();
    }
    if let Some(pool) = pool {
        fs::create_dir_all(path("scenarios/pools")).unwrap();
        fs::write(path(POOL), pool).unwrap();
    }
    let settings: Vec<String> = settings.iter().map(|&setting| setting.to_owned()).collect();
    let found = load(&path("scenarios/imported-codes.ron"), None, &settings);
    found.unwrap_err().to_string()
}

#[test]
fn a_pool_is_checked_before_the_run() {
    let pool = synthetic_pool();
    let few: String = pool.lines().take(302).map(|line| format!("{line}\n")).collect();
    let other = pool.replacen(GTIN, "06291041500213", 2);
    let cases: [(Option<&str>, &[&str], &str); 6] = [
        (None, &[], "found `pools/imported-codes.txt`, which is no file"),
        (Some(&few), &[], "found 302 codes in `pools/imported-codes.txt`, expected at least 303"),
        (Some(&other), &[], "imported-codes.txt:2:1: found a code of GTIN 06291041500213"),
        (Some("x"), &[], "imported-codes.txt:1:1: found `x` at position 0"),
        (
            Some(&pool),
            &[
                "order.product.serials=Imported(file: \"pools/imported-codes.txt\", crypto_codes: false)",
            ],
            "found symbols that name neither lot and expiry nor a crypto code",
        ),
        (
            Some(&pool),
            &["order.product.serials.crypto_codes=false", "order.product.lot_and_expiry=true"],
            "imported-codes.txt:1:1: found (01)(21)(91)(92), expected (01)(21)",
        ),
    ];
    for (pool, settings, expected) in cases {
        let found = mistakes(pool, settings);
        assert!(found.contains(expected), "{found}");
    }
}
