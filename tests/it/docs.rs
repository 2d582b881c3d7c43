//! What README and docs show is so: keys, configs, links, statuses, commands.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use hooksieve::config::Config;

use crate::support::{
    Hooksieve, OK, Raw, Upstream, exchange, exchange_closing, get, post, post_with,
};

const README: &str = include_str!("../../README.md");
const ANSWERS: &str = include_str!("../../docs/answers.md");

/// The pages that users read, and what is in them.
fn pages() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = fs::read_dir(root.join("docs")).expect("the docs are there");
    let docs = docs.map(|entry| entry.expect("it can be listed").path());
    let others =
        ["README.md", "CHANGELOG.md", "benches/peers/README.md"].map(|page| root.join(page));
    docs.chain(others)
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| {
            let text = fs::read_to_string(&path).expect("the page is UTF-8");
            (path, text)
        })
        .collect()
}

/// What is inside the code blocks of a language.
pub fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let start = format!("```{language}\n");
    let blocks = text.split(&start).skip(1);
    blocks
        .map(|block| block.split_once("```").expect("the block ends").0)
        .collect()
}

#[test]
fn the_configs_that_are_shown_are_valid() {
    let mut configs = 0;
    for (path, text) in pages() {
        for config in blocks(&text, "toml") {
            configs += 1;
            if let Err(problems) = Config::parse(config) {
                panic!("{}", problems.display_with(&path));
            }
        }
    }
    assert!(configs > 0);
}

#[test]
fn the_readme_fits_on_a_few_screens() {
    assert!(README.lines().count() <= 120);
}

#[test]
fn every_link_leads_somewhere() {
    for (path, text) in pages() {
        let links = text.split("](").skip(1);
        for link in links.map(|rest| rest.split(')').next().unwrap_or_default()) {
            if link.starts_with("https://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => path.clone(),
                _ => path.with_file_name(file),
            };
            let told = format!("{link} in {}", path.display());
            assert!(target.exists(), "{told}");
            if !anchor.is_empty() {
                let page = fs::read_to_string(&target).expect("a page has anchors");
                assert!(anchors(&page).any(|known| known == anchor), "{told}");
            }
        }
    }
}

/// The anchors of a page's headings, made as GitHub makes them.
fn anchors(page: &str) -> impl Iterator<Item = String> {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    headings.map(|heading| {
        let heading = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = heading
            .chars()
            .filter(|char| char.is_alphanumeric() || " -_".contains(*char));
        kept.map(|char| if char == ' ' { '-' } else { char })
            .collect()
    })
}

#[test]
fn the_statuses_that_senders_are_told_are_listed() {
    let upstream = Upstream::answering("no HTTP\r\n\r\n");
    let hooksieve = Hooksieve::with(
        &upstream,
        "[filter]\nunreadable = \"reject\"\n[limits]\ninspect = \"1 KiB\"\nheader_size = \"128 KiB\"\n\
         [timeouts]\nbody = \"50ms\"\n",
    );
    let with = |line: &str| format!("POST / HTTP/1.1\r\nHost: a\r\n{line}\r\n\r\n");
    for (request, status) in [
        (get("/").replace("1.1", "1.2"), 400),
        (get("/").replace("Host", "Hast"), 400),
        (with("Transfer-Encoding: gzip"), 400),
        (get("/").replace("GET", "TRACE"), 405),
        (with("Content-Length: 1"), 408),
        (post(&" ".repeat(2_000)), 413),
        (get(&format!("/{}", "x".repeat(65_534))), 414),
        (post_with("Content-Encoding: compress\r\n", "{}"), 415),
        (with("Expect: a-miracle"), 417),
        (post("{"), 422),
        (
            get("/").replace("\r\n\r\n", &("\r\na:".repeat(200) + "\r\n\r\n")),
            431,
        ),
        (with("Transfer-Encoding: gzip, chunked"), 501),
        (post("{}"), 502),
    ] {
        let told = exchange(hooksieve.address(), &request).status;
        assert_eq!(told, status, "{}", &request[..60.min(request.len())]);
        let mut rows = ANSWERS.lines().filter(|line| line.starts_with('|'));
        let status = status.to_string();
        assert!(rows.any(|row| row.contains(&status)), "{status}");
    }
    let cut_off = exchange_closing(hooksieve.address(), with("Content-Length: 1"));
    assert_eq!(cut_off.status, 400);
}

/// Needs `jq`, without which nothing is tried.
#[test]
fn the_commands_that_look_at_the_log_tell_what_they_say() {
    if Command::new("jq").arg("--version").output().is_err() {
        eprintln!("jq is not installed");
        return;
    }
    let upstream = Upstream::answering(OK);
    let hooksieve = Raw::start(&format!(
        "listen = \"127.0.0.1:0\"\nupstream = \"http://{}\"\n[filter]\ndeny = [\"batch.*\"]\n",
        upstream.address()
    ));
    for body in [
        r#"{"id": "evt_1", "type": "batch.created"}"#,
        r#"{"type": "invoice.paid"}"#,
        r#"{"type": "invoice.paid"}"#,
        "type=batch.created",
    ] {
        assert_eq!(exchange(hooksieve.address(), post(body)).status, 200);
    }
    exchange(hooksieve.address(), get("/").replace("GET", "TRACE"));
    let directory = tempfile::tempdir().expect("a directory for the log");
    let log = directory.path().join("hooksieve.log");
    fs::write(log, hooksieve.stop().stdout).expect("the log can be written");

    let told: Vec<_> = blocks(README, "sh")
        .into_iter()
        .flat_map(str::lines)
        .filter(|line| line.starts_with("jq "))
        .map(|command| {
            let shell = Command::new("sh")
                .args(["-c", command])
                .current_dir(&directory)
                .output();
            let output = shell.expect("there is a shell");
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{command}");
            String::from_utf8(output.stdout).expect("it is UTF-8")
        })
        .collect();
    let [all, one, not_2xx, unreadable, endpoint] = told.try_into().expect("five ways");
    let all: Vec<Vec<_>> = all
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(all[0], ["2", "forward", "invoice.paid"]);
    assert!(all.contains(&vec!["1", "drop", "batch.created", "deny", "\"batch.*\""]));
    assert_eq!(all.len(), 4);
    assert!(
        one.lines().count() == 1 && one.contains(r#""verdict":"drop""#),
        "{one}"
    );
    assert!(
        not_2xx.lines().count() == 1 && not_2xx.contains("\t405\t/\t"),
        "{not_2xx}"
    );
    assert!(
        unreadable.lines().count() == 1 && unreadable.contains("not JSON"),
        "{unreadable}"
    );
    assert!(
        endpoint.starts_with(r#"{"median":"#) && !endpoint.contains("null"),
        "{endpoint}"
    );
}
