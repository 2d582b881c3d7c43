//! What the last requests were.

use super::html::{Html, html};
use super::moments::{ago, took};
use super::{View, verdict};
use crate::proxy::counts::{RECENT, Recent, on_the_wall};
use crate::telemetry::visible;

/// A table of the last requests, of those whose type has `wanted` in it, and the form to ask for others.
pub fn write(out: &mut Html, view: &View<'_>, wanted: &str) {
    let all = view.state.gauges.counts.recent();
    html!(out,
        "<section id=\"recent\" aria-labelledby=\"recent-title\"><h2 id=\"recent-title\">Last requests</h2>"
        "<form action=\"/#recent\" method=\"get\"><label for=\"type\">Types with</label> "
        "<input id=\"type\" name=\"type\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\" value=\"" (wanted) "\" placeholder=\"invoice.\">"
        "<button>Show</button>");
    if !wanted.is_empty() {
        html!(out, " <a href=\"/#recent\">Show all</a>");
    }
    html!(out, "</form><div id=\"recent-rows\" data-live>");
    let shown = all.iter().filter(|recent| has(recent, wanted));
    let columns = ["when", "verdict", "type", "rule or error", "told", "took"];
    super::columns(out, "The last 100 requests, the latest first", &columns);
    let mut rows = 0;
    for recent in shown {
        rows += 1;
        row(out, view, recent);
    }
    html!(out, "</tbody></table>");
    if rows == 0 {
        html!(out, "<p>None of the last " (RECENT) " requests.</p>");
    }
    html!(out, "</div></section>");
}

fn has(recent: &Recent, wanted: &str) -> bool {
    let name = recent.event_type.as_deref().unwrap_or_default();
    // As it is shown, so that what can be seen can be asked for.
    wanted.is_empty() || visible(name).contains(wanted)
}

fn row(out: &mut Html, view: &View<'_>, recent: &Recent) {
    html!(out, "<tr><td data-l=\"when\">");
    ago(out, view.now, on_the_wall(recent.at));
    html!(out, "</td><td data-l=\"verdict\">");
    verdict(out, recent.verdict);
    html!(out, "</td><td data-l=\"type\">");
    if let Some(name) = &recent.event_type {
        html!(out, "<code>" (name) "</code>");
    }
    if let Some(id) = &recent.event_id {
        html!(out, " <small>" (id) "</small>");
    }
    if let Some(route) = &recent.route {
        html!(out, " <small>" (route) "</small>");
    }
    html!(out, "</td><td data-l=\"rule or error\">");
    for text in [&recent.error, &recent.rule].into_iter().flatten().take(1) {
        html!(out, (text));
    }
    html!(out, "</td><td class=\"n\" data-l=\"told\">");
    if let Some(status) = recent.status {
        html!(out, (status));
    }
    html!(out, "</td><td class=\"n\" data-l=\"took\">" (took(recent.total)) "</td></tr>");
}
