import librosa
import numpy as np
import soundfile as sf

class Mfcc:
    def __init__(self, sr=22050, n=20):
        self.sr, self.n = sr, n

    def load(self, path_or_file):
        y, sr = librosa.load(path_or_file, sr=self.sr, mono=True)
        return librosa.util.normalize(y)

    def __call__(self, y):
        m = librosa.feature.mfcc(y=y, sr=self.sr, n_mfcc=self.n)
        d = librosa.feature.delta(m)
        tempo, beats = librosa.beat.beat_track(y=y, sr=self.sr)
        chroma = librosa.feature.chroma_cqt(y=y, sr=self.sr)
        stats = [f(a, axis=1) for a in (m, d, chroma) for f in (np.mean, np.std)]
        return np.concatenate([*stats, np.atleast_1d(tempo)])

    def write(self, path, y):
        sf.write(path, y, self.sr, subtype="PCM_16")

def info(path):
    with sf.SoundFile(path) as f:
        return {"rate": f.samplerate, "seconds": len(f) / f.samplerate, "channels": f.channels}
