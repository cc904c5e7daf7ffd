"""Band energies: `signal` is a waveform here, and a module of scipy."""
import numpy as np
from scipy import signal
from scipy.signal import butter, sosfilt

def band(signal_in: np.ndarray, low: float, high: float, rate: int) -> np.ndarray:
    sos = butter(4, [low, high], btype="band", fs=rate, output="sos")
    return sosfilt(sos, signal_in)

class Bands:
    def __init__(self, signal=None, resource: str = "cpu"):
        self.signal = signal
        self.resource = resource

    def compute(self, rate=16000):
        f, t, spec = signal.stft(self.signal, fs=rate, nperseg=512)
        peaks, props = signal.find_peaks(np.abs(spec).mean(axis=0), prominence=0.1)
        return {"peaks": peaks.tolist(), "signal": float(np.abs(self.signal).mean()), "prominences": props["prominences"].tolist()}
