//! Completions and manual pages.

use super::TestHome;

fn home() -> TestHome {
    TestHome::new("http://127.0.0.1:9/v1")
}

/// The commands in the help.
fn commands(home: &TestHome) -> Vec<String> {
    let help = home.run(&["--help"]).success();
    let list = help.split("Commands:").nth(1).unwrap().split("\n\n").next().unwrap();
    let name = |line: &str| line.strip_prefix("  ")?.split(' ').next().map(str::to_owned);
    let names: Vec<String> = list.lines().filter_map(name).filter(|name| !name.is_empty() && name != "help").collect();
    assert!(names.len() > 10, "{help}");
    names
}

#[test]
fn completions_cover_every_command() {
    let home = home();
    let commands = commands(&home);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = home.run(&["completions", shell]).success();
        for command in &commands {
            let is_there = script.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').any(|word| word == command);
            assert!(is_there, "{shell}: {command}");
        }
    }
    assert_eq!(home.run(&["completions", "csh"]).code, 2);
}

#[test]
fn each_command_has_a_man_page() {
    let home = home();
    let page = home.run(&["man"]).success();
    assert!(page.contains(".TH kew-tui 1") && page.contains("KEYWORDS_EVERYWHERE_API_KEY"), "{page}");
    assert!(home.run(&["man", "gap"]).success().contains("kew\\-tui gap"));
    let ran = home.run(&["man", "gpa"]);
    assert!(ran.code == 2 && ran.err.contains("did you mean “gap”?"), "{ran:?}");
    assert_eq!(home.run(&["-q", "man", "--dir", "share/man1"]).success(), "");
    let of_commands = commands(&home).into_iter().map(|command| format!("kew-tui-{command}.1"));
    let others = ["kew-tui.1", "kew-tui-config-show.1", "kew-tui-archive-check.1"].map(str::to_owned);
    for name in of_commands.chain(others) {
        assert!(home.path("share/man1").join(&name).exists(), "{name}");
    }
}

#[test]
fn manual_pages_use_the_vocabulary_and_describe_options_in_fragments() {
    let home = home();
    home.run(&["-q", "man", "--dir", "pages"]).success();
    for entry in std::fs::read_dir(home.path("pages")).unwrap() {
        let path = entry.unwrap().path();
        let page = std::fs::read_to_string(&path).unwrap().to_lowercase();
        for word in ["answer", "buy", "bought", "colour", "standard output", "standard error"] {
            assert!(!page.contains(word), "{word} in {}", path.display());
        }
        // The first line of an option's text: after its names, which follow .TP.
        let lines: Vec<&str> = page.lines().collect();
        for option in lines.windows(3).filter(|lines| lines[0] == ".TP") {
            assert!(!option[2].ends_with('.'), "{} in {}", option[2], path.display());
        }
    }
}

#[test]
fn the_help_of_each_command_has_examples() {
    let home = home();
    for command in commands(&home) {
        assert!(home.run(&[&command, "--help"]).success().contains("Examples:"), "{command}");
    }
}
