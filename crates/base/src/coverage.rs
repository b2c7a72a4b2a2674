//! How a module names coverage points that it can come into and has to handle, so that a campaign can say
//! which of them were never reached.

/// Makes an enum `CoveragePoint` of a list of names with what each means.
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
