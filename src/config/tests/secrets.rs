//! Secrets beside a config.

use super::*;

const FILE: &str = r#"
upstream = "http://app"
[verify]
scheme = "stripe"
secret = ["env:ONE", "file:/two"]
[[route]]
path = "/a"
[[route]]
path = "/b"
verify = { scheme = "discord", secret = "env:THREE" }
[[route]]
path = "/c"
verify.secret = []
"#;

fn with(text: &str, read: impl Fn(&Source) -> Result<Vec<u8>, String>) -> Result<Config, String> {
    let config = Config::parse(text).unwrap();
    let config = config.with_secrets(text, read);
    config.map_err(|problems| problems.display_with(Path::new("c")).to_string())
}

#[test]
fn each_route_gets_what_is_in_its_own() {
    let key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    let read = |source: &Source| {
        Ok(match source {
            Source::Environment(name) if name == "THREE" => key.into(),
            source => source.to_string().into_bytes(),
        })
    };
    let config = with(FILE, read).unwrap();
    let keys = |name| {
        let route = config.routes.named(name).unwrap();
        route.verify.as_ref().map(|verify| verify.keys.clone())
    };
    let stripe = |secret: &[u8]| Key::new(&Scheme::named("stripe").unwrap(), secret).unwrap();
    let both = vec![stripe(b"env:ONE"), stripe(b"file:/two")];
    assert_eq!(keys(None), Some(both.clone()));
    assert_eq!(keys(Some("/a")), Some(both));
    let discord = Key::new(&Scheme::named("discord").unwrap(), key.as_bytes());
    assert_eq!(keys(Some("/b")), Some(vec![discord.unwrap()]));
    assert_eq!(keys(Some("/c")), None);
}

#[test]
fn all_that_is_wrong_is_told_once_and_no_secret_with_it() {
    let read = |source: &Source| match source {
        Source::Environment(name) if name == "ONE" => Err("is not set; set it".to_owned()),
        Source::Environment(_) => Ok(b"53cret".to_vec()),
        Source::File(_) => Ok(Vec::new()),
    };
    let expected = "\
c:5: [verify] secret: \"env:ONE\" is not set; set it
c:5: [verify] secret: \"file:/two\" is empty; write the secret there
c:10: [verify] secret: \"env:THREE\" has no such secret in it; write the 64 hex digits of the application's public key";
    assert_eq!(with(FILE, read), Err(expected.to_owned()));
}

#[test]
fn nothing_verifies_before_the_secrets_are_there() {
    let config = Config::parse(FILE).unwrap();
    let head = http::Request::post("/").header("stripe-signature", "t=1,v1=a");
    let head = head.body(()).unwrap().into_parts().0;
    let verify = top(&config).verify.as_ref().unwrap();
    let body: [&[u8]; 1] = [b"a"];
    assert!(verify.check(&head, &body, std::time::UNIX_EPOCH).is_err());
}
