//! `fetch`: no request is paid twice or exceeds the limit, and each failure has its exit code.

use super::{CommandOutput, DemoHome, TestHome, read};

fn rows(csv: &str) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(csv.as_bytes()).records().map(Result::unwrap).collect()
}

#[test]
fn a_second_fetch_is_free() {
    let home = DemoHome::new();
    let ran = home.run(&["fetch", "example.com", "-n", "20"]);
    assert_eq!(ran.err, "20 links of 1 target · 100 cr charged · balance 99,900 cr\n");
    let fetched = ran.success();
    assert_eq!((rows(&fetched).len(), home.balance()), (20, 99_900));
    let again: CommandOutput = home
        .command(&["fetch", "example.com", "-n", "20"])
        .env_remove("KEYWORDS_EVERYWHERE_API_KEY")
        .output()
        .unwrap()
        .into();
    assert_eq!(again.err, "20 links of 1 target, 1 from the archive · 0 cr charged\n", "and no key is needed");
    assert_eq!(again.success(), fetched);
    let smaller = home.run(&["fetch", "example.com", "-n", "7"]);
    assert!(smaller.err.contains("the first 7 of 20 saved links"), "{smaller:?}");
    assert!(smaller.err.ends_with("7 links of 1 target, 1 from the archive · 0 cr charged\n"), "{smaller:?}");
    assert_eq!(rows(&smaller.success()), rows(&fetched)[..7], "a larger response serves a smaller request");
    assert_eq!(home.balance(), 99_900);
    assert_eq!(home.run(&["fetch", "example.com", "-n", "20", "--max-age", "30d"]).code, 0);
    assert_eq!(home.balance(), 99_900);
    assert_eq!(home.run(&["fetch", "example.com", "-n", "20", "--refresh"]).code, 0);
    assert_eq!(home.balance(), 99_800);
    let history = home.run(&["history", "example.com", "-f", "json"]).success();
    let history: serde_json::Value = serde_json::from_str(&history).unwrap();
    assert_eq!((history.as_array().unwrap().len(), &history[0]["charged"]), (2, &100.into()));
    assert!(home.run(&["diff", "example.com", "-f", "urls", "-q"]).success().is_empty(), "nothing changed");
}

#[test]
fn the_count_applies_per_target_before_the_filter() {
    let home = DemoHome::new();
    let fetch = |more: &[&str]| {
        let ran = home.run(&[&["fetch", "example.com", "tidepool.example", "-f", "csv"], more].concat());
        rows(&ran.success())
    };
    let all = fetch(&["-n", "50"]);
    assert_eq!((all.len(), home.balance()), (100, 99_500));
    let first: Vec<_> = all[..20].iter().chain(&all[50..70]).cloned().collect();
    assert_eq!(fetch(&["-n", "20"]), first);
    let org: Vec<_> = first.iter().filter(|row| row[1].ends_with(".org")).cloned().collect();
    assert!(!org.is_empty() && fetch(&["-n", "50", "--filter", "tld:org"]).len() > org.len());
    assert_eq!(fetch(&["-n", "20", "--filter", "tld:org"]), org);
    let mut sorted = fetch(&["-n", "20", "--sort", "-rank"]);
    sorted.reverse();
    assert_eq!(sorted, first);
    assert_eq!(home.balance(), 99_500);
}

#[test]
fn options_override_the_mode_setting() {
    let home = DemoHome::new();
    let settings = home.file("config.toml", "mode = \"all-links\"\nscope = \"domain\"\n");
    let quote = |more: &[&str]| {
        let arguments = [&["fetch", "example.com", "-n", "10", "--dry-run", "-f", "json"], more].concat();
        let ran: CommandOutput = home.command(&arguments).env("KEW_CONFIG", &settings).output().unwrap().into();
        let lines: serde_json::Value = serde_json::from_str(&ran.success()).unwrap();
        (lines[0]["scope"].as_str().unwrap().to_owned(), lines[0]["quote"].as_u64().unwrap())
    };
    assert_eq!(quote(&[]), ("domain".to_owned(), 10));
    assert_eq!(quote(&["--one-per-domain", "--scope", "page"]), ("page".to_owned(), 50));
    assert_eq!(home.run(&["fetch", "example.com", "--one-per-domain", "--all-links"]).code, 2);
}

/// Links are written even if the archive can neither store them nor read their notes.
#[test]
fn without_an_archive_links_are_written_without_notes() {
    use kew_tui::archive;
    let home = DemoHome::new();
    let tokio = tokio::runtime::Runtime::new().unwrap();
    tokio.block_on(async {
        archive::ArchiveLocation::directory(home.path("data")).open().await.unwrap().close().await;
        let url = format!("sqlite://{}", home.path("data/archive.sqlite").display());
        let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
        for sql in ["DROP TABLE link_notes", "ALTER TABLE answers RENAME COLUMN zstd TO packed"] {
            sqlx::query(sql).execute(&pool).await.unwrap();
        }
        pool.close().await;
    });
    let ran = home.run(&["fetch", "example.com", "-n", "5", "--filter", "tag:spam", "-f", "urls"]);
    assert_eq!((ran.code, ran.out.lines().count()), (1, 5), "{ran:?}");
    assert!(
        ran.err.contains("no column named zstd") && ran.err.contains("all links were written, without --filter"),
        "{ran:?}"
    );
}

#[test]
fn two_processes_with_the_same_request_pay_once() {
    let home = DemoHome::new();
    let start = || super::Running::start(home.command(&["fetch", "tidepool.example", "-n", "50"]));
    let programs = [start(), start(), start()];
    for program in programs {
        assert_eq!(rows(&program.end().success()).len(), 50);
    }
    assert_eq!(home.balance(), 99_750);
}

#[test]
fn a_list_has_one_target_a_line_in_any_encoding() {
    let home = DemoHome::new();
    let targets = |name: &str, bytes: &[u8]| {
        let path = home.file(name, "");
        std::fs::write(&path, bytes).unwrap();
        home.run(&["fetch", "--targets", &path, "--dry-run", "-f", "ndjson"])
    };
    let two = "https://me.example/a  # landing page\r\nhttps://me.example/#b\r\n";
    let utf16: Vec<u8> = two.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, note) in [
        (two.as_bytes().to_vec(), false),
        (two.replace("\r\n", "\r").into_bytes(), false),
        (utf16.clone(), true),
        ([b"\xFF\xFE", utf16.as_slice()].concat(), true),
    ] {
        let ran = targets("two.txt", &bytes);
        assert_eq!(ran.err.contains("two.txt: read as UTF-16"), note, "{ran:?}");
        let urls: Vec<String> = ran.success().lines().map(|line| field(line, "target")).collect();
        assert_eq!(urls, ["https://me.example/a", "https://me.example/"]);
    }
    let ran = targets("words.txt", b"https://me.example/a\tshoes\nhttps://me.example/b, boots\n");
    assert!(ran.code == 2 && ran.out.is_empty(), "{ran:?}");
    assert!(ran.err.contains("words.txt:1: more than one word: https://me.example/a\u{2409}shoes"), "{ran:?}");
    assert!(ran.err.contains("words.txt:2: more than one word: https://me.example/b, boots"), "{ran:?}");
    assert_eq!(home.run(&["fetch", "https://me.example/a shoes", "--dry-run"]).code, 2);
}

fn field(line: &str, name: &str) -> String {
    serde_json::from_str::<serde_json::Value>(line).unwrap()[name].as_str().unwrap().to_owned()
}

#[test]
fn targets_from_all_sources_make_one_table() {
    let home = DemoHome::new();
    let list = home.file("pages.txt", "# ours\nslowbread.example\n\nexample.com\r\n");
    let input = "fernandfig.example\nexample.com\n";
    let arguments = ["fetch", "example.com", "-", "--targets", &list, "-n", "10", "-q", "-f", "ndjson"];
    let ran = home.run_with(input, &arguments);
    assert_eq!(ran.err, "");
    let targets: Vec<String> = ran
        .success()
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["domain_target"].as_str().unwrap().to_owned()
        })
        .collect();
    let mut each = targets.clone();
    each.dedup();
    assert_eq!(each, ["example.com", "fernandfig.example", "slowbread.example"], "each once, in order");
    assert_eq!((targets.len(), home.balance()), (30, 99_850));

    let all = [&arguments[..], &["-f", "csv"]].concat();
    let all: Vec<&str> = all.into_iter().filter(|word| !["-f", "ndjson"].contains(word)).collect();
    let all =
        [&all[..all.len() - 1], &["--sort", "-source-domain", "--unique-domains", "--filter", "-tld:com"]].concat();
    let rows = rows(&home.run_with(input, &all).success());
    let domains: Vec<&str> = rows.iter().map(|row| &row[1]).collect();
    assert!(!domains.is_empty() && domains.iter().all(|domain| !domain.ends_with(".com")));
    assert!(domains.windows(2).all(|pair| pair[0] > pair[1]), "sorted, each once: {domains:?}");
    assert_eq!(home.balance(), 99_850);

    let bad = home.file("bad.txt", "example.com\nftp://x.org\nlocalhost\n");
    let ran = home.run(&["fetch", "--targets", &bad]);
    assert!(ran.code == 2 && ran.err.contains("bad.txt:2: ftp://x.org") && ran.err.contains("bad.txt:3"), "{ran:?}");
    assert_eq!(home.run(&["fetch", "--targets", &home.file("none.txt", "# none\n")]).code, 2);
    assert_eq!(home.run(&["fetch"]).code, 2);
}

#[test]
fn nothing_is_sent_above_the_credit_limit() {
    let home = DemoHome::new();
    let ran = home.run(&["fetch", "example.com", "tidepool.example", "-n", "60", "--json-errors"]);
    let error = ran.error();
    assert_eq!(
        (ran.code, &error["code"], &error["kind"], &error["credits"]),
        (8, &8.into(), &"over-limit".into(), &600.into())
    );
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("maximum cost 600 cr") && message.contains("500 cr") && message.contains("--max-credits 600"),
        "{message}"
    );
    assert_eq!(home.run(&["fetch", "example.com", "-n", "60", "--max-credits", "299"]).code, 8);
    assert_eq!(home.balance(), 100_000);
    assert_eq!(home.run(&["fetch", "example.com", "-n", "60"]).code, 0, "300 is below the confirmation threshold");
    let ran = home.run(&["fetch", "example.com", "tidepool.example", "-n", "60", "--max-credits", "300"]);
    assert_eq!(ran.code, 0, "saved responses do not count: {ran:?}");
    let settings = home.file("config.toml", "session_budget = 10\n");
    let budget: CommandOutput =
        home.command(&["fetch", "fernandfig.example"]).env("KEW_CONFIG", settings).output().unwrap().into();
    assert_eq!((budget.code, home.balance()), (8, 99_400));
}

#[test]
fn dry_run_quotes_and_sends_nothing() {
    let home = DemoHome::new();
    assert_eq!(home.run(&["fetch", "example.com", "-n", "5"]).code, 0);
    let dry = |format: &str| -> CommandOutput {
        let arguments =
            ["fetch", "example.com", "quietcorner.example", "-n", "5", "--dry-run", "-o", "x.csv", "-f", format];
        let mut command = home.command(&arguments);
        command.env_remove("KEYWORDS_EVERYWHERE_API_KEY").env("KEW_API_URL", "http://127.0.0.1:9/v1");
        command.output().unwrap().into()
    };
    let ran = dry("json");
    assert_eq!(ran.err, "2 targets, 1 of them saved in the archive, maximum cost 25 cr\n");
    let lines: serde_json::Value = serde_json::from_str(&ran.success()).unwrap();
    assert_eq!((&lines[0]["held"], &lines[0]["held_links"], &lines[0]["quote"]), (&1.into(), &5.into(), &0.into()));
    assert_eq!((&lines[1]["target"], &lines[1]["quote"]), (&"https://quietcorner.example/".into(), &25.into()));
    assert!(dry("table").success().contains("max credits"));
    assert!(!home.path("x.csv").exists());
    assert_eq!(home.balance(), 99_975);
}

#[test]
fn each_failure_has_its_exit_code() {
    let home = DemoHome::new();
    for (target, code, kind) in [
        ("error-401.example", 3, "key-refused"),
        ("error-402.example", 4, "payment-required"),
        ("error-402-credits.example", 4, "payment-required"),
        ("error-400.example", 5, "bad-request"),
        ("error-500.example", 6, "server"),
        ("html.example", 7, "unreadable"),
        ("shape.example", 7, "unreadable"),
        ("moved.example", 1, "unexpected-status"),
    ] {
        let ran = home.run(&["fetch", target, "-n", "5", "--json-errors"]);
        let error = ran.error();
        assert_eq!((ran.code, &error["code"], &error["kind"]), (code, &code.into(), &kind.into()), "{ran:?}");
        assert!(
            ran.out.is_empty() && error["message"].as_str().unwrap().starts_with(&format!("https://{target}/: ")),
            "{ran:?}"
        );
    }
    let refused: CommandOutput =
        home.command(&["fetch", "example.com"]).env("KEYWORDS_EVERYWHERE_API_KEY", "other").output().unwrap().into();
    assert_eq!(refused.code, 3);
    let none: CommandOutput =
        home.command(&["fetch", "example.com"]).env_remove("KEYWORDS_EVERYWHERE_API_KEY").output().unwrap().into();
    assert!(
        none.code == 3 && none.err.contains("KEYWORDS_EVERYWHERE_API_KEY") && none.err.contains("--demo"),
        "{none:?}"
    );
    assert_eq!(TestHome::new("http://127.0.0.1:9/v1").run(&["fetch", "example.com"]).code, 6);
    assert_eq!(TestHome::new("http://example.com/v1").run(&["fetch", "example.com"]).code, 2);
    assert_eq!(home.balance(), 100_000);
}

#[test]
fn a_truncated_response_is_archived() {
    let home = DemoHome::new();
    let ran = home.run(&["fetch", "cut.example", "-n", "50"]);
    assert!(ran.code == 7 || ran.code == 6, "{ran:?}");
    assert!(
        ran.err.contains("Write them with kew-tui export 1.")
            && ran.err.contains("Your balance shows a charge of 215 credits."),
        "{ran:?}"
    );
    // Without consent, the same request is not sent again.
    let balance = home.balance();
    let again = home.run(&["fetch", "cut.example", "-n", "50", "--json-errors"]);
    assert_eq!((again.code, &again.error()["kind"]), (8, &"may-be-paid".into()), "{again:?}");
    assert!(again.err.contains("write its links with kew-tui export 1"), "{again:?}");
    assert_eq!(home.balance(), balance);
    assert_ne!(home.run(&["fetch", "cut.example", "-n", "50", "--refresh"]).code, 8);
    assert!(home.balance() < balance);
}

#[test]
fn a_later_failure_keeps_paid_responses() {
    let home = DemoHome::new();
    let arguments = ["fetch", "example.com", "error-400.example", "quietcorner.example", "-n", "5", "-o", "links.csv"];
    let ran = home.run(&arguments);
    assert!(ran.code == 5 && ran.err.contains("Already saved in the archive: 1 target."), "{ran:?}");
    assert_eq!((home.names(), home.balance()), (vec!["data".to_owned()], 99_975), "no file, and no further request");
    assert_eq!(rows(&home.run(&["fetch", "example.com", "-n", "5"]).success()).len(), 5);
    assert_eq!(home.balance(), 99_975);
    // Without an archive, the links are written anyway.
    let ran = home.run(&[&arguments[..], &["--no-archive"]].concat());
    assert!(ran.code == 5 && ran.err.contains("were written anyway"), "{ran:?}");
    assert_eq!(rows(&read(home.path("links.csv"))).len(), 5);
}

#[test]
fn nothing_is_fetched_without_a_data_directory() {
    let home = DemoHome::new();
    home.file("links.csv", "mine");
    for path in ["links.csv", "no/such/links.csv", "links.unknown", "."] {
        assert_eq!(home.run(&["fetch", "example.com", "-n", "5", "-o", path]).code, 2, "{path}");
    }
    assert_eq!((read(home.path("links.csv")).as_str(), home.balance()), ("mine", 100_000));
    std::fs::create_dir(home.path("broken")).unwrap();
    home.file("broken/archive.sqlite", "no database, but mine");
    let mut broken = home.command(&["fetch", "example.com", "-n", "5"]);
    let ran: CommandOutput = broken.env("KEW_DATA_DIR", home.path("broken")).output().unwrap().into();
    assert_eq!((ran.code, home.balance()), (1, 100_000), "{ran:?}");
    assert_eq!(home.run(&["fetch", "example.com", "-n", "5", "--no-archive", "--filter", "anchro:x"]).code, 2);
    assert_eq!(home.run(&["fetch", "example.com", "-n", "5", "--no-archive", "--filter", "is:new"]).code, 2);
    assert_eq!(rows(&home.run(&["fetch", "example.com", "-n", "5", "--no-archive"]).success()).len(), 5);
}

#[test]
fn an_empty_response_is_not_an_error() {
    let home = DemoHome::new();
    let ran = home.run(&["fetch", "emptyhall.example", "-n", "5"]);
    assert!(ran.err.contains("https://www.emptyhall.example/") && ran.err.contains("maximum 25 cr each"), "{ran:?}");
    assert_eq!(ran.success(), "anchor_text,domain_source,domain_target,url_source,url_target\n");
}

#[test]
fn the_demo_leaves_no_files() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    let ran: CommandOutput = home
        .command(&["fetch", "--demo", "example.com", "-n", "5", "-f", "domains"])
        .env_remove("KEYWORDS_EVERYWHERE_API_KEY")
        .output()
        .unwrap()
        .into();
    assert_eq!(ran.success().lines().count(), 5);
    assert!(home.names().is_empty());
}

#[test]
fn fetch_ends_quietly_on_a_closed_pipe() {
    let home = DemoHome::new();
    let arguments = ["fetch", "megamart.example", "-n", "5000", "--all-links", "--max-credits", "5000", "-f", "csv"];
    let mut program = super::Running::start(home.command(&arguments));
    assert!(program.close_output_after_a_line().starts_with("anchor_text,"));
    let ran = program.end();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}
