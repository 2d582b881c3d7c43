//! Which events are asked for.

use std::time::SystemTime;

use crate::audit::Line;
use crate::policy::Patterns;

/// What is asked for. By default everything is.
#[derive(Debug, Default)]
pub struct Selection {
    /// Types that match one of these, as they are recorded. Empty for all, and for those without a type.
    pub types: Patterns,
    /// What was dropped then or later.
    pub since: Option<SystemTime>,
    /// What this route took.
    pub route: Option<String>,
}

impl Selection {
    /// Whether the event of this line is asked for.
    #[must_use]
    pub fn takes(&self, line: &Line<'_>) -> bool {
        let is_type = || {
            let name = line.event_type.as_deref();
            name.is_some_and(|name| self.types.find(name).is_some())
        };
        (self.types.is_empty() || is_type())
            && self.since.is_none_or(|since| line.time >= since)
            && (self.route.is_none() || self.route.as_deref() == line.route.as_deref())
    }
}
