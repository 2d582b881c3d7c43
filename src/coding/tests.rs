//! Each coding, whole and with each flaw; and that no more is made or taken than is allowed.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use proptest::prelude::*;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::*;

const EVENT: &[u8] = br#"{"type":"batch.created","id":"evt_1"}"#;
const MIB: usize = 1024 * 1024;

/// [`EVENT`] as node 20 has it: `zlib.brotliCompressSync(event)`.
const EVENT_IN_BR: &[u8] = b"\x0b\x12\x80{\"type\":\"batch.created\",\"id\":\"evt_1\"}\x03";
/// The same of 16 MiB of spaces.
const SPACES_IN_BR: &[u8] =
    b"\xcb\xff\xff?\xf8%@\xe2\xb1@ \xf7\xfe/\xff\xff\xff\xf0K\0\xc4a\x11\x80\xee\xfd\x1f";
/// The same of a text twice, with references and a window of 4 MiB.
const SAID: &str = "the quick brown fox \"type\":\"invoice.paid\" 0123456789";
const SAID_IN_BR: &[u8] = b"\x1b\x9f(\xe0\xc5\xdcF\xa9\x8e\xa3\x8f\xdf/\x06\xd1\xa2\xc5 l\xc0\x81C\x96.\xf6H0l\xc0\x19\x05=\x8c\xe7\xad\x8b!\x86\xb0\xf3~B\xfea`\x1f%\xb9\xa4k\x02\x02\0\x125\x8f,\xb5u\x10";
/// [`EVENT`] as zstd 1.5.7 has it: `zstd -c`, which adds a checksum and no length.
const EVENT_IN_ZSTD: &[u8] = b"\x28\xb5\x2f\xfd\x04\x58\x29\x01\0{\"type\":\"batch.created\",\"id\":\"evt_1\"}\x36\x1f\x4b\x73";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bare(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

/// As it is, in uncompressed blocks (RFC 7932 §9.2).
fn br(bytes: &[u8]) -> Vec<u8> {
    let mut coded = Vec::new();
    for (number, block) in bytes.chunks(1 << 16).enumerate() {
        // The size of the window is one bit in front of the first.
        let header = ((block.len() - 1) << 3 | 1 << 19) << usize::from(number == 0);
        coded.extend_from_slice(&header.to_le_bytes()[..3]);
        coded.extend_from_slice(block);
    }
    coded.push(if bytes.is_empty() { 6 } else { 3 });
    coded
}

fn within(coding: Coding, coded: &[u8], limit: usize) -> Result<Vec<u8>, Flaw> {
    let decoded = decode(&[coding], &[coded], limit, &mut |_| true);
    decoded.map(|pieces| pieces.concat()).map_err(|(at, flaw)| {
        assert_eq!(at, coding);
        flaw
    })
}

fn decoded(coding: Coding, coded: &[u8]) -> Result<Vec<u8>, Flaw> {
    within(coding, coded, MIB)
}

fn all(bytes: &[u8]) -> [(Coding, Vec<u8>); 5] {
    [
        (Coding::Gzip, gzip(bytes)),
        (Coding::Deflate, zlib(bytes)),
        (Coding::Deflate, bare(bytes)),
        (Coding::Brotli, br(bytes)),
        (Coding::Zstd, zstd(bytes)),
    ]
}

#[test]
fn what_others_encoded_is_decoded() {
    assert_eq!(decoded(Coding::Brotli, EVENT_IN_BR).unwrap(), EVENT);
    let said = SAID.repeat(200);
    assert_eq!(
        decoded(Coding::Brotli, SAID_IN_BR).unwrap(),
        said.as_bytes()
    );
    assert_eq!(decoded(Coding::Zstd, EVENT_IN_ZSTD).unwrap(), EVENT);
    let spaces = within(Coding::Brotli, SPACES_IN_BR, 16 * MIB).unwrap();
    assert_eq!(spaces.len(), 16 * MIB);
}

#[test]
fn all_codings_of_codings_are_undone_from_the_last() {
    let stacked = br(&zstd(&gzip(EVENT)));
    let codings = [Coding::Gzip, Coding::Zstd, Coding::Brotli];
    let undone = decode(&codings, &[&stacked], 200, &mut |_| true).unwrap();
    assert_eq!(undone.concat(), EVENT);
    let wrong = [Coding::Zstd, Coding::Gzip, Coding::Brotli];
    let undone = decode(&wrong, &[&stacked], 200, &mut |_| true);
    assert_eq!(undone, Err((Coding::Gzip, Flaw::Broken)));
}

#[test]
fn what_is_cut_anywhere_is_cut_short() {
    let mut streams = all(EVENT).to_vec();
    streams.extend(all(SAID.repeat(20).as_bytes()));
    streams.push((Coding::Brotli, SAID_IN_BR.to_vec()));
    streams.push((Coding::Zstd, EVENT_IN_ZSTD.to_vec()));
    for (coding, coded) in streams {
        for length in 0..coded.len() {
            let flaw = decoded(coding, &coded[..length]).unwrap_err();
            assert_eq!(flaw, Flaw::CutShort, "{coding} up to {length}");
        }
    }
}

#[test]
fn something_after_the_end_is_a_flaw() {
    for (coding, coded) in all(EVENT) {
        for (more, flaw) in [
            (&b"\0"[..], Flaw::Trailing),
            (b"\n", Flaw::Trailing),
            (b"\x28\xb5\x2f", Flaw::Trailing),
            (b"{\"type\":\"b\"}", Flaw::Trailing),
        ] {
            let long = [&coded, more].concat();
            assert_eq!(decoded(coding, &long), Err(flaw), "{coding} {more:?}");
            let pieces = [&coded[..], b"", more];
            let undone = decode(&[coding], &pieces, MIB, &mut |_| true);
            assert_eq!(undone, Err((coding, flaw)), "{coding} {more:?}");
        }
    }
    for (coding, coded) in [(Coding::Gzip, gzip(EVENT)), (Coding::Zstd, zstd(EVENT))] {
        let twice = coded.repeat(2);
        assert_eq!(decoded(coding, &twice), Err(Flaw::Second));
    }
    for coded in [zlib(EVENT), bare(EVENT)] {
        assert_eq!(
            decoded(Coding::Deflate, &coded.repeat(2)),
            Err(Flaw::Trailing)
        );
    }
}

#[test]
fn a_wrong_label_is_a_flaw() {
    for (is, coded) in all(SAID.repeat(9).as_bytes()) {
        for says in [Coding::Gzip, Coding::Deflate, Coding::Brotli, Coding::Zstd] {
            let flaw = decoded(says, &coded).err();
            assert_eq!(flaw.is_none(), says == is, "{is} as {says}: {flaw:?}");
        }
    }
    for coding in [Coding::Gzip, Coding::Deflate, Coding::Brotli, Coding::Zstd] {
        assert_eq!(decoded(coding, EVENT), Err(Flaw::Plain), "{coding}");
        assert!(decoded(coding, b"").is_err() && decoded(coding, b"x=1&type=a").is_err());
    }
}

#[test]
fn what_a_receiver_that_decodes_nothing_takes_for_json_looks_like_it() {
    use pieces::looks_like_json;
    for text in [
        "{",
        " \r\n\t[\u{7f}",
        "\u{feff}{\"type\":\"\u{e9}\"}\n",
        "{}x",
    ] {
        assert!(looks_like_json(&[text]), "{text:?}");
        let bytes: Vec<_> = text.as_bytes().chunks(1).collect();
        assert!(looks_like_json(&bytes), "{text:?}");
    }
    assert!(looks_like_json(&[b"{\"\xff\":1}"]), "Go does not mind");
    for text in ["", " ", "\u{feff}", "a{", "{\u{1}}", "[\0"] {
        assert!(!looks_like_json(&[text]), "{text:?}");
    }
}

/// The stream is an uncompressed block to either, and what is in that of the one is two such blocks to the other.
#[test]
fn deflate_that_is_zlib_as_well_as_bare_is_a_flaw() {
    let block = |length: u16| [length.to_le_bytes(), (!length).to_le_bytes()].concat();
    let mut within = block(65_000);
    within.resize(4 + 65_000, b' ');
    within.push(1);
    within.extend(block(525 + 6));
    within.resize(65_534, b' ');
    let sum = zlib(&within).split_off(zlib(&within).len() - 4);
    let both = [b"\x78\x01\0\xfe\xff\x01\0", &within[..], b"\x03\0", &sum].concat();
    assert_eq!(decoded(Coding::Deflate, &both), Err(Flaw::TwoReadings));
    let mut only_bare = both.clone();
    *only_bare.last_mut().unwrap() ^= 1;
    assert_eq!(
        decoded(Coding::Deflate, &only_bare).unwrap().len(),
        1 + 65_000 + 531
    );
    let only_zlib = [&both[..65_000 + 12], &[9][..], &both[65_000 + 13..]].concat();
    assert!(decoded(Coding::Deflate, &only_zlib).is_err());
}

#[test]
fn a_flipped_bit_never_makes_another_event_of_what_has_a_checksum() {
    for (coding, coded) in [
        (Coding::Gzip, gzip(EVENT)),
        (Coding::Zstd, EVENT_IN_ZSTD.to_vec()),
    ] {
        for bit in 0..8 * coded.len() {
            let mut flipped = coded.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            // Some bits say nothing that counts, as the time in gzip.
            if let Ok(event) = decoded(coding, &flipped) {
                assert_eq!(event, EVENT, "{coding}, bit {bit}");
            }
        }
    }
}

#[test]
fn up_to_the_limit_all_is_decoded_and_nothing_beyond() {
    let bytes = SAID.repeat(8_000).into_bytes();
    for (coding, coded) in all(&bytes) {
        let whole = within(coding, &coded, bytes.len());
        assert!(whole.as_ref() == Ok(&bytes), "{coding} {:?}", whole.err());
        for limit in [0, 1, bytes.len() - 1] {
            assert_eq!(
                within(coding, &coded, limit),
                Err(Flaw::TooLarge),
                "{coding}"
            );
        }
    }
    // What is between two codings counts as well.
    let stacked = gzip(&br(&gzip(&bytes)));
    let codings = [Coding::Gzip, Coding::Brotli, Coding::Gzip];
    let undone = decode(&codings, &[stacked], 1_000, &mut |_| true);
    assert_eq!(undone, Err((Coding::Gzip, Flaw::TooLarge)));
}

#[test]
fn a_bomb_takes_no_more_memory_than_the_limit_and_the_decoders() {
    let spaces = vec![b' '; 40 * MIB];
    let mut bombs = all(&spaces).to_vec();
    bombs.push((Coding::Brotli, SPACES_IN_BR.to_vec()));
    for (coding, coded) in bombs {
        let mut taken = 0;
        let mut room = |more| {
            taken += more;
            true
        };
        let undone = decode(&[coding], &[coded], 8 * MIB, &mut room);
        assert_eq!(undone, Err((coding, Flaw::TooLarge)));
        // That of brotli and zstd keep a window beside it.
        assert!(taken <= 34 * MIB, "{coding} took {taken}");
    }
}

#[test]
fn without_memory_nothing_large_is_decoded_and_ordinary_events_are() {
    let spaces = vec![b' '; 4 * MIB];
    let small = SAID.repeat(100);
    for (coding, coded) in all(&spaces) {
        let undone = decode(&[coding], &[coded], 8 * MIB, &mut |_| false);
        assert_eq!(undone, Err((coding, Flaw::Memory)));
    }
    for (coding, coded) in all(small.as_bytes()) {
        let undone = decode(&[coding], &[coded], 8 * MIB, &mut |_| false);
        assert_eq!(
            undone.map(|pieces| pieces.concat()),
            Ok(small.clone().into_bytes())
        );
    }
}

#[test]
fn a_frame_with_a_window_over_8_mib_is_refused() {
    // The window is 2^(10 + 14) in the first, 2^(10 + 13) in the second; then one block of one byte.
    for (window, expected) in [(14 << 3, Err(Flaw::Broken)), (13 << 3, Ok(b"x".to_vec()))] {
        let frame = [b"\x28\xb5\x2f\xfd\0".as_slice(), &[window], b"\x09\0\0x"].concat();
        assert_eq!(decoded(Coding::Zstd, &frame), expected);
    }
}

proptest! {
    #[test]
    fn decoding_undoes_encoding(
        words in prop::collection::vec("[a-f]{1,3}|\\PC{0,4}|\"type\":", 0..400),
        cut in 1_usize..64,
    ) {
        let bytes = words.concat().into_bytes();
        for (coding, coded) in all(&bytes) {
            let pieces: Vec<_> = coded.chunks(cut).collect();
            let undone = decode(&[coding], &pieces, MIB, &mut |_| true);
            prop_assert_eq!(undone.map(|pieces| pieces.concat()), Ok(bytes.clone()));
        }
    }

    #[test]
    fn no_bytes_are_too_much(coded in prop::collection::vec(any::<u8>(), 0..200), zeros in 0_usize..5) {
        for (coding, mut stream) in all(EVENT) {
            let _ = within(coding, &coded, 1_000);
            let at = stream.len() / 2;
            stream.splice(at..at + zeros.min(3), coded.iter().copied());
            let _ = within(coding, &stream, 1_000);
        }
    }
}
