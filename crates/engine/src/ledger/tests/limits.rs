//! Where the record's rules end: the last that is allowed, and the first that is not.

use super::*;

/// A ledger that made as much as the other, and one number more of each kind.
#[test]
fn the_next_number_is_unknown_until_it_is_made() {
    let (mut site, mut ahead) = (Site::new(), Site::new());
    let order = ahead.order;
    for command in
        [Command::AllocateSerials { order, count: 1 }, Command::AllocateSsccs { order, count: 1 }]
    {
        let events = ahead.fine(command);
        let Some(LedgerEvent::StateChanged { objects, .. }) = events.last() else {
            panic!("{events:?}")
        };
        assert_eq!(site.ledger.state(&objects[0]).unwrap(), None, "{}", objects[0]);
        let unknown = Err(Refusal::Unknown(objects[0]));
        assert_eq!(site.apply(Command::Ship { objects: objects.0.clone() }), unknown);
    }
}

#[test]
fn what_one_command_can_name() {
    let mut site = Site::new();
    let unit = UnitCode { serial: "GUESSED".parse().unwrap(), ..site.units[0] };
    let most = 1 << 20;
    site.refused(Command::Ship { objects: vec![unit.into(); most] }, "Unknown");
    site.refused(Command::Ship { objects: vec![unit.into(); most + 1] }, "TooMany");
}

#[test]
fn what_one_import_can_bring() {
    let mut site = Site::new();
    let mut order = order_of("L8");
    order.product.gtin = Gtin::parse("10614141123459").unwrap();
    order.product.serials = Serials::Imported { file: "pool.csv".into(), crypto_codes: false };
    let gtin = order.product.gtin;
    site.fine(Command::CreateOrder(Arc::new(order)));
    let code = |n: usize| {
        let unit = UnitCode { gtin, serial: format!("{n:012}").parse().unwrap() };
        IssuedCode { unit, crypto_code: None }
    };
    let mut codes: Vec<IssuedCode> = (0..=MOST_IMPORTED).map(code).collect();
    site.refused(Command::ImportNumbers { gtin, codes: codes.clone() }, "TooMany");
    codes.pop();
    site.fine(Command::ImportNumbers { gtin, codes });
    assert_eq!(site.ledger.in_pool(gtin, SerialState::Unassigned), MOST_IMPORTED as u64);
}

/// A company with the longest of prefixes has a hundred thousand SSCCs, of which the first is not used.
#[test]
fn the_last_sscc_of_a_company_is_given_and_none_after_it() {
    let mut site = Site::new();
    let mut order = order_of("L8");
    order.product.gtin = Gtin::parse("10614141123459").unwrap();
    order.product.company_prefix = 12;
    let prefix = order.prefix().unwrap();
    site.fine(Command::CreateOrder(Arc::new(order)));
    let order = OrderId(site.order.0 + 1);
    for name in ["Asha Rao", "Ben Okri"] {
        site.fine(sign(order, name));
    }
    let count = Sscc::references(prefix) as u32 - 1;
    let refused = |asked, left| Err(Refusal::SpaceExhausted { asked, left });
    let all = u64::from(count);
    let too_many = Command::AllocateSsccs { order, count: count + 1 };
    assert_eq!(site.apply(too_many), refused(all + 1, all));
    site.fine(Command::AllocateSsccs { order, count });
    assert_eq!(site.apply(Command::AllocateSsccs { order, count: 1 }), refused(1, 0));
}

/// A GTIN whose item reference is this number.
fn gtin_of(n: u64) -> Gtin {
    let body = 629_104_100_000 + n;
    let sum: u64 =
        (0..12).map(|place| body / 10u64.pow(place) % 10 * [3, 1][place as usize % 2]).sum();
    Gtin::parse(&format!("{:014}", body * 10 + (10 - sum % 10) % 10)).unwrap()
}

#[test]
fn when_all_number_spaces_are_taken_no_order_opens_another() {
    let ledger = Ledger::open(settings(), Box::new(MemoryTables::default())).unwrap();
    let mut site = Site { ledger, units: Vec::new(), ssccs: Vec::new(), order: OrderId(0) };
    let create = |n| {
        let mut order = order_of("L7");
        order.product.gtin = gtin_of(n);
        order.packaging.clear();
        Command::CreateOrder(Arc::new(order))
    };
    // Spaces are numbered with 16 bits, from 1; one is that of the company's SSCCs. An order may need one
    // for its packs and one for SSCCs.
    let spaces = u64::from(u16::MAX) - 1;
    for n in 0..spaces - 2 {
        site.ledger.apply(NOW, &create(n)).unwrap();
    }
    let refusal = site.apply(create(spaces)).unwrap_err();
    assert_eq!(refusal.kind(), "Product", "{refusal}");
    assert!(refusal.to_string().contains("no number space is left"), "{refusal}");
}

#[test]
fn a_pack_comes_back_until_the_day_of_its_expiry_has_ended() {
    let mut site = Site::new();
    site.commission(0..1);
    let (unit, place) = (site.units[0], PlaceId(1));
    // The ledger begins at six in the morning of 2 November 2026; the lot expires on 30 September 2028.
    let midnight = NOW + SimSpan::from_secs(698 * DAY + 18 * 3_600);
    let before = |seconds| SimTime::from_nanos(midnight.as_nanos() - seconds * 1_000_000_000);
    let status = PackStatus::Supplied;
    site.apply_at(before(DAY), Command::SetStatus { unit, status, place }).unwrap();
    let undo = || Command::UndoStatus { unit, place };
    let fault = UndoFault::Expired;
    assert_eq!(site.apply_at(midnight, undo()), Err(Refusal::Undo { unit, status, fault }));
    site.apply_at(before(1), undo()).unwrap();
}

/// Whether the container of each packing event is partial.
fn partial(events: &[LedgerEvent]) -> Vec<bool> {
    let said = |event: &LedgerEvent| match event {
        LedgerEvent::Packed { partial, .. } => Some(*partial),
        _ => None,
    };
    events.iter().filter_map(said).collect()
}

#[test]
fn a_container_is_partly_filled_until_its_last_child_is_in() {
    let mut site = Site::new();
    site.commission(0..4);
    site.case(0, [0, 1]);
    site.case(1, [2, 3]);
    let (from, to) = (site.sscc(0), site.sscc(1));
    site.fine(Command::Unpack { parent: to, children: Vec::new() });
    let add = |unit| Command::AddChildren { parent: to, children: vec![unit] };
    assert_eq!(partial(&site.fine(add(site.unit(2)))), [true]);
    let children = vec![site.unit(0)];
    assert_eq!(partial(&site.fine(Command::MoveChildren { from, to, children })), [false]);
    site.refused(add(site.unit(3)), "WrongCount");
}

#[test]
fn what_is_left_in_a_container_says_what_lots_are_in_it() {
    let mut site = Site::new();
    site.commission(0..2);
    site.case(0, [0, 1]);
    let case = site.sscc(0);
    site.fine(Command::Unpack { parent: case, children: vec![site.unit(1)] });
    let unit = site.units[0];
    site.fine(Command::RecallLot { gtin: unit.gtin, lot: "L7".parse().unwrap() });
    site.run_order("L8");
    let parent = site.sscc(4);
    let level = Level::Pallet;
    let on_pallet = || Command::Pack { parent, level, partial: true, children: vec![case] };
    site.refused(on_pallet(), "Recalled");
    site.fine(Command::Unpack { parent: case, children: vec![unit.into()] });
    site.fine(on_pallet());
}

/// Unflushed rows must be counted, or the time to flush would not be known and memory would grow without
/// bound.
#[test]
fn every_row_that_waits_to_be_written_is_counted() {
    let mut site = Site::new();
    let counted = |ledger: &Ledger| {
        (ledger.objects.unflushed(), ledger.containers.unflushed(), ledger.spaces.unflushed())
    };
    site.commission(0..4);
    site.case(0, [0, 1]);
    site.case(1, [2, 3]);
    let (objects, containers, numbers) = counted(&site.ledger);
    assert!(objects >= 2 && containers >= 2, "{objects} {containers}");
    assert_eq!((numbers, site.ledger.unflushed()), (0, objects + containers));
    let gtin = Gtin::parse("10614141123459").unwrap();
    let mut order = order_of("L8");
    (order.product.gtin, order.product.serials) =
        (gtin, Serials::Imported { file: "pool.csv".into(), crypto_codes: false });
    site.fine(Command::CreateOrder(Arc::new(order)));
    let code = |n: usize| {
        let unit = UnitCode { gtin, serial: format!("{n:012}").parse().unwrap() };
        IssuedCode { unit, crypto_code: None }
    };
    site.fine(Command::ImportNumbers { gtin, codes: (0..1_000).map(code).collect() });
    let (objects, containers, numbers) = counted(&site.ledger);
    // A place in the index for each, and more than one page of numbers.
    assert!((1_002..2_000).contains(&numbers), "{numbers}");
    assert_eq!(site.ledger.unflushed(), objects + containers + numbers);
}

#[test]
fn a_refusal_says_in_words_what_is_wrong() {
    let mut site = Site::new();
    let object = site.unit(0);
    let refusal = site.apply(Command::Ship { objects: vec![object] }).unwrap_err();
    assert_eq!(refusal.to_string(), format!("{object} is Allocated: Ship is not possible"));
    let order = site.order;
    let refusal = site.apply(Command::CloseOrder { order }).unwrap_err();
    assert!(refusal.to_string().starts_with("order 1 "), "{refusal}");
}
