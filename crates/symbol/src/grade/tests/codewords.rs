//! Modulation, reflectance margin and unused error correction: codeword by codeword.

use proptest::prelude::*;

use super::*;

/// With 24 codewords for correction, unused error correction falls below 0.62, 0.50, 0.37, 0.25 at
/// 5, 7, 8, 10 wrong codewords.
const FIRST_OF_EACH_GRADE: [(usize, u8); 9] =
    [(0, 4), (4, 4), (5, 3), (6, 3), (7, 2), (8, 1), (9, 1), (10, 0), (12, 0)];

#[test]
fn weak_codewords_count_as_errors_at_each_level_above_theirs() {
    for (weak, notional) in FIRST_OF_EACH_GRADE {
        for (modulation, level) in [(0.45, 3), (0.35, 2), (0.25, 1), (0.15, 0)] {
            let mut print = Print::of(pack());
            print.weaken_codewords((0..weak).map(|at| at * 5), modulation);
            let expected = if weak == 0 { 4 } else { notional.max(level) };
            let grade = print.grade();
            let all = [4, expected, expected, 4, 4, 4, 4, 4];
            assert_eq!(grades(&grade), all, "{weak} of {modulation}");
            assert_near(grade.modulation.value, if weak == 0 { 1.0 } else { modulation });
        }
    }
}

#[test]
fn levels_are_overlaid_together() {
    // 4 codewords below level 2, 2 more below level 3, 3 more below level 4: as errors they leave
    // 1 - 8/24, 1 - 12/24 and 1 - 18/24, so grades 4, 3 and 1: min(2, 4), min(3, 3), min(4, 1).
    let mut print = Print::of(pack());
    print.weaken_codewords(0..4, 0.25);
    print.weaken_codewords(10..12, 0.35);
    print.weaken_codewords(20..23, 0.45);
    assert_eq!(print.grade().modulation.grade, 3);
    // One more below level 3 leaves 1 - 14/24 there, grade 2.
    print.weaken_codewords(12..13, 0.35);
    assert_eq!(print.grade().modulation.grade, 2);
}

#[test]
fn several_weak_modules_of_one_codeword_are_one_error() {
    let mut print = Print::of(pack());
    for codeword in 0..4 {
        for bit in 0..8 {
            let (row, column) = print.module(codeword, bit);
            print.weaken(row, column, 0.15);
        }
    }
    assert_eq!(print.grade().modulation.grade, 4);
}

#[test]
fn unused_error_correction_is_graded_at_each_limit_and_wrong_modules_have_no_margin() {
    for (wrong, expected) in FIRST_OF_EACH_GRADE {
        let mut print = Print::of(pack());
        print.flip_codewords((0..wrong).map(|at| at * 5));
        let grade = print.grade();
        assert_near(grade.unused_error_correction.value, 1.0 - wrong as f32 / 12.0);
        // Dark on the wrong side is as far from the threshold as ever: it does not change MOD, it changes RM.
        assert_eq!(grades(&grade), [4, 4, expected, 4, 4, expected, 4, 4], "{wrong}");
        assert_near(grade.modulation.value, 1.0);
        assert_near(grade.reflectance_margin.value, if wrong == 0 { 1.0 } else { -1.0 });
    }
}

#[test]
fn every_limit_of_unused_error_correction_is_met_by_some_size() {
    // Exactly on the limit 0.50 and 0.25, and the nearest on both sides of 0.62 and 0.37.
    let cases = [
        ((26, 26), 7, 0.5, 3),
        ((26, 26), 8, 12.0 / 28.0, 2),
        ((20, 20), 3, 12.0 / 18.0, 4),
        ((20, 20), 4, 10.0 / 18.0, 3),
        ((32, 32), 11, 14.0 / 36.0, 2),
        ((32, 32), 12, 1.0 / 3.0, 1),
        ((16, 16), 4, 1.0 / 3.0, 1),
        ((12, 12), 3, 1.0 / 7.0, 0),
        ((22, 22), 7, 0.3, 1),
        ((24, 24), 9, 0.25, 1),
        ((24, 24), 10, 1.0 / 6.0, 0),
        ((8, 18), 1, 5.0 / 7.0, 4),
        ((52, 52), 8, 26.0 / 42.0, 3),
    ];
    for ((rows, columns), wrong, value, expected) in cases {
        let mut print = Print::of(symbol(rows, columns));
        // Codewords of block 0 only, where there are two.
        let blocks = print.matrix.size().blocks();
        print.flip_codewords((0..wrong).map(|at| at * blocks));
        let grade = print.grade();
        assert_near(grade.unused_error_correction.value, value);
        assert_eq!(grade.unused_error_correction.grade, expected, "{rows}x{columns}, {wrong}");
    }
}

#[test]
fn shares_of_unused_correction_that_no_size_has_are_graded_too() {
    let cases = [
        (0.62, 4),
        (0.619, 3),
        (0.50, 3),
        (0.499, 2),
        (0.37, 2),
        (0.369, 1),
        (0.25, 1),
        (0.249, 0),
    ];
    for (share, expected) in cases {
        assert_eq!(parameters::unused_share(share).grade, expected, "{share}");
    }
}

proptest! {
    /// The overlay as the standard words it, worked out anew for each level.
    #[test]
    fn modulation_is_what_the_overlay_says_for_any_modules(
        // A value within rounding of a limit may fall on either side of it.
        modulations in proptest::collection::vec(
            (0_usize..60, 0_usize..8, 0.02_f32..0.7).prop_filter("too close to a limit", |place| {
                [0.2, 0.3, 0.4, 0.5].iter().all(|limit| (place.2 - limit).abs() > 1e-3)
            }),
            0..25,
        ),
    ) {
        let mut print = Print::of(pack());
        for &(codeword, bit, modulation) in &modulations {
            let (row, column) = print.module(codeword, bit);
            print.weaken(row, column, modulation);
        }
        let sampled = print.sampled();
        let contrast = sampled.lightest - sampled.darkest;
        let worst = |codeword: usize| {
            let distance = |bit| {
                let (row, column) = print.module(codeword, bit);
                let place = (row + 1) * 26 + column + 1;
                (sampled.reflectance()[place as usize] - THRESHOLD).abs()
            };
            (0..8).map(distance).fold(f32::INFINITY, f32::min) * 2.0 / contrast
        };
        let expected = [(1, 0.20), (2, 0.30), (3, 0.40), (4, 0.50)].into_iter().map(|(level, limit)| {
            let errors = (0..60).filter(|&codeword| worst(codeword) < limit).count();
            level.min(match errors { 0..=4 => 4, 5..=6 => 3, 7 => 2, 8..=9 => 1, _ => 0 })
        });
        let grade = print.grade();
        let expected = expected.max().unwrap();
        prop_assert_eq!(grades(&grade), [4, expected, expected, 4, 4, 4, 4, 4]);
    }

    #[test]
    fn no_measurement_makes_the_grader_panic(
        size in 0_usize..30,
        values in proptest::collection::vec(
            prop_oneof![0.0_f32..1.0, Just(f32::NAN), Just(f32::INFINITY), Just(-1.0)], 64,
        ),
        decoded in any::<bool>(),
    ) {
        let size = SymbolSize::all().nth(size).unwrap();
        let modules = (size.rows() + 2) * (size.columns() + 2);
        let sampled = Sampled::new(size, values.into_iter().cycle().take(modules).collect());
        let decoded = decoded.then(|| decode(&pack()).unwrap());
        let grade = grade(&sampled, decoded.as_ref());
        prop_assert!(grade.overall() <= 4);
        prop_assert!(!grade.to_string().is_empty());
    }
}

#[test]
fn the_worst_block_decides() {
    // 52 x 52 has two blocks of 42: 8 errors leave 0.619 of one block, 8 + 8 no less.
    let mut print = Print::of(symbol(52, 52));
    print.flip_codewords((0..8).map(|at| 2 * at + 1));
    assert_eq!(print.grade().unused_error_correction.grade, 3);
    print.flip_codewords((0..8).map(|at| 2 * at));
    assert_eq!(print.grade().unused_error_correction.grade, 3);
    let mut print = Print::of(symbol(52, 52));
    print.weaken_codewords(0..14, 0.1);
    assert_eq!(print.grade().modulation.grade, 4);
    print.weaken_codewords([14, 16], 0.1);
    assert_eq!(print.grade().modulation.grade, 3);
}

#[test]
fn what_the_reader_repaired_counts_where_it_is_more() {
    let sampled = Sampled::flawless(&pack(), LIGHT, DARK);
    let mut decoded = decode(&pack()).unwrap();
    decoded.repaired_in_worst_block = 6;
    let grade = grade(&sampled, Some(&decoded));
    assert_eq!(grades(&grade), [4, 4, 4, 4, 4, 3, 4, 4]);
    assert_near(grade.unused_error_correction.value, 0.5);
}

#[test]
fn what_cannot_be_repaired_has_no_margin_and_no_correction_left() {
    let mut print = Print::of(pack());
    print.flip_codewords(0..20);
    let none = [4, 4, 0, 4, 4, 0, 4, 0];
    assert_eq!(grades(&print.grade()), none);
    // A cleverer reader does not help.
    let clever = grade(&print.sampled(), decode(&pack()).ok().as_ref());
    assert_eq!(grades(&clever), [4, 4, 0, 4, 4, 0, 4, 4]);
    assert_eq!(clever.overall(), 0);
}
