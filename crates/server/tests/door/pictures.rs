//! Pictures: what is taken, what becomes of it in the worker, and what is refused.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use serde_json::{Value, json};

use crate::stage::{Answer, Person, Stage, nonce};

const PLACE: &[u8] = b"GPS: 52.5200 N 13.4050 E";

pub(crate) fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A photograph that was taken with the camera on its side, and tells where.
fn photo() -> Vec<u8> {
    let mut photo = encoded(RgbImage::from_pixel(1200, 600, Rgb([10, 200, 30])), ImageFormat::Jpeg);
    // EXIF with one entry: orientation 6, to be turned by 90 degrees.
    let exif =
        [b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0", PLACE].concat();
    for (marker, content) in [(0xE1, &exif[..]), (0xFE, PLACE)] {
        let mut segment = vec![0xFF, marker, 0, u8::try_from(content.len() + 2).unwrap()];
        segment.extend_from_slice(content);
        photo.splice(2..2, segment);
    }
    photo
}

/// A PNG whose header tells of 65,535 by 65,535 pixels.
fn bomb() -> Vec<u8> {
    let mut bomb = encoded(RgbImage::new(8, 8), ImageFormat::Png);
    bomb[16..24].copy_from_slice(&[0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF]);
    let checksum = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
    bomb
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

fn tells_the_place(bytes: &[u8]) -> bool {
    bytes.windows(4).any(|window| window == b"GPS:")
}

impl Stage {
    async fn put_avatar(&self, person: &Person, image: &[u8]) -> Answer {
        let bearer = format!("Bearer {}", person.token);
        let headers = [("content-type", "image/png"), ("authorization", bearer.as_str())];
        self.http("PUT", "/api/avatar", &headers, image).await
    }

    async fn avatar(&self, person: &Person, user: &Value) -> Answer {
        self.read(person, &format!("/files/avatars/{}", user["avatar"].as_str().unwrap())).await
    }

    fn avatars(&self) -> usize {
        std::fs::read_dir(format!("{}/avatars", self.data_folder())).unwrap().count()
    }
}

#[tokio::test]
async fn an_avatar_becomes_small_and_square_and_loses_what_came_with_it() {
    let (stage, ana) = Stage::with_owner().await;
    let first = stage.put_avatar(&ana, &photo()).await.body;
    let small = stage.avatar(&ana, &first).await;
    assert_eq!(small.header("content-type"), Some("image/jpeg"));
    let image = image::load_from_memory(&small.bytes).unwrap();
    assert_eq!((image.width(), image.height()), (256, 256));
    assert!(!tells_the_place(&small.bytes));

    let glass = encoded(RgbaImage::from_pixel(50, 90, Rgba([1, 2, 3, 40])), ImageFormat::Png);
    let second = stage.put_avatar(&ana, &glass).await.body;
    assert_eq!(stage.avatar(&ana, &second).await.header("content-type"), Some("image/png"));
    assert_eq!(stage.avatar(&ana, &first).await.status, 404, "the old one is gone");
    assert_eq!(stage.put_avatar(&ana, &glass).await.body["avatar"], second["avatar"]);
    assert_eq!((stage.avatar(&ana, &second).await.status, stage.avatars()), (200, 1));
    stage.call(&ana, "profile:change", json!({ "remove_avatar": true })).await.unwrap();
    assert_eq!(stage.avatars(), 0);
}

#[tokio::test]
async fn what_is_no_picture_or_too_large_a_one_is_refused_and_the_server_lives() {
    let (stage, ana) = Stage::with_owner().await;
    let room = stage.lobby_room(&ana).await;
    let cut = encoded(RgbImage::new(64, 64), ImageFormat::Png)[..60].to_vec();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec();
    for (image, wanted) in [
        (b"GIF89a".to_vec(), "bad_request"),
        (svg, "bad_request"),
        (cut.clone(), "bad_request"),
        (bomb(), "too_large"),
    ] {
        assert_eq!(stage.put_avatar(&ana, &image).await.code(), wanted);
    }
    for (image, wanted) in [(b"GIF89a".to_vec(), "bad_request"), (cut, "bad_request"), (bomb(), "too_large")]
    {
        let (id, refused) = stage.upload(&ana, &room, "a.png", &image).await;
        assert_eq!(refused.code(), wanted);
        assert_eq!(stage.read(&ana, &format!("/api/uploads/{id}")).await.status, 404, "it was given up");
    }
    let limits = stage.call(&ana, "upload:limits", json!({})).await.unwrap();
    assert_eq!(limits["used_bytes"], 0);
    assert_eq!(stage.avatars(), 0);
    assert!(!stage.log().contains("panic"), "{}", stage.log());
}

#[tokio::test]
async fn a_posted_photograph_is_turned_upright_and_does_not_tell_where_it_was_taken() {
    let (stage, ana) = Stage::with_owner().await;
    let room = stage.lobby_room(&ana).await;
    let (id, done) = stage.upload(&ana, &room, "home.jpg", &photo()).await;
    let file = &done.body["file"];
    assert_eq!(
        (&file["kind"], &file["width"], &file["height"]),
        (&json!("image"), &json!(600), &json!(1200))
    );
    assert_eq!(file["blur"].as_str().unwrap().len(), 48);
    for (path, height) in [(format!("/files/{id}/home.jpg"), 1200), (format!("/files/{id}/preview"), 800)] {
        let served = stage.read(&ana, &path).await;
        assert_eq!(image::load_from_memory(&served.bytes).unwrap().height(), height);
        assert!(!tells_the_place(&served.bytes), "{path}");
        assert!(served.header("content-disposition").unwrap().starts_with("inline"), "it was encoded anew");
    }
}

#[tokio::test]
async fn each_format_becomes_one_that_every_browser_shows() {
    let (stage, ana) = Stage::with_owner().await;
    let room = stage.lobby_room(&ana).await;
    let plain = || RgbImage::from_pixel(9, 7, Rgb([1, 2, 3]));
    let glass = || RgbaImage::from_pixel(9, 7, Rgba([1, 2, 3, 9]));
    let mut gif = encoded(glass(), ImageFormat::Gif);
    let end = gif.len() - 1;
    gif.splice(end..end, [b"\x21\xFE\x18", PLACE, b"\0"].concat());
    for (name, bytes, mime, becomes) in [
        ("a.png", encoded(plain(), ImageFormat::Png), "image/png", "a.png"),
        ("a.webp", encoded(plain(), ImageFormat::WebP), "image/jpeg", "a.jpg"),
        ("b.webp", encoded(glass(), ImageFormat::WebP), "image/png", "b.png"),
        ("a.gif", gif, "image/gif", "a.gif"),
    ] {
        let (id, done) = stage.upload(&ana, &room, name, &bytes).await;
        assert_eq!((&done.body["file"]["mime"], &done.body["file"]["name"]), (&json!(mime), &json!(becomes)));
        let served = stage.read(&ana, &format!("/files/{id}/x")).await;
        assert_eq!(served.header("content-type"), Some(mime));
        assert!(image::load_from_memory(&served.bytes).is_ok() && !tells_the_place(&served.bytes), "{name}");
        assert_eq!(done.body["file"]["bytes"], served.bytes.len());
    }
    let say = json!({ "room": room, "nonce": nonce(), "text": "" });
    assert_eq!(stage.call(&ana, "message:send", say).await.unwrap_err()["code"], "bad_request");
}
