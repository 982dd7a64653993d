//! Recognises pictures by their bytes and measures them without decoding, so that a decompression bomb costs nothing.
//!
//! The `Content-Type` of the multipart part is never read: the official Python SDK sends none.

/// The picture formats that the vendor accepts ("Upload a photo" page).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the formats' own")]
pub enum ImageKind {
    Png,
    Jpeg,
    Gif,
    Bmp,
}

impl ImageKind {
    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
        }
    }

    /// The usual file name extension, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
        }
    }

    /// The format with this [`ImageKind::extension`].
    pub fn from_extension(extension: &str) -> Option<Self> {
        [Self::Png, Self::Jpeg, Self::Gif, Self::Bmp]
            .into_iter()
            .find(|kind| kind.extension() == extension)
    }
}

/// The kind of a file that hangs on a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A picture whose format is known: a photo.
    Image(ImageKind),
    /// The content of an attachment, whatever it is.
    Other,
}

impl FileKind {
    /// The word of [`Self::Other`] in stores.
    const OTHER: &str = "file";

    /// The media type. The bytes of an attachment are nobody's to interpret.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Image(kind) => kind.media_type(),
            Self::Other => "application/octet-stream",
        }
    }

    /// The word in stores: an extension, or `file`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Image(kind) => kind.extension(),
            Self::Other => Self::OTHER,
        }
    }

    /// The kind with this [`FileKind::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        if word == Self::OTHER {
            return Some(Self::Other);
        }
        ImageKind::from_extension(word).map(Self::Image)
    }
}

/// Facts from a picture's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its format.
    pub kind: ImageKind,
    /// Width × height, in pixels.
    pub pixels: u64,
}

/// Reads a picture's header. `None` unless the bytes begin like one of the four formats.
pub fn inspect(bytes: &[u8]) -> Option<Image> {
    let kind = match imagesize::image_type(bytes).ok()? {
        imagesize::ImageType::Png => ImageKind::Png,
        imagesize::ImageType::Jpeg => ImageKind::Jpeg,
        imagesize::ImageType::Gif => ImageKind::Gif,
        imagesize::ImageType::Bmp => ImageKind::Bmp,
        _ => return None,
    };
    let size = imagesize::blob_size(bytes).ok()?;
    let pixels = u64::try_from(size.width)
        .ok()?
        .checked_mul(u64::try_from(size.height).ok()?)?;
    (pixels > 0).then_some(Image { kind, pixels })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
        bytes
    }

    #[test]
    fn a_picture_is_measured_by_its_header_alone() {
        let bomb = inspect(&png(50_000, 50_000)).expect("a header is enough");
        assert_eq!(
            bomb,
            Image {
                kind: ImageKind::Png,
                pixels: 2_500_000_000
            }
        );
    }

    #[test]
    fn what_is_no_picture_is_none() {
        for bytes in [
            &b""[..],
            b"GIF",
            b"hello, world, this is text",
            b"\x89PNG\r\n\x1a\n",
            b"RIFF\0\0\0\0WEBPVP8 ",
        ] {
            assert_eq!(inspect(bytes), None, "{bytes:?}");
        }
        assert_eq!(inspect(&png(0, 7)), None, "a picture without pixels");
    }
}
