//! An HTTP message as it was on the wire.

use std::io::{self, Read};

/// A request or an answer, taken apart no further than its framing asks for.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// The status of an answer, 0 for a request.
    pub status: u16,
    /// Everything up to the empty line, without it.
    pub head: String,
    /// The body, chunks taken apart.
    pub body: Vec<u8>,
    /// What came after the last chunk.
    pub trailers: String,
}

impl Message {
    /// The first line.
    pub fn start_line(&self) -> &str {
        self.head.split("\r\n").next().unwrap_or_default()
    }

    /// The header lines, as they were on the wire.
    pub fn lines(&self) -> Vec<&str> {
        self.head.split("\r\n").skip(1).collect()
    }

    /// The values of a field, whatever the case of its name.
    pub fn field(&self, name: &str) -> Vec<&str> {
        let lines = self.lines();
        let fields = lines.into_iter().filter_map(|line| line.split_once(':'));
        fields
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .collect()
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is text")
    }

    fn is_chunked(&self) -> bool {
        self.field("transfer-encoding")
            .iter()
            .any(|coding| coding.eq_ignore_ascii_case("chunked"))
    }
}

/// Reads one message. `bodiless` for the answer to a HEAD. Bytes above 0x7F in the head are read as Latin-1.
///
/// Fails with `UnexpectedEof` when the message is cut off, and with `ConnectionAborted` when there is none.
pub fn read_message(stream: &mut impl Read, bodiless: bool) -> io::Result<Message> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match read_byte(stream) {
            Ok(byte) => head.push(byte),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && head.is_empty() => {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            Err(error) => return Err(error),
        }
    }
    head.truncate(head.len() - 4);
    let head: String = head.into_iter().map(char::from).collect();
    let status = head
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.get(2..5)?.parse().ok());
    let mut message = Message {
        status: status.unwrap_or(0),
        head,
        ..Message::default()
    };
    if bodiless || matches!(message.status, 100..200 | 204 | 304) {
        return Ok(message);
    }
    if message.is_chunked() {
        read_chunks(stream, &mut message)?;
    } else if let Some(length) = message.field("content-length").first() {
        message.body = vec![0; length.parse().map_err(io::Error::other)?];
        stream.read_exact(&mut message.body)?;
    } else if message.status != 0 {
        stream.read_to_end(&mut message.body)?;
    }
    Ok(message)
}

fn read_chunks(stream: &mut impl Read, message: &mut Message) -> io::Result<()> {
    loop {
        let line = read_line(stream)?;
        let size = line.split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
        if size == 0 {
            break;
        }
        let start = message.body.len();
        message.body.resize(start + size, 0);
        stream.read_exact(&mut message.body[start..])?;
        assert_eq!(read_line(stream)?, "", "a chunk ends with CRLF");
    }
    loop {
        let line = read_line(stream)?;
        if line.is_empty() {
            return Ok(());
        }
        message.trailers.push_str(&line);
        message.trailers.push('\n');
    }
}

fn read_line(stream: &mut impl Read) -> io::Result<String> {
    let mut line = String::new();
    while !line.ends_with("\r\n") {
        line.push(char::from(read_byte(stream)?));
    }
    line.truncate(line.len() - 2);
    Ok(line)
}

fn read_byte(stream: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    stream.read_exact(&mut byte)?;
    Ok(byte[0])
}
