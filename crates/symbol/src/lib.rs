//! GS1 DataMatrix as it is printed and seen: content to modules, modules to a print with its defects, print
//! to a camera's picture, picture back to content and grade. Free of IO, of lines and of randomness of its
//! own.

#![doc = include_str!("../README.md")]

mod camera;
mod code128;
mod content;
mod decode;
mod defect;
mod draw;
mod draw_bars;
mod encode;
pub mod grade;
mod grain;
mod homography;
mod inspect;
mod locate;
mod matrix;
mod mixture;
mod picture;
mod picture_file;
mod placement;
mod print;
mod reed_solomon;
mod repair;
mod sheet;
mod size;
mod taught;
mod upright;

pub use camera::Optics;
pub use code128::{Bars, DecodeBarsError, EncodeBarsError, decode_bars, encode_gs1_128};
pub use content::ContentError;
pub use decode::{DecodeError, Decoded, decode, decode_codewords};
pub use defect::{DOTS, Defect};
pub use draw_bars::read_bars;
pub use encode::{EncodeError, data_codewords, encode};
pub use inspect::{Fidelity, Sight, look_at_modules, look_at_picture};
pub use locate::{Located, Point, read, read_by_library, read_thoroughly};
pub use matrix::Matrix;
pub use picture::{MOST_PIXELS, Picture, PictureError};
pub use print::{Flaw, PAPER, Print, Quality};
pub use sheet::{MARGIN, Sheet};
pub use size::{Shape, SymbolSize};
pub use taught::{Taught, read_taught};
