//! Small files made here, with a secret in every place that is blanked.

use std::io::Cursor;

use proptest::prelude::*;

use super::{Details, blank, details, ogg};

/// What a phone would write into its films.
const PLACE: &[u8] = b"+47.3769+008.5417/";
/// What is seen and heard.
const HEARD: &[u8] = b"the sound itself";

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// What becomes of a file, and whether all of its details are gone.
fn blanked(file: &[u8]) -> (Vec<u8>, Details) {
    let mut cursor = Cursor::new(file.to_vec());
    let became = blank(&mut cursor).unwrap();
    assert_eq!(details(&mut cursor).unwrap(), became, "it is told the same afterwards");
    let once = cursor.into_inner();
    let mut again = Cursor::new(once.clone());
    assert_eq!((blank(&mut again).unwrap(), again.into_inner()), (became, once.clone()));
    assert_eq!(once.len(), file.len());
    (once, became)
}

/// A file loses the place and keeps everything else that it needs.
fn loses_its_place(file: &[u8], kept: &[&[u8]]) -> Vec<u8> {
    assert!(holds(file, PLACE));
    let (blank, became) = blanked(file);
    assert_eq!(became, Details::Blank);
    assert!(!holds(&blank, PLACE), "{:?}", blank.escape_ascii().to_string());
    for part in kept {
        assert!(holds(&blank, part), "{part:?}");
    }
    blank
}

fn boxed(kind: &[u8], content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let length = u32::try_from(content.len() + 8).unwrap().to_be_bytes();
    [&length[..], kind, &content].concat()
}

fn handler(kind: &[u8]) -> Vec<u8> {
    boxed(b"hdlr", &[&[0; 8], kind, &[0; 12], b"GoPro AVC\0"])
}

fn film(handled: &[u8]) -> Vec<u8> {
    let times = [1, 2, 3, 4, 5, 6, 7, 8];
    let header = |kind| boxed(kind, &[&[0; 4], &times, b"the rest of it"]);
    let table = boxed(b"minf", &[b"where the samples are"]);
    let media = boxed(b"mdia", &[&header(b"mdhd"), &handler(handled), &table]);
    let track = boxed(b"trak", &[&header(b"tkhd"), &media, &boxed(b"meta", &[PLACE])]);
    let place = boxed(b"udta", &[&boxed(b"\xA9xyz", &[PLACE])]);
    let moov = boxed(b"moov", &[&header(b"mvhd"), &track, &place, &boxed(b"meta", &[PLACE])]);
    let long = [&[0, 0, 0, 1][..], b"uuid", &(16 + PLACE.len() as u64).to_be_bytes(), PLACE].concat();
    let data = [&[0, 0, 0, 0][..], b"mdat", HEARD].concat();
    [boxed(b"ftyp", &[b"mp42isom"]), boxed(b"free", &[PLACE]), long, moov, data].concat()
}

#[test]
fn a_film_of_a_phone_loses_place_and_time_and_nothing_moves() {
    let film = film(b"vide");
    let kept: [&[u8]; 5] = [HEARD, b"where the samples are", b"the rest of it", b"vide", b"mp42isom"];
    let blank = loses_its_place(&film, &kept);
    for gone in [&b"GoPro"[..], &[1, 2, 3, 4, 5, 6, 7, 8], b"udta", b"meta", b"uuid"] {
        assert!(!holds(&blank, gone), "{gone:?}");
    }
    assert_eq!(blank.windows(4).filter(|four| four == b"free").count(), 5);
}

/// A sample table: how many rows, and the rows.
fn rows(kind: &[u8], first: &[u8], rows: &[&[u8]]) -> Vec<u8> {
    let count = u32::try_from(rows.len()).unwrap().to_be_bytes();
    boxed(kind, &[&[0; 4], first, &count, &rows.concat()])
}

/// What a track of measurements is like, to begin with.
struct Measured {
    kind: &'static [u8; 4],
    /// Whether the samples are in this file.
    own: u8,
    tables: [Vec<u8>; 3],
    after: Vec<u8>,
}

/// A film whose places lie among its pictures, at bytes 36, 63 and 97: two in a chunk, then one in each.
fn measured_film(measured: &Measured) -> Vec<u8> {
    let Measured { kind, own, tables, after } = measured;
    let source = boxed(b"dref", &[&[0; 7], &[1], &boxed(b"url ", &[&[0, 0, 0, *own]])]);
    let tables = boxed(b"stbl", &[&boxed(b"stsd", &[b"mebx"]), &tables.concat()]);
    let minf = boxed(b"minf", &[&boxed(b"dinf", &[&source]), &tables]);
    let media = boxed(b"mdia", &[&handler(&kind[..]), &minf]);
    let data =
        boxed(b"mdat", &[HEARD, &PLACE[..9], &PLACE[9..], b"pictures.", PLACE, HEARD, PLACE, b"the end"]);
    let moov = boxed(b"moov", &[&boxed(b"trak", &[&media])]);
    [boxed(b"ftyp", &[b"mp42"]), data, moov, after.clone()].concat()
}

fn measured() -> Measured {
    let sizes = rows(b"stsz", &[0; 4], &[&[0, 0, 0, 9], &[0, 0, 0, 9], &[0, 0, 0, 18], &[0, 0, 0, 18]]);
    let runs = [[0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1], [0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1]];
    let runs = rows(b"stsc", &[], &[&runs[0], &runs[1]]);
    let places = [36_u32, 63, 97].map(u32::to_be_bytes);
    let chunks = rows(b"stco", &[], &[&places[0], &places[1], &places[2]]);
    Measured { kind: b"meta", own: 1, tables: [sizes, runs, chunks], after: Vec::new() }
}

#[test]
fn a_track_of_places_is_blank_among_pictures_that_stay() {
    let gone = [0; PLACE.len()];
    let data = boxed(b"mdat", &[HEARD, &gone, b"pictures.", &gone, HEARD, &gone, b"the end"]);
    let same = boxed(b"stsz", &[&[0; 4], &[0, 0, 0, 18, 0, 0, 0, 3]]);
    let runs = rows(b"stsc", &[], &[&[0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]]);
    let places = [36_u64, 63, 97].map(u64::to_be_bytes);
    let far = rows(b"co64", &[], &[&places[0], &places[1], &places[2]]);
    for kind in [b"meta", b"camm", b"fdsc", b"tmcd"] {
        let alike = Measured { kind, tables: [same.clone(), runs.clone(), far.clone()], ..measured() };
        for film in [measured_film(&Measured { kind, ..measured() }), measured_film(&alike)] {
            let blank = loses_its_place(&film, &[&data, b"stsz", b"stsc", b"mebx", kind]);
            assert!(!holds(&blank, b"GoPro"));
        }
    }
}

#[test]
fn samples_that_are_not_where_they_are_said_to_be_stay_and_are_told_of() {
    let odd = |odd: &dyn Fn(&mut Measured)| {
        let mut measured = measured();
        odd(&mut measured);
        measured_film(&measured)
    };
    let at = |place: u32| rows(b"stco", &[], &[&place.to_be_bytes(), &[0, 0, 0, 63], &[0, 0, 0, 97]]);
    let end = u32::try_from(odd(&|_| {}).len()).unwrap();
    for film in [
        odd(&|it| it.kind = b"text"),
        odd(&|it| it.own = 0),
        // In the head of the film, over the end of its data, behind its end.
        odd(&|it| it.tables[2] = at(0)),
        odd(&|it| it.tables[2] = at(115)),
        odd(&|it| it.tables[2] = at(end)),
        // A chunk too few, one too many, and two tables that say it.
        odd(&|it| it.tables[2] = rows(b"stco", &[], &[&[0, 0, 0, 36], &[0, 0, 0, 63]])),
        odd(&|it| it.tables[2] = rows(b"stco", &[], &[&[0, 0, 0, 36][..]; 4])),
        odd(&|it| it.tables[1].clear()),
        odd(&|it| it.tables[2].extend(at(36))),
        odd(&|it| it.tables[0][16..20].fill(0xFF)),
        // Pieces have tables of their own.
        odd(&|it| it.after = boxed(b"moof", &[b""])),
        odd(&|it| {
            it.tables = [rows(b"stsz", &[0; 4], &[]), rows(b"stsc", &[], &[]), rows(b"stco", &[], &[])];
            it.after = boxed(b"moof", &[b""]);
        }),
    ] {
        let (blank, became) = blanked(&film);
        assert_eq!(became, Details::Kept, "{:?}", film.escape_ascii().to_string());
        assert!(holds(&blank, &[HEARD, PLACE, b"pictures.", PLACE, HEARD, PLACE, b"the end"].concat()));
        assert!(!holds(&blank, b"GoPro"), "what is known of goes all the same");
    }
}

#[test]
fn a_film_in_pieces_loses_what_they_tell() {
    let told = boxed(b"udta", &[&boxed(b"\xA9xyz", &[PLACE])]);
    let samples = boxed(b"trun", &[b"where the samples are"]);
    let part = boxed(b"traf", &[&samples, &told, &boxed(b"meta", &[PLACE])]);
    let piece = boxed(b"moof", &[&boxed(b"mfhd", &[b"1"]), &part, &told, &boxed(b"uuid", &[PLACE])]);
    let clock = boxed(b"prft", &[PLACE]);
    let film =
        [film(b"vide"), boxed(b"free", &[]), clock, piece.clone(), boxed(b"mdat", &[HEARD]), piece].concat();
    // The film of a phone ends with data up to its end: here something follows.
    let mut film = film;
    let data = film.windows(4).position(|four| four == b"mdat").unwrap() - 4;
    film[data + 3] = u8::try_from(8 + HEARD.len()).unwrap();
    loses_its_place(&film, &[b"where the samples are", b"mfhd", b"trun", HEARD]);
}

#[test]
fn a_picture_that_came_as_a_film_stays_a_picture() {
    let picture = [boxed(b"ftyp", &[b"new!"]), boxed(b"meta", &[PLACE]), boxed(b"mdat", &[HEARD])].concat();
    assert_eq!(blanked(&picture), (picture.clone(), Details::Kept));
}

#[test]
fn a_track_of_measurements_among_the_pictures_is_told_of() {
    let (blank, became) = blanked(&film(b"meta"));
    assert_eq!(became, Details::Kept);
    assert!(!holds(&blank, PLACE), "what is known of goes all the same");
}

/// An element with a length of eight bytes, so that many sizes occur.
fn element(id: &[u8], content: &[u8]) -> Vec<u8> {
    [id, &[0x01], &(content.len() as u64).to_be_bytes()[1..], content].concat()
}

fn webm(unknown: bool) -> Vec<u8> {
    const TAGS: &[u8] = &[0x12, 0x54, 0xC3, 0x67];
    let many = PLACE.repeat(20);
    let info =
        [element(&[0x7B, 0xA9], PLACE), element(&[0x4D, 0x80], b"muxer"), element(&[0x44, 0x61], &[7; 8])];
    let info =
        element(&[0x15, 0x49, 0xA9, 0x66], &[&element(&[0xBF], &[1, 2, 3, 4])[..], &info.concat()].concat());
    let seek = element(&[0x4D, 0xBB], &[&[0x53, 0xAB, 0x84], TAGS, &[0x53, 0xAC, 0x81, 9]].concat());
    let track = element(&[0xAE], &[element(&[0xD7], &[1]), element(&[0x53, 0x6E], PLACE)].concat());
    let block = element(&[0xA3], HEARD);
    let cluster = if unknown {
        [&[0x1F, 0x43, 0xB6, 0x75, 0xFF][..], &block].concat()
    } else {
        element(&[0x1F, 0x43, 0xB6, 0x75], &block)
    };
    let parts = [
        element(&[0x11, 0x4D, 0x9B, 0x74], &seek),
        info,
        element(&[0x16, 0x54, 0xAE, 0x6B], &track),
        cluster,
        element(TAGS, &many),
        element(&[0x19, 0x41, 0xA4, 0x69], PLACE),
    ]
    .concat();
    let head = element(&[0x1A, 0x45, 0xDF, 0xA3], b"webm");
    if unknown {
        [&head[..], &[0x18, 0x53, 0x80, 0x67, 0x01, 255, 255, 255, 255, 255, 255, 255], &parts].concat()
    } else {
        [head, element(&[0x18, 0x53, 0x80, 0x67], &parts)].concat()
    }
}

#[test]
fn a_webm_loses_tags_title_and_date_whether_it_tells_its_length_or_not() {
    for unknown in [false, true] {
        let blank = loses_its_place(&webm(unknown), &[HEARD, b"muxer", b"webm", &[0xD7]]);
        assert!(!holds(&blank, &[0x12, 0x54, 0xC3, 0x67]) && !holds(&blank, &[7; 8]));
    }
}

#[test]
fn an_mp3_loses_its_tags_before_and_after_the_sound() {
    let size = |length: usize| [21, 14, 7, 0].map(|shift| u8::try_from(length >> shift & 0x7F).unwrap());
    let tag = [b"ID3\x04\0\x40", &size(PLACE.len())[..], PLACE].concat();
    let length = u32::try_from(PLACE.len() + 32).unwrap().to_le_bytes();
    let ape = |flags: u8| [&b"APETAGEX\0\0\0\0"[..], &length, &[0; 7], &[flags], &[0; 8]].concat();
    let old = [&b"TAG"[..], PLACE, &[b' '; 107]].concat();
    let sound = [b"\xFF\xFB", HEARD].concat();
    for header in [&ape(0xA0)[..], b""] {
        let file = [&tag[..], &sound, header, PLACE, &ape(0x80), &old].concat();
        let blank = loses_its_place(&file, &[&sound, b"ID3"]);
        let (rest, last) = blank.split_at(file.len() - 128);
        assert_eq!(last, [&b"TAG"[..], &[0; 124], &[0xFF]].concat());
        assert!(rest[tag.len() + sound.len()..].iter().all(|byte| *byte == 0));
    }
}

#[test]
fn a_tag_that_can_not_be_as_long_as_it_says_takes_no_sound_with_it() {
    let tagged = |length: u32| {
        let tag = [&b"APETAGEX\0\0\0\0"[..], &length.to_le_bytes(), &[9; 16]].concat();
        [b"\xFF\xFB", HEARD, &tag].concat()
    };
    let whole = u32::try_from(tagged(0).len()).unwrap();
    for length in (0..32).chain([whole - 1, whole, whole + 1, u32::MAX]) {
        assert_eq!(blanked(&tagged(length)), (tagged(length), Details::Kept), "{length}");
    }
    assert_eq!(blanked(&tagged(32)), ([b"\xFF\xFB", HEARD, &[0; 32]].concat(), Details::Blank));
}

#[test]
fn a_wav_keeps_what_plays() {
    let chunk = |kind: &[u8], content: &[u8]| {
        let length = u32::try_from(content.len()).unwrap().to_le_bytes();
        [kind, &length, content, &vec![0; content.len() % 2]].concat()
    };
    let info = [b"INFO", PLACE, b"!"].concat();
    let parts = [
        chunk(b"fmt ", b"how it sounds"),
        chunk(b"LIST", &info),
        chunk(b"data", HEARD),
        chunk(b"bext", PLACE),
    ];
    let file = [b"RIFF\0\0\0\0WAVE", &parts.concat()[..]].concat();
    let blank = loses_its_place(&file, &[HEARD, b"how it sounds", b"RIFF"]);
    assert_eq!(blank.windows(4).filter(|four| four == b"JUNK").count(), 2);
}

#[test]
fn a_flac_keeps_its_stream_and_its_seek_points() {
    let block =
        |kind: u8, content: &[u8]| [&[kind, 0, 0, u8::try_from(content.len()).unwrap()], content].concat();
    let blocks = [block(0, b"stream"), block(4, PLACE), block(3, b"points"), block(0x86, PLACE)];
    let file = [b"fLaC", &blocks.concat()[..], HEARD].concat();
    let blank = loses_its_place(&file, &[HEARD, b"stream", b"points"]);
    assert!(holds(&blank, &[1, 0, 0, u8::try_from(PLACE.len()).unwrap(), 0]));
    assert!(holds(&blank, &[0x81, 0, 0, u8::try_from(PLACE.len()).unwrap(), 0]));
}

fn page(packet: &[u8]) -> Vec<u8> {
    let last = u8::try_from(packet.len() % 255).unwrap();
    let parts = [&vec![255; packet.len() / 255][..], &[last]].concat();
    let count = u8::try_from(parts.len()).unwrap();
    let mut page = [&b"OggS\0"[..], &[0; 21], &[count], &parts, packet].concat();
    let sum = ogg::checksum(&page).to_le_bytes();
    page[22..26].copy_from_slice(&sum);
    page
}

#[test]
fn an_ogg_loses_its_comments_under_a_checksum_that_is_right() {
    let comments = [&[6, 0, 0, 0][..], b"vendor", &[1, 0, 0, 0, 180, 0, 0, 0], &PLACE.repeat(20)].concat();
    for (head, tags, mark) in [(&b"OpusHead"[..], &b"OpusTags"[..], 0), (b"\x01vorbis", b"\x03vorbis", 1)] {
        let sound = page(HEARD);
        let second = page(&[tags, &comments].concat());
        let file = [page(head), second.clone(), sound.clone()].concat();
        let blank = loses_its_place(&file, &[b"vendor", &sound, &[0, 0, 0, 0, mark, 0]]);
        let begin = page(head).len();
        let mut changed = blank[begin..begin + second.len()].to_vec();
        let told: [u8; 4] = changed[22..26].try_into().unwrap();
        changed[22..26].fill(0);
        assert_eq!(u32::from_le_bytes(told), ogg::checksum(&changed));
    }
    // What the standard says of nine well-known bytes is true of all.
    assert_eq!(ogg::checksum(b"123456789"), 0x89A1_897F);
}

#[test]
fn what_is_not_understood_stays_as_it_is() {
    let mut tailed = film(b"vide");
    let data = tailed.len() - HEARD.len() - 8;
    tailed[data..data + 4].copy_from_slice(&[0, 0, 0, 7]);
    let whole = [film(b"vide"), webm(true), webm(false)];
    let cut = whole.iter().flat_map(|file| [&file[..8], &file[..file.len() / 2]]);
    for file in cut.chain([&tailed[..], b"%PDF-1.7 and its author", b"OggS\0 of another kind........."]) {
        assert_eq!(blanked(file), (file.to_vec(), Details::Kept));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_break_it_and_none_are_added(begins in 0_usize..7, noise in prop::collection::vec(any::<u8>(), 0..400)) {
        let begin: &[u8] = [
            &b"\0\0\0\x0Cftypmp42"[..], b"\x1A\x45\xDF\xA3\x80", b"ID3\x03\0\0\0\0\0", b"\xFF\xFB", b"RIFF....WAVE",
            b"fLaC", b"OggS\0",
        ][begins];
        let file = [begin, &noise].concat();
        blanked(&file);
    }

    #[test]
    fn a_file_with_wrong_bytes_breaks_nothing_either(
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        for mut file in [film(b"vide"), measured_film(&measured()), webm(true), webm(false)] {
            for (at, byte) in &flips {
                let at = at.index(file.len());
                file[at] = *byte;
            }
            blanked(&file);
        }
    }
}
