//! How a module names situations that it can come into and has to handle, so that a campaign can say
//! which of them were never reached.

/// Makes an enum `Situation` of a list of names with what each means.
#[macro_export]
macro_rules! situations {
    ($(#[$attribute:meta])* $($name:ident: $words:literal,)*) => {
        $(#[$attribute])*
        #[derive(
            Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        pub enum Situation {
            $(#[doc = $words] $name,)*
        }

        impl Situation {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name, as scenarios and reports have it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// What it means.
            pub const fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }
        }
    };
}
