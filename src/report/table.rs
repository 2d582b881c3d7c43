//! Columns that stand below each other.

use std::io::{self, Write};

/// A cell beyond this does not widen its column: one long type would push all others off the screen.
const WIDEST: usize = 40;

/// Rows of as many cells as there are names of columns. The first column stands to the right.
pub(super) struct Table<const N: usize> {
    names: [&'static str; N],
    rows: Vec<Row<N>>,
}

enum Row<const N: usize> {
    Cells([String; N]),
    /// What goes with the row above.
    Note(String),
}

impl<const N: usize> Table<N> {
    pub(super) fn new(names: [&'static str; N]) -> Self {
        Self {
            names,
            rows: Vec::new(),
        }
    }

    pub(super) fn row(&mut self, cells: [String; N]) {
        self.rows.push(Row::Cells(cells));
    }

    pub(super) fn note(&mut self, note: String) {
        self.rows.push(Row::Note(note));
    }

    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let mut widths = self.names.map(str::len);
        for row in &self.rows {
            if let Row::Cells(cells) = row {
                for (width, cell) in widths.iter_mut().zip(cells) {
                    *width = (*width).max(cell.chars().count().min(WIDEST));
                }
            }
        }
        write_row(out, widths, self.names)?;
        for row in &self.rows {
            match row {
                Row::Cells(cells) => write_row(out, widths, cells.each_ref().map(String::as_str))?,
                Row::Note(note) => writeln!(out, "  {:indent$}  {note}", "", indent = widths[0])?,
            }
        }
        Ok(())
    }
}

fn write_row<const N: usize>(
    out: &mut impl Write,
    widths: [usize; N],
    cells: [&str; N],
) -> io::Result<()> {
    let mut line = format!("  {:>width$}", cells[0], width = widths[0]);
    for (cell, width) in cells.iter().zip(widths).skip(1) {
        line.push_str("  ");
        line.push_str(cell);
        let written = cell.chars().count();
        line.extend(std::iter::repeat_n(' ', width.saturating_sub(written)));
    }
    writeln!(out, "{}", line.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other_and_a_long_cell_widens_none() {
        let mut table = Table::new(["COUNT", "A", "B"]);
        table.row(["1".into(), "é".into(), "b".into()]);
        table.note("a note".into());
        table.row(["1,000,000".into(), "x".repeat(50), String::new()]);
        let mut out = Vec::new();
        table.write(&mut out).unwrap();
        let long = "x".repeat(50);
        let expected = [
            format!("      COUNT  A{}B", " ".repeat(41)),
            format!("          1  é{}b", " ".repeat(41)),
            "             a note".to_owned(),
            format!("  1,000,000  {long}"),
        ];
        assert_eq!(String::from_utf8(out).unwrap(), expected.join("\n") + "\n");
    }
}
