//! Standard input and named pipes whose writer pauses, and files whose columns are not known.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::terminal::Session;

const HEADER: &str = "Source url,Target url,Anchor\n";

fn named_pipe(directory: &Path) -> PathBuf {
    let pipe = directory.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    pipe
}

/// Waits for a reader, and keeps it waiting until the file is dropped.
fn writer(pipe: &Path) -> File {
    OpenOptions::new().write(true).open(pipe).unwrap()
}

fn quit(session: &mut Session) {
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_terminal_restored();
}

#[test]
fn links_are_shown_while_their_writer_pauses() {
    let directory = tempfile::tempdir().unwrap();
    let pipe = named_pipe(directory.path());
    let mut session = Session::start_piped(&pipe, &["open", "-"]);
    let mut writer = writer(&pipe);
    write!(writer, "{HEADER}https://eins.example/a,https://ich.example/,red shoes\nhttps://zwei.exam").unwrap();
    session.wait_for("eins.example");
    session.wait_for("1 link");
    writeln!(writer, "ple/b,https://ich.example/,blue shoes").unwrap();
    session.wait_for("zwei.example");
    session.keys("\x1b");
    session.wait_for("2 links from 1 file, stopped early");
    session.wait_for("eins.example");
    quit(&mut session);
    drop(writer);
}

#[test]
fn a_stream_that_ends_is_complete() {
    let directory = tempfile::tempdir().unwrap();
    let pipe = named_pipe(directory.path());
    let mut session = Session::start(&["open", pipe.to_str().unwrap()], &[]);
    let mut encoder = flate2::write::GzEncoder::new(writer(&pipe), flate2::Compression::default());
    writeln!(encoder, "{HEADER}https://eins.example/a,https://ich.example/,red shoes").unwrap();
    encoder.flush().unwrap();
    session.wait_for("eins.example");
    writeln!(encoder, "https://zwei.example/b,https://ich.example/,blue shoes").unwrap();
    encoder.finish().unwrap();
    session.wait_for("2 links from 1 file");
    quit(&mut session);
}

#[test]
fn loading_stops_and_the_program_quits_before_the_first_byte() {
    let directory = tempfile::tempdir().unwrap();
    let pipe = named_pipe(directory.path());
    // Nobody opens the pipe for writing.
    let open = || {
        let session = Session::start(&["open", pipe.to_str().unwrap()], &[]);
        session.wait_for("Loading");
        session
    };
    let mut session = open();
    session.keys("\x1b");
    session.wait_for("0 links from 1 file, stopped early");
    quit(&mut session);
    quit(&mut open());
    // The writer of standard input is silent.
    let mut session = Session::start_piped(&pipe, &["open", "-"]);
    let writer = writer(&pipe);
    session.wait_for("Loading");
    session.keys("\x1b");
    session.wait_for("0 links from 1 file, stopped early");
    quit(&mut session);
    drop(writer);
}

const UNKNOWN: &str = "Seite;Ziel;Wort\nhttps://eins.example/a;https://ich.example/;rot\nhttps://zwei.example/b;https://ich.example/;blau\n";

#[test]
fn unknown_columns_are_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("seiten.csv");
    std::fs::write(&path, UNKNOWN).unwrap();
    let mut session = Session::start(&["open", path.to_str().unwrap()], &[]);
    session.wait_for("The columns of this file are not known.");
    session.wait_for("referring page");
    // The page becomes the domain.
    session.keys(" ");
    session.wait_for("referring domain");
    session.keys("\x1b[D");
    session.wait_for("referring page");
    session.keys("\r");
    session.wait_for("2 links from 1 file");
    session.wait_for("source=Seite,target=Ziel,anchor=Wort");
    session.wait_for("zwei.example");
    quit(&mut session);
    let map = ["--map", "source=Seite,target=Ziel,anchor=Wort"];
    let mut session = Session::start(&[&["open", path.to_str().unwrap()], &map[..]].concat(), &[]);
    session.wait_for("2 links from 1 file");
    quit(&mut session);
}

#[test]
fn unknown_columns_of_standard_input_are_asked_for_and_no_link_is_lost() {
    let directory = tempfile::tempdir().unwrap();
    let pipe = named_pipe(directory.path());
    let mut session = Session::start_piped(&pipe, &["open", "-"]);
    let mut writer = writer(&pipe);
    writer.write_all(UNKNOWN.as_bytes()).unwrap();
    // The writer has not finished.
    session.wait_for("Columns of stdin");
    session.keys("\r");
    session.wait_for("eins.example");
    writer.write_all(b"https://drei.example/c;https://ich.example/;gelb\n").unwrap();
    drop(writer);
    session.wait_for("3 links from 1 file");
    session.wait_for("drei.example");
    quit(&mut session);
}

#[test]
fn a_file_can_be_left_out_and_the_program_quits_during_the_question() {
    let directory = tempfile::tempdir().unwrap();
    let paths = ["links.csv", "seiten.csv"].map(|name| directory.path().join(name));
    std::fs::write(&paths[0], super::opening::csv(3)).unwrap();
    std::fs::write(&paths[1], UNKNOWN).unwrap();
    let [good, odd] = paths.each_ref().map(|path| path.to_str().unwrap());
    let mut session = Session::start(&["open", odd, good], &[]);
    session.wait_for("Columns of");
    quit(&mut session);
    let mut session = Session::start(&["open", odd, good], &[]);
    session.wait_for("Columns of");
    session.keys("\x1b");
    session.wait_for("3 links from 1 file");
    quit(&mut session);
}

#[test]
fn standard_input_that_is_left_out_is_not_waited_for() {
    let directory = tempfile::tempdir().unwrap();
    let pipe = named_pipe(directory.path());
    let mut session = Session::start_piped(&pipe, &["open", "-"]);
    let mut writer = writer(&pipe);
    writer.write_all(UNKNOWN.as_bytes()).unwrap();
    session.wait_for("Columns of stdin");
    session.keys("\x1b");
    session.wait_for("stdin: not opened");
    session.wait_for_gone("Loading");
    session.wait_for("no target loaded");
    quit(&mut session);
    drop(writer);
}
