//! Completions and manual pages.

use super::ArchiveLocation;

fn place() -> ArchiveLocation {
    ArchiveLocation::new("http://127.0.0.1:9/v1")
}

#[test]
fn every_shell_completes_every_command() {
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
fn there_is_a_page_for_the_program_and_one_for_each_command() {
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
fn pages_use_the_words_of_the_program_and_options_are_no_sentences() {
    let place = place();
    place.run(&["-q", "man", "--dir", "pages"]).good();
    for entry in std::fs::read_dir(place.path("pages")).unwrap() {
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
fn help_has_examples() {
    let place = place();
    for command in ["gap", "disavow", "config", "doctor", "completions", "man"] {
        assert!(place.run(&[command, "--help"]).good().contains("Examples:"), "{command}");
    }
}
