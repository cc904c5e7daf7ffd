"""Windows of sensor data to vectors: spectra, calendars, outliers, forecasts."""
import calendar
import datetime
import statistics
import time
import zoneinfo
from bisect import bisect_left
from collections import deque
from statistics import NormalDist

import holidays
import numpy as np
import pandas as pd
import pytz
import stumpy
import tsfresh
from dateutil import rrule, tz
from dateutil.relativedelta import relativedelta
from prophet import Prophet
from scipy import fft, interpolate, optimize, signal, stats
from scipy.spatial.distance import cdist
from statsmodels.tsa.arima.model import ARIMA

UTC = datetime.timezone.utc
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


def resample(frame, rule="1min", tz_name="Europe/Berlin"):
    index = pd.to_datetime(frame["ts"], unit="s", utc=True).dt.tz_convert(pytz.timezone(tz_name))
    return frame.set_index(index)["value"].resample(rule).mean().interpolate(limit=5)


def spectrum(x, fs=1.0, k=16):
    freqs, power = signal.welch(signal.detrend(x), fs=fs, nperseg=min(256, len(x)))
    peaks, _ = signal.find_peaks(power)
    best = peaks[np.argsort(power[peaks])[::-1][:k]]
    return np.interp(np.linspace(0, fs / 2, k), freqs, power), freqs[best], abs(fft.rfft(x))[:k]


def calendar_features(when):
    local = when.astimezone(BERLIN)
    days = calendar.monthrange(local.year, local.month)[1]
    off = local.date() in holidays.country_holidays("DE", years=local.year)
    return {
        "weekday": local.weekday() / 6, "hour": local.hour / 23, "month_done": local.day / days, "holiday": float(off),
        "week": local.isocalendar()[1] / 53, "dst": float(bool(local.dst())), "next": (local + relativedelta(months=+1, day=1)).isoformat(),
    }


def outliers(x, z=3.5):
    median = statistics.median(x)
    mad = statistics.median(abs(v - median) for v in x) or 1e-9
    return [i for i, v in enumerate(x) if abs(0.6745 * (v - median) / mad) > z]


class Ewma:
    def __init__(self, alpha=0.2, keep=100):
        self.alpha, self.mean, self.var = alpha, None, 0.0
        self.history = deque(maxlen=keep)

    def __call__(self, value):
        if self.mean is None:
            self.mean = value
        else:
            delta = value - self.mean
            self.mean += self.alpha * delta
            self.var = (1 - self.alpha) * (self.var + self.alpha * delta * delta)
        self.history.append(value)
        return NormalDist(self.mean, max(self.var, 1e-9) ** 0.5).zscore(value)


def logistic_fit(t, y):
    def curve(t, top, rate, middle):
        return top / (1 + np.exp(-rate * (t - middle)))

    p, _ = optimize.curve_fit(curve, t, y, p0=[max(y), 1.0, np.median(t)], maxfev=5000)
    return dict(zip(("top", "rate", "middle"), p))


def smooth(t, y, n=100):
    spline = interpolate.UnivariateSpline(t, y, s=len(t))
    return spline(np.linspace(min(t), max(t), n))


def compare(a, b):
    return {
        "ks": stats.ks_2samp(a, b).pvalue, "wasserstein": stats.wasserstein_distance(a, b),
        "dtw": float(cdist(np.c_[a], np.c_[b]).min(axis=1).mean()), "motif": stumpy.stump(np.asarray(a, float), m=8)[:, 0].min(),
    }


def forecast(series, steps=24):
    frame = pd.DataFrame({"ds": series.index.tz_localize(None), "y": series.to_numpy()})
    model = Prophet(weekly_seasonality=True)
    model.fit(frame)
    future = model.predict(model.make_future_dataframe(steps, freq="h"))
    return future["yhat"].tail(steps).tolist(), ARIMA(series, order=(2, 0, 1)).fit().forecast(steps).tolist()


def schedule(start, n=5):
    return [d.replace(tzinfo=tz.UTC) for d in rrule.rrule(rrule.HOURLY, dtstart=start, count=n, byweekday=(rrule.MO, rrule.FR))]


def extracted(frame):
    return tsfresh.extract_features(frame, column_id="id", column_sort="ts", n_jobs=0, disable_progressbar=True)


def age(stamps, now=None):
    now = now or datetime.datetime.now(UTC).timestamp()
    return len(stamps) - bisect_left(stamps, now - 3600), time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
