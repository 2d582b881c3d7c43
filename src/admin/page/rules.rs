//! What the rules in force have matched.

use super::html::{Html, html};
use super::moments::number;
use super::{MOST_ROWS, View};

/// A table of all rules in the order of the config, those that never matched too.
pub fn write(out: &mut Html, view: &View<'_>) {
    super::section(out, "rules", "Rules", |out| {
        let columns: &[_] = if view.has_routes() {
            &["rule", "route", "matched"]
        } else {
            &["rule", "matched"]
        };
        super::columns(
            out,
            "Rules in force, and how many requests each has decided",
            columns,
        );
        let routes = view.routes.iter();
        let all = routes.flat_map(|(_, counted)| counted.rules().map(move |rule| (counted, rule)));
        let mut rows = 0;
        for (counted, (rule, matches)) in all {
            rows += 1;
            if rows > MOST_ROWS {
                continue;
            }
            html!(out, "<tr><th scope=\"row\" data-l=\"rule\"><code>" (rule) "</code></th>");
            if view.has_routes() {
                html!(out, "<td data-l=\"route\">" (super::name(counted)) "</td>");
            }
            html!(out, "<td class=\"n\" data-l=\"matched\">" (number(matches)) "</td></tr>");
        }
        super::end(out, rows);
    });
}
