import io
from PIL import Image, ImageOps, ImageFilter, UnidentifiedImageError, ImageFile
import requests

ImageFile.LOAD_TRUNCATED_IMAGES = True
Image.MAX_IMAGE_PIXELS = 200_000_000

def fetch(url: str) -> Image.Image:
    r = requests.get(url, timeout=(3, 20), stream=True)
    r.raise_for_status()
    try:
        with Image.open(io.BytesIO(r.content)) as im:
            im.load()
            return ImageOps.exif_transpose(im).convert("RGB")
    except UnidentifiedImageError as e:
        raise ValueError(f"{url} is no image") from e

def crops(im, n=3):
    w, h = im.size
    for i in range(n):
        yield im.crop((i * w // n, 0, (i + 1) * w // n, h)).filter(ImageFilter.GaussianBlur(1))

def to_bytes(im, format="JPEG", **save):
    buf = io.BytesIO()
    im.save(buf, format=format, **save)
    return buf.getvalue()

def thumb(path):
    im = Image.open(path)
    im.thumbnail((256, 256), getattr(Image, "Resampling", Image).LANCZOS)
    return im
