//! Where the settings and the data of a user are (the `directories` crate knows each system's customs).

use std::ffi::OsString;
use std::path::PathBuf;

use directories::ProjectDirs;

/// A look at the environment, so that tests can bring their own.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The settings file: what `KEW_CONFIG` says, else in the user's configuration directory. `None` without a home.
pub fn settings_file(environment: Environment<'_>) -> Option<PathBuf> {
    set(environment, "KEW_CONFIG").or_else(|| Some(project()?.config_dir().join("config.toml")))
}

/// The directory for what is to be kept: what `KEW_DATA_DIR` says, else in the user's data directory. `None` without a
/// home.
pub fn data_dir(environment: Environment<'_>) -> Option<PathBuf> {
    set(environment, "KEW_DATA_DIR").or_else(|| Some(project()?.data_dir().to_owned()))
}

fn set(environment: Environment<'_>, name: &str) -> Option<PathBuf> {
    environment(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn project() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "kew-tui")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_moves_them() {
        let environment = |name: &str| matches!(name, "KEW_CONFIG" | "KEW_DATA_DIR").then(|| OsString::from("/x/y"));
        assert_eq!(settings_file(&environment), Some(PathBuf::from("/x/y")));
        assert_eq!(data_dir(&environment), Some(PathBuf::from("/x/y")));
        assert_eq!(settings_file(&|_| Some(OsString::new())), settings_file(&|_| None));
    }
}
