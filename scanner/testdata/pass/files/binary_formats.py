"""Parses headers of binary files with struct, memoryview and bit tricks."""
import binascii
import bz2
import enum
import io
import lzma
import struct
import zlib
from collections import namedtuple
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO, ClassVar, Dict, Iterator, Optional, Tuple, Type

MAGIC: Dict[bytes, str] = {
    b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg", b"GIF87a": "gif", b"GIF89a": "gif", b"RIFF": "riff", b"%PDF-": "pdf",
    b"PK\x03\x04": "zip", b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"OggS": "ogg", b"fLaC": "flac", b"\x7fELF": "elf",
    b"MZ": "pe", b"\xca\xfe\xba\xbe": "class", b"SQLite format 3\x00": "sqlite", b"\x93NUMPY": "npy", b"GGUF": "gguf",
}

Box = namedtuple("Box", ["kind", "offset", "size", "body"])


def sniff(data: bytes) -> Optional[str]:
    return next((name for magic, name in MAGIC.items() if data.startswith(magic)), None)


class Reader:
    def __init__(self, source: BinaryIO, order: str = ">") -> None:
        self._source, self._order = source, order

    def __call__(self, fmt: str) -> Tuple:
        layout = struct.Struct(self._order + fmt)
        data = self._source.read(layout.size)
        if len(data) != layout.size:
            raise EOFError(f"wanted {layout.size} bytes, got {len(data)}")
        return layout.unpack(data)

    def u8(self) -> int: return self("B")[0]
    def u16(self) -> int: return self("H")[0]
    def u32(self) -> int: return self("I")[0]
    def u64(self) -> int: return self("Q")[0]

    def varint(self) -> int:
        shift = value = 0
        while True:
            byte = self.u8()
            value |= (byte & 0x7F) << shift
            if not byte & 0x80:
                return value
            shift += 7

    def cstring(self) -> str:
        return b"".join(iter(lambda: self._source.read(1), b"\0")).decode("latin-1")


class ColorType(enum.IntEnum):
    GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6


@dataclass
class Png:
    signature: ClassVar[bytes] = b"\x89PNG\r\n\x1a\n"
    data: bytes

    def chunks(self) -> Iterator[Tuple[bytes, memoryview]]:
        view = memoryview(self.data)[len(self.signature):]
        while view:
            size, kind = struct.unpack_from(">I4s", view)
            body = view[8:8 + size]
            (want,) = struct.unpack_from(">I", view, 8 + size)
            if binascii.crc32(body, binascii.crc32(kind)) != want:
                raise ValueError(f"{kind.decode()}: the checksum is wrong")
            yield kind, body
            view = view[12 + size:]

    @cached_property
    def header(self) -> Tuple[int, int, int, ColorType]:
        kind, body = next(self.chunks())
        assert kind == b"IHDR"
        w, h, depth, color = struct.unpack_from(">IIBB", body)
        return w, h, depth, ColorType(color)

    def pixels(self) -> bytes:
        return zlib.decompress(b"".join(body for kind, body in self.chunks() if kind == b"IDAT"))


def boxes(data: bytes, start: int = 0, stop: Optional[int] = None) -> Iterator[Box]:
    """The boxes of an ISO base media file (MP4, HEIF)."""
    stop = len(data) if stop is None else stop
    while start + 8 <= stop:
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            (size,), head = struct.unpack_from(">Q", data, start + 8), 16
        size = size or stop - start
        yield Box(kind.decode("latin-1"), start, size, data[start + head:start + size])
        start += size


def unpack(data: bytes, limit: int = 1 << 26) -> bytes:
    for make in (lambda: zlib.decompressobj(zlib.MAX_WBITS | 32), bz2.BZ2Decompressor, lzma.LZMADecompressor):
        with suppress(zlib.error, OSError, lzma.LZMAError, EOFError):
            return make().decompress(data, limit)
    return data


FORMATS: Dict[str, Type[Png]] = {"png": Png}


def dump(data: bytes, width: int = 16) -> str:
    out = io.StringIO()
    for at in range(0, len(data), width):
        row = data[at:at + width]
        text = "".join(chr(b) if 0x20 <= b < 0x7F else "." for b in row)
        print(f"{at:08x}  {row.hex(' '):<{width * 3}} |{text}|", file=out)
    return out.getvalue()
