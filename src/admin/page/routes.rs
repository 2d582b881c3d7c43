//! How each endpoint is.

use std::cmp::Reverse;

use super::chart::Group;
use super::html::{Html, html};
use super::moments::{ago, number, took};
use super::{MOST_ROWS, View};
use crate::proxy::counts::{Distribution, RouteCounts, UPSTREAM};

/// A table of all routes, those that fail first.
pub fn write(out: &mut Html, view: &View<'_>) {
    super::section(out, "routes", "Endpoints", |out| {
        let columns = [
            "route",
            "endpoint",
            "forwarded",
            "dropped",
            "refused",
            "failed",
            "failures in a row",
            "answers within",
        ];
        super::columns(
            out,
            "Each route, with what became of its requests",
            &columns,
        );
        let mut routes: Vec<_> = view.routes.iter().collect();
        routes.sort_by_key(|(_, counted)| Reverse(counted.counts.streak().0));
        for (route, counted) in routes.iter().take(MOST_ROWS) {
            html!(out, "<tr><th scope=\"row\" data-l=\"route\">" (super::name(counted)) "</th><td data-l=\"endpoint\"><code>" (route.upstream) "</code>");
            if route.mode == crate::route::Mode::Observe {
                html!(out, " <span class=\"v would\">observe</span>");
            }
            html!(out, "</td>");
            totals(out, &counted.counts);
            streak(out, view, &counted.counts);
            latency(out, &counted.counts.upstream());
            html!(out, "</tr>");
        }
        let nowhere = view
            .nowhere
            .as_ref()
            .filter(|route| route.counts.totals().sum() > 0);
        if let Some(route) = nowhere {
            html!(
                out,
                "<tr><th scope=\"row\" data-l=\"route\">none</th><td data-l=\"endpoint\">refused before a route was found</td>"
            );
            totals(out, &route.counts);
            html!(
                out,
                "<td data-l=\"failures in a row\"></td><td data-l=\"answers within\"></td></tr>"
            );
        }
        super::end(out, view.routes.len());
    });
}

fn totals(out: &mut Html, counts: &RouteCounts) {
    let totals = counts.totals();
    for group in Group::ALL {
        html!(out, "<td class=\"n\" data-l=\"" (group.name()) "\">" (number(group.of(&totals))) "</td>");
    }
}

fn streak(out: &mut Html, view: &View<'_>, counts: &RouteCounts) {
    let (failures, since) = counts.streak();
    html!(out, "<td data-l=\"failures in a row\">");
    if failures == 0 {
        html!(out, "none</td>");
    } else {
        html!(out, "<strong class=\"v fail\">" (number(failures)) "</strong> since ");
        ago(out, view.now, since);
        html!(out, "</td>");
    }
}

fn latency(out: &mut Html, upstream: &Distribution) {
    let within = |percent| {
        let within = upstream.within(&UPSTREAM, percent);
        within.map_or_else(|| "more than 30 s".to_owned(), took)
    };
    html!(out, "<td data-l=\"answers within\">");
    if upstream.count() > 0 {
        html!(out, (within(50)) " <small>half</small>, " (within(99)) " <small>99 %</small>");
    }
    html!(out, "</td>");
}
