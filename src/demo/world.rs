//! The data of the built-in API, read from `assets/demo/`.

use serde::Deserialize;

/// Never happens in a build whose tests pass, because the data is compiled in.
#[derive(Debug, thiserror::Error)]
#[error("the demo's data can't be read: {0}")]
pub struct WorldError(String);

#[derive(Clone, Debug, Deserialize)]
pub(super) struct World {
    pub(super) parts: Parts,
    #[serde(rename = "target")]
    pub(super) targets: Vec<TargetProfile>,
    #[serde(rename = "fault")]
    pub(super) faults: Vec<Fault>,
}

/// The parts of generated domains and URLs.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Parts {
    pub(super) first: Vec<String>,
    pub(super) second: Vec<String>,
    pub(super) tlds: Vec<String>,
    pub(super) hosts: Vec<String>,
    pub(super) paths: Vec<String>,
    pub(super) spam_first: Vec<String>,
    pub(super) spam_second: Vec<String>,
    pub(super) spam_tlds: Vec<String>,
    pub(super) spam_paths: Vec<String>,
    pub(super) world_domains: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct TargetProfile {
    /// The host.
    pub(super) address: String,
    pub(super) what: String,
    /// The number of referring domains.
    pub(super) domains: usize,
    pub(super) topic: Vec<String>,
    pub(super) pages: Vec<String>,
    pub(super) anchors: Vec<String>,
    /// The percentage of links that are spam.
    #[serde(default)]
    pub(super) spam: u64,
    #[serde(default)]
    pub(super) spam_anchors: Vec<String>,
    /// Whether the top links come from sites in many scripts and languages.
    #[serde(default)]
    pub(super) world: bool,
    pub(super) seed: u64,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Fault {
    /// The host.
    pub(super) address: String,
    pub(super) what: String,
    pub(super) kind: FaultKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum FaultKind {
    BadRequest,
    KeyRefused,
    NoSubscription,
    WrongPlan,
    NoCredits,
    TooMany,
    Busy,
    Server,
    Html,
    Shape,
    Cut,
    Moved,
    Silent,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuideLine {
    pub address: String,
    pub what: String,
    /// Whether it returns an error.
    pub is_error: bool,
}

impl World {
    pub(super) fn load() -> Result<World, WorldError> {
        toml::from_str(include_str!("../../assets/demo/world.toml")).map_err(|e| WorldError(e.to_string()))
    }

    /// An unknown host gets a profile derived from its name.
    pub(super) fn profile(&self, host: &str) -> Option<TargetProfile> {
        let known = self.targets.iter().find(|profile| profile.address == host);
        // www. is ignored unless it is listed.
        let bare = host.strip_prefix("www.").unwrap_or(host);
        let known = known.or_else(|| self.targets.iter().find(|profile| profile.address == bare));
        known.cloned().or_else(|| {
            let template = self.targets.iter().find(|profile| profile.address == "slowbread.example")?;
            let seed = host.bytes().fold(7, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
            Some(TargetProfile {
                address: host.to_owned(),
                domains: 20 + (seed % 400) as usize,
                anchors: vec![host.to_owned(), "website".to_owned(), String::new(), "read more".to_owned()],
                topic: vec!["links".to_owned(), "news".to_owned(), "reviews".to_owned()],
                pages: vec![String::new()],
                seed,
                ..template.clone()
            })
        })
    }

    pub(super) fn fault(&self, host: &str) -> Option<FaultKind> {
        self.faults.iter().find(|fault| fault.address == host).map(|fault| fault.kind)
    }
}

/// The targets to try; those with links come first.
///
/// # Errors
/// The demo data can't be read.
pub fn guide() -> Result<Vec<GuideLine>, WorldError> {
    let world = World::load()?;
    let line = |address: &str, what: &str, is_error| GuideLine {
        address: address.to_owned(),
        what: what.to_owned(),
        is_error,
    };
    let targets = world.targets.iter().filter(|t| t.address != "www.emptyhall.example");
    let targets = targets.map(|t| line(&t.address, &t.what, false));
    Ok(targets.chain(world.faults.iter().map(|f| line(&f.address, &f.what, true))).collect())
}
