//! Pictures of an exact size in bytes.

/// Bytes of the photos that are deleted.
pub(super) const SMALL_BYTES: usize = 400;
/// Bytes of the photos that are fetched and uploaded.
pub(super) const LARGE_BYTES: usize = 10_000;

/// The head of a PNG of 64 × 64 pixels and bytes after it: what a server that measures without
/// decoding looks at.
pub(super) fn png(bytes: usize) -> Vec<u8> {
    let mut picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    picture.extend_from_slice(&[0, 0, 0, 64, 0, 0, 0, 64, 8, 2, 0, 0, 0, 0, 0, 0, 0]);
    let mut noise = super::shuffle::Noise::new(1);
    while picture.len() < bytes {
        picture.push(noise.next_byte());
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::*;
    use tanzanite_protocol::media::{ImageKind, inspect};

    #[test]
    fn they_are_pictures_to_the_server_and_of_the_size_that_is_said() {
        for bytes in [SMALL_BYTES, LARGE_BYTES] {
            let picture = png(bytes);
            assert_eq!(picture.len(), bytes);
            assert_eq!(
                inspect(&picture).map(|image| image.kind),
                Some(ImageKind::Png)
            );
        }
    }
}
