//! `serde_json`: a `Value`, or with an argument a struct.

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Event {
    r#type: Option<Value>,
    kind: Option<Value>,
}

fn read(key: &str, body: &[u8], into_struct: bool) -> serde_json::Result<Option<Value>> {
    if into_struct {
        let event: Event = serde_json::from_slice(body)?;
        Ok(if key == "kind" {
            event.kind
        } else {
            event.r#type
        })
    } else {
        let value: Value = serde_json::from_slice(body)?;
        Ok(value.get(key).cloned())
    }
}

fn main() {
    let into_struct = std::env::args().count() > 1;
    for line in std::io::stdin().lines() {
        let line = line.expect("a line of text");
        let mut fields = line.split('\t');
        let mut field = || fields.next().expect("a key and a body");
        let (key, hex) = (field(), field());
        let bytes = (0..hex.len()).step_by(2);
        let body: Vec<_> = bytes
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal"))
            .collect();
        match read(key, &body, into_struct) {
            Err(_) => println!("error"),
            Ok(None) => println!("nothing"),
            Ok(Some(Value::String(text))) => {
                let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
                println!("string {hex}");
            }
            Ok(Some(_)) => println!("other"),
        }
    }
}
