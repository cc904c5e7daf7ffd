import math
from collections import ChainMap
from typing import NamedTuple
import shapely
from shapely.geometry import Point, shape
import geopandas as gpd
import h3
class LatLon(NamedTuple):
    lat: float
    lon: float
    def to(self, o: "LatLon") -> float:
        a, b = math.radians(self.lat), math.radians(o.lat)
        d = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(o.lon - self.lon) / 2) ** 2
        return 2 * 6371 * math.asin(math.sqrt(d))
    @classmethod
    def parse(cls, s): return cls(*map(float, s.split(",")))
def cells(points, r=7): return {h3.latlng_to_cell(p.lat, p.lon, r) for p in points}
def inside(frame: gpd.GeoDataFrame, p: LatLon):
    return frame[frame.geometry.contains(Point(p.lon, p.lat))].iloc[0].to_dict()
def area(gj): return shapely.area(shape(gj))
d = ChainMap({"a": 1}, {"b": 2})
print(LatLon.parse("1,2").to(LatLon(2, 3)), d["b"], LatLon._fields, LatLon(1, 2)._asdict())
