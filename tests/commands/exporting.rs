//! `export`: links of the archive and of files in every format; it never sends a request.

use kew_tui::archive;
use kew_tui::domain::note::{LinkId, Note};

use super::archive_list::save_snapshot;
use super::{Running, TestHome, read};

fn home() -> TestHome {
    TestHome::new("http://127.0.0.1:9/v1")
}

fn csv(rows: usize) -> String {
    let row =
        |i: usize| format!("anchor {i},site{}.com,me.com,https://site{}.com/{i},https://me.com/\n", i % 50, i % 50);
    let rows: String = (0..rows).map(row).collect();
    format!("anchor_text,domain_source,domain_target,url_source,url_target\n{rows}")
}

#[test]
fn export_takes_a_file_a_response_or_a_target() {
    let home = home();
    let number = save_snapshot(&home, "example.com", 5, &[("old", "a.com", "https://a.com/")]);
    save_snapshot(&home, "example.com", 5, &[("new", "b.com", "https://b.com/"), ("", "c.com", "https://c.com/")]);
    home.file("links.csv", &csv(3));
    assert_eq!(home.run(&["export", "example.com", "-f", "domains"]).success(), "b.com\nc.com\n");
    assert_eq!(home.run(&["export", &number.to_string(), "-f", "anchors"]).success(), "old\n");
    let both = home.run(&["export", "links.csv", "example.com", "-f", "urls"]).success();
    assert_eq!(both.lines().count(), 5);
    assert!(both.ends_with("https://b.com/\nhttps://c.com/\n"), "{both}");
    assert_eq!(home.run_with(&csv(4), &["export", "-", "-f", "ndjson"]).success().lines().count(), 4);
    for source in ["unknown.org", "99", "no-such-file.csv"] {
        let ran = home.run(&["export", source, "-o", "out.csv"]);
        assert!(ran.code == 2 && ran.err.contains("No file or saved snapshot called"), "{ran:?}");
    }
    assert!(!home.path("out.csv").exists());
}

#[test]
fn export_filters_sorts_and_groups_by_domain() {
    let home = home();
    home.file("links.csv", &csv(120));
    let run = |more: &[&str]| home.run(&[&["export", "links.csv", "-f", "urls", "-q"], more].concat()).success();
    assert_eq!(run(&[]).lines().count(), 120);
    assert_eq!(run(&["--filter", "anchor:/7$/ -domain:site7.com"]).lines().count(), 9);
    let sorted = run(&["--sort", "-rank", "--unique-domains"]);
    assert_eq!((sorted.lines().count(), sorted.lines().next()), (50, Some("https://site49.com/49")));
    for (filter, expected) in [("is:marked", "marks exist only"), ("is:new", "kew-tui diff")] {
        let ran = home.run(&["export", "links.csv", "--filter", filter]);
        assert!(ran.code == 2 && ran.err.contains(expected), "{ran:?}");
    }
}

#[test]
fn the_format_follows_the_file_name_and_files_are_not_overwritten() {
    let home = home();
    home.file("links.csv", &csv(2));
    assert_eq!(home.run(&["export", "links.csv", "-o", "out.tsv"]).err, "2 links as TSV\n");
    assert!(read(home.path("out.tsv")).starts_with("anchor_text\tdomain_source"));
    let again = home.run(&["export", "links.csv", "-o", "out.tsv"]);
    assert!(again.code == 2 && again.err.contains("--force"), "{again:?}");
    assert_eq!(home.run(&["export", "links.csv", "-o", "out.tsv", "--force", "--filter", "none-such"]).code, 0);
    assert_eq!(read(home.path("out.tsv")).lines().count(), 1);
    assert_eq!(home.run(&["export", "links.csv", "-o", "out.pdf"]).code, 2);
    // Formulas are guarded unless `--raw` is source.
    home.file("odd.csv", "url_from,url_to,anchor\nhttps://a.com/,https://me.com/,=1+1\n");
    assert!(home.run(&["export", "odd.csv", "-f", "csv"]).success().contains("'=1+1"));
    assert!(home.run(&["export", "odd.csv", "-f", "csv", "--raw"]).success().contains("\n=1+1,"));
    home.file("odd.csv", "url_from,url_to,anchor\nhttps://a.com/,https://me.com/,\"a\x1b[31m\nb\"\n");
    assert!(home.run(&["export", "odd.csv", "-f", "csv"]).success().contains("\na␛[31m b,"));
    assert!(home.run(&["export", "odd.csv", "-f", "csv", "--raw"]).success().contains("\n\"a\x1b[31m\nb\","));
}

#[test]
fn notes_apply_to_links_in_files() {
    let home = home();
    save_snapshot(&home, "example.com", 5, &[("x", "a.com", "https://a.com/"), ("y", "b.com", "https://b.com/")]);
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio.block_on(async {
        let archive = archive::ArchiveLocation::directory(home.path("data")).open().await.unwrap();
        let link = LinkId { source_url: "https://b.com/".into(), target_url: "https://example.com/".into() };
        archive.set_notes(&[(link, Note { text: String::new(), tag: "spam".into() })]).await.unwrap();
        archive.close().await;
    });
    assert_eq!(
        home.run(&["export", "example.com", "--filter", "tag:spam", "-f", "urls"]).success(),
        "https://b.com/\n"
    );
    assert_eq!(home.run(&["disavow", "example.com", "--filter", "tag:spam"]).success(), "domain:b.com\n");
    home.file(
        "links.csv",
        "url_from,url_to\nhttps://b.com/,https://example.com/\nhttps://c.com/,https://example.com/\n",
    );
    assert_eq!(home.run(&["export", "links.csv", "--filter", "is:noted", "-f", "domains"]).success(), "b.com\n");
}

#[test]
fn export_ends_quietly_on_a_closed_pipe() {
    let home = home();
    home.file("links.csv", &csv(30_000));
    let mut running = Running::start(home.command(&["export", "links.csv", "-f", "urls"]));
    assert_eq!(running.close_output_after_a_line(), "https://site0.com/0\n");
    let ran = running.end();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

/// Feeds the exported text to every installed shell, like a terminal without bracketed paste.
#[cfg(unix)]
#[test]
fn exported_urls_are_safe_to_paste_into_a_shell() {
    use std::os::unix::fs::PermissionsExt;
    let home = home();
    let programs = home.path("programs");
    std::fs::create_dir(&programs).unwrap();
    std::fs::write(programs.join("pwn"), "#!/bin/sh\ntouch pwned\n").unwrap();
    std::fs::set_permissions(programs.join("pwn"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let addresses = [
        "https://a.com/$(pwn)",
        "https://a.com/`pwn`",
        "https://a.com/;pwn;",
        "https://a.com/?a|pwn",
        "https://a.com/?a&pwn&b=1",
        "https://a.com/?a&pwn",
        "https://a.com/&pwn#&pwn",
        "https://a.com/'$(pwn)",
        "https://a.com/<(pwn)${IFS}>pwned",
        "https://a.com/\\\npwn",
        "https://a.com/{$(pwn),x}\u{a0}pwn",
    ];
    let rows: Vec<String> =
        addresses.iter().map(|url| serde_json::json!({"url_source": url, "url_target": url}).to_string()).collect();
    let file = home.file("links.ndjson", &(rows.join("\n") + "\n"));
    for format in ["urls", "targets"] {
        let text = home.run(&["export", &file, "-f", format]).success();
        assert_eq!(text.lines().count(), addresses.len());
        let text = home.file("pasted", &text);
        for shell in ["sh", "bash", "dash", "zsh", "ksh"] {
            let mut command = std::process::Command::new(shell);
            command.env("PATH", format!("{}:/usr/bin:/bin", programs.display())).current_dir(home.path(""));
            let ran = command.stdin(std::fs::File::open(&text).unwrap()).output();
            assert!(shell != "sh" || ran.is_ok(), "{ran:?}");
            assert!(!home.path("pwned").exists(), "{shell} ran something: {}", read(&text));
        }
    }
}

#[test]
fn a_url_list_has_only_web_addresses() {
    let home = home();
    let addresses = [
        "https://a.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "--help",
        "-x https://a.com",
        " HTTP://b.com/x y",
        "",
        "https://",
        "c.com",
    ];
    let row =
        |url: &&str| serde_json::json!({"url_source": url, "url_target": "x", "domain_source": "s.com"}).to_string();
    let file = home.file("links.ndjson", &(addresses.iter().map(row).collect::<Vec<_>>().join("\n") + "\n"));
    for sorted in [&[][..], &["--sort", "rank"]] {
        let arguments = [&["export", &file, "-f", "urls", "--web-only"], sorted].concat();
        let ran = home.run(&arguments);
        assert_eq!(ran.out, "https://a.com/\nHTTP://b.com/x%20y\nhttps://c.com\n");
        assert!(ran.err.contains("links left out (not http or https)"), "{ran:?}");
    }
    assert_eq!(home.run(&["export", &file, "-f", "targets", "--web-only", "-q"]).success(), "");
    let rival = ["https://web.com/", "file:///x"].map(|url| {
        serde_json::json!({"url_source": url, "url_target": "x", "domain_source": if url.starts_with("http") { "web.com" } else { "file.com" }}).to_string()
    });
    let rival = home.file("rival.ndjson", &rival.join("\n"));
    let own = "url_source,url_target\nhttps://mine.org/,https://me.com/\n";
    let gap = |more: &[&str]| home.run_with(own, &[&["gap", "-", &rival, "-q", "-f", "urls"], more].concat()).success();
    assert_eq!(gap(&[]).lines().count(), 2);
    assert_eq!(gap(&["--web-only"]), "https://web.com/\n");
    save_snapshot(&home, "example.com", 5, &[("old", "a.com", "https://a.com/")]);
    save_snapshot(&home, "example.com", 5, &[("", "b.com", "file:///b"), ("", "c.com", "https://c.com/")]);
    let diff = ["diff", "example.com", "--only", "new", "-f", "urls", "--web-only", "-q"];
    assert_eq!(home.run(&diff).success(), "https://c.com/\n");
    // Already saved, so nothing is sent.
    let fetch = ["fetch", "example.com", "-n", "5", "-f", "urls", "--web-only", "-q"];
    assert_eq!(home.run(&fetch).success(), "https://c.com/\n");
}

#[test]
fn html_entities_are_typed_as_characters_and_exported_as_they_came() {
    let home = home();
    let rows = "\"Tom &amp; Jerry\",https://a.com/,https://me.com/\ncaf&eacute;,https://b.com/,https://me.com/\n\
                &amp;amp;,https://c.com/,https://me.com/\n\"cafe\",https://d.com/,https://me.com/\n";
    home.file("links.csv", &format!("anchor_text,url_source,url_target\n{rows}"));
    let anchors = |arguments: &[&str]| {
        let run = [&["export", "links.csv", "-f", "anchors"], arguments].concat();
        home.run(&run).success().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(anchors(&["--filter", "anchor:=\"tom & jerry\""]), ["Tom &amp; Jerry"]);
    assert_eq!(anchors(&["--filter", "anchor:café"]), ["caf&eacute;"]);
    assert_eq!(anchors(&["--filter", "anchor:=&amp;"]), ["&amp;amp;"], "one level is decoded");
    assert_eq!(anchors(&["--sort", "anchor"]), ["&amp;amp;", "cafe", "caf&eacute;", "Tom &amp; Jerry"]);
    let again = home.file("again.csv", &home.run(&["export", "links.csv", "-f", "csv"]).success());
    assert_eq!(home.run(&["export", &again, "-f", "anchors"]).success().lines().next(), Some("Tom &amp; Jerry"));
    let table = home.run(&["export", "links.csv", "-f", "table"]).success();
    assert!(table.contains("Tom & Jerry") && table.contains("café"), "{table}");
}

#[test]
fn flags_of_parts_of_a_country_are_exported() {
    let home = home();
    let scotland = "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}";
    let row = format!(
        "{{\"anchor_text\":\"{scotland} kilts \u{e0067}\",\"url_source\":\"https://a.com/\",\"url_target\":\"https://me.com/\"}}\n"
    );
    home.file("links.ndjson", &row);
    for format in ["csv", "tsv", "anchors", "markdown"] {
        let text = home.run(&["export", "links.ndjson", "-f", format]).success();
        assert!(text.contains(&format!("{scotland} kilts ⟨E0067⟩")), "{format}: {text}");
    }
}

#[test]
fn columns_of_a_file_with_built_in_names_have_longer_ones() {
    let home = home();
    home.file(
        "clash.csv",
        "Source URL,Target URL,Rank,note,host,url-depth\nhttps://a.example/1,https://me.example/,5,n,h,t\n\
         https://b.example/1,https://me.example/,50,,,\nhttps://c.example/1,https://me.example/,9,,,\n",
    );
    let rank = "--sort rank is a built-in column; for the column of the file, write \"rank (file)\"";
    let note = "note: is a built-in field; for the column of the file, write \"note (file)\":";
    let host = "host: is a built-in field; for the column of the file, write \"host (file)\":";
    for (option, value, domains, notes) in [
        ("--sort", "-rank", "c.example\nb.example\na.example\n", &[rank] as &[&str]),
        ("--sort", "-rank (file)", "b.example\nc.example\na.example\n", &[]),
        ("--sort", "-url-depth (file),rank", "a.example\nb.example\nc.example\n", &[rank]),
        ("--filter", "rank:>7", "b.example\nc.example\n", &[]),
        ("--filter", "\"rank (file)\":>7", "b.example\nc.example\n", &[]),
        ("--filter", "note:n", "", &[note]),
        ("--filter", "note:n|host:h -note:x", "", &[note, host]),
        ("--filter", "\"note (file)\":n", "a.example\n", &[]),
        ("--filter", "\"note\":n", "a.example\n", &[]),
        ("--filter", "domain:a.example", "a.example\n", &[]),
    ] {
        let ran = home.run(&["export", "clash.csv", "-f", "domains", option, value]);
        assert_eq!((ran.code, ran.out.as_str()), (0, domains), "{value}: {ran:?}");
        let shadowed: Vec<&str> = ran.err.lines().filter(|line| line.contains("column of the file")).collect();
        assert_eq!(shadowed, notes, "{value}");
    }
    home.file("plain.csv", "Source URL,Target URL,DR\nhttps://a.example/1,https://me.example/,5\n");
    let ran = home.run(&["export", "plain.csv", "--filter", "rank:>7"]);
    let message = "No column called “rank”; columns of these links: domain, ";
    assert!(ran.code == 2 && ran.err.contains(message) && ran.err.contains(", dr"), "{ran:?}");
}
