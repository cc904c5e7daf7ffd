import calendar
import datetime as dt
from zoneinfo import ZoneInfo
import numpy as np

UTC = dt.timezone.utc

def cyc(v, n):
    a = 2 * np.pi * v / n
    return np.sin(a), np.cos(a)

def features(ts, zone="Europe/Berlin"):
    t = dt.datetime.fromtimestamp(ts, tz=UTC).astimezone(ZoneInfo(zone))
    days = calendar.monthrange(t.year, t.month)[1]
    eve = t.date() + dt.timedelta(days=1)
    return [*cyc(t.hour, 24), *cyc(t.weekday(), 7), *cyc(t.day - 1, days), float(eve.weekday() >= 5), t.utcoffset().total_seconds() / 3600]

def parse(s):
    for f in ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d", "%d.%m.%Y"):
        try:
            return dt.datetime.strptime(s, f)
        except ValueError:
            pass
    raise ValueError(s)
