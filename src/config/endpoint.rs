//! Whether a file has to say where events go.

use toml::de::{DeTable, DeValue};

use super::read::ROUTES;
use crate::upstream::Origin;

const UPSTREAM: &str = "upstream";
/// What nothing is sent to: no name ends so (RFC 6761 §6.4).
const NOWHERE: &str = "http://endpoint.invalid";

/// Whether a file has to say where events go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Endpoint {
    /// It has to: whoever reads it sends them there. The default.
    #[default]
    Named,
    /// Whoever asks what becomes of an event has it in hand, and sends it on. A file without any `upstream` is read as if one
    /// stood above all sections: what no route takes goes by the rules there. Any other file means what it says.
    Known,
}

impl Endpoint {
    /// Where events go by a file that does not say so; `None` where it says so or would have to.
    pub(super) fn of_file(self, file: &DeTable<'_>) -> Option<Origin> {
        match self {
            Self::Named => None,
            Self::Known if names_upstream(file) => None,
            Self::Known => Origin::parse(NOWHERE).ok(),
        }
    }
}

fn names_upstream(file: &DeTable<'_>) -> bool {
    let routes = file.get(ROUTES).map(toml::Spanned::get_ref);
    let mut routes = routes.and_then(DeValue::as_array).into_iter().flatten();
    file.contains_key(UPSTREAM)
        || routes.any(|route| {
            let route = route.get_ref().as_table();
            route.is_some_and(|route| route.contains_key(UPSTREAM))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    /// The names of all routes, or what is missing.
    fn routes(text: &str, endpoint: Endpoint) -> Result<Vec<String>, String> {
        let config = Config::parse_for(text, endpoint);
        let config = config.map_err(|problems| problems.display_with("c".as_ref()).to_string())?;
        let names = config.routes.iter().map(|route| {
            let name = route.name.as_deref();
            name.unwrap_or("top").to_owned()
        });
        Ok(names.collect())
    }

    #[test]
    fn a_file_that_names_none_has_one_for_whoever_knows_it_and_any_other_means_what_it_says() {
        let (with, path) = ("upstream = \"http://a\"\n", "[[route]]\npath = \"/a\"\n");
        let both = Ok(vec!["/a".to_owned(), "top".to_owned()]);
        let top = Ok(vec!["top".to_owned()]);
        for (text, named, known) in [
            (with.to_owned(), Some(&top), &top),
            (String::new(), None, &top),
            (path.to_owned(), None, &both),
            (format!("{with}{path}"), Some(&both), &both),
            (
                format!("{path}{with}"),
                Some(&Ok(vec!["/a".to_owned()])),
                &Ok(vec!["/a".to_owned()]),
            ),
        ] {
            let found = routes(&text, Endpoint::Named);
            assert_eq!(Some(&found).filter(|found| found.is_ok()), named, "{text}");
            assert_eq!(routes(&text, Endpoint::Known), *known, "{text}");
        }
        let one_without = format!("{path}{with}[[route]]\npath = \"/b\"\n");
        for endpoint in [Endpoint::Named, Endpoint::Known] {
            let problems = routes(&one_without, endpoint).unwrap_err();
            assert!(problems.contains("upstream is missing"), "{problems}");
        }
        let misspelt = routes("upstream = 1", Endpoint::Known).unwrap_err();
        assert!(misspelt.contains("upstream = 1"), "{misspelt}");
    }
}
