//! `fetch`: never twice, never above the limit, and an exit code for each way in which it can fail.

use super::{Ran, Shop, TestHome, read};

fn rows(csv: &str) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(csv.as_bytes()).records().map(Result::unwrap).collect()
}

#[test]
fn a_second_fetch_is_free() {
    let shop = Shop::open();
    let ran = shop.run(&["fetch", "example.com", "-n", "20"]);
    assert_eq!(ran.err, "20 links of 1 target · 100 cr charged · balance 99,900 cr\n");
    let bought = ran.good();
    assert_eq!((rows(&bought).len(), shop.balance()), (20, 99_900));
    let again: Ran = shop
        .command(&["fetch", "example.com", "-n", "20"])
        .env_remove("KEYWORDS_EVERYWHERE_API_KEY")
        .output()
        .unwrap()
        .into();
    assert_eq!(again.err, "20 links of 1 target, 1 from the archive · 0 cr charged\n", "and no key is needed");
    assert_eq!(again.good(), bought);
    let smaller = shop.run(&["fetch", "example.com", "-n", "7"]);
    assert!(smaller.err.contains("the first 7 of 20 saved links"), "{smaller:?}");
    assert!(smaller.err.ends_with("7 links of 1 target, 1 from the archive · 0 cr charged\n"), "{smaller:?}");
    assert_eq!(rows(&smaller.good()), rows(&bought)[..7], "a larger answer holds a smaller, and no more is written");
    assert_eq!(shop.balance(), 99_900);
    assert_eq!(shop.run(&["fetch", "example.com", "-n", "20", "--max-age", "30d"]).code, 0);
    assert_eq!(shop.balance(), 99_900);
    assert_eq!(shop.run(&["fetch", "example.com", "-n", "20", "--refresh"]).code, 0);
    assert_eq!(shop.balance(), 99_800);
    let history = shop.run(&["history", "example.com", "-f", "json"]).good();
    let history: serde_json::Value = serde_json::from_str(&history).unwrap();
    assert_eq!((history.as_array().unwrap().len(), &history[0]["charged"]), (2, &100.into()));
    assert!(shop.run(&["diff", "example.com", "-f", "urls", "-q"]).good().is_empty(), "nothing changed");
}

#[test]
fn the_count_applies_per_target_before_the_filter() {
    let shop = Shop::open();
    let fetch = |more: &[&str]| {
        let ran = shop.run(&[&["fetch", "example.com", "tidepool.example", "-f", "csv"], more].concat());
        rows(&ran.good())
    };
    let all = fetch(&["-n", "50"]);
    assert_eq!((all.len(), shop.balance()), (100, 99_500));
    let first: Vec<_> = all[..20].iter().chain(&all[50..70]).cloned().collect();
    assert_eq!(fetch(&["-n", "20"]), first);
    let org: Vec<_> = first.iter().filter(|row| row[1].ends_with(".org")).cloned().collect();
    assert!(!org.is_empty() && fetch(&["-n", "50", "--filter", "tld:org"]).len() > org.len());
    assert_eq!(fetch(&["-n", "20", "--filter", "tld:org"]), org);
    let mut sorted = fetch(&["-n", "20", "--sort", "-rank"]);
    sorted.reverse();
    assert_eq!(sorted, first);
    assert_eq!(shop.balance(), 99_500);
}

#[test]
fn options_override_the_mode_setting() {
    let shop = Shop::open();
    let settings = shop.file("config.toml", "mode = \"all-links\"\nscope = \"domain\"\n");
    let quote = |more: &[&str]| {
        let arguments = [&["fetch", "example.com", "-n", "10", "--dry-run", "-f", "json"], more].concat();
        let ran: Ran = shop.command(&arguments).env("KEW_CONFIG", &settings).output().unwrap().into();
        let lines: serde_json::Value = serde_json::from_str(&ran.good()).unwrap();
        (lines[0]["scope"].as_str().unwrap().to_owned(), lines[0]["quote"].as_u64().unwrap())
    };
    assert_eq!(quote(&[]), ("domain".to_owned(), 10));
    assert_eq!(quote(&["--one-per-domain", "--scope", "page"]), ("page".to_owned(), 50));
    assert_eq!(shop.run(&["fetch", "example.com", "--one-per-domain", "--all-links"]).code, 2);
}

/// Links that the archive takes no more, and whose notes it can't tell any more, are written all the same.
#[test]
fn without_an_archive_links_are_written_without_notes() {
    use kew_tui::archive;
    let shop = Shop::open();
    let tokio = tokio::runtime::Runtime::new().unwrap();
    tokio.block_on(async {
        archive::ArchiveLocation::directory(shop.path("data")).open().await.unwrap().close().await;
        let url = format!("sqlite://{}", shop.path("data/archive.sqlite").display());
        let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
        for sql in ["DROP TABLE link_notes", "ALTER TABLE answers RENAME COLUMN zstd TO packed"] {
            sqlx::query(sql).execute(&pool).await.unwrap();
        }
        pool.close().await;
    });
    let ran = shop.run(&["fetch", "example.com", "-n", "5", "--filter", "tag:spam", "-f", "urls"]);
    assert_eq!((ran.code, ran.out.lines().count()), (1, 5), "{ran:?}");
    assert!(
        ran.err.contains("no column named zstd") && ran.err.contains("all links were written, without --filter"),
        "{ran:?}"
    );
}

#[test]
fn two_processes_with_the_same_request_pay_once() {
    let shop = Shop::open();
    let start = || super::Running::start(shop.command(&["fetch", "tidepool.example", "-n", "50"]));
    let programs = [start(), start(), start()];
    for program in programs {
        assert_eq!(rows(&program.end().good()).len(), 50);
    }
    assert_eq!(shop.balance(), 99_750);
}

#[test]
fn targets_from_all_sources_make_one_table() {
    let shop = Shop::open();
    let list = shop.file("pages.txt", "# ours\nslowbread.example\n\nexample.com\r\n");
    let input = "fernandfig.example\nexample.com\n";
    let arguments = ["fetch", "example.com", "-", "--targets", &list, "-n", "10", "-q", "-f", "ndjson"];
    let ran = shop.run_with(input, &arguments);
    assert_eq!(ran.err, "");
    let targets: Vec<String> = ran
        .good()
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["domain_target"].as_str().unwrap().to_owned()
        })
        .collect();
    let mut each = targets.clone();
    each.dedup();
    assert_eq!(each, ["example.com", "fernandfig.example", "slowbread.example"], "each once, in their order");
    assert_eq!((targets.len(), shop.balance()), (30, 99_850));

    let all = [&arguments[..], &["-f", "csv"]].concat();
    let all: Vec<&str> = all.into_iter().filter(|word| !["-f", "ndjson"].contains(word)).collect();
    let all =
        [&all[..all.len() - 1], &["--sort", "-source-domain", "--unique-domains", "--filter", "-tld:com"]].concat();
    let rows = rows(&shop.run_with(input, &all).good());
    let domains: Vec<&str> = rows.iter().map(|row| &row[1]).collect();
    assert!(!domains.is_empty() && domains.iter().all(|domain| !domain.ends_with(".com")));
    assert!(domains.windows(2).all(|pair| pair[0] > pair[1]), "sorted, and each once: {domains:?}");
    assert_eq!(shop.balance(), 99_850);

    let bad = shop.file("bad.txt", "example.com\nftp://x.org\nlocalhost\n");
    let ran = shop.run(&["fetch", "--targets", &bad]);
    assert!(ran.code == 2 && ran.err.contains("bad.txt:2: ftp://x.org") && ran.err.contains("bad.txt:3"), "{ran:?}");
    assert_eq!(shop.run(&["fetch", "--targets", &shop.file("none.txt", "# none\n")]).code, 2);
    assert_eq!(shop.run(&["fetch"]).code, 2);
}

#[test]
fn nothing_is_sent_above_the_credit_limit() {
    let shop = Shop::open();
    let ran = shop.run(&["fetch", "example.com", "tidepool.example", "-n", "60", "--json-errors"]);
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
    assert_eq!(shop.run(&["fetch", "example.com", "-n", "60", "--max-credits", "299"]).code, 8);
    assert_eq!(shop.balance(), 100_000);
    assert_eq!(shop.run(&["fetch", "example.com", "-n", "60"]).code, 0, "300 is below what a person is asked about");
    let ran = shop.run(&["fetch", "example.com", "tidepool.example", "-n", "60", "--max-credits", "300"]);
    assert_eq!(ran.code, 0, "what the archive holds does not count: {ran:?}");
    let settings = shop.file("config.toml", "session_budget = 10\n");
    let budget: Ran =
        shop.command(&["fetch", "fernandfig.example"]).env("KEW_CONFIG", settings).output().unwrap().into();
    assert_eq!((budget.code, shop.balance()), (8, 99_400));
}

#[test]
fn dry_run_quotes_and_sends_nothing() {
    let shop = Shop::open();
    assert_eq!(shop.run(&["fetch", "example.com", "-n", "5"]).code, 0);
    let dry = |format: &str| -> Ran {
        let arguments =
            ["fetch", "example.com", "quietcorner.example", "-n", "5", "--dry-run", "-o", "x.csv", "-f", format];
        let mut command = shop.command(&arguments);
        command.env_remove("KEYWORDS_EVERYWHERE_API_KEY").env("KEW_API_URL", "http://127.0.0.1:9/v1");
        command.output().unwrap().into()
    };
    let ran = dry("json");
    assert_eq!(ran.err, "2 targets, 1 of them saved in the archive, maximum cost 25 cr\n");
    let lines: serde_json::Value = serde_json::from_str(&ran.good()).unwrap();
    assert_eq!((&lines[0]["held"], &lines[0]["held_links"], &lines[0]["quote"]), (&1.into(), &5.into(), &0.into()));
    assert_eq!((&lines[1]["target"], &lines[1]["quote"]), (&"https://quietcorner.example/".into(), &25.into()));
    assert!(dry("table").good().contains("max credits"));
    assert!(!shop.path("x.csv").exists());
    assert_eq!(shop.balance(), 99_975);
}

#[test]
fn each_failure_has_its_exit_code() {
    let shop = Shop::open();
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
        let ran = shop.run(&["fetch", target, "-n", "5", "--json-errors"]);
        let error = ran.error();
        assert_eq!((ran.code, &error["code"], &error["kind"]), (code, &code.into(), &kind.into()), "{ran:?}");
        assert!(
            ran.out.is_empty() && error["message"].as_str().unwrap().starts_with(&format!("https://{target}/: ")),
            "{ran:?}"
        );
    }
    let refused: Ran =
        shop.command(&["fetch", "example.com"]).env("KEYWORDS_EVERYWHERE_API_KEY", "other").output().unwrap().into();
    assert_eq!(refused.code, 3);
    let none: Ran =
        shop.command(&["fetch", "example.com"]).env_remove("KEYWORDS_EVERYWHERE_API_KEY").output().unwrap().into();
    assert!(
        none.code == 3 && none.err.contains("KEYWORDS_EVERYWHERE_API_KEY") && none.err.contains("--demo"),
        "{none:?}"
    );
    assert_eq!(TestHome::new("http://127.0.0.1:9/v1").run(&["fetch", "example.com"]).code, 6);
    assert_eq!(TestHome::new("http://example.com/v1").run(&["fetch", "example.com"]).code, 2);
    assert_eq!(shop.balance(), 100_000);
}

#[test]
fn a_truncated_answer_is_archived() {
    let shop = Shop::open();
    let ran = shop.run(&["fetch", "cut.example", "-n", "50"]);
    assert!(ran.code == 7 || ran.code == 6, "{ran:?}");
    assert!(
        ran.err.contains("Write them with kew-tui export 1.")
            && ran.err.contains("Your balance shows a charge of 215 credits."),
        "{ran:?}"
    );
    // Asked again without a word, the same would be paid twice.
    let balance = shop.balance();
    let again = shop.run(&["fetch", "cut.example", "-n", "50", "--json-errors"]);
    assert_eq!((again.code, &again.error()["kind"]), (8, &"may-be-paid".into()), "{again:?}");
    assert!(again.err.contains("write its links with kew-tui export 1"), "{again:?}");
    assert_eq!(shop.balance(), balance);
    assert_ne!(shop.run(&["fetch", "cut.example", "-n", "50", "--refresh"]).code, 8);
    assert!(shop.balance() < balance);
}

#[test]
fn a_later_failure_keeps_paid_answers() {
    let shop = Shop::open();
    let arguments = ["fetch", "example.com", "error-400.example", "quietcorner.example", "-n", "5", "-o", "links.csv"];
    let ran = shop.run(&arguments);
    assert!(ran.code == 5 && ran.err.contains("Already saved in the archive: 1 target."), "{ran:?}");
    assert_eq!((shop.names(), shop.balance()), (vec!["data".to_owned()], 99_975), "no file, and no further request");
    assert_eq!(rows(&shop.run(&["fetch", "example.com", "-n", "5"]).good()).len(), 5);
    assert_eq!(shop.balance(), 99_975);
    // Kept nowhere else, it is written all the same.
    let ran = shop.run(&[&arguments[..], &["--no-archive"]].concat());
    assert!(ran.code == 5 && ran.err.contains("were written anyway"), "{ran:?}");
    assert_eq!(rows(&read(shop.path("links.csv"))).len(), 5);
}

#[test]
fn nothing_is_fetched_without_a_data_directory() {
    let shop = Shop::open();
    shop.file("links.csv", "mine");
    for home in ["links.csv", "no/such/links.csv", "links.unknown", "."] {
        assert_eq!(shop.run(&["fetch", "example.com", "-n", "5", "-o", home]).code, 2, "{home}");
    }
    assert_eq!((read(shop.path("links.csv")).as_str(), shop.balance()), ("mine", 100_000));
    std::fs::create_dir(shop.path("broken")).unwrap();
    shop.file("broken/archive.sqlite", "no database, but mine");
    let mut broken = shop.command(&["fetch", "example.com", "-n", "5"]);
    let ran: Ran = broken.env("KEW_DATA_DIR", shop.path("broken")).output().unwrap().into();
    assert_eq!((ran.code, shop.balance()), (1, 100_000), "{ran:?}");
    assert_eq!(shop.run(&["fetch", "example.com", "-n", "5", "--no-archive", "--filter", "anchro:x"]).code, 2);
    assert_eq!(shop.run(&["fetch", "example.com", "-n", "5", "--no-archive", "--filter", "is:new"]).code, 2);
    assert_eq!(rows(&shop.run(&["fetch", "example.com", "-n", "5", "--no-archive"]).good()).len(), 5);
}

#[test]
fn an_empty_answer_is_not_an_error() {
    let shop = Shop::open();
    let ran = shop.run(&["fetch", "emptyhall.example", "-n", "5"]);
    assert!(ran.err.contains("https://www.emptyhall.example/") && ran.err.contains("maximum 25 cr each"), "{ran:?}");
    assert_eq!(ran.good(), "anchor_text,domain_source,domain_target,url_source,url_target\n");
}

#[test]
fn the_demo_leaves_no_files() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    let ran: Ran = home
        .command(&["fetch", "--demo", "example.com", "-n", "5", "-f", "domains"])
        .env_remove("KEYWORDS_EVERYWHERE_API_KEY")
        .output()
        .unwrap()
        .into();
    assert_eq!(ran.good().lines().count(), 5);
    assert!(home.names().is_empty());
}

#[test]
fn fetch_ends_quietly_on_a_closed_pipe() {
    let shop = Shop::open();
    let arguments = ["fetch", "megamart.example", "-n", "5000", "--all-links", "--max-credits", "5000", "-f", "csv"];
    let mut program = super::Running::start(shop.command(&arguments));
    assert!(program.close_output_after_a_line().starts_with("anchor_text,"));
    let ran = program.end();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}
