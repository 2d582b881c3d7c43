//! How text gets into a page without becoming a part of it.
//!
//! What is markup is written in this program and known when it is compiled; all else is text, and escaped. There is no way
//! to write a text of a sender's as markup.

use std::fmt::Display;

use crate::telemetry::visible;

/// A document that grows.
#[derive(Debug, Default)]
pub struct Html(String);

impl Html {
    /// Markup.
    pub fn raw(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    /// Text, within an element or the quotes of an attribute. What can't be seen for what it is is escaped as in the log.
    pub fn text(&mut self, text: impl Display) {
        for char in visible(&text.to_string()).chars() {
            match char {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                _ => self.0.push(char),
            }
        }
    }

    /// The whole document.
    pub fn finish(self) -> String {
        self.0
    }
}

/// Writes markup, given as literals, and text, given in parentheses.
macro_rules! html {
    ($out:expr, $($parts:tt)*) => { $crate::admin::page::html::parts!($out; $($parts)*) };
}

macro_rules! parts {
    ($out:expr;) => {};
    ($out:expr; $markup:literal $($rest:tt)*) => {
        $out.raw($markup);
        $crate::admin::page::html::parts!($out; $($rest)*);
    };
    ($out:expr; ($text:expr) $($rest:tt)*) => {
        $out.text(&$text);
        $crate::admin::page::html::parts!($out; $($rest)*);
    };
}

pub(super) use {html, parts};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_markup_and_nothing_in_it_is_hidden() {
        let mut out = Html::default();
        let hostile = "<script>\"'&\u{202e}\u{7}\n</script>";
        html!(out, "<p title=\"" (hostile) "\">" (hostile) "</p>");
        let text = "&lt;script&gt;&quot;&#39;&amp;\\u202e\\u0007\\n&lt;/script&gt;";
        assert_eq!(out.finish(), format!("<p title=\"{text}\">{text}</p>"));
    }
}
