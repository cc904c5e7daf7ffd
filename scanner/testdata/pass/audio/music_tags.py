"""Tags of music files by mutagen, embedded images included, as features for a catalogue."""
import base64
import logging
from datetime import date, timedelta
from io import BytesIO

import mutagen
from mutagen.easyid3 import EasyID3
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, ID3, ID3NoHeaderError
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from PIL import Image

log = logging.getLogger(__name__)

GENRES = (
    "blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock",
)
WEIGHTS = {genre: 1 << i for i, genre in enumerate(GENRES)}


class Tags(dict):
    """A dict whose missing entries read as empty, and whose keys are attributes too."""

    def __missing__(self, key):
        return ""

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]


def year(text):
    for part in str(text).replace("/", "-").split("-"):
        if len(part) == 4 and part.isdigit() and 1900 <= int(part) <= date.today().year + 1:
            return int(part)
    return None


def cover(audio):
    pictures = []
    if isinstance(audio, FLAC):
        pictures = [p.data for p in audio.pictures]
    elif isinstance(audio, MP4):
        pictures = [bytes(c) for c in audio.get("covr", ())]
    elif isinstance(audio, MP3) and audio.tags is not None:
        pictures = [f.data for f in audio.tags.values() if isinstance(f, APIC)]
    elif "metadata_block_picture" in (audio or {}):
        pictures = [Picture(base64.b64decode(b)).data for b in audio["metadata_block_picture"]]
    return Image.open(BytesIO(pictures[0])) if pictures else None


def read(data):
    try:
        audio = mutagen.File(BytesIO(data))
        easy = EasyID3(BytesIO(data)) if isinstance(audio, MP3) else audio
    except (ID3NoHeaderError, mutagen.MutagenError) as err:
        log.warning("unreadable tags: %s", err)
        return Tags(error=str(err))
    tags = Tags({k: str(v[0]) for k, v in (easy or {}).items() if isinstance(v, list) and v})
    tags["year"] = year(tags.date or tags.originaldate)
    tags["length"] = str(timedelta(seconds=round(getattr(audio.info, "length", 0))))
    picture = cover(audio)
    tags["cover_size"] = list(picture.size) if picture else None
    tags["genre_bits"] = sum(w for g, w in WEIGHTS.items() if g in tags.genre.lower())
    return tags


def strip(data):
    stream = BytesIO(data)
    ID3().delete(stream)
    return stream.getvalue()
