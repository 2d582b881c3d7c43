//! How many requests there were in each minute of the last hour.

use super::View;
use super::html::{Html, html};
use super::moments::number;
use crate::proxy::Outcome;
use crate::proxy::counts::{MINUTES, Minute};

/// In units of the drawing, which has no size of its own.
const WIDTH: u64 = 720;
const HEIGHT: u64 = 160;
const BAR: u64 = WIDTH / MINUTES as u64;

/// What is drawn in one colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The endpoint has it.
    Forwarded,
    /// Acknowledged here.
    Dropped,
    /// Refused or answered here.
    Refused,
    /// Failed here, at the endpoint or at the sender.
    Failed,
}

impl Group {
    /// Each of them, from the bottom of a bar to its top.
    pub const ALL: [Self; 4] = [Self::Forwarded, Self::Dropped, Self::Refused, Self::Failed];

    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Forwarded => "forwarded",
            Self::Dropped => "dropped",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// What its colour is called in the style.
    pub fn class(self) -> &'static str {
        match self {
            Self::Forwarded => "ok",
            Self::Dropped => "drop",
            Self::Refused => "other",
            Self::Failed => "fail",
        }
    }

    /// How many of a minute are of it.
    pub fn of(self, minute: &Minute) -> u64 {
        minute.of_those(|outcome| Self::from(outcome) == self)
    }
}

impl From<Outcome> for Group {
    /// As the totals at the end of the log have it.
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Forwarded | Outcome::WouldDrop | Outcome::WouldReject => Self::Forwarded,
            Outcome::Dropped => Self::Dropped,
            Outcome::Rejected | Outcome::Refused | Outcome::Answered => Self::Refused,
            Outcome::SenderFailed | Outcome::Failed | Outcome::Abandoned => Self::Failed,
        }
    }
}

/// The minutes of the last hour.
pub fn hour(view: &View<'_>) -> [Minute; MINUTES] {
    view.state.gauges.counts.minutes()
}

/// The drawing, and the same as a table.
pub fn write(out: &mut Html, view: &View<'_>) {
    let hour = hour(view);
    super::section(out, "minutes", "Requests per minute", |out| {
        draw(out, &hour);
        html!(out, "<p class=\"legend\">");
        for group in Group::ALL {
            html!(out, "<span class=\"" (group.class()) "\"><i aria-hidden=\"true\"></i>" (group.name()) "</span> ");
        }
        html!(out, "</p>");
        table(out, &hour);
    });
}

fn draw(out: &mut Html, hour: &[Minute; MINUTES]) {
    let most = hour.iter().map(Minute::sum).max().unwrap_or_default();
    let top = round_up(most);
    let sum: u64 = hour.iter().map(Minute::sum).sum();
    html!(out,
        "<svg viewBox=\"-60 -12 792 204\" role=\"img\" aria-label=\"" (number(sum)) " requests in the last hour, at most "
        (number(most)) " in a minute\"><g class=\"grid\">");
    for quarter in [0, 2, 4_u64] {
        let y = HEIGHT - HEIGHT * quarter / 4;
        html!(out, "<line x1=\"0\" x2=\"" (WIDTH) "\" y1=\"" (y) "\" y2=\"" (y) "\"/><text x=\"-6\" y=\"" (y + 4) "\" text-anchor=\"end\">" (number(top * quarter / 4)) "</text>");
    }
    for (ago, anchor) in [
        (60, "start"),
        (45, "middle"),
        (30, "middle"),
        (15, "middle"),
        (0, "end"),
    ] {
        let x = WIDTH - ago * BAR;
        let class = if ago == 45 || ago == 15 { "minor" } else { "" };
        html!(out, "<text class=\"" (class) "\" x=\"" (x) "\" y=\"" (HEIGHT + 22) "\" text-anchor=\"" (anchor) "\">");
        if ago == 0 {
            html!(out, "now</text>");
        } else {
            html!(out, "−" (ago) " min</text>");
        }
    }
    html!(out, "</g>");
    for (number, minute) in hour
        .iter()
        .enumerate()
        .filter(|(_, minute)| minute.sum() > 0)
    {
        bar(out, number as u64, minute, top);
    }
    html!(out, "</svg>");
}

fn bar(out: &mut Html, number: u64, minute: &Minute, top: u64) {
    let ago = MINUTES as u64 - 1 - number;
    html!(out, "<g><title>" (ago) " min ago:");
    for group in Group::ALL {
        let count = group.of(minute);
        if count > 0 {
            html!(out, " " (count) " " (group.name()));
        }
    }
    html!(out, "</title>");
    let mut below = 0;
    for group in Group::ALL {
        let count = group.of(minute);
        if count == 0 {
            continue;
        }
        let (from, to) = (height(below, top), height(below + count, top));
        below += count;
        // Whatever there was can be seen.
        let tall = (to - from).max(1);
        html!(out, "<rect class=\"" (group.class()) "\" x=\"" (number * BAR + 1) "\" y=\"" (HEIGHT.saturating_sub(from + tall)) "\" width=\"" (BAR - 2) "\" height=\"" (tall) "\"/>");
    }
    html!(out, "</g>");
}

fn table(out: &mut Html, hour: &[Minute; MINUTES]) {
    html!(out, "<details><summary>As a table</summary>");
    let columns = ["minutes ago", "forwarded", "dropped", "refused", "failed"];
    super::columns(
        out,
        "Requests in each minute in which there were any, the latest first",
        &columns,
    );
    for (ago, minute) in hour
        .iter()
        .rev()
        .enumerate()
        .filter(|(_, minute)| minute.sum() > 0)
    {
        html!(out, "<tr><th scope=\"row\" data-l=\"minutes ago\">" (ago) "</th>");
        for group in Group::ALL {
            html!(out, "<td class=\"n\" data-l=\"" (group.name()) "\">" (number(group.of(minute))) "</td>");
        }
        html!(out, "</tr>");
    }
    html!(out, "</tbody></table></details>");
}

/// Where so many are on a scale that ends with `top`.
fn height(count: u64, top: u64) -> u64 {
    u64::try_from(u128::from(count) * u128::from(HEIGHT) / u128::from(top.max(1))).unwrap_or(HEIGHT)
}

/// The next number on which a scale can end so that its half is whole and both are easy to read: 4, 6, 8, 10, 20, 40, 60 …
fn round_up(most: u64) -> u64 {
    let mut scale: u64 = 1;
    loop {
        for step in [4, 6, 8, 10, 20, 30] {
            let end = scale.saturating_mul(step);
            if end >= most {
                return end;
            }
        }
        scale = scale.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_ends_at_or_above_the_most_and_never_far_above() {
        for (most, end) in [
            (0, 4),
            (4, 4),
            (5, 6),
            (9, 10),
            (11, 20),
            (41, 60),
            (61, 80),
            (81, 100),
            (101, 200),
            (u64::MAX, u64::MAX),
        ] {
            assert_eq!(round_up(most), end, "{most}");
        }
        assert_eq!(
            (height(0, 4), height(4, 4), height(u64::MAX, u64::MAX)),
            (0, HEIGHT, HEIGHT)
        );
    }
}
