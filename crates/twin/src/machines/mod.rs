//! The machine kinds, one a file or folder. Each has a component with the machine's state, its own events and
//! signals, what it does at them ([`MachineKind`]), and a plugin that spawns the machines of its kind from
//! the twin file. A kind is registered here, in the list below; no other file asks which kind a machine is.

mod attendance;
pub(super) mod belt;
pub(super) mod camera;
pub(super) mod diverter;
pub(super) mod gate;
pub(super) mod infeed;
mod input_queue;
mod kind;
pub(super) mod label;
pub(super) mod labeller;
mod outlet;
pub(super) mod packer;
mod print_head;
pub(super) mod printer;
pub(super) mod rework_bench;
mod routing;
mod speed_losses;
mod startup_rejects;
mod stops;
pub(super) mod table;
pub(super) mod workstation;

use bevy_app::prelude::*;
use bevy_ecs::query::{AnyOf, QueryData};

use super::future_event_list::ScheduledEvent;
use super::item::Item;
use super::line_context::LineContext;
use super::line_host::ControlEvent;
use super::meter::Meter;
use super::people;

use kind::{MachineKind, Passing, misrouted};
use label::LabelCommand;

pub(super) use routing::{command, task};

macro_rules! machine_kinds {
    ($($kind:ident($module:ident)),+ $(,)?) => {
        /// What is scheduled: for a machine an event of its kind, or one of the line's controller. The kind
        /// is a byte of its own: it is read at every event.
        #[derive(Copy, Clone, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(super) enum SimEvent {
            $($kind($module::Event),)+
            Control(ControlEvent),
        }

        $(impl From<$module::Event> for SimEvent {
            fn from(event: $module::Event) -> Self {
                Self::$kind(event)
            }
        })+

        impl SimEvent {
            /// Of events at the same time the lower one comes first.
            #[inline]
            pub(super) fn priority(&self) -> u64 {
                match self {
                    $(Self::$kind(event) => $module::$kind::priority(event),)+
                    Self::Control(_) => 0,
                }
            }
        }

        /// A signal from one machine to another, or to a person, within a moment.
        #[derive(Debug)]
        #[expect(dead_code, reason = "some kinds have no signals of their own")]
        pub(super) enum Signal {
            /// An item comes through the inlet.
            Arrive(Item),
            /// The inlet of the next machine has opened.
            InletOpen,
            /// A product passes a device on its belt.
            Passing(Passing),
            /// An operator takes off what waits on the way to the first packing station.
            ClearLine,
            /// A person stands before the machine and begins with the stop that has this number.
            Came(u8),
            /// The person who stays at the machine is needed elsewhere.
            Relieve,
            /// The line controller's answer about a label.
            Label(LabelCommand),
            /// The line controller requests a repeat of what is waited for.
            RepeatStatus,
            /// To people.
            People(people::Signal),
            $(
                /// To a machine of this kind.
                $kind($module::Signal),
            )+
        }

        /// A machine borrowed for the length of a pass.
        pub(super) enum Machine<'w> {
            $($kind(&'w mut $module::$kind),)+
        }

        /// The component of a machine: one of these.
        pub(super) type AnyKind = AnyOf<($(&'static mut $module::$kind,)+)>;

        impl<'w> Machine<'w> {
            /// Whichever kind it is.
            pub(super) fn new<'s>(found: <AnyKind as QueryData>::Item<'w, 's>) -> Self {
                let ($($module,)+) = found;
                $(if let Some(it) = $module {
                    return Self::$kind(it.into_inner());
                })+
                panic!("a machine has a component of its kind");
            }

            /// An event that was scheduled for it happens.
            #[inline]
            pub(super) fn on_event(&mut self, scheduled: &ScheduledEvent, meter: &mut Meter, context: &mut LineContext) {
                match (self, scheduled.event) {
                    $((Self::$kind(it), SimEvent::$kind(event)) => {
                        it.on_event(event, meter, context);
                    })+
                    (_, event) => misrouted(meter.machine, &event),
                }
            }

            /// It gets a signal.
            #[inline]
            pub(super) fn on_signal(
                &mut self,
                signal: Signal,
                meter: &mut Meter,
                context: &mut LineContext,
            ) {
                macro_rules! any {
                    ($it:ident => $what:expr) => {
                        match self {
                            $(Self::$kind($it) => $what,)+
                        }
                    };
                }
                match signal {
                    Signal::Arrive(item) => any!(it => it.arrive(item, meter, context)),
                    Signal::InletOpen => any!(it => it.inlet_opened(meter, context)),
                    Signal::Passing(passing) => any!(it => it.passing(passing, meter, context)),
                    Signal::ClearLine => any!(it => it.clear(meter, context)),
                    Signal::Came(which) => any!(it => it.came(which, meter, context)),
                    Signal::Relieve => any!(it => it.relieve(meter, context)),
                    Signal::Label(command) => any!(it => it.label(command, meter, context)),
                    Signal::RepeatStatus => any!(it => it.repeat_status(meter, context)),
                    $(Signal::$kind(signal) => match self {
                        Self::$kind(it) => it.on_signal(signal, meter, context),
                        _ => misrouted(meter.machine, &signal),
                    },)+
                    Signal::People(signal) => misrouted(meter.machine, &signal),
                }
            }
        }

        /// Builds and counts the machines of all kinds.
        pub(super) fn plugin(app: &mut App) {
            app.add_plugins(($($module::plugin,)+));
        }
    };
}

machine_kinds! {
    Infeed(infeed),
    Belt(belt),
    Workstation(workstation),
    Printer(printer),
    Camera(camera),
    RejectGate(gate),
    Packer(packer),
    Labeller(labeller),
    ReworkBench(rework_bench),
    Table(table),
    Diverter(diverter),
}
