//! Reads HTTP/1.1 replies from a buffer: just enough to know where one ends and what it says.

/// The longest head or chunk size line that a reply may have.
pub(super) const HEAD_BYTES_MAX: usize = 16 * 1024;

/// A reply that has come in whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    /// The status.
    pub(super) status: u16,
    /// Where its body begins.
    pub(super) body_at: usize,
    /// Where it ends, and the next one would begin.
    pub(super) end: usize,
}

/// The bytes are no reply that we can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// The reply at the beginning of the bytes; `None` while something of it is missing.
pub(super) fn parse(bytes: &[u8]) -> Result<Option<Reply>, Malformed> {
    let Some((status, framing, body_at)) = parse_head(bytes)? else {
        return Ok(None);
    };
    let end = match framing {
        Framing::Length(length) => body_at.checked_add(length).ok_or(Malformed)?,
        Framing::Chunked => match chunks_end(bytes, body_at)? {
            Some(end) => end,
            None => return Ok(None),
        },
    };
    Ok((end <= bytes.len()).then_some(Reply {
        status,
        body_at,
        end,
    }))
}

/// The value of the first header of a name, which ends with a colon and is in lower case, in the
/// head of a reply that has come in whole.
pub(super) fn header<'a>(head: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    head.split(|byte| *byte == b'\n')
        .find_map(|line| value(line, name))
}

enum Framing {
    Length(usize),
    Chunked,
}

fn parse_head(bytes: &[u8]) -> Result<Option<(u16, Framing, usize)>, Malformed> {
    let Some((status_line, mut at)) = line(bytes, 0)? else {
        return Ok(None);
    };
    let status = status_line
        .strip_prefix(b"HTTP/1.1 ")
        .and_then(|rest| rest.get(..3));
    let status = status
        .and_then(number)
        .and_then(|status| u16::try_from(status).ok());
    let status = status.ok_or(Malformed)?;
    let mut framing = matches!(status, 204 | 304).then_some(Framing::Length(0));
    loop {
        let Some((header, next)) = line(bytes, at)? else {
            return Ok(None);
        };
        at = next;
        if header.is_empty() {
            return Ok(Some((status, framing.ok_or(Malformed)?, at)));
        }
        if let Some(value) = value(header, b"content-length:") {
            framing = framing.or(Some(Framing::Length(number(value).ok_or(Malformed)?)));
        } else if let Some(value) = value(header, b"transfer-encoding:")
            && value.eq_ignore_ascii_case(b"chunked")
        {
            framing = Some(Framing::Chunked);
        }
    }
}

/// The line at a place, and where the next begins.
fn line(bytes: &[u8], at: usize) -> Result<Option<(&[u8], usize)>, Malformed> {
    let rest = &bytes[at..];
    match rest.iter().position(|byte| *byte == b'\n') {
        Some(end) => {
            let text = rest[..end].strip_suffix(b"\r").ok_or(Malformed)?;
            Ok(Some((text, at + end + 1)))
        }
        None if bytes.len() - at > HEAD_BYTES_MAX => Err(Malformed),
        None => Ok(None),
    }
}

fn value<'a>(header: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (found, value) = header.split_at_checked(name.len())?;
    found.eq_ignore_ascii_case(name).then(|| value.trim_ascii())
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Where chunks that begin at a place end.
fn chunks_end(bytes: &[u8], mut at: usize) -> Result<Option<usize>, Malformed> {
    loop {
        let Some((size, next)) = line(bytes, at)? else {
            return Ok(None);
        };
        let size = std::str::from_utf8(size)
            .ok()
            .and_then(|size| usize::from_str_radix(size, 16).ok());
        let size = size.ok_or(Malformed)?;
        let end = next
            .checked_add(size)
            .and_then(|end| end.checked_add(2))
            .ok_or(Malformed)?;
        if bytes.len() < end {
            return Ok(None);
        }
        if size == 0 {
            return Ok(Some(end));
        }
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_whole_at_its_last_byte_and_not_before() {
        for reply in [
            &b"HTTP/1.1 200 OK\r\ncontent-type: a/b\r\nContent-Length: 5\r\n\r\nhello"[..],
            b"HTTP/1.1 204 No Content\r\nserver: x\r\n\r\n",
            b"HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n\
              3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n",
        ] {
            for length in 0..reply.len() {
                assert_eq!(parse(&reply[..length]), Ok(None), "{length}");
            }
            let mut followed = reply.to_vec();
            followed.extend_from_slice(b"HTTP/1.1 2");
            let parsed = parse(&followed).expect("a reply").expect("all of it");
            assert_eq!(parsed.end, reply.len());
            assert!(reply[..parsed.body_at].ends_with(b"\r\n\r\n"));
        }
    }

    #[test]
    fn a_header_is_found_whatever_the_case_of_its_name() {
        let head = b"HTTP/1.1 200 OK\r\nA: x\r\nContent-Type: a/b\r\n\r\n";
        assert_eq!(header(head, b"content-type:"), Some(&b"a/b"[..]));
        assert_eq!(header(head, b"content-length:"), None);
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        for bytes in [
            &b"SSH-2.0-x\r\n"[..],
            b"HTTP/1.1 200 OK\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
            b"HTTP/1.1 200 OK\nContent-Length: 1\r\n\r\n",
            &vec![b'a'; HEAD_BYTES_MAX + 1],
        ] {
            assert_eq!(parse(bytes), Err(Malformed));
        }
    }
}
