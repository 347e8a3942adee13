//! Sample links and responses.

use std::sync::Arc;

use kew_tui::domain::{Credits, Link, LinkSet, Request, Response};

/// Links with five source domains, five anchor texts and distinct source URLs.
pub fn links(count: usize) -> LinkSet {
    let rows: Vec<[String; 5]> = (0..count)
        .map(|i| {
            let domain = ["reddit.com", "w3.org", "blog.example.net", "zeta.de", "Alpha.co.uk"][i % 5];
            [
                ["Best page", "", "カレー", "read more", "École"][i * 7 % 5].to_owned(),
                domain.to_owned(),
                "example.com".to_owned(),
                format!("https://www.{}/post/{i}?id={}&q=a%20b", domain.to_lowercase(), i * 31 % 1000),
                format!("https://example.com/{}", i % 3),
            ]
        })
        .collect();
    let link = |row: &[String; 5]| -> Link<'static> {
        let text = |i: usize| -> &'static str { row[i].clone().leak() };
        Link {
            anchor: text(0),
            source_domain: text(1),
            target_domain: text(2),
            source_url: text(3),
            target_url: text(4),
        }
    };
    LinkSet::from_links(rows.iter().map(link)).unwrap()
}

/// A response with these links, at the API's price.
pub fn response(request: &Request, links: LinkSet) -> Arc<Response> {
    let charged = Some(Credits(request.mode.price_per_link().0 * links.len() as u64));
    Arc::new(Response { links: Arc::new(links), charged, time_taken: None, skipped: 0 })
}
