//! See [`proof::form`]. The claims are those of the ordinary test `verdicts`.
#![no_main]

#[allow(dead_code)]
#[path = "../../tests/verdicts/proof/mod.rs"]
mod proof;

libfuzzer_sys::fuzz_target!(|input: &[u8]| proof::form(input));
