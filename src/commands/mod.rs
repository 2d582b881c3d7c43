//! What the program can be told to do: one file each.

pub mod demo;
mod load;
pub mod report;
pub mod run;
pub mod schema;
