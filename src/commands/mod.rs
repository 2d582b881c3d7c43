//! What the program can be told to do: one file each.

pub mod check;
pub mod demo;
pub mod explain;
mod load;
pub mod report;
pub mod run;
pub mod schema;
