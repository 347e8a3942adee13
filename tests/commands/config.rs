//! `config`: settings and their sources.

use super::{CommandOutput, TestHome, read};

const KEY: &str = "0123456789-very-secret-wxyz";

fn home() -> TestHome {
    TestHome::new("http://127.0.0.1:9/v1")
}

#[test]
fn config_init_writes_a_private_file_once() {
    let home = home();
    let settings = home.path("new/kew/config.toml");
    let run = |arguments: &[&str]| -> CommandOutput {
        home.command(arguments).env("KEW_CONFIG", &settings).output().unwrap().into()
    };
    let path = run(&["config", "path"]);
    assert!(path.out == format!("{}\n", settings.display()) && path.err.contains("config init"), "{path:?}");
    assert_eq!(run(&["config", "init"]).code, 0);
    assert!(read(&settings).contains("# number = 100"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(settings.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    std::fs::write(&settings, "number = 7\n").unwrap();
    let again = run(&["config", "init"]);
    assert!(again.code == 2 && again.err.contains("already exists; nothing was changed"), "{again:?}");
    assert_eq!(read(&settings), "number = 7\n");
    assert_eq!(run(&["config", "path"]).err, "");
}

#[test]
fn config_shows_each_source_and_no_key() {
    let home = home();
    let settings = home.file(
        "config.toml",
        &format!("number = 7\napi_key_command = \"printf {KEY}\"\nambiguous_width = 2\n[limits]\nidle_seconds = 5\n"),
    );
    let shown = |key: Option<&str>, arguments: &[&str]| {
        let mut command = home.command(&[&["config", "show", "-f", "json"], arguments].concat());
        command.env("KEW_CONFIG", &settings).env("NO_COLOR", "1").env_remove("KEYWORDS_EVERYWHERE_API_KEY");
        command.envs(key.map(|key| ("KEYWORDS_EVERYWHERE_API_KEY", key)));
        let out = CommandOutput::from(command.output().unwrap()).success();
        assert!(!out.contains("very-secret"), "{out}");
        let lines: Vec<serde_json::Value> = serde_json::from_str(&out).unwrap();
        move |name: &str| {
            let line = lines.iter().find(|line| line["name"] == name).unwrap_or_else(|| panic!("{name}"));
            (line["value"].as_str().unwrap().to_owned(), line["from"].as_str().unwrap().to_owned())
        }
    };
    let pair = |value: &str, from: &str| (value.to_owned(), from.to_owned());
    let value = shown(Some(KEY), &[]);
    assert_eq!(value("number"), pair("7", &format!("{settings}:1")));
    assert_eq!(value("scope"), pair("\"page\"", "default"));
    assert_eq!(value("limits.idle_seconds"), pair("5", &format!("{settings}:5")));
    assert_eq!(value("ascii"), pair("true", "ambiguous_width"));
    assert_eq!(value("theme"), pair("\"plain\"", "NO_COLOR"));
    assert_eq!(value("api_key_command").0, "printf …");
    assert_eq!(value("KEW_API_URL"), pair("http://127.0.0.1:9/v1", "environment"));
    assert_eq!(value("KEYWORDS_EVERYWHERE_API_KEY"), pair("…wxyz", "environment"));
    assert_eq!(shown(None, &[])("KEYWORDS_EVERYWHERE_API_KEY").1, "api_key_command");
    let file = home.file("key", "another-long-secret-abcd\n");
    #[cfg(unix)]
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let by_flag = shown(Some(KEY), &["--api-key-file", &file]);
    assert_eq!(by_flag("KEYWORDS_EVERYWHERE_API_KEY"), pair("…abcd", &format!("flag: {file}")));
}

#[test]
fn config_does_not_show_invalid_settings() {
    let home = home();
    let settings = home.file("config.toml", "nubmer = 7\n");
    let ran: CommandOutput = home.command(&["config", "show"]).env("KEW_CONFIG", &settings).output().unwrap().into();
    assert!(ran.code == 2 && ran.out.is_empty() && ran.err.contains("did you mean “number”?"), "{ran:?}");
    let ran: CommandOutput = home.command(&["config", "path"]).env("KEW_CONFIG", &settings).output().unwrap().into();
    assert_eq!(ran.success(), format!("{settings}\n"));
}

#[test]
fn a_theme_next_to_the_settings_is_used_unless_it_has_a_mistake() {
    let home = home();
    let settings = home.file("config.toml", "theme = \"mine\"\n");
    let run = |arguments: &[&str]| -> CommandOutput {
        let mut command = home.command(arguments);
        command
            .env("KEW_CONFIG", &settings)
            .env("COLORTERM", "truecolor")
            .env_remove("NO_COLOR")
            .output()
            .unwrap()
            .into()
    };
    let theme = || {
        let lines: Vec<serde_json::Value> =
            serde_json::from_str(&run(&["config", "show", "-f", "json"]).success()).unwrap();
        let line = lines.into_iter().find(|line| line["name"] == "theme").unwrap();
        (line["value"].as_str().unwrap().to_owned(), line["from"].as_str().unwrap().to_owned())
    };
    let missing = run(&["config", "show"]);
    assert!(missing.code == 2 && missing.err.contains("config.toml:1: theme: "), "{missing:?}");
    std::fs::create_dir(home.path("themes")).unwrap();
    let file = std::path::Path::new(&settings).with_file_name("themes").join("mine.toml").display().to_string();
    home.file("themes/mine.toml", "inherits = \"dark\"\ncost = { fg = \"red\" }\n");
    assert_eq!(theme(), ("\"mine\"".to_owned(), format!("{settings}:1")));
    home.file("themes/mine.toml", "inherits = \"dark\"\ncots = { fg = \"red\" }\n");
    assert_eq!(theme(), ("\"dark\"".to_owned(), format!("default (mistake in {file})")));
    let doctor = run(&["doctor"]);
    let found = doctor.out.lines().find(|line| line.contains("settings")).unwrap();
    assert!(found.starts_with("warn") && found.contains(&format!("{file}:2: ")), "{found}");
    assert!(found.contains("did you mean “cost”"), "{found}");
}
