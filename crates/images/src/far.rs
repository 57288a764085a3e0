//! The far end of the pipe: reads a picture, works on it behind walls, and writes what became of it.

use std::io::{self, Cursor, Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use crate::confine::confine;
use crate::emoji;
use crate::gif::stripped;
use crate::picture::{Answer, Format, Job, MOST_BYTES, MOST_PIXELS, MOST_SIDE, Made, Refused};

/// Pixels of an avatar's side.
const AVATAR: u32 = 256;
/// Pixels of a preview's longer side.
const PREVIEW: u32 = 800;
/// Bytes that decoding may take.
const DECODING: u64 = 256 << 20;
/// Pixels of a thumbnail's longer side.
const THUMBNAIL: u32 = 640;
const FINE: u8 = 90;
const COARSE: u8 = 82;

/// Does one job from standard input to standard output.
///
/// # Errors
/// When the pipe is broken.
pub fn work(job: Job) -> io::Result<()> {
    confine()?;
    let mut picture = Vec::new();
    io::stdin().lock().take(MOST_BYTES).read_to_end(&mut picture)?;
    let made = make(job, &picture);
    let (answer, parts) = match made {
        Ok((made, parts)) => (Ok(made), parts),
        Err(refused) => (Err(refused), Vec::new()),
    };
    let mut out = io::stdout().lock();
    writeln!(out, "{}", serde_json::to_string::<Answer>(&answer)?)?;
    for part in parts {
        out.write_all(&part)?;
    }
    out.flush()
}

fn make(job: Job, bytes: &[u8]) -> Result<(Made, Vec<Vec<u8>>), Refused> {
    let (mut image, was) = decode(bytes)?;
    let (format, parts) = match job {
        Job::Avatar => {
            let square = image.resize_to_fill(AVATAR, AVATAR, FilterType::CatmullRom);
            let (bytes, format) = encode(&square, FINE, false)?;
            (format, vec![bytes])
        }
        Job::Emoji => {
            let (bytes, format) = emoji::make(&image, was, bytes)?;
            (format, vec![bytes])
        }
        Job::Picture => {
            let (whole, format) = match was {
                ImageFormat::Gif => (stripped(bytes).ok_or(Refused::Unreadable)?, Format::Gif),
                _ => encode(&image, FINE, was == ImageFormat::Png)?,
            };
            (format, vec![whole, encode(&within(&image, PREVIEW), COARSE, false)?.0])
        }
        Job::Thumbnail => {
            image = within(&image, THUMBNAIL);
            let (bytes, format) = encode(&image, COARSE, false)?;
            (format, vec![bytes])
        }
    };
    let sizes = parts.iter().map(|part| part.len() as u64).collect();
    let (width, height) = (image.width(), image.height());
    Ok((Made { format, width, height, blur: blur(&image), parts: sizes }, parts))
}

/// A picture of at most so many pixels a side.
fn within(image: &DynamicImage, side: u32) -> DynamicImage {
    if image.width().max(image.height()) > side { image.thumbnail(side, side) } else { image.clone() }
}

fn decode(bytes: &[u8]) -> Result<(DynamicImage, ImageFormat), Refused> {
    let refused = |error: ImageError| match error {
        ImageError::Limits(_) => Refused::TooLarge,
        _ => Refused::Unreadable,
    };
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| Refused::Unknown)?;
    let taken = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP];
    let format = reader.format().filter(|format| taken.contains(format)).ok_or(Refused::Unknown)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(DECODING);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Refused::TooLarge);
    }
    let orientation = decoder.orientation().map_err(refused)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(refused)?;
    image.apply_orientation(orientation);
    Ok((image, format))
}

/// A JPEG, or a PNG for what one can see through and for what shall lose nothing.
fn encode(image: &DynamicImage, quality: u8, lossless: bool) -> Result<(Vec<u8>, Format), Refused> {
    let mut bytes = Vec::new();
    let opaque = !image.color().has_alpha() || image.to_rgba8().pixels().all(|pixel| pixel.0[3] == u8::MAX);
    let format = if opaque && !lossless { Format::Jpeg } else { Format::Png };
    let written = match format {
        Format::Jpeg => {
            let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
            image.to_rgb8().write_with_encoder(encoder)
        }
        _ => image.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png),
    };
    written.map_err(|_| Refused::Unreadable)?;
    Ok((bytes, format))
}

/// What is left of a picture from afar; what one can see through is taken for grey.
fn blur(image: &DynamicImage) -> String {
    let tiny = image.thumbnail_exact(4, 3).to_rgba8();
    let mixed = |colour: u8, alpha: u8| {
        let (colour, alpha) = (u16::from(colour), u16::from(alpha));
        u8::try_from((colour * alpha + 128 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
    };
    let pixels = tiny.pixels().flat_map(|pixel| {
        let [red, green, blue, alpha] = pixel.0;
        [mixed(red, alpha), mixed(green, alpha), mixed(blue, alpha)]
    });
    STANDARD.encode(pixels.collect::<Vec<u8>>())
}
