//! Pictures: what is taken, what becomes of it, and what is refused.

use std::io::Cursor;

use bytes::Bytes;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use parlor_chat::{avatars, profiles};
use parlor_protocol::Code;
use parlor_protocol::people::ProfileChange;

use crate::stage::{Stage, code};

fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Bytes {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner().into()
}

fn files(stage: &Stage) -> usize {
    std::fs::read_dir(stage.dir.path().join("avatars")).unwrap().count()
}

#[tokio::test]
async fn a_picture_becomes_small_and_square_and_loses_what_came_with_it() {
    let stage = Stage::new().await;
    let caller = stage.caller(&stage.ben).await;
    let mut photo = encoded(RgbImage::from_pixel(600, 300, Rgb([10, 200, 30])), ImageFormat::Jpeg).to_vec();
    let place = b"GPS: 52.5200 N 13.4050 E";
    let mut comment = vec![0xFF, 0xFE, 0, u8::try_from(place.len() + 2).unwrap()];
    comment.extend_from_slice(place);
    photo.splice(2..2, comment);
    let ear = stage.listen(&stage.ana).await;
    let user = avatars::set(&stage.chat, &caller, photo.into()).await.unwrap();
    let name = user.avatar.unwrap();
    assert_eq!(stage.events(ear), ["user:changed"]);
    let bytes = avatars::read(&stage.chat, &caller, &name).await.unwrap();
    assert_eq!(
        (avatars::content_type(&name), image::guess_format(&bytes).unwrap()),
        ("image/jpeg", ImageFormat::Jpeg)
    );
    let image = image::load_from_memory(&bytes).unwrap();
    assert_eq!((image.width(), image.height()), (256, 256));
    assert!(!bytes.windows(3).any(|window| window == b"GPS"));

    let glass = encoded(RgbaImage::from_pixel(50, 90, Rgba([1, 2, 3, 40])), ImageFormat::Png);
    let next = avatars::set(&stage.chat, &caller, glass.clone()).await.unwrap().avatar.unwrap();
    assert_eq!(avatars::content_type(&next), "image/png");
    assert_eq!(code(avatars::read(&stage.chat, &caller, &name).await), Code::NotFound, "the old one is gone");
    assert_eq!(avatars::set(&stage.chat, &caller, glass).await.unwrap().avatar, Some(next.clone()));
    assert!(avatars::read(&stage.chat, &caller, &next).await.is_ok(), "the same again stays");
    assert_eq!(files(&stage), 1);
    let remove = ProfileChange { name: None, status: None, remove_avatar: true };
    assert_eq!(profiles::change(&stage.chat, &caller, remove).await.unwrap().avatar, None);
    assert_eq!(files(&stage), 0);
}

#[tokio::test]
async fn what_is_no_picture_or_too_large_a_one_is_refused() {
    let stage = Stage::new().await;
    let caller = stage.caller(&stage.ben).await;
    let mut bomb = encoded(RgbImage::new(8, 8), ImageFormat::Png).to_vec();
    // The size in a PNG's header, and the checksum that belongs to it: 65,535 by 65,535 pixels.
    bomb[16..24].copy_from_slice(&[0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF]);
    let checksum = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
    let cut = encoded(RgbImage::new(64, 64), ImageFormat::Png).slice(..60);
    let svg = Bytes::from_static(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>");
    let cases = [
        (Bytes::new(), Code::BadRequest),
        (Bytes::from_static(b"GIF89a"), Code::BadRequest),
        (svg, Code::BadRequest),
        (cut, Code::BadRequest),
        (bomb.into(), Code::TooLarge),
        (vec![0; 5 * 1024 * 1024 + 1].into(), Code::TooLarge),
    ];
    for (image, refusal) in cases {
        let start: Vec<u8> = image.iter().take(12).copied().collect();
        assert_eq!(code(avatars::set(&stage.chat, &caller, image).await), refusal, "{start:?}");
    }
    for name in [
        "",
        "../set-up-token",
        "a.png",
        &format!("{}.svg", "a".repeat(32)),
        &format!("{}.png", "a".repeat(32)),
    ] {
        assert_eq!(code(avatars::read(&stage.chat, &caller, name).await), Code::NotFound, "{name}");
    }
    assert_eq!(files(&stage), 0);
}

/// The checksum of PNG's chunks.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(
            sum ^ u32::from(*byte),
            |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 },
        )
    })
}
