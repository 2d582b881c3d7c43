//! What the program can be told to do: one file each.

pub mod audit;
mod certificates;
pub mod check;
pub mod demo;
mod error;
pub mod explain;
pub mod health;
mod load;
mod print;
pub mod report;
pub mod resend;
pub mod run;
pub mod schema;
mod secrets;
pub mod senders;

pub use error::Error;
