//! Generates the links of a target, the same ones each time.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::world::{Parts, TargetProfile, World};

/// A link with the field names of the API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ApiLink {
    pub(super) anchor_text: String,
    pub(super) domain_source: String,
    pub(super) domain_target: String,
    pub(super) url_source: String,
    pub(super) url_target: String,
}

#[derive(Clone, Debug)]
pub(super) struct LinkRequest<'a> {
    pub(super) host: &'a str,
    /// `None` for a whole domain.
    pub(super) path: Option<&'a str>,
    /// One link per domain.
    pub(super) unique: bool,
    /// The maximum number of links.
    pub(super) count: usize,
}

/// Best links first.
pub(super) fn make_links(world: &World, request: &LinkRequest<'_>) -> Vec<ApiLink> {
    let Some(profile) = world.profile(request.host) else { return Vec::new() };
    let mut links = if profile.address == "example.com" { samples(request.host) } else { Vec::new() };
    let mut seen: HashSet<String> = links.iter().map(|link| link.domain_source.clone()).collect();
    let mut rng = Rng(profile.seed);
    let sites = (0..profile.domains).map(|rank| Site::new(&world.parts, &profile, rank, &mut rng));
    for site in sites.collect::<Vec<_>>() {
        if !seen.insert(site.domain.clone()) {
            continue;
        }
        // With all links, a site links once or twice.
        let times = if request.unique { 1 } else { 1 + rng.below(4) / 2 };
        for _ in 0..times {
            links.push(site.link(&world.parts, &profile, request, &mut rng));
        }
        if links.len() >= request.count {
            break;
        }
    }
    if request.path.is_some_and(|path| !matches!(path, "" | "/")) {
        // A page other than the home page gets a tenth of the links.
        links.truncate(links.len().div_ceil(10));
    }
    links.truncate(request.count);
    links
}

/// The example response in the API's documentation.
fn samples(host: &str) -> Vec<ApiLink> {
    let samples: Vec<ApiLink> = serde_json::from_str(include_str!("../../assets/demo/sample.json")).unwrap_or_default();
    if host == "example.com" { samples } else { Vec::new() }
}

/// A referring domain.
struct Site {
    domain: String,
    is_spam: bool,
}

impl Site {
    fn new(parts: &Parts, profile: &TargetProfile, rank: usize, rng: &mut Rng) -> Site {
        if let Some(domain) = parts.world_domains.get(rank).filter(|_| profile.world) {
            return Site { domain: domain.clone(), is_spam: false };
        }
        // Even under a spam attack, the top links are not spam.
        let is_spam = rank >= 12 && rng.below(100) < profile.spam;
        let domain = if is_spam {
            let (first, second) = (rng.pick(&parts.spam_first), rng.pick(&parts.spam_second));
            format!("{first}-{second}-{}.{}", rng.below(9_000) + 100, rng.pick(&parts.spam_tlds))
        } else {
            let (first, second) = (rng.pick(&parts.first), rng.pick(&parts.second));
            let joint = if rng.below(3) == 0 { "-" } else { "" };
            format!("{first}{joint}{second}.{}", rng.pick(&parts.tlds))
        };
        Site { domain, is_spam }
    }

    fn link(&self, parts: &Parts, profile: &TargetProfile, request: &LinkRequest<'_>, rng: &mut Rng) -> ApiLink {
        let (paths, anchors) =
            if self.is_spam { (&parts.spam_paths, &profile.spam_anchors) } else { (&parts.paths, &profile.anchors) };
        let host = if self.is_spam { "" } else { rng.pick(&parts.hosts) };
        let path = rng
            .pick(paths)
            .replace("{topic}", rng.pick(&profile.topic))
            .replace("{year}", &(2012 + rng.below(15)).to_string())
            .replace("{month}", &format!("{:02}", 1 + rng.below(12)))
            .replace("{n}", &rng.below(100_000).to_string());
        let target_path =
            request.path.map_or_else(|| rng.pick(&profile.pages).to_owned(), |p| p.trim_end_matches('/').to_owned());
        ApiLink {
            anchor_text: rng.pick(anchors).to_owned(),
            domain_source: self.domain.clone(),
            domain_target: request.host.strip_prefix("www.").unwrap_or(request.host).to_owned(),
            url_source: format!("https://{host}{}/{path}", self.domain),
            url_target: format!("https://{}{target_path}", request.host),
        }
    }
}

/// SplitMix64 (Steele et al. 2014).
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    fn pick<'p>(&mut self, from: &'p [String]) -> &'p str {
        let at = self.below(from.len() as u64) as usize;
        from.get(at).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(host: &str, path: Option<&str>, unique: bool, count: usize) -> Vec<ApiLink> {
        make_links(&World::load().unwrap(), &LinkRequest { host, path, unique, count })
    }

    #[test]
    fn the_documented_example_comes_first() {
        let links = made("example.com", Some("/"), true, 5);
        let domains: Vec<_> = links.iter().map(|l| l.domain_source.as_str()).collect();
        assert_eq!(domains, ["reddit.com", "w3.org", "forbes.com", "adobe.com", "godaddy.com"]);
        assert_eq!(links[1].anchor_text, "カレー");
        assert!(made("example.com", Some("/"), true, 100).len() == 100);
    }

    #[test]
    fn links_are_deterministic_and_a_smaller_request_is_a_prefix() {
        let world = World::load().unwrap();
        for profile in &world.targets {
            let all = made(&profile.address, Some("/"), true, 10_000);
            assert_eq!(all, made(&profile.address, Some("/"), true, 10_000));
            assert_eq!(all[..all.len().min(7)], made(&profile.address, Some("/"), true, 7), "{}", profile.address);
            let domains: HashSet<_> = all.iter().map(|l| &l.domain_source).collect();
            assert_eq!(domains.len(), all.len(), "{}", profile.address);
        }
        assert_eq!(made("megamart.example", Some("/"), true, 10_000).len(), 10_000);
        assert_eq!(made("quietcorner.example", Some("/"), true, 100).len(), 3);
        assert!(made("emptyhall.example", Some("/"), true, 100).is_empty());
        assert!(!made("www.emptyhall.example", Some("/"), true, 100).is_empty());
        assert!(made("tidepool.example", None, false, 10_000).len() > 3_200);
    }
}
