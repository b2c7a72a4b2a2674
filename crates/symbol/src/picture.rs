//! A grey picture, as a camera takes it.

use super::picture_file::LONGEST_SIDE;

/// Most pixels that are examined: a 24-megapixel camera. A larger picture is refused before it is unpacked,
/// so that a small file cannot fill the memory.
pub const MOST_PIXELS: u64 = 25_000_000;

/// Grey values row by row from the top left: 0 black, 255 white.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    grey: Vec<u8>,
}

/// Why bytes are no picture that can be examined.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Neither PNG nor JPEG.
    #[error("found no picture, expected PNG or JPEG")]
    Format,
    /// Begins like a picture and breaks off or contradicts itself.
    #[error("the picture is damaged: {0}")]
    Damaged(String),
    /// Too large.
    #[error(
        "found {width} x {height} pixels, expected at most {MOST_PIXELS} in all and {LONGEST_SIDE} a side"
    )]
    TooLarge {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
}

impl Picture {
    /// Takes grey values row by row.
    ///
    /// # Panics
    /// When the rows are not full or there are none.
    pub fn new(width: usize, grey: Vec<u8>) -> Self {
        assert!(width > 0 && !grey.is_empty() && grey.len().is_multiple_of(width), "whole rows");
        Self { width, grey }
    }

    /// Pixels across.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Pixels down.
    pub const fn height(&self) -> usize {
        self.grey.len() / self.width
    }

    /// All grey values, row by row.
    pub fn grey(&self) -> &[u8] {
        &self.grey
    }

    /// Grey value of a pixel; beyond the edge the nearest one is repeated.
    pub fn at(&self, x: i64, y: i64) -> u8 {
        let x = x.clamp(0, self.width as i64 - 1) as usize;
        let y = y.clamp(0, self.height() as i64 - 1) as usize;
        self.grey[y * self.width + x]
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} x {})", self.width, self.height())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_survives_its_file() {
        let picture = Picture::new(3, vec![0, 100, 255, 7, 8, 9]);
        assert_eq!(Picture::unpack(&picture.png()), Ok(picture));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert_eq!(Picture::unpack(b""), Err(PictureError::Format));
        assert_eq!(Picture::unpack(b"(01)0629"), Err(PictureError::Format));
        let png = Picture::new(3, vec![0, 100, 255, 7, 8, 9]).png();
        assert!(matches!(Picture::unpack(&png[..30]), Err(PictureError::Damaged(_))));
        assert!(matches!(Picture::unpack(&png[..png.len() - 20]), Err(PictureError::Damaged(_))));
    }

    #[test]
    fn a_picture_that_would_fill_the_memory_is_refused_unpacked() {
        let large = Picture::new(10_000, vec![255; 100_000_000]).png();
        assert!(large.len() < 1_000_000, "a bomb is small: {}", large.len());
        let expected = PictureError::TooLarge { width: 10_000, height: 10_000 };
        assert_eq!(Picture::unpack(&large), Err(expected));
    }
}
