"""Binary parsing: magic numbers, escapes, encodings."""
import codecs
import struct
SIG = {b"\x7fELF": "elf", b"MZ": "pe", b"#!/bin/sh": "script", b"\xca\xfe\xba\xbe": "class", b"%PDF-": "pdf"}
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
def decode(b: bytes) -> str:
    for bom, name in BOMS:
        if b.startswith(bom):
            return b[len(bom):].decode(name.replace("-sig", ""))
    try:
        return b.decode("utf-8")
    except UnicodeDecodeError as e:
        return b[:e.start].decode("utf-8") + b[e.start:].decode("latin-1")
def kind(b):
    return next((k for s, k in SIG.items() if b[:16].startswith(s)), "data")
def header(b):
    magic, size, flags = struct.unpack_from("<4sIH", b)
    return {"magic": magic.decode("ascii", "replace"), "size": size, "flags": f"{flags:#06b}"}
def rot13(s): return codecs.encode(s, "rot13")
def u16(s): return "".join(chr(ord(c) ^ 1) for c in s)
print(decode(b"\xef\xbb\xbfhi"), kind(b"MZ.."), header(b"RIFF" + bytes(6)), rot13("uryyb"), u16("abc"))
