import base64
import binascii
import io
import struct
import zlib
import numpy as np

MAGIC = b"\x7fELF"

def pack(v) -> str:
    return base64.b64encode(struct.pack(f"<{len(v)}f", *v)).decode("ascii")

def unpack(s: str) -> np.ndarray:
    raw = base64.b64decode(s)
    return np.frombuffer(raw, dtype="<f4")

def sniff(data: bytes) -> str:
    table = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", MAGIC: "elf", b"PK\x03\x04": "zip"}
    for head, kind in table.items():
        if data.startswith(head):
            return kind
    return binascii.hexlify(data[:4]).decode()

def chunks(stream: io.BufferedIOBase, n=1 << 16):
    while block := stream.read(n):
        yield zlib.crc32(block), block

print(unpack(pack([1.0, 2.0])), sniff(MAGIC), list(chunks(io.BytesIO(b"abc"))))
