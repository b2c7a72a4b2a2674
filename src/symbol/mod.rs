//! GS1 DataMatrix as it is printed and seen: content to modules, modules to a print with its
//! defects, print to a camera's picture, picture back to content and grade. Free of IO and of
//! randomness of its own; knows no line.

mod code128;
mod content;
mod decode;
mod draw;
mod draw_bars;
mod encode;
mod locate;
mod matrix;
mod mixture;
mod picture;
mod placement;
mod reed_solomon;
mod size;
mod upright;

pub use code128::{Bars, DecodeBarsError, EncodeBarsError, decode_bars, encode_gs1_128};
pub use content::ContentError;
pub use decode::{DecodeError, Decoded, decode, decode_codewords};
pub use draw_bars::read_bars;
pub use encode::{EncodeError, data_codewords, encode};
pub use locate::{Located, Point, read, read_by_library, read_thoroughly};
pub use matrix::Matrix;
pub use picture::{MOST_PIXELS, Picture, PictureError};
pub use size::{Shape, SymbolSize};
