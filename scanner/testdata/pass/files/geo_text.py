"""Places in texts and tracks: parsing, distances, hulls, cells, time zones."""
import colorsys
import json
import math
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Iterable, List, Optional, Tuple
from xml.etree import ElementTree

import geopy.distance
import h3
import numpy as np
import pyproj
import shapely
from geopy.geocoders import Nominatim
from shapely import affinity, ops
from shapely.geometry import LineString, MultiPoint, Point, mapping, shape
from shapely.prepared import prep

EARTH = 6_371_008.8
DMS = re.compile(
    r"""(?P<deg>\d{1,3})\s*[°º]\s*(?:(?P<min>\d{1,2})\s*['′]\s*)?(?:(?P<sec>\d{1,2}(?:\.\d+)?)\s*["″]\s*)?(?P<side>[NSEWO])""", re.X | re.I
)


@dataclass(frozen=True)
class Place:
    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError(f"no such place: {self.lat}, {self.lon}")

    def __sub__(self, other: "Place") -> float:
        φ1, φ2 = math.radians(self.lat), math.radians(other.lat)
        Δφ, Δλ = φ2 - φ1, math.radians(other.lon - self.lon)
        a = math.sin(Δφ / 2) ** 2 + math.cos(φ1) * math.cos(φ2) * math.sin(Δλ / 2) ** 2
        return 2 * EARTH * math.asin(math.sqrt(a))

    @property
    def unit(self) -> Tuple[float, float, float]:
        φ, λ = math.radians(self.lat), math.radians(self.lon)
        return math.cos(φ) * math.cos(λ), math.cos(φ) * math.sin(λ), math.sin(φ)


def from_text(text: str) -> Optional[Place]:
    parts = {}
    for m in DMS.finditer(text):
        value = sum(float(m[k] or 0) / d for k, d in (("deg", 1), ("min", 60), ("sec", 3600)))
        side = m["side"].upper().replace("O", "W")
        parts["lat" if side in "NS" else "lon"] = -value if side in "SW" else value
    return Place(**parts) if parts.keys() == {"lat", "lon"} else None


def track(gpx: str) -> List[Place]:
    root = ElementTree.fromstring(gpx)
    return [Place(float(p.get("lat")), float(p.get("lon"))) for p in root.iter("{http://www.topografix.com/GPX/1/1}trkpt")]


def features(places: Iterable[Place], cell: int = 7) -> dict:
    places = list(places)
    line = LineString([(p.lon, p.lat) for p in places])
    utm = pyproj.Transformer.from_crs(4326, 3857, always_xy=True)
    hull = ops.transform(utm.transform, MultiPoint([(p.lon, p.lat) for p in places]).convex_hull)
    length = sum(b - a for a, b in pairwise(places))
    return {
        "embedding": np.mean([p.unit for p in places], axis=0).tolist(), "length": length, "area": hull.area, "cells": sorted({h3.latlng_to_cell(p.lat, p.lon, cell) for p in places}),
        "line": json.dumps(mapping(line.simplify(1e-4))),
        "geodesic": geopy.distance.geodesic((places[0].lat, places[0].lon), (places[-1].lat, places[-1].lon)).km,
    }


def inside(geojson: dict, places: Iterable[Place]) -> List[bool]:
    area = prep(shapely.make_valid(shape(geojson)))
    return [area.contains(Point(p.lon, p.lat)) for p in places]


def geocode(name: str) -> Optional[Place]:
    found = Nominatim(user_agent="extractor").geocode(name, timeout=5)
    return Place(found.latitude, found.longitude) if found else None


def picture(places: List[Place]) -> str:
    circles = []
    for i, p in enumerate(places):
        color = "#%02x%02x%02x" % tuple(round(255 * c) for c in colorsys.hsv_to_rgb(i / len(places), 1, 1))
        circles.append(f'<circle cx="{p.lon:.5f}" cy="{-p.lat:.5f}" r="2" fill="{color}"/>')
    return "<svg>" + "".join(circles) + "</svg>" + str(affinity.scale(Point(0, 0).buffer(1), 2).bounds)
