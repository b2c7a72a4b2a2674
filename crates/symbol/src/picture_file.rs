//! Pictures as files hold them: PNG both ways, JPEG inwards. Bytes in and out; no files here. A picture that
//! is too large is refused before it is unpacked, so that a small file cannot fill the memory.

use std::io::Cursor;

use png::{BitDepth, ColorType, Limits, Transformations};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::picture::{MOST_PIXELS, Picture, PictureError};

/// Longest side, in pixels.
pub(super) const LONGEST_SIDE: u32 = 20_000;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = b"\xff\xd8\xff";

impl Picture {
    /// Unpacks a PNG or JPEG file's bytes. Transparent is white, colours become their luminance
    /// (ITU-R BT.709 weights on the values as they stand).
    ///
    /// # Errors
    /// Another format, damage, or more than [`MOST_PIXELS`].
    pub fn unpack(bytes: &[u8]) -> Result<Self, PictureError> {
        if bytes.starts_with(PNG) {
            unpack_png(bytes)
        } else if bytes.starts_with(JPEG) {
            unpack_jpeg(bytes)
        } else {
            Err(PictureError::Format)
        }
    }

    /// The picture as a PNG file's bytes.
    pub fn png(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width() as u32, self.height() as u32);
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        let written = encoder.write_header().and_then(|mut to| {
            to.write_image_data(self.grey())?;
            to.finish()
        });
        written.expect("a grey picture with whole rows can be written to memory");
        bytes
    }
}

fn unpack_png(bytes: &[u8]) -> Result<Picture, PictureError> {
    let damaged = |error: png::DecodingError| PictureError::Damaged(error.to_string());
    let limits = Limits { bytes: 16 * MOST_PIXELS as usize };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    let header = decoder.read_header_info().map_err(damaged)?;
    let (width, height) = header.size();
    check_size(width, height)?;
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(damaged)?;
    let (color, depth) = reader.output_color_type();
    let size = reader.output_buffer_size().ok_or(PictureError::TooLarge { width, height })?;
    let mut samples = vec![0; size];
    let frame = reader.next_frame(&mut samples).map_err(damaged)?;
    reader.finish().map_err(damaged)?;
    samples.truncate(frame.buffer_size());
    if depth == BitDepth::Sixteen {
        samples = samples.chunks_exact(2).map(|two| to_eight_bits([two[0], two[1]])).collect();
    }
    let grey = match color {
        ColorType::Grayscale => samples,
        ColorType::GrayscaleAlpha => {
            samples.chunks_exact(2).map(|pixel| on_white(pixel[0], pixel[1])).collect()
        }
        ColorType::Rgb => samples.chunks_exact(3).map(luminance).collect(),
        ColorType::Rgba => {
            samples.chunks_exact(4).map(|pixel| on_white(luminance(pixel), pixel[3])).collect()
        }
        ColorType::Indexed => {
            return Err(PictureError::Damaged("its colours have no palette".to_owned()));
        }
    };
    Ok(Picture::new(width as usize, grey))
}

fn unpack_jpeg(bytes: &[u8]) -> Result<Picture, PictureError> {
    let damaged = |error: &dyn std::fmt::Display| PictureError::Damaged(error.to_string());
    // Its own limit on sides would be met before ours is reported.
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|error| damaged(&error))?;
    let info = decoder.info().ok_or_else(|| damaged(&"it has no header"))?;
    check_size(u32::from(info.width), u32::from(info.height))?;
    let grey = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let wanted = if grey { ColorSpace::Luma } else { ColorSpace::RGB };
    decoder.set_options(options.jpeg_set_out_colorspace(wanted));
    let samples = decoder.decode().map_err(|error| damaged(&error))?;
    let grey = match wanted {
        ColorSpace::Luma => samples,
        _ => samples.chunks_exact(3).map(luminance).collect(),
    };
    Ok(Picture::new(usize::from(info.width), grey))
}

fn check_size(width: u32, height: u32) -> Result<(), PictureError> {
    let too_many = u64::from(width) * u64::from(height) > MOST_PIXELS;
    if too_many || width.max(height) > LONGEST_SIDE {
        return Err(PictureError::TooLarge { width, height });
    }
    if width == 0 || height == 0 {
        return Err(PictureError::Damaged("it has no pixels".to_owned()));
    }
    Ok(())
}

/// The nearest of 256 levels.
fn to_eight_bits(sample: [u8; 2]) -> u8 {
    ((u32::from(u16::from_be_bytes(sample)) + 128) / 257) as u8
}

/// Luminance of red, green and blue.
fn luminance(pixel: &[u8]) -> u8 {
    let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
    ((2_126 * red + 7_152 * green + 722 * blue) / 10_000) as u8
}

/// A grey value of some opacity on white paper.
fn on_white(grey: u8, alpha: u8) -> u8 {
    let (grey, alpha) = (u32::from(grey), u32::from(alpha));
    ((grey * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Eight by eight pixels, the left half black (Pillow 12, quality 90, grey).
    const HALF_BLACK: &str = "ffd8ffe000104a46494600010100000100010000ffdb0043000302020302020303030304030304\
        050805050404050a070706080c0a0c0c0b0a0b0b0d0e12100d0e110e0b0b1016101113141515150c0f171816141812141514ff\
        c0000b080008000801011100ffc40014000100000000000000000000000000000001ffc4001810000203000000000000000000\
        0000000000094785c4ffda0008010100003f00118cd949bcffd9";

    fn png_of(color: ColorType, depth: BitDepth, data: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 2, 1);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if color == ColorType::Indexed {
            encoder.set_palette(&[255, 0, 0, 0, 0, 255][..]);
        }
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(data).unwrap();
        writer.finish().unwrap();
        bytes
    }

    #[test]
    fn every_kind_of_png_becomes_grey_on_white_paper() {
        let grey = |color, depth, data: &[u8]| {
            Picture::unpack(&png_of(color, depth, data)).map(|picture| picture.grey().to_vec())
        };
        use BitDepth::{Eight, One, Sixteen};
        use ColorType::{Grayscale, GrayscaleAlpha, Indexed, Rgb, Rgba};
        assert_eq!(grey(Grayscale, Eight, &[0, 200]), Ok(vec![0, 200]));
        assert_eq!(grey(Grayscale, One, &[0b0100_0000]), Ok(vec![0, 255]));
        assert_eq!(grey(Grayscale, Sixteen, &[0x80, 0x00, 0xFF, 0xFF]), Ok(vec![128, 255]));
        assert_eq!(grey(GrayscaleAlpha, Eight, &[0, 0, 0, 255]), Ok(vec![255, 0]));
        assert_eq!(grey(Rgb, Eight, &[255, 0, 0, 0, 0, 255]), Ok(vec![54, 18]));
        assert_eq!(grey(Rgba, Eight, &[255, 0, 0, 255, 0, 0, 0, 128]), Ok(vec![54, 127]));
        assert_eq!(grey(Indexed, Eight, &[0, 1]), Ok(vec![54, 18]));
    }

    #[test]
    fn a_jpeg_is_read_and_one_that_breaks_off_before_its_pixels_is_damaged() {
        let bytes: Vec<u8> = (0..HALF_BLACK.len() / 2)
            .map(|at| u8::from_str_radix(&HALF_BLACK[2 * at..2 * at + 2], 16).unwrap())
            .collect();
        let picture = Picture::unpack(&bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (8, 8));
        assert!(picture.at(1, 4) < 40 && picture.at(6, 4) > 215, "{:?}", picture.grey());
        assert!(matches!(Picture::unpack(&bytes[..40]), Err(PictureError::Damaged(_))));
    }
}
