//! Where the user's settings and data are. The `directories` crate knows the conventions of each system.

use std::ffi::OsString;
use std::path::PathBuf;

use directories::ProjectDirs;

/// Looks up an environment variable. A function, so that tests can provide their own.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The settings file: `KEW_CONFIG`, else in the user's configuration directory. `None` without a home directory.
pub fn settings_file(environment: Environment<'_>) -> Option<PathBuf> {
    path_from(environment, "KEW_CONFIG").or_else(|| Some(project()?.config_dir().join("config.toml")))
}

/// The directory for the archive and other data: `KEW_DATA_DIR`, else in the user's data directory. `None` without a home
/// directory.
pub fn data_dir(environment: Environment<'_>) -> Option<PathBuf> {
    path_from(environment, "KEW_DATA_DIR").or_else(|| Some(project()?.data_dir().to_owned()))
}

fn path_from(environment: Environment<'_>, name: &str) -> Option<PathBuf> {
    environment(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn project() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "kew-tui")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environment_variables_override_the_paths() {
        let environment = |name: &str| matches!(name, "KEW_CONFIG" | "KEW_DATA_DIR").then(|| OsString::from("/x/y"));
        assert_eq!(settings_file(&environment), Some(PathBuf::from("/x/y")));
        assert_eq!(data_dir(&environment), Some(PathBuf::from("/x/y")));
        assert_eq!(settings_file(&|_| Some(OsString::new())), settings_file(&|_| None));
    }
}
