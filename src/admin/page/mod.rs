//! The page: one document with all that it needs in it, made anew for who looks.
//!
//! It is whole without its script, which only looks again every few seconds.
//!
//! | file | question it answers |
//! |---|---|
//! | `html` | how does text get into a page without becoming a part of it? |
//! | `policy` | what may a browser do with it? |
//! | `moments` | how long ago, and for how long? |
//! | `overview` | is all well? |
//! | `chart` | how many came in each minute? |
//! | `routes` | how is each endpoint? |
//! | `types` | which types came, and what becomes of them? |
//! | `rules` | what have the rules matched? |
//! | `recent` | what were the last requests? |

mod chart;
mod html;
mod moments;
mod overview;
mod policy;
mod recent;
mod routes;
mod rules;
mod types;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::State;
use super::loaded::Version;
use crate::proxy::counts::CountedRoute;
use crate::route::Route;
use crate::telemetry::visible;
use html::{Html, html};
pub use policy::policy;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");
/// More rows than this are not worth reading.
const MOST_ROWS: usize = 500;

/// What is shown at one moment.
struct View<'s> {
    state: &'s State,
    version: Version,
    /// The routes in force, each as it decides and as it is counted.
    routes: Vec<(Arc<Route>, CountedRoute)>,
    /// What came under no route.
    nowhere: Option<CountedRoute>,
    now: SystemTime,
    /// Since the start.
    uptime: Duration,
}

/// The page, where only requests whose type has `wanted` in it are listed. An empty one is in all.
pub fn page(state: &State, wanted: &str) -> String {
    let view = View::of(state);
    let mut out = Html::default();
    html!(out,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<meta name=\"color-scheme\" content=\"light dark\"><title>" (view.title()) "</title>"
        "<link rel=\"icon\" href=\"data:,\"><style>");
    out.raw(STYLE);
    html!(
        out,
        "</style></head><body><a class=\"skip\" href=\"#main\">Skip to what came</a>"
    );
    overview::header(&mut out, &view);
    html!(out, "<main id=\"main\">");
    overview::write(&mut out, &view);
    chart::write(&mut out, &view);
    routes::write(&mut out, &view);
    types::write(&mut out, &view);
    rules::write(&mut out, &view);
    recent::write(&mut out, &view, wanted);
    html!(out,
        "</main><footer><p>For Prometheus: <a href=\"/metrics\">/metrics</a>. For health checks: "
        "<a href=\"/healthz\">/healthz</a>, <a href=\"/readyz\">/readyz</a>. Counted since the start. "
        "This page only reads.</p></footer><script>");
    out.raw(SCRIPT);
    html!(out, "</script></body></html>\n");
    out.finish()
}

impl<'s> View<'s> {
    fn of(state: &'s State) -> Self {
        let version = state.loaded.version();
        let mut counted = state.gauges.counts.routes();
        let nowhere = counted.pop();
        // Both are of one version but for the moment in which that changes; the next look sees it right.
        let named = |counted: CountedRoute| {
            let route = version.routes.named(counted.counts.name.as_deref())?;
            Some((route.clone(), counted))
        };
        Self {
            state,
            routes: counted.into_iter().filter_map(named).collect(),
            nowhere,
            version,
            now: SystemTime::now(),
            uptime: state.gauges.counts.uptime(),
        }
    }

    /// For a row of tabs: whether to look at it at all.
    fn title(&self) -> &'static str {
        if self
            .routes
            .iter()
            .any(|(_, counted)| counted.counts.streak().0 > 0)
        {
            "endpoint fails · hooksieve"
        } else if !self.version.is_last() {
            "config not applied · hooksieve"
        } else {
            "hooksieve"
        }
    }

    /// Whether there are routes to tell apart.
    fn has_routes(&self) -> bool {
        self.routes.len() > 1
    }
}

/// What a route is called.
fn name(route: &CountedRoute) -> String {
    let name = route.counts.name.as_deref();
    name.map_or_else(|| "top level".to_owned(), visible)
}

/// A heading that links can lead to, and what follows it in a section of its own that the script renews.
fn section(out: &mut Html, id: &'static str, title: &'static str, write: impl FnOnce(&mut Html)) {
    html!(out, "<section id=\"" (id) "\" aria-labelledby=\"" (id) "-title\" data-live><h2 id=\"" (id) "-title\">" (title) "</h2>");
    write(out);
    html!(out, "</section>");
}

/// The head of a table.
fn columns(out: &mut Html, caption: &'static str, names: &[&'static str]) {
    html!(out, "<table><caption>" (caption) "</caption><thead><tr>");
    for name in names {
        html!(out, "<th scope=\"col\">" (name) "</th>");
    }
    html!(out, "</tr></thead><tbody>");
}

/// The end of a table that had so many rows in all.
fn end(out: &mut Html, rows: usize) {
    html!(out, "</tbody></table>");
    if rows > MOST_ROWS {
        html!(out, "<p class=\"note\">" (rows - MOST_ROWS) " more are in <a href=\"/metrics\">/metrics</a>.</p>");
    }
}

/// A verdict, by a word and a colour.
fn verdict(out: &mut Html, verdict: &str) {
    let class = match verdict {
        "forward" => "ok",
        "drop" => "drop",
        "would drop" | "would reject" => "would",
        "fail" | "abandoned" => "fail",
        _ => "other",
    };
    html!(out, "<span class=\"v " (class) "\">" (verdict) "</span>");
}
