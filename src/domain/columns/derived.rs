//! Values that are derived from a field.

use crate::domain::public_suffix;
use crate::domain::url_parts::authority_and_path;

/// The public suffix of a domain; the domain itself if it has none.
pub(super) fn tld(domain: &str) -> &str {
    public_suffix::suffix(domain).unwrap_or(domain)
}

/// The host of a URL, including the port.
pub(super) fn host(url: &str) -> &str {
    authority_and_path(url).0
}

/// The first segment of the path.
pub(super) fn top_folder(url: &str) -> &str {
    folders(url).next().unwrap_or("/")
}

/// The number of segments in the path.
pub(super) fn depth(url: &str) -> u32 {
    u32::try_from(folders(url).count()).unwrap_or(u32::MAX)
}

/// The facet bucket of [`depth`]: depths of 10 and more are counted together.
pub(super) fn depth_bucket(url: &str) -> &str {
    DEPTHS.get(folders(url).count()).copied().unwrap_or("10+")
}

const DEPTHS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

fn folders(url: &str) -> impl Iterator<Item = &str> {
    authority_and_path(url).1.split('/').filter(|part| !part.is_empty())
}
