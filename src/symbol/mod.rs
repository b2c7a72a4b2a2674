//! GS1 DataMatrix as it is printed and seen: content to modules, modules to a print with its
//! defects, print to a camera's picture, picture back to content and grade. Free of IO and of
//! randomness of its own; knows no line.

mod content;
mod decode;
mod draw;
mod encode;
mod locate;
mod matrix;
mod mixture;
mod picture;
mod placement;
mod reed_solomon;
mod size;
mod upright;

pub use content::ContentError;
pub use decode::{DecodeError, Decoded, decode, decode_codewords};
pub use encode::{EncodeError, data_codewords, encode};
pub use locate::{Located, Point, read, read_by_library, read_thoroughly};
pub use matrix::Matrix;
pub use picture::{MOST_PIXELS, Picture, PictureError};
pub use size::{Shape, SymbolSize};
