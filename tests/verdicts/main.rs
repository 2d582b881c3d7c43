//! The proof that the quick look at a body never changes what is done with it, as far as tests can prove it.
//! It stands on the strict pass, so that is held against a naive reader as well.
//!
//! The same claims are fuzzed under `fuzz/`. Here they are checked on its corpus, on random input (more of it
//! with `PROPTEST_CASES=1000000`) and on every short document there is.

mod exhaustive;
mod proof;

use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;

#[test]
fn the_corpus_of_the_fuzzer() {
    replay("verdicts_bytes", proof::bytes);
    replay("verdicts_json", proof::json);
    replay("verdicts_mutated", proof::mutated);
    replay("verdicts_form", proof::form);
}

fn replay(target: &str, claims: fn(&[u8])) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = fs::read_dir(root.join("fuzz/corpus").join(target)).expect("a corpus");
    let inputs: Vec<_> = corpus.flatten().map(|file| file.path()).collect();
    assert!(inputs.len() >= 10, "{target}");
    for input in inputs {
        claims(&fs::read(&input).expect("an input"));
    }
}

/// Many, and more if the environment asks for more.
fn cases() -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig {
        cases: asked.cases.max(2_000),
        ..asked
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_bytes(input in vec(any::<u8>(), 0..300)) {
        proof::bytes(&input);
    }

    #[test]
    fn any_characters_of_json(input in r#"[{}\[\]":,\\typeTbach. \n]{0,300}"#) {
        proof::bytes(input.as_bytes());
    }

    #[test]
    fn any_json(input in vec(any::<u8>(), 0..400)) {
        proof::json(&input);
    }

    #[test]
    fn any_form(input in vec(any::<u8>(), 0..40)) {
        proof::form(&input);
    }

    #[test]
    fn any_characters_of_forms(input in r"[type=&;%75bach.+\[\]TE ]{0,60}") {
        proof::forms(input.as_bytes());
    }

    #[test]
    fn any_real_event_with_mistakes(input in vec(any::<u8>(), 0..40)) {
        proof::mutated(&input);
    }
}
