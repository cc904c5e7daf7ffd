import functools
import io
import operator
import imagehash
import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

class Hasher:
    kinds = ("average_hash", "phash", "dhash", "whash")
    def __init__(self, kind="phash"):
        self.fn = {"phash": imagehash.phash, "dhash": imagehash.dhash, "average_hash": imagehash.average_hash}[kind]
    def __call__(self, im):
        h = self.fn(im)
        return str(h), h.hash.astype(np.uint8).ravel().tolist()
def stats(im):
    s = ImageStat.Stat(im)
    return [*s.mean, *s.stddev, functools.reduce(operator.add, s.sum)]
def label(im, text):
    d = ImageDraw.Draw(im)
    d.text((2, 2), text, font=ImageFont.load_default(), fill="white")
    buf = io.BytesIO()
    im.save(buf, "PNG", optimize=True)
    return buf.getvalue()
def same(a, b):
    return ImageChops.difference(a, b).getbbox() is None
EXIF = {v: k for k, v in Image.Exif().items()}
