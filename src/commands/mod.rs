//! What the program can be told to do: one file each.

pub mod demo;
mod load;
pub mod run;
pub mod schema;
