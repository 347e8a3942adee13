//! Completions and manual pages.

use super::Place;

fn place() -> Place {
    Place::new("http://127.0.0.1:9/v1")
}

#[test]
fn completions_cover_every_command() {
    let place = place();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = place.run(&["completions", shell]).good();
        for command in ["disavow", "gap", "doctor", "history"] {
            assert!(script.contains(command), "{shell}: {command}");
        }
    }
    assert_eq!(place.run(&["completions", "csh"]).code, 2);
}

#[test]
fn each_command_has_a_man_page() {
    let place = place();
    let page = place.run(&["man"]).good();
    assert!(page.contains(".TH kew-tui 1") && page.contains("KEYWORDS_EVERYWHERE_API_KEY"), "{page}");
    assert!(place.run(&["man", "gap"]).good().contains("kew\\-tui gap"));
    let ran = place.run(&["man", "gpa"]);
    assert!(ran.code == 2 && ran.err.contains("did you mean “gap”?"), "{ran:?}");
    assert_eq!(place.run(&["-q", "man", "--dir", "share/man1"]).good(), "");
    for name in ["kew-tui.1", "kew-tui-gap.1", "kew-tui-config-show.1", "kew-tui-archive-check.1"] {
        assert!(place.path("share/man1").join(name).exists(), "{name}");
    }
}

#[test]
fn help_has_examples() {
    let place = place();
    for command in ["gap", "disavow", "config", "doctor", "completions", "man"] {
        assert!(place.run(&[command, "--help"]).good().contains("Examples:"), "{command}");
    }
}
