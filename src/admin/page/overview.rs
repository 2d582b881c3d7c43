//! Whether all is well.

use std::sync::atomic::Ordering;

use super::View;
use super::chart::{self, Group};
use super::html::{Html, html};
use super::moments::{ago, number};

/// What is at the top: what this is, and by which config it goes.
pub fn header(out: &mut Html, view: &View<'_>) {
    html!(out, "<header id=\"top\" data-live><h1>hooksieve <small>" (env!("CARGO_PKG_VERSION")) "</small></h1><p>");
    if view.state.is_draining.load(Ordering::Relaxed) {
        html!(out, "<strong class=\"v fail\">draining</strong>");
    } else {
        html!(out, "<strong class=\"v ok\">serving</strong>");
    }
    html!(out, " config <code title=\"the first 12 digits of its SHA-256\">" (view.version.hash) "</code>, loaded ");
    ago(out, view.now, view.version.since);
    html!(out, "</p></header>");
}

/// What somebody has to look at, and a few numbers.
pub fn write(out: &mut Html, view: &View<'_>) {
    html!(
        out,
        "<section id=\"overview\" aria-label=\"Overview\" data-live>"
    );
    problem(out, view);
    failing(out, view);
    let lost = view.state.losses.count();
    if lost > 0 {
        html!(out, "<p class=\"alert\">" (number(lost)) " lines of the log were lost: stdout did not keep up, or could not be written.</p>");
    }
    numbers(out, view);
    html!(out, "</section>");
}

fn problem(out: &mut Html, view: &View<'_>) {
    let Some(problem) = &view.version.problem else {
        return;
    };
    if problem.is_mended {
        html!(
            out,
            "<details class=\"note\"><summary>The last config that was not applied, "
        );
    } else {
        html!(
            out,
            "<details class=\"alert\" open><summary>The config that was saved last is not applied; the rules before it are in force. Saved "
        );
    }
    ago(out, view.now, problem.at);
    html!(out, "</summary><ul>");
    for line in problem.text.lines() {
        html!(out, "<li><code>" (line) "</code></li>");
    }
    html!(out, "</ul></details>");
}

fn failing(out: &mut Html, view: &View<'_>) {
    for (_, counted) in &view.routes {
        let (failures, since) = counted.counts.streak();
        if failures > 0 {
            html!(out, "<p class=\"alert\">The endpoint of <a href=\"#routes\">" (super::name(counted)) "</a> has failed " (number(failures)) " times in a row, for the first time ");
            ago(out, view.now, since);
            html!(out, ".</p>");
        }
    }
}

fn numbers(out: &mut Html, view: &View<'_>) {
    let hour = chart::hour(view);
    let gauges = &view.state.gauges;
    let senders = gauges
        .senders
        .saturating_sub(gauges.places.available_permits());
    html!(out, "<dl class=\"cards\">");
    for group in Group::ALL {
        let count = hour.iter().map(|minute| group.of(minute)).sum();
        html!(out, "<div class=\"" (group.class()) "\"><dt>" (group.name()) "</dt><dd>" (number(count)) "</dd></div>");
    }
    html!(out, "<div><dt>senders now</dt><dd>" (number(senders as u64)) "</dd></div>");
    html!(out, "<div><dt>to endpoints now</dt><dd>" (number(gauges.upstream.count() as u64)) "</dd></div>");
    html!(out, "<div><dt>KiB held now</dt><dd>" (number(gauges.memory.held() as u64 / 1024)) "</dd></div></dl>");
    html!(
        out,
        "<p class=\"note\">Requests are those of the last hour.</p>"
    );
}
