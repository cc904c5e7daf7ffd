"""Dominant colours by k-means in Lab, as a vector and as names."""
import colorsys
from collections import OrderedDict
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms, ImageStat
from scipy.cluster.vq import kmeans2, whiten
from sklearn.cluster import MiniBatchKMeans

NAMES = OrderedDict([
    ("black", "#000000"), ("white", "#ffffff"), ("red", "#e6194b"), ("green", "#3cb44b"), ("blue", "#4363d8"), ("yellow", "#ffe119"),
    ("orange", "#f58231"), ("purple", "#911eb4"), ("cyan", "#46f0f0"), ("grey", "#808080"), ("brown", "#9a6324"), ("pink", "#fabebe"),
])


def rgb(code):
    return tuple(int(code[i:i + 2], 16) for i in (1, 3, 5))


def to_lab(array):
    a = np.asarray(array, dtype=np.float64) / 255.0
    a = np.where(a > 0.04045, ((a + 0.055) / 1.055) ** 2.4, a / 12.92)
    m = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = a @ m.T / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


LAB = {name: to_lab(rgb(code)) for name, code in NAMES.items()}


def name_of(color):
    lab = to_lab(color)
    return min(LAB, key=lambda name: float(((LAB[name] - lab) ** 2).sum()))


class Palette:
    def __init__(self, k=6, size=96):
        self.k, self.size = k, size

    def _pixels(self, data):
        with Image.open(BytesIO(data)) as image:
            if icc := image.info.get("icc_profile"):
                image = ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(BytesIO(icc)), ImageCms.createProfile("sRGB"))
            image = image.convert("RGB")
            image.thumbnail((self.size, self.size))
            return np.asarray(image).reshape(-1, 3), ImageStat.Stat(image)

    def __call__(self, data):
        pixels, stat = self._pixels(data)
        fit = MiniBatchKMeans(self.k, n_init=3, random_state=0).fit(to_lab(pixels))
        counts = np.bincount(fit.labels_, minlength=self.k)
        colors = [pixels[fit.labels_ == i].mean(0).round().astype(int).tolist() if n else [0, 0, 0] for i, n in enumerate(counts)]
        order = np.argsort(-counts)
        return {
            "colors": ["#%02x%02x%02x" % tuple(colors[i]) for i in order],
            "names": [name_of(colors[i]) for i in order],
            "shares": (counts[order] / counts.sum()).round(4).tolist(),
            "hue": colorsys.rgb_to_hsv(*(v / 255 for v in colors[order[0]]))[0],
            "contrast": float(np.mean(stat.stddev)),
            "embedding": np.concatenate([fit.cluster_centers_[order].ravel() / 100, counts[order] / counts.sum()]).tolist(),
        }


def coarse(pixels, k=4):
    centres, labels = kmeans2(whiten(np.asarray(pixels, float)), k, minit="++", seed=0)
    return centres, np.bincount(labels, minlength=k)
