//! Finding the API key: a file named on the command line, the environment, a command of the user's, the settings file, in
//! this order. The key itself is never part of a message.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use secrecy::SecretString;

use super::KeySettings;
use super::places::Environment;

/// The variable that holds the key.
pub const VARIABLE: &str = "KEYWORDS_EVERYWHERE_API_KEY";

/// Names that other programs use for the same key: looked at only to say that they are not read here.
const OTHER_VARIABLES: [&str; 4] =
    ["KEYWORDSEVERYWHERE_API_KEY", "KEYWORDS_EVERYWHERE_KEY", "KWE_API_KEY", "KE_API_KEY"];

/// More than this is no key.
const LONGEST: u64 = 4096;

/// Why there is no key, though the user named a place for it; or that no place is named at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoKey {
    /// No place is named.
    #[error("No API key is set yet.{}", .similar.map(|name| format!(" {name} is set, but kew-tui reads {VARIABLE}.")).unwrap_or_default())]
    NotSet {
        /// A variable that other programs use is set.
        similar: Option<&'static str>,
    },
    /// The place is named, but gives no key.
    #[error("{0}")]
    Unusable(String),
}

/// Where to look.
pub struct Sources<'a> {
    /// The file of `--api-key-file`.
    pub file: Option<&'a Path>,
    /// The environment.
    pub environment: Environment<'a>,
    /// What the settings file says.
    pub settings: KeySettings,
    /// The settings file, whose access rights matter if the key stands in it.
    pub settings_file: Option<PathBuf>,
}

/// Finds the key in the first place that is named. A place that fails is an error, and no reason to look on: the next one
/// may belong to another account.
///
/// # Errors
/// No place is named, or the first that is gives no usable key.
pub fn find(sources: Sources<'_>) -> Result<SecretString, NoKey> {
    let unusable = |why: String| NoKey::Unusable(why);
    if let Some(path) = sources.file {
        let text = read_file(path).map_err(|e| unusable(format!("{} can't be read: {e}", path.display())))?;
        return usable(&text, &format!("{} holds", path.display()));
    }
    if let Some(value) = (sources.environment)(VARIABLE).filter(|value| !value.is_empty()) {
        let text = value.into_string().map_err(|_| unusable(format!("{VARIABLE} is no text")))?;
        return usable(&text, &format!("{VARIABLE} holds"));
    }
    if let Some(command) = &sources.settings.command {
        let text = run(command).map_err(unusable)?;
        return usable(&text, "api_key_command printed");
    }
    if let Some(key) = sources.settings.literal {
        if let Some(path) = &sources.settings_file {
            refuse_if_others_can_read(path).map_err(unusable)?;
        }
        return usable(secrecy::ExposeSecret::expose_secret(&key), "api_key in the settings holds");
    }
    let similar = OTHER_VARIABLES.into_iter().find(|name| (sources.environment)(name).is_some());
    Err(NoKey::NotSet { similar })
}

/// A key goes into a header: visible ASCII only (RFC 9110, section 5.5).
fn usable(text: &str, place: &str) -> Result<SecretString, NoKey> {
    let key = text.trim();
    if key.is_empty() {
        return Err(NoKey::Unusable(format!("{place} no key: it is empty")));
    }
    if key.len() as u64 > LONGEST || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(NoKey::Unusable(format!("{place} no key: a key is one word of plain letters, digits and signs")));
    }
    Ok(SecretString::from(key))
}

fn read_file(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(LONGEST + 1).read_to_string(&mut text)?;
    Ok(text)
}

/// Runs the command without a shell, so that nothing in it is expanded. It may ask for a passphrase on the terminal,
/// which is why this comes before the screen is taken.
fn run(command: &str) -> Result<String, String> {
    let words = shlex::split(command).unwrap_or_default();
    let Some((program, arguments)) = words.split_first() else {
        return Err("api_key_command can't be read: a quote is missing its end".to_owned());
    };
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("api_key_command could not be started: {program}: {e}"))?;
    if !output.status.success() {
        return Err(format!("api_key_command failed: {program}: {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| "api_key_command printed something that is no text".to_owned())
}

#[cfg(unix)]
fn refuse_if_others_can_read(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let mode =
        fs::metadata(path).map_err(|e| format!("{} can't be checked: {e}", path.display()))?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(format!(
        "{0} holds api_key, but others can read it (mode {1:04o}): run chmod 600 {0}, and think of changing the key",
        path.display(),
        mode & 0o7777
    ))
}

/// Other systems keep a user's files from others by default and have no such mode.
#[cfg(not(unix))]
fn refuse_if_others_can_read(path: &Path) -> Result<(), String> {
    fs::metadata(path).map(|_| ()).map_err(|e| format!("{} can't be checked: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use secrecy::ExposeSecret;

    use super::*;

    fn nothing(_: &str) -> Option<OsString> {
        None
    }

    fn sources<'a>(environment: Environment<'a>, command: Option<&str>, literal: Option<&str>) -> Sources<'a> {
        let settings = KeySettings { command: command.map(str::to_owned), literal: literal.map(SecretString::from) };
        Sources { file: None, environment, settings, settings_file: None }
    }

    fn found(sources: Sources<'_>) -> Result<String, NoKey> {
        find(sources).map(|key| key.expose_secret().to_owned())
    }

    #[test]
    fn the_first_place_named_counts() {
        let variable = |name: &str| (name == VARIABLE).then(|| OsString::from(" from-environment\n"));
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "from-file\n").unwrap();
        let mut all = sources(&variable, Some("printf from-command"), Some("from-settings"));
        all.file = Some(file.path());
        assert_eq!(found(all), Ok("from-file".into()));
        assert_eq!(found(sources(&variable, Some("printf x"), None)), Ok("from-environment".into()));
        #[cfg(unix)]
        assert_eq!(
            found(sources(&nothing, Some("printf '  %s\\n' from-command"), Some("x"))),
            Ok("from-command".into())
        );
        assert_eq!(found(sources(&nothing, None, Some("from-settings"))), Ok("from-settings".into()));
    }

    #[test]
    fn a_place_that_fails_is_not_passed_over() {
        assert!(matches!(found(sources(&nothing, Some("/no/such/program"), Some("x"))), Err(NoKey::Unusable(_))));
        let bad = |_: &str| Some(OsString::from("two words"));
        let error = found(sources(&bad, None, Some("x"))).unwrap_err().to_string();
        assert!(!error.contains("two"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn nothing_in_the_command_is_expanded() {
        assert_eq!(found(sources(&nothing, Some("printf %s '$HOME;x'"), None)), Ok("$HOME;x".into()));
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let file = tempfile::NamedTempFile::new().unwrap();
        for (mode, accepted) in [(0o600, true), (0o640, false), (0o604, false)] {
            fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).unwrap();
            let mut sources = sources(&nothing, None, Some("key"));
            sources.settings_file = Some(file.path().to_owned());
            assert_eq!(found(sources).is_ok(), accepted, "{mode:o}");
        }
    }

    #[test]
    fn a_name_of_other_programs_is_pointed_out() {
        let other = |name: &str| (name == "KWE_API_KEY").then(|| OsString::from("abc"));
        let error = found(sources(&other, None, None)).unwrap_err().to_string();
        assert!(error.contains("KWE_API_KEY is set") && error.contains(VARIABLE) && !error.contains("abc"));
    }
}
