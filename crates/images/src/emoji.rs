//! Emoji: small squares with nothing cut off, which move if the picture did.

use std::io::Cursor;

use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::imageops::{self, FilterType};
use image::{AnimationDecoder as _, DynamicImage, Frame, ImageFormat, RgbaImage};

use crate::picture::{Format, Refused};

/// Pixels of a side at most.
const SIDE: u32 = 128;
/// Pixels of a moving picture's side at most: decoding each frame of a larger one costs too much.
const MOVING_SIDE: u32 = 1_024;
/// Frames of a moving picture at most.
const FRAMES: usize = 100;
/// Bytes of a moving emoji at most: each reader fetches them.
const MOVING_BYTES: usize = 512 * 1024;
/// How closely colours are looked at, from 1 (best) to 30 (fastest).
const SPEED: i32 = 10;

/// A moving GIF becomes a GIF; whatever moves too long or is too large, and everything else, becomes a still PNG.
pub(crate) fn make(
    image: &DynamicImage,
    was: ImageFormat,
    bytes: &[u8],
) -> Result<(Vec<u8>, Format), Refused> {
    let small = image.width().max(image.height()) <= MOVING_SIDE;
    if was == ImageFormat::Gif
        && small
        && let Some(moving) = moving(bytes)
    {
        return Ok((moving, Format::Gif));
    }
    let mut still = Cursor::new(Vec::new());
    square(image).write_to(&mut still, ImageFormat::Png).map_err(|_| Refused::Unreadable)?;
    Ok((still.into_inner(), Format::Png))
}

/// The frames of a GIF, each made small; `None` unless there are several and not too many.
fn moving(gif: &[u8]) -> Option<Vec<u8>> {
    let decoder = GifDecoder::new(Cursor::new(gif)).ok()?;
    let mut frames = Vec::new();
    for frame in decoder.into_frames().take(FRAMES + 1) {
        let frame = frame.ok()?;
        let delay = frame.delay();
        let small = square(&DynamicImage::ImageRgba8(frame.into_buffer()));
        frames.push(Frame::from_parts(small, 0, 0, delay));
    }
    if !(2..=FRAMES).contains(&frames.len()) {
        return None;
    }
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut bytes, SPEED);
    encoder.set_repeat(Repeat::Infinite).ok()?;
    encoder.encode_frames(frames).ok()?;
    drop(encoder);
    (bytes.len() <= MOVING_BYTES).then_some(bytes)
}

/// The whole picture in the middle of a square that one can see through.
fn square(image: &DynamicImage) -> RgbaImage {
    let longer = image.width().max(image.height());
    let small = if longer > SIDE { image.resize(SIDE, SIDE, FilterType::CatmullRom) } else { image.clone() };
    let (width, height) = (small.width(), small.height());
    let side = width.max(height);
    let mut square = RgbaImage::new(side, side);
    let (x, y) = (i64::from((side - width) / 2), i64::from((side - height) / 2));
    imageops::overlay(&mut square, &small.to_rgba8(), x, y);
    square
}

#[cfg(test)]
mod tests {
    use image::{Delay, Rgba};

    use super::*;

    fn gif(frames: usize, width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = GifEncoder::new(&mut bytes);
        let delay = Delay::from_numer_denom_ms(80, 1);
        let shade = |frame: usize| u8::try_from(frame * 2 % 256).unwrap_or_default();
        let frames = (0..frames).map(|frame| {
            let picture = RgbaImage::from_pixel(width, height, Rgba([shade(frame), 90, 30, 255]));
            Frame::from_parts(picture, 0, 0, delay)
        });
        encoder.encode_frames(frames).unwrap();
        drop(encoder);
        bytes
    }

    fn made(bytes: &[u8], was: ImageFormat) -> (Vec<u8>, Format) {
        make(&image::load_from_memory(bytes).unwrap(), was, bytes).unwrap()
    }

    #[test]
    fn what_moves_goes_on_moving_at_its_pace() {
        let (bytes, format) = made(&gif(3, 300, 150), ImageFormat::Gif);
        assert_eq!(format, Format::Gif);
        let frames = GifDecoder::new(Cursor::new(&bytes)).unwrap().into_frames().collect_frames().unwrap();
        assert_eq!(frames.len(), 3);
        for frame in frames {
            assert_eq!(frame.delay().numer_denom_ms(), (80, 1));
            assert_eq!(frame.buffer().dimensions(), (128, 128));
        }
    }

    #[test]
    fn what_stands_still_or_moves_too_long_is_a_still_square() {
        for bytes in [gif(1, 64, 32), gif(FRAMES + 1, 64, 64)] {
            let (still, format) = made(&bytes, ImageFormat::Gif);
            let still = image::load_from_memory(&still).unwrap();
            assert_eq!((format, still.width(), still.height()), (Format::Png, 64, 64));
        }
    }

    #[test]
    fn nothing_is_cut_off_and_nothing_small_is_blown_up() {
        let wide = DynamicImage::ImageRgba8(RgbaImage::from_pixel(40, 20, Rgba([9, 9, 9, 255])));
        let small = square(&wide);
        assert_eq!(small.dimensions(), (40, 40));
        assert_eq!((small.get_pixel(0, 0).0[3], small.get_pixel(0, 20).0[3]), (0, 255));
        assert_eq!(square(&wide.resize_exact(1_000, 20, FilterType::Nearest)).dimensions(), (128, 128));
    }
}
