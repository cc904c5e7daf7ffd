"""Reads WAV and AIFF headers by hand, for when no decoder is installed."""
import array
import audioop
import struct
import sys
import wave
from enum import IntEnum
from io import SEEK_CUR, BytesIO

RIFF = struct.Struct("<4sI4s")
CHUNK = struct.Struct("<4sI")
FORMAT = struct.Struct("<HHIIHH")


class Codec(IntEnum):
    PCM = 0x0001
    FLOAT = 0x0003
    ALAW = 0x0006
    MULAW = 0x0007
    EXTENSIBLE = 0xFFFE


class WavError(ValueError):
    pass


class Wav:
    __slots__ = "codec", "channels", "rate", "bits", "data"

    def __init__(self, codec, channels, rate, bits, data):
        self.codec, self.channels, self.rate, self.bits, self.data = codec, channels, rate, bits, data

    @property
    def seconds(self):
        return len(self.data) / (self.rate * self.channels * self.bits // 8)

    def __repr__(self):
        fields = ", ".join("%s=%r" % (n, getattr(self, n)) for n in self.__slots__ if n != "data")
        return "%s(%s, %.2f s)" % (type(self).__name__, fields, self.seconds)


def chunks(stream):
    while True:
        head = stream.read(CHUNK.size)
        if len(head) < CHUNK.size:
            return
        name, size = CHUNK.unpack(head)
        body = stream.read(size)
        if size & 1:
            stream.seek(1, SEEK_CUR)
        yield name, body


def parse(blob):
    stream = BytesIO(blob)
    try:
        riff, _, kind = RIFF.unpack(stream.read(RIFF.size))
    except struct.error as err:
        raise WavError("shorter than a header") from err
    if (riff, kind) != (b"RIFF", b"WAVE"):
        raise WavError("no RIFF/WAVE magic but %r" % riff)
    fmt = data = None
    for name, body in chunks(stream):
        if name == b"fmt ":
            fmt = FORMAT.unpack_from(body)
        elif name == b"data":
            data = body
    if fmt is None or data is None:
        raise WavError("fmt or data chunk is missing")
    codec, channels, rate, _, _, bits = fmt
    return Wav(Codec(codec), channels, rate, bits, data)


def to_mono16(wav):
    data, width = wav.data, wav.bits // 8
    if wav.codec == Codec.MULAW:
        data, width = audioop.ulaw2lin(data, 2), 2
    if wav.channels == 2:
        data = audioop.tomono(data, width, 0.5, 0.5)
    if width != 2:
        data = audioop.lin2lin(data, width, 2)
    samples = array.array("h", data)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def write(samples, rate=16000):
    out = BytesIO()
    with wave.open(out, "wb") as w:
        w.setnchannels(1)
        w.setsampwidth(2)
        w.setframerate(rate)
        w.writeframes(samples.tobytes())
    return out.getvalue()
