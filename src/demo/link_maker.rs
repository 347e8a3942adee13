//! Makes up the links of a target: the same for the same target, always.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::world::{Parts, Profile, World};

/// A link in the API's own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ApiLink {
    pub(super) anchor_text: String,
    pub(super) domain_source: String,
    pub(super) domain_target: String,
    pub(super) url_source: String,
    pub(super) url_target: String,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub(super) struct Wanted<'a> {
    /// The target's host.
    pub(super) host: &'a str,
    /// The target's path; `None` for a whole domain.
    pub(super) path: Option<&'a str>,
    /// Whether each domain counts once.
    pub(super) unique: bool,
    /// How many at most.
    pub(super) count: usize,
}

/// The links of a target, best first.
pub(super) fn links(world: &World, wanted: &Wanted<'_>) -> Vec<ApiLink> {
    let Some(profile) = world.profile(wanted.host) else { return Vec::new() };
    let mut links = if profile.address == "example.com" { samples(wanted.host) } else { Vec::new() };
    let mut seen: HashSet<String> = links.iter().map(|link| link.domain_source.clone()).collect();
    let mut dice = Dice(profile.seed);
    let sites = (0..profile.domains).map(|rank| Site::new(&world.parts, &profile, rank, &mut dice));
    for site in sites.collect::<Vec<_>>() {
        if !seen.insert(site.domain.clone()) {
            continue;
        }
        // Well-known sites link more than once; a page gets a share of what its domain gets.
        let times = if wanted.unique { 1 } else { 1 + dice.below(4) / 2 };
        for _ in 0..times {
            links.push(site.link(&world.parts, &profile, wanted, &mut dice));
        }
        if links.len() >= wanted.count {
            break;
        }
    }
    if wanted.path.is_some_and(|path| !matches!(path, "" | "/")) {
        let few = links.len().div_ceil(10);
        links.truncate(few);
    }
    links.truncate(wanted.count);
    links
}

/// The five links of the API's documentation.
fn samples(host: &str) -> Vec<ApiLink> {
    let samples: Vec<ApiLink> = serde_json::from_str(include_str!("../../assets/demo/sample.json")).unwrap_or_default();
    if host == "example.com" { samples } else { Vec::new() }
}

/// A site that links.
struct Site {
    domain: String,
    is_spam: bool,
}

impl Site {
    fn new(parts: &Parts, profile: &Profile, rank: usize, dice: &mut Dice) -> Site {
        if let Some(domain) = parts.world_domains.get(rank).filter(|_| profile.world) {
            return Site { domain: domain.clone(), is_spam: false };
        }
        // The best links of a site under attack are still its own.
        let is_spam = rank >= 12 && dice.below(100) < profile.spam;
        let domain = if is_spam {
            let (first, second) = (dice.pick(&parts.spam_first), dice.pick(&parts.spam_second));
            format!("{first}-{second}-{}.{}", dice.below(9_000) + 100, dice.pick(&parts.spam_tlds))
        } else {
            let (first, second) = (dice.pick(&parts.first), dice.pick(&parts.second));
            let joint = if dice.below(3) == 0 { "-" } else { "" };
            format!("{first}{joint}{second}.{}", dice.pick(&parts.tlds))
        };
        Site { domain, is_spam }
    }

    fn link(&self, parts: &Parts, profile: &Profile, wanted: &Wanted<'_>, dice: &mut Dice) -> ApiLink {
        let (paths, anchors) =
            if self.is_spam { (&parts.spam_paths, &profile.spam_anchors) } else { (&parts.paths, &profile.anchors) };
        let host = if self.is_spam { "" } else { dice.pick(&parts.hosts) };
        let path = dice
            .pick(paths)
            .replace("{topic}", dice.pick(&profile.topic))
            .replace("{year}", &(2012 + dice.below(15)).to_string())
            .replace("{month}", &format!("{:02}", 1 + dice.below(12)))
            .replace("{n}", &dice.below(100_000).to_string());
        let target_path =
            wanted.path.map_or_else(|| dice.pick(&profile.pages).to_owned(), |p| p.trim_end_matches('/').to_owned());
        ApiLink {
            anchor_text: dice.pick(anchors).to_owned(),
            domain_source: self.domain.clone(),
            domain_target: wanted.host.strip_prefix("www.").unwrap_or(wanted.host).to_owned(),
            url_source: format!("https://{host}{}/{path}", self.domain),
            url_target: format!("https://{}{target_path}", wanted.host),
        }
    }
}

/// Throws the same numbers for the same seed (SplitMix64, Steele et al. 2014).
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.throw() % bound.max(1)
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
        links(&World::load().unwrap(), &Wanted { host, path, unique, count })
    }

    #[test]
    fn the_documented_sample_comes_first() {
        let links = made("example.com", Some("/"), true, 5);
        let domains: Vec<_> = links.iter().map(|l| l.domain_source.as_str()).collect();
        assert_eq!(domains, ["reddit.com", "w3.org", "forbes.com", "adobe.com", "godaddy.com"]);
        assert_eq!(links[1].anchor_text, "カレー");
        assert!(made("example.com", Some("/"), true, 100).len() == 100);
    }

    #[test]
    fn the_same_is_asked_the_same_is_answered_and_more_begins_with_less() {
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
