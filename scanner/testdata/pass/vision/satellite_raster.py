"""Indices and embeddings of satellite scenes, tile by tile."""
from contextlib import ExitStack

import geopandas as gpd
import numpy as np
import rasterio
import shapely.geometry as geom
from pyproj import Transformer
from rasterio.features import rasterize
from rasterio.windows import Window
from shapely import wkt

BANDS = dict(blue=1, green=2, red=3, nir=4)


def windows(dataset, size=512):
    for row in range(0, dataset.height, size):
        for col in range(0, dataset.width, size):
            yield Window(col, row, min(size, dataset.width - col), min(size, dataset.height - row))


def ndvi(red, nir):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num((nir - red) / (nir + red))


def footprint(dataset, to="EPSG:4326"):
    transform = Transformer.from_crs(dataset.crs, to, always_xy=True).transform
    left, bottom, right, top = dataset.bounds
    corners = [(left, bottom), (right, bottom), (right, top), (left, top)]
    return geom.Polygon([transform(x, y) for x, y in corners])


def mask_of(fields, dataset, window):
    shapes = [(shape, 1) for shape in fields.to_crs(dataset.crs).geometry if not shape.is_empty]
    return rasterize(shapes, out_shape=(int(window.height), int(window.width)), transform=dataset.window_transform(window), fill=0)


def features(path, fields_wkt=()):
    fields = gpd.GeoDataFrame(geometry=[wkt.loads(w) for w in fields_wkt], crs="EPSG:4326")
    rows = []
    with ExitStack() as stack:
        stack.enter_context(rasterio.Env(GDAL_CACHEMAX=256))
        dataset = stack.enter_context(rasterio.open(path))
        for window in windows(dataset):
            red, nir = (dataset.read(BANDS[b], window=window).astype("float32") for b in ("red", "nir"))
            index = ndvi(red, nir)
            if len(fields):
                index = np.where(mask_of(fields, dataset, window) == 1, index, np.nan)
            rows.append({
                "col": int(window.col_off),
                "row": int(window.row_off),
                "mean": float(np.nanmean(index)) if np.isfinite(index).any() else None,
                "hist": np.histogram(index[np.isfinite(index)], bins=16, range=(-1, 1))[0].tolist(),
            })
        outline = footprint(dataset).wkt
    return {"tiles": rows, "footprint": outline}
