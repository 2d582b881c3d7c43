//! brotli.

use std::cell::Cell;
use std::mem::size_of;
use std::rc::Rc;

use brotli_decompressor::{
    Allocator, BrotliDecompressStream, BrotliResult, BrotliState, SliceWrapper, SliceWrapperMut,
};

use super::Flaw;
use super::copy::Copied;
use super::pieces::Pieces;
use super::room::Room;

/// How much is decoded at a time.
const STEP: usize = 16 * 1024;

pub fn decode<P: AsRef<[u8]>>(
    mut pieces: Pieces<'_, P>,
    copied: &mut Copied<'_, '_>,
) -> Result<(), Flaw> {
    let mut step = vec![0; STEP];
    let room = Counted::new(copied.room);
    // Strict: without the large windows that no RFC knows.
    let mut state = BrotliState::new_strict(room.clone(), room.clone(), room.clone());
    let mut total = 0;
    loop {
        let input = pieces.next();
        let (mut left, mut read) = (input.len(), 0);
        let (mut free, mut written) = (step.len(), 0);
        let result = BrotliDecompressStream(
            &mut left,
            &mut read,
            input,
            &mut free,
            &mut written,
            &mut step,
            &mut total,
            &mut state,
        );
        pieces.advance(read);
        copied.push(&step[..written])?;
        match result {
            BrotliResult::ResultSuccess => return pieces.end(&[]),
            BrotliResult::ResultFailure if room.was_refused() => return Err(Flaw::Memory),
            BrotliResult::ResultFailure => return Err(Flaw::Broken),
            BrotliResult::NeedsMoreInput if pieces.next().is_empty() => {
                return Err(Flaw::CutShort);
            }
            BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => {}
        }
    }
}

/// Gives the decoder its memory: the window, of 16 MiB at most, and the tables. When there is no room, it gives none,
/// and the decoder fails.
#[derive(Clone)]
struct Counted<'r, 'f> {
    room: &'r Room<'f>,
    refused: Rc<Cell<bool>>,
}

impl<'r, 'f> Counted<'r, 'f> {
    fn new(room: &'r Room<'f>) -> Self {
        Self {
            room,
            refused: Rc::default(),
        }
    }

    fn was_refused(&self) -> bool {
        self.refused.get()
    }
}

impl<T: Clone + Default> Allocator<T> for Counted<'_, '_> {
    type AllocatedMemory = Cells<T>;

    fn alloc_cell(&mut self, length: usize) -> Cells<T> {
        if self.room.take(length.saturating_mul(size_of::<T>())) {
            Cells(vec![T::default(); length])
        } else {
            self.refused.set(true);
            Cells::default()
        }
    }

    fn free_cell(&mut self, cells: Cells<T>) {
        self.room.give(cells.0.len() * size_of::<T>());
    }
}

struct Cells<T>(Vec<T>);

impl<T> Default for Cells<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> SliceWrapper<T> for Cells<T> {
    fn slice(&self) -> &[T] {
        &self.0
    }
}

impl<T> SliceWrapperMut<T> for Cells<T> {
    fn slice_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}
