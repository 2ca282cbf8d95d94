"""Files out of a zip archive that somebody sent: it is bounded before anything of it is unpacked, and while it is."""

import io
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator

from lessons.models.bad_file import BadFile
from lessons.text import sections

WORDS = sections("files")

MOST_FILES, MOST_DIRECTORY = 100, 2**16  # files in an archive, and bytes of its table of contents
BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # of which `zipfile` unpacks no more than it is asked for
END, END_64 = b"PK\x05\x06", b"PK\x06\x07"  # before the table's size


def files_in(archive: bytes, wanted: Collection[str], most: int) -> Iterator[tuple[str, bytes]]:
    """The `wanted` files of an archive, by their names without folders; of one that is larger than `most` bytes, one
    byte more.

    Raises BadFile where it is damaged or locked, holds too many files, or packs a wanted one otherwise than most
    archives do.
    """
    if _directory_bytes(archive) > MOST_DIRECTORY:
        raise BadFile(WORDS("archive: long list", most=MOST_FILES))
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            entries = opened.infolist()
            if len(entries) > MOST_FILES:
                raise BadFile(WORDS("archive: many files", files=len(entries), most=MOST_FILES))
            names = [entry.filename.rpartition("/")[2] for entry in entries]
            if not set(names) & set(wanted) and any(name.lower().endswith(".zip") for name in names):
                raise BadFile(WORDS["archive: nested"])
            for name, entry in zip(names, entries, strict=True):
                if name in wanted:
                    if entry.compress_type not in BOUNDED:
                        raise BadFile(WORDS("archive: compression", file=name))
                    yield name, opened.open(entry).read(most + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise BadFile(WORDS["archive: locked"]) from error


def _directory_bytes(archive: bytes) -> int:
    """The size of the table of contents, of which `zipfile` would read all. Raises BadFile where there is none."""
    at = archive.rfind(END, max(0, len(archive) - 2**16 - 22))
    if at < 0 or at + 22 > len(archive) or archive[max(0, at - 20) : at].startswith(END_64):
        raise BadFile(WORDS["archive: no zip"])
    return struct.unpack_from("<I", archive, at + 12)[0]
