import gzip
import io
import tarfile
import wave
import zipfile
import av
import fitz
import fsspec
import h5py
import rasterio
import zarr
from PIL import Image

def wav(data):
    with wave.open(io.BytesIO(data), "rb") as w:
        return w.getframerate(), w.readframes(w.getnframes())

def members(data):
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        return {i.filename: z.read(i) for i in z.infolist() if not i.is_dir()}

def tar(data):
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as t:
        return [m.name for m in t.getmembers() if m.isfile()]

def pages(data):
    with fitz.open(stream=data, filetype="pdf") as d:
        return [p.get_text() for p in d]

def remote(url):
    with fsspec.open(url, "rb") as f:
        return f.read()

def other(path):
    with rasterio.open(path) as r, h5py.File(path + ".h5", "r") as h, av.open(path) as c:
        return r.read(1), list(h), c.duration, zarr.open(path, mode="r").shape, Image.open(path).size

class Store:
    def open(self, name):
        return gzip.decompress(self.data[name])
    def __init__(self, data):
        self.data = data
        self.first = self.open(next(iter(data)))
