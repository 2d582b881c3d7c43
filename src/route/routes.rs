//! All routes, and which of them a request is under.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use http::request::Parts;

use super::table::{Place, Table};
use super::{Route, normal};
use crate::headers;

/// All routes of one version of the config. Immutable: a request sees one version from start to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routes {
    /// In the order of the file.
    listed: Vec<Arc<Route>>,
    /// The top level: the route of what no other route takes.
    top: Option<Arc<Route>>,
    table: Table,
    names: HashMap<Arc<str>, usize>,
}

/// Why a request is under no route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRoute {
    /// None takes its path, and the top level has no upstream.
    Unknown,
    /// Its path belongs to one route as it is written, and to another once the endpoint has normalised it.
    Ambiguous,
}

/// Two routes that take the same, by their numbers in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Twins {
    /// The one that was there before.
    pub first: usize,
    /// The one that came later.
    pub second: usize,
}

impl Routes {
    /// Routes for what is at each place, and one for all that is elsewhere, if that is to be had.
    ///
    /// # Errors
    ///
    /// When two are at one place.
    pub fn new(listed: Vec<(Place, Route)>, top: Option<Route>) -> Result<Self, Twins> {
        let mut routes = Self {
            listed: Vec::with_capacity(listed.len()),
            top: top.map(Arc::new),
            table: Table::default(),
            names: HashMap::new(),
        };
        for (second, (place, route)) in listed.into_iter().enumerate() {
            let inserted = routes.table.insert(&place, second);
            inserted.map_err(|first| Twins { first, second })?;
            if let Some(name) = &route.name {
                routes.names.insert(name.clone(), second);
            }
            routes.listed.push(Arc::new(route));
        }
        Ok(routes)
    }

    /// The route of a request: the most specific that takes its host and path. One for its host comes before those for
    /// all, an exact path before a prefix, a longer prefix before a shorter, and the top level last.
    ///
    /// The path is compared as it was sent, byte for byte. It costs the same however many routes there are, and nothing
    /// where there is but the top level.
    ///
    /// # Errors
    ///
    /// When no route takes it, or another one would, once the path is normalised in whatever way some receiver does.
    pub fn find(&self, head: &Parts) -> Result<&Arc<Route>, NoRoute> {
        self.find_with_number(head).map(|(_, route)| route)
    }

    /// The same, and which of [all](Self::iter) it is, counted from 0.
    ///
    /// # Errors
    ///
    /// As [`find`](Self::find).
    pub fn find_with_number(&self, head: &Parts) -> Result<(usize, &Arc<Route>), NoRoute> {
        let top = self.top.as_ref().map(|top| (self.listed.len(), top));
        if self.listed.is_empty() {
            return top.ok_or(NoRoute::Unknown);
        }
        let choice = self.table.of_host(headers::host(head));
        let path = head.uri.path().as_bytes();
        let found = choice.find(path);
        let listed = found.map(|number| (number, &self.listed[number]));
        let route = listed.or(top).ok_or(NoRoute::Unknown)?;
        // Where there are more forms than are worth looking at, one may lead elsewhere.
        let leads_elsewhere = !normal::is_plain(path)
            && normal::any_form(path, |form| choice.find(form) != found).unwrap_or(true);
        if leads_elsewhere {
            return Err(NoRoute::Ambiguous);
        }
        Ok(route)
    }

    /// The routes in the order of the file, the top level last, if it is one.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Route>> {
        self.listed.iter().chain(&self.top)
    }

    /// The same, to be changed before anything is served by them.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Route> {
        self.listed
            .iter_mut()
            .chain(&mut self.top)
            .map(Arc::make_mut)
    }

    /// The route that the log calls so; `None` is the top level.
    #[must_use]
    pub fn named(&self, name: Option<&str>) -> Option<&Arc<Route>> {
        match name {
            Some(name) => self.names.get(name).map(|&number| &self.listed[number]),
            None => self.top.as_ref(),
        }
    }
}

impl fmt::Display for NoRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "no route takes this path",
            Self::Ambiguous => "the path belongs to another route once it is normalised",
        })
    }
}

impl std::error::Error for NoRoute {}
