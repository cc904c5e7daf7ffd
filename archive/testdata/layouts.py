"""Writes the layouts of macOS Finder, ditto and Windows Explorer, whose tools
run nowhere but there, field for field. README.md says where they come from.

    python3 layouts.py TREE OUT
"""

import os
import struct
import sys
import zlib

LOCAL, CENTRAL, DESCRIPTOR, END = b"PK\3\4", b"PK\1\2", b"PK\7\x08", b"PK\5\6"
DOS_TIME, DOS_DATE = 12 << 11 | 30 << 5, (2026 - 1980) << 9 | 11 << 5 | 22
UNIX_TIME = 1795350600
# An AppleDouble header with one empty resource fork, as Finder puts beside files.
APPLE_DOUBLE = bytes.fromhex("00051607000200004d6163204f53205820202020202020200002000000090000003200000000000000020000003200000000")


def squeeze(content):
    z = zlib.compressobj(6, zlib.DEFLATED, -15)
    return z.compress(content) + z.flush()


class Zip:
    def __init__(self):
        self.body, self.directory, self.count = b"", b"", 0

    def add(self, name, content, *, made, needed, flags, method, attributes, local_extra=b"", central_extra=b""):
        name, packed = name.encode(), squeeze(content) if method == 8 else content
        sums = (zlib.crc32(content), len(packed), len(content))
        here = (0, 0, 0) if flags & 8 else sums
        offset = len(self.body)
        self.body += LOCAL + struct.pack("<5H3I2H", needed, flags, method, DOS_TIME, DOS_DATE, *here, len(name), len(local_extra))
        self.body += name + local_extra + packed
        if flags & 8:
            self.body += DESCRIPTOR + struct.pack("<3I", *sums)
        self.directory += CENTRAL + struct.pack(
            "<6H3I5H2I", made, needed, flags, method, DOS_TIME, DOS_DATE, *sums,
            len(name), len(central_extra), 0, 0, 0, attributes, offset) + name + central_extra
        self.count += 1

    def write(self, path):
        end = END + struct.pack("<4H2IH", 0, 0, self.count, self.count, len(self.directory), len(self.body), 0)
        with open(path, "wb") as f:
            f.write(self.body + self.directory + end)


def walk(tree):
    """Folders, with a slash, before what lies in them; sorted."""
    for folder, folders, files in os.walk(tree):
        folders.sort()
        inside = os.path.relpath(folder, tree).replace(os.sep, "/")
        prefix = "" if inside == "." else inside + "/"
        if prefix:
            yield prefix, None
        for name in sorted(files):
            with open(os.path.join(folder, name), "rb") as f:
                yield prefix + name, f.read()


def apple(z, name, content):
    """UX: access and modification time; user and group in the local header only."""
    times = struct.pack("<2I", UNIX_TIME, UNIX_TIME)
    extras = {
        "local_extra": b"UX" + struct.pack("<H", 12) + times + struct.pack("<2H", 501, 20),
        "central_extra": b"UX" + struct.pack("<H", 8) + times,
        "made": 3 << 8 | 21,
    }
    if content is None:
        z.add(name, b"", needed=10, flags=0, method=0, attributes=0o040755 << 16 | 0x4000, **extras)
    else:
        z.add(name, content, needed=20, flags=8, method=8, attributes=0o100644 << 16 | 0x4000, **extras)


def finder(tree, path):
    """Compress "plugin": wrapped in its folder, with resource forks beside files."""
    z = Zip()
    apple(z, "plugin/", None)
    apple(z, "plugin/.DS_Store", b"\0\0\0\1Bud1" + bytes(64))
    apple(z, "__MACOSX/", None)
    apple(z, "__MACOSX/plugin/", None)
    apple(z, "__MACOSX/plugin/._.DS_Store", APPLE_DOUBLE)
    for name, content in walk(tree):
        apple(z, "plugin/" + name, content)
        if content is not None:
            apple(z, "__MACOSX/plugin/" + os.path.dirname(name) + "/" * ("/" in name) + "._" + os.path.basename(name), APPLE_DOUBLE)
    z.write(path)


def ditto(tree, path):
    """ditto -c -k: the folder's contents, without forks."""
    z = Zip()
    for name, content in walk(tree):
        apple(z, name, content)
    z.write(path)


def explorer(tree, path):
    """Send to, compressed folder: no folder entries, no extra fields."""
    z = Zip()
    for name, content in walk(tree):
        if content is None:
            continue
        method = 8 if len(squeeze(content)) < len(content) else 0
        z.add("plugin/" + name, content, made=20, needed=20 if method else 10, flags=0, method=method, attributes=0x20)
    z.write(path)


if __name__ == "__main__":
    tree, out = sys.argv[1:]
    finder(tree, os.path.join(out, "macos-finder.zip"))
    ditto(tree, os.path.join(out, "macos-ditto.zip"))
    explorer(tree, os.path.join(out, "windows-explorer.zip"))
