//! Exports links to a file, and completes the file path as it is typed.

use std::fs;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use crate::app::message::Exported;
use crate::app::selection::Selection;
use crate::files::AtomicFile;
use crate::formats::{Format, Formulas, Writer};

pub(super) fn export(selection: &Selection, format: Format, typed: &str, overwrite: bool) -> Exported {
    let path = expand(typed);
    match write(selection, format, &path, overwrite) {
        Ok((entries, notices)) => {
            Exported::Written { what: format.counted(entries), path: path.display().to_string(), notices }
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Exported::Exists { format, path: resolve_link(&path).unwrap_or_else(|| typed.to_owned()) }
        }
        Err(error) => Exported::Failed { path: path.display().to_string(), why: error.to_string() },
    }
}

/// Returns the number of entries and what else to tell the user.
fn write(selection: &Selection, format: Format, path: &Path, overwrite: bool) -> io::Result<(usize, Vec<String>)> {
    let links = &selection.links;
    let mut out = BufWriter::new(AtomicFile::begin(path, overwrite)?);
    let mut writer =
        Writer::with_extras(format, Formulas::Guarded, links.schema().names().cloned().collect(), &mut out)?;
    writer.add(links, &selection.rows())?;
    let mut notices: Vec<String> = writer.notice().into_iter().collect();
    let entries = writer.finish()?;
    let file = out.into_inner()?;
    // An upload to Google replaces the previous list, so that losing a list loses work.
    if format == Format::Disavow {
        notices.extend(file.finish_with_backup()?.map(|backup| format!("previous list kept as {}", backup.display())));
    } else {
        file.finish()?;
    }
    Ok((entries, notices))
}

/// The file that `path` leads to through a symbolic link; `None` without one. The confirmation names the file that is overwritten.
fn resolve_link(path: &Path) -> Option<String> {
    let (absolute, resolved) = (std::path::absolute(path).ok()?, fs::canonicalize(path).ok()?);
    (absolute != resolved).then(|| resolved.to_str().map(str::to_owned)).flatten()
}

/// Expands `~/` to the home directory.
fn expand(typed: &str) -> PathBuf {
    let home = || directories::UserDirs::new().map(|user| user.home_dir().to_owned());
    match typed.strip_prefix("~/").zip(home()) {
        Some((rest, home)) => home.join(rest),
        None => PathBuf::from(typed),
    }
}

/// Completes a path by the longest prefix that all matching entries share.
pub(super) fn complete_path(typed: &str) -> String {
    let (lead, prefix) = typed.rsplit_once('/').map_or(("", typed), |(lead, prefix)| (&typed[..=lead.len()], prefix));
    let directory = if lead.is_empty() { PathBuf::from(".") } else { expand(lead) };
    let Ok(entries) = fs::read_dir(directory) else { return typed.to_owned() };
    let names = entries.flatten().filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let shown = name.starts_with(prefix) && (prefix.starts_with('.') || !name.starts_with('.'));
        let slash = if entry.path().is_dir() { "/" } else { "" };
        shown.then(|| format!("{name}{slash}"))
    });
    let common = names.reduce(|common, name| {
        common.chars().zip(name.chars()).take_while(|(a, b)| a == b).map(|(ch, _)| ch).collect()
    });
    common.map_or_else(|| typed.to_owned(), |common| format!("{lead}{common}"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::order::Order;
    use crate::domain::{Link, LinkSet, RowSet};

    fn selection() -> Selection {
        let link = Link { source_url: "https://a.com/", ..Link::default() };
        let links = Arc::new(LinkSet::from_links([link]).unwrap());
        Selection {
            links,
            rows: Arc::new(RowSet::all(1)),
            order: Order::default(),
            row_diffs: Arc::default(),
            rules: Arc::default(),
            grouped: None,
        }
    }

    #[test]
    fn a_file_is_replaced_completely_and_only_if_confirmed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("links.txt").display().to_string();
        fs::write(&path, "mine").unwrap();
        assert!(matches!(export(&selection(), Format::Urls, &path, false), Exported::Exists { .. }));
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        assert!(matches!(export(&selection(), Format::Urls, &path, true), Exported::Written { .. }));
        assert_eq!(fs::read_to_string(&path).unwrap(), "https://a.com/\n");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing else is left");
        #[cfg(unix)]
        {
            let link = directory.path().join("link.txt");
            std::os::unix::fs::symlink(&path, &link).unwrap();
            let exported = export(&selection(), Format::Urls, link.to_str().unwrap(), false);
            let leads_to = fs::canonicalize(&path).unwrap().display().to_string();
            assert_eq!(
                exported,
                Exported::Exists { format: Format::Urls, path: leads_to },
                "the question names the file"
            );
        }
        let nowhere = directory.path().join("no/such/links.txt").display().to_string();
        assert!(matches!(export(&selection(), Format::Urls, &nowhere, false), Exported::Failed { .. }));
    }

    #[test]
    fn a_disavow_list_that_is_overwritten_is_kept() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("disavow.txt").display().to_string();
        fs::write(&path, "domain:a.com\n").unwrap();
        let Exported::Written { notices, .. } = export(&selection(), Format::Disavow, &path, true) else { panic!() };
        assert!(notices[0].contains("1 link left out") && notices[1].ends_with("disavow.txt.bak"), "{notices:?}");
        assert_eq!(fs::read_to_string(format!("{path}.bak")).unwrap(), "domain:a.com\n");
    }

    #[test]
    fn paths_are_completed_to_the_longest_common_prefix() {
        let directory = tempfile::tempdir().unwrap();
        for name in ["report-a.csv", "report-b.csv", ".hidden"] {
            fs::write(directory.path().join(name), "").unwrap();
        }
        fs::create_dir(directory.path().join("archive")).unwrap();
        let lead = format!("{}/", directory.path().display());
        for (typed, completed) in
            [("re", "report-"), ("report-a", "report-a.csv"), ("a", "archive/"), ("zz", "zz"), (".h", ".hidden")]
        {
            assert_eq!(complete_path(&format!("{lead}{typed}")), format!("{lead}{completed}"));
        }
    }
}
