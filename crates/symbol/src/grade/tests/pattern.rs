//! Fixed pattern damage: every segment at every limit.

use super::*;

/// What a test spoils: the module at a distance along a segment.
type Place = fn(isize) -> (isize, isize);

/// Grades of L1, L2, QZL1, QZL2, clock and solid, AG, and of all together.
fn segments(grade: &Grade) -> [u8; 7] {
    let pattern = &grade.fixed_pattern;
    [
        pattern.l1.grade,
        pattern.l2.grade,
        pattern.qzl1.grade,
        pattern.qzl2.grade,
        pattern.clock_and_solid,
        pattern.average.grade,
        pattern.grade,
    ]
}

/// Sides of the L and quiet zones, away from corners that two of them share.
const SIDES: [Place; 4] = [
    |along| (along + 2, 0),
    |along| (23, along + 2),
    |along| (along + 2, -1),
    |along| (24, along + 2),
];

#[test]
fn each_side_is_graded_at_each_limit_and_alone() {
    // Of 24 or 25 modules: 2 are below 9 %, 3 above it and at most 12.5 %, 4 at most 16.7 %,
    // 5 are 20 %.
    let limits = [(0, 4), (1, 3), (2, 3), (3, 2), (4, 1), (5, 0)];
    for (which, place) in SIDES.into_iter().enumerate() {
        for (wrong, expected) in limits {
            let mut print = Print::of(pack());
            for along in 0..wrong {
                let (row, column) = place(2 * along);
                print.flip(row, column);
            }
            let grade = print.grade();
            let mut all = [4; 7];
            all[which] = expected;
            // One segment of five at grade g gives an average of (16 + g) / 5.
            all[5] = [2, 2, 3, 3, 4][usize::from(expected)];
            all[6] = all[5].min(expected);
            assert_eq!(segments(&grade), all, "side {which}, {wrong} wrong");
            assert_near(grade.fixed_pattern.average.value, (16.0 + f32::from(expected)) / 5.0);
            let pattern = &grade.fixed_pattern;
            let side = [pattern.l1, pattern.l2, pattern.qzl1, pattern.qzl2][which];
            let modules = if which < 2 { 24.0 } else { 25.0 };
            assert_near(side.value, wrong as f32 / modules);
            // Nothing but fixed pattern damage changes.
            assert_eq!(grades(&grade), [4, 4, 4, 4, 4, 4, all[6], 4]);
        }
    }
}

#[test]
fn shares_are_compared_with_the_limits_of_the_table() {
    for (share, expected) in
        [(0.0, 4), (0.001, 3), (0.09, 3), (0.091, 2), (0.13, 2), (0.131, 1), (0.17, 1), (0.171, 0)]
    {
        assert_eq!(parameters::solid_damage(share), expected, "{share}");
    }
    for (share, expected) in
        [(0.10, 4), (0.101, 3), (0.15, 3), (0.151, 2), (0.20, 2), (0.201, 1), (0.25, 1), (0.251, 0)]
    {
        assert_eq!(parameters::clock_damage(share), expected, "{share}");
    }
    for (ratio, expected) in
        [(0.059, 4), (0.06, 3), (0.079, 3), (0.08, 2), (0.099, 2), (0.10, 1), (0.119, 1), (0.12, 0)]
    {
        assert_eq!(parameters::transition_ratio(ratio).grade, expected, "{ratio}");
    }
    for (mean, expected) in
        [(4.0, 4), (3.8, 3), (3.6, 3), (3.4, 2), (3.0, 2), (2.8, 1), (2.6, 1), (2.4, 0)]
    {
        assert_eq!(parameters::average(mean).grade, expected, "{mean}");
    }
}

#[test]
fn weak_modules_of_a_side_are_overlaid() {
    // Weak modules are errors above their level only: the better of their level and what so many
    // errors would be worth.
    for (weak, notional) in [(1, 3), (2, 3), (3, 2), (4, 1), (5, 0), (20, 0)] {
        for (modulation, level) in [(0.45, 3), (0.35, 2), (0.25, 1), (0.15, 0)] {
            let mut print = Print::of(pack());
            for along in 0..weak {
                print.weaken(along + 2, 0, modulation);
            }
            let expected = notional.max(level);
            let grade = print.grade();
            assert_eq!(grade.fixed_pattern.l1.grade, expected, "{weak} of {modulation}");
        }
    }
}

#[test]
fn the_average_falls_where_no_single_segment_does() {
    // One wrong module in so many segments: each is 3, the average 3.8, 3.6, 3.4, 3.2.
    for (segments_hit, average, expected) in [(1, 3.8, 3), (2, 3.6, 3), (3, 3.4, 2), (4, 3.2, 2)] {
        let mut print = Print::of(pack());
        for place in &SIDES[..segments_hit] {
            let (row, column) = place(5);
            print.flip(row, column);
        }
        let grade = print.grade();
        assert_near(grade.fixed_pattern.average.value, average);
        assert_eq!(grade.fixed_pattern.average.grade, expected);
        assert_eq!(grade.fixed_pattern.grade, expected);
    }
}

/// Clock tracks of a 24 x 24, away from corners.
const CLOCKS: [(Side, Place); 2] =
    [(Side::Top, |along| (0, along + 1)), (Side::Right, |along| (along + 1, 23))];

fn segment(grade: &Grade, side: Side, row: usize, column: usize) -> ClockSegment {
    let wanted = |segment: &&ClockSegment| {
        (segment.side, segment.region_row, segment.region_column) == (side, row, column)
    };
    *grade.fixed_pattern.clock_segments.iter().find(wanted).unwrap()
}

#[test]
fn a_clock_track_is_graded_at_each_limit() {
    // Of 24 modules: 2 are 8.3 %, 3 are 12.5 %, 4 are 16.7 %, 5 are 20.8 %, 6 are 25 %, 7 are 29 %.
    let limits = [(0, 4), (2, 4), (3, 3), (4, 2), (5, 1), (6, 1), (7, 0)];
    for (side, place) in CLOCKS {
        for (wrong, expected) in limits {
            let mut print = Print::of(pack());
            for along in 0..wrong {
                let (row, column) = place(3 * along);
                print.flip(row, column);
            }
            let grade = print.grade();
            let found = segment(&grade, side, 0, 0);
            assert_near(found.clock_damage.value, wrong as f32 / 24.0);
            assert_eq!(found.clock_damage.grade, expected, "{side:?}, {wrong} wrong");
            assert_eq!((found.regularity, found.transition_ratio.grade), (4, 4));
            assert_eq!((found.grade, grade.fixed_pattern.clock_and_solid), (expected, expected));
        }
    }
}

#[test]
fn three_wrong_of_five_adjacent_break_the_clock() {
    for (places, expected) in [([4, 6, 8], 0), ([4, 6, 9], 4), ([4, 5, 6], 0), ([19, 20, 22], 0)] {
        let mut print = Print::of(pack());
        for column in places {
            print.flip(0, column);
        }
        let found = segment(&print.grade(), Side::Top, 0, 0);
        assert_eq!((found.regularity, found.clock_damage.grade), (expected, 3), "{places:?}");
    }
    // Weak modules break it only above their level.
    let mut print = Print::of(pack());
    for column in 4..7 {
        print.weaken(0, column, 0.25);
    }
    let found = segment(&print.grade(), Side::Top, 0, 0);
    assert_eq!((found.regularity, found.clock_damage.grade), (1, 3));
}

#[test]
fn the_quiet_zone_beside_a_clock_track_is_graded() {
    let beside: [(Side, Place); 2] =
        [(Side::Top, |along| (-1, along)), (Side::Right, |along| (along, 24))];
    for (side, place) in beside {
        // Adjacent dark spots: damage grows, transitions do not.
        for (wrong, expected) in [(2, 4), (3, 3), (4, 2), (5, 1), (6, 1), (7, 0)] {
            let mut print = Print::of(pack());
            for along in 4..4 + wrong {
                let (row, column) = place(along);
                print.flip(row, column);
            }
            let found = segment(&print.grade(), side, 0, 0);
            assert_near(found.solid_damage.value, wrong as f32 / 24.0);
            assert_near(found.transition_ratio.value, 1.0 / 23.0);
            assert_eq!(found.solid_damage.grade, expected, "{side:?}, {wrong} wrong");
            assert_eq!((found.transition_ratio.grade, found.grade), (4, expected));
        }
    }
}

#[test]
fn scattered_spots_beside_a_clock_track_are_transitions() {
    // A spot within makes two transitions and counts one, a spot at the end makes one and adds it.
    let cases = [
        ((18, 18), vec![4], 1.0 / 17.0, 4),
        ((16, 16), vec![4], 1.0 / 15.0, 3),
        ((14, 14), vec![4], 1.0 / 13.0, 3),
        ((26, 26), vec![0, 7], 2.0 / 25.0, 2),
        ((12, 12), vec![4], 1.0 / 11.0, 2),
        ((10, 10), vec![4], 1.0 / 9.0, 1),
        ((24, 24), vec![7, 12], 3.0 / 23.0, 0),
        ((12, 26), vec![0, 7, 12], 4.0 / 25.0, 0),
    ];
    for ((rows, columns), spots, ratio, expected) in cases {
        let mut print = Print::of(symbol(rows, columns));
        for spot in &spots {
            print.flip(-1, *spot);
        }
        let found = segment(&print.grade(), Side::Top, 0, 0);
        assert_near(found.transition_ratio.value, ratio);
        assert_eq!(found.transition_ratio.grade, expected, "{rows}x{columns} {spots:?}");
    }
}

#[test]
fn inner_clock_tracks_and_solid_lines_are_segments_of_their_own() {
    // 32 x 32 has 2 x 2 regions of 16. Of 16 modules, 2 are 12.5 %: grade 3 for a clock track.
    let cases = [
        // Clock track on top of the lower left region, its solid line is the region's above.
        (Side::Top, 1, 0, [(16, 3), (16, 6)], false),
        (Side::Top, 1, 0, [(15, 3), (15, 4)], true),
        // Clock track right of the upper left region, its solid line is the right region's left.
        (Side::Right, 0, 0, [(3, 15), (6, 15)], false),
        (Side::Right, 0, 0, [(3, 16), (4, 16)], true),
        // And the outer ones.
        (Side::Top, 0, 1, [(0, 19), (0, 22)], false),
        (Side::Right, 1, 1, [(20, 32), (21, 32)], true),
    ];
    for (side, row, column, places, solid) in cases {
        let mut print = Print::of(symbol(32, 32));
        for (row, column) in places {
            print.flip(row, column);
        }
        let grade = print.grade();
        let found = segment(&grade, side, row, column);
        let damage = if solid { found.solid_damage } else { found.clock_damage };
        assert_eq!(damage, Parameter { value: 0.125, grade: 3 }, "{side:?} of {row},{column}");
        let others = grade.fixed_pattern.clock_segments.iter().filter(|other| **other != found);
        assert!(others.clone().all(|other| other.grade == 4));
        assert_eq!(others.count(), 7);
        assert_eq!(segments(&grade), [4, 4, 4, 4, 3, 3, 3]);
    }
}

#[test]
fn each_region_has_its_share_of_the_sides() {
    // 2 of 32 are 6 %, grade 3; 2 of one region's 16 are 12.5 %, grade 2.
    let mut print = Print::of(symbol(32, 32));
    print.flip(4, 0);
    print.flip(20, 0);
    assert_eq!(print.grade().fixed_pattern.l1.grade, 3);
    let mut print = Print::of(symbol(32, 32));
    print.flip(20, 0);
    print.flip(24, 0);
    let l1 = print.grade().fixed_pattern.l1;
    assert_eq!(l1, Parameter { value: 0.125, grade: 2 });
}

#[test]
fn a_spot_off_the_corner_of_the_l_is_in_both_quiet_zones() {
    let mut print = Print::of(pack());
    print.flip(24, -1);
    assert_eq!(segments(&print.grade()), [4, 4, 3, 3, 4, 3, 3]);
    let mut print = Print::of(pack());
    print.flip(23, 0);
    assert_eq!(segments(&print.grade()), [3, 3, 4, 4, 4, 3, 3]);
}

#[test]
fn a_rectangle_has_sides_of_two_lengths() {
    // 8 x 18: one of 8 is 12.5 %, one of 18 is 5.6 %.
    let mut print = Print::of(symbol(8, 18));
    print.flip(4, 0);
    assert_eq!(print.grade().fixed_pattern.l1, Parameter { value: 0.125, grade: 2 });
    let mut print = Print::of(symbol(8, 18));
    print.flip(7, 4);
    assert_eq!(print.grade().fixed_pattern.l2.grade, 3);
}
