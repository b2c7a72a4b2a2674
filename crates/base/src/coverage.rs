//! How a module names its coverage points, so that a campaign can report which of them were never reached.

/// Makes an enum `CoveragePoint` of a list of names, each with its meaning.
#[macro_export]
macro_rules! coverage_points {
    ($(#[$attribute:meta])* $($name:ident: $words:literal,)*) => {
        $(#[$attribute])*
        #[derive(
            Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        pub enum CoveragePoint {
            $(#[doc = $words] $name,)*
        }

        impl CoveragePoint {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name, as scenarios and reports have it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// Its meaning.
            pub const fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }
        }
    };
}
