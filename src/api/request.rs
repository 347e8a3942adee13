//! A request in the API's terms: the endpoint and the form fields.

use crate::domain::{Mode, Request, Scope};

/// The name in the API's documentation.
pub(super) fn endpoint(request: &Request) -> &'static str {
    match (request.target.scope(), request.mode) {
        (Scope::Page, Mode::OnePerDomain) => "get_unique_page_backlinks",
        (Scope::Page, Mode::AllLinks) => "get_page_backlinks",
        (Scope::Domain, Mode::OnePerDomain) => "get_unique_domain_backlinks",
        (Scope::Domain, Mode::AllLinks) => "get_domain_backlinks",
    }
}

pub(super) fn form(request: &Request) -> [(&'static str, String); 2] {
    let name = match request.target.scope() {
        Scope::Page => "page",
        Scope::Domain => "domain",
    };
    [(name, request.target.as_str().to_owned()), ("num", request.count.get().to_string())]
}
