import io

from PIL import Image


def load(data: bytes):
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB")
