//! The macros that make [`Fault`](crate::Fault), [`FaultKind`](crate::FaultKind) and all properties of a kind
//! from the table in `kinds.rs`. Nothing here may depend on a single kind.

/// Makes all of it from the rows; `$dice` is the name that rows use for the dice.
macro_rules! fault_kinds {
    ($dice:ident; $(
        $(#[doc = $meaning:literal])+
        $number:literal $name:ident: $place:ident($($field:ident)+) {
            $($(#[doc = $doc:literal])+ $parameter:ident: $type:ty, $check:expr;)*
        }
        drawn { $($drawn:tt)* }
        answer $answer:ident, $said:literal;
    )+) => {
        fault_enum! { {} $(
            $(#[doc = $meaning])+
            $name [$($field)+] { $($(#[doc = $doc])+ $parameter: $type,)* }
        )+ }

        /// Kinds of faults. The numbers stand in traces and digests.
        #[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum FaultKind {
            $($(#[doc = $meaning])+ $name = $number,)+
        }

        impl FaultKind {
            /// Every kind, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// As scenarios and reports write it. It is in the keys of random streams.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)+ }
            }

            /// Where it can be.
            pub const fn place(self) -> FaultPlace {
                match self { $(Self::$name => FaultPlace::$place,)+ }
            }

            /// The fields of one in a scenario.
            pub const fn fields(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => &[$(stringify!($field),)+ $(stringify!($parameter)),*],)+
                }
            }

            /// By what its outcome is judged.
            pub const fn right_answer(self) -> RightAnswer {
                match self { $(Self::$name => RightAnswer::$answer,)+ }
            }

            /// What a correct line does about it, in words.
            pub const fn right_answer_text(self) -> &'static str {
                match self { $(Self::$name => $said,)+ }
            }
        }

        impl Fault {
            /// Its kind.
            pub fn kind(&self) -> FaultKind {
                match self {
                    $(Self::$name { .. } => FaultKind::$name,)+
                    Self::Recurring { fault, .. } => fault.kind(),
                }
            }

            /// The machine named, if the fault has one.
            #[allow(unused_variables)]
            pub fn machine(&self) -> Option<&str> {
                match self {
                    $(Self::$name { $($field,)+ .. } => machine!([$($field)+] $($field)+),)+
                    Self::Recurring { fault, .. } => fault.machine(),
                }
            }

            /// How it comes.
            #[allow(unused_variables)]
            pub fn occurrence(&self) -> Occurrence {
                match self {
                    $(Self::$name { $($field,)+ .. } => occurrence!([$($field)+] $($field)+),)+
                    Self::Recurring { fault, .. } => fault.occurrence(),
                }
            }

            /// When or how often, to be changed. One that recurs has none of its own.
            #[allow(unused_variables)]
            pub(crate) fn timing_mut(&mut self) -> Option<TimingMut<'_>> {
                Some(match self {
                    $(Self::$name { $($field,)+ .. } => timing_mut!([$($field)+] $($field)+),)+
                    Self::Recurring { .. } => return None,
                })
            }

            /// Draws a fault of this kind, at this machine if it is one of a machine.
            #[allow(unused_variables)]
            pub fn drawn(kind: FaultKind, machine: &str, $dice: &mut Dice) -> Self {
                match kind {
                    $(FaultKind::$name => {
                        drawn!(machine, $name [$($field)+] { $($drawn)* })
                    })+
                }
            }

            /// What is wrong with its own parameters, each under its name.
            pub(crate) fn wrong_parameters(&self) -> Vec<ParameterError> {
                let mut wrong: Vec<ParameterError> = Vec::new();
                match self {
                    $(Self::$name { $($parameter,)* .. } => {
                        $(wrong.extend(
                            ($check)($parameter).map(|error| error.of(stringify!($parameter))),
                        );)*
                    })+
                    Self::Recurring { .. } => {}
                }
                wrong
            }
        }
    };
}

/// Makes the enum of faults, a row at a time: which fields a variant has follows from how it comes.
macro_rules! fault_enum {
    ({ $($done:tt)* }) => {
        /// One line of a fault plan, as a scenario writes it. `at` names a machine of the twin.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub enum Fault {
            $($done)*
            /// The same fault at several moments.
            Recurring {
                /// The first of them: one that lasts, or happens at a moment.
                fault: Box<Fault>,
                /// From the beginning of one to that of the next.
                interarrival_s: Distribution,
                /// So many of them.
                times: u32,
            },
        }
    };
    ({ $($done:tt)* } $(#[$doc:meta])+ $name:ident [at every] { $($own:tt)* } $($rest:tt)*) => {
        fault_enum! { { $($done)* $(#[$doc])+ $name {
            /// The machine.
            at: String,
            /// How often.
            every: Rate,
            $($own)*
        }, } $($rest)* }
    };
    ({ $($done:tt)* } $(#[$doc:meta])+ $name:ident [at from lasts] { $($own:tt)* } $($rest:tt)*) => {
        fault_enum! { { $($done)* $(#[$doc])+ $name {
            /// The machine.
            at: String,
            /// Since when.
            from: SimSpan,
            /// For how long.
            lasts: SimSpan,
            $($own)*
        }, } $($rest)* }
    };
    ({ $($done:tt)* } $(#[$doc:meta])+ $name:ident [every] { $($own:tt)* } $($rest:tt)*) => {
        fault_enum! { { $($done)* $(#[$doc])+ $name {
            /// How often.
            every: Rate,
            $($own)*
        }, } $($rest)* }
    };
    ({ $($done:tt)* } $(#[$doc:meta])+ $name:ident [from lasts] { $($own:tt)* } $($rest:tt)*) => {
        fault_enum! { { $($done)* $(#[$doc])+ $name {
            /// Since when.
            from: SimSpan,
            /// For how long.
            lasts: SimSpan,
            $($own)*
        }, } $($rest)* }
    };
    ({ $($done:tt)* } $(#[$doc:meta])+ $name:ident [at] { $($own:tt)* } $($rest:tt)*) => {
        fault_enum! { { $($done)* $(#[$doc])+ $name {
            /// When.
            at: SimSpan,
            $($own)*
        }, } $($rest)* }
    };
}

/// The machine that is named.
macro_rules! machine {
    ([at every] $at:ident $every:ident) => {
        Some($at)
    };
    ([at from lasts] $at:ident $from:ident $lasts:ident) => {
        Some($at)
    };
    ([$($none:ident)+] $($field:ident)+) => {
        None
    };
}

/// How it comes.
macro_rules! occurrence {
    ([at every] $at:ident $every:ident) => {
        Occurrence::Hits($every.clone())
    };
    ([every] $every:ident) => {
        Occurrence::Hits($every.clone())
    };
    ([at from lasts] $at:ident $from:ident $lasts:ident) => {
        Occurrence::Lasts { from: *$from, lasts: *$lasts }
    };
    ([from lasts] $from:ident $lasts:ident) => {
        Occurrence::Lasts { from: *$from, lasts: *$lasts }
    };
    ([at] $at:ident) => {
        Occurrence::Once(*$at)
    };
}

/// When or how often, to be changed.
macro_rules! timing_mut {
    ([at every] $at:ident $every:ident) => {
        TimingMut::Rate($every)
    };
    ([every] $every:ident) => {
        TimingMut::Rate($every)
    };
    ([at from lasts] $at:ident $from:ident $lasts:ident) => {
        TimingMut::Lasts($from, $lasts)
    };
    ([from lasts] $from:ident $lasts:ident) => {
        TimingMut::Lasts($from, $lasts)
    };
    ([at] $at:ident) => {
        TimingMut::Once($at)
    };
}

/// A fault with drawn parameters.
macro_rules! drawn {
    ($machine:ident, $name:ident [at every] { $($drawn:tt)* }) => {
        Self::$name { at: $machine.to_owned(), $($drawn)* }
    };
    ($machine:ident, $name:ident [at from lasts] { $($drawn:tt)* }) => {
        Self::$name { at: $machine.to_owned(), $($drawn)* }
    };
    ($machine:ident, $name:ident [$($field:ident)+] { $($drawn:tt)* }) => {
        Self::$name { $($drawn)* }
    };
}
