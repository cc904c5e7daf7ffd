import librosa
import numpy as np


def mfcc(path):
    y, sr = librosa.load(path, sr=16000)
    return np.mean(librosa.feature.mfcc(y=y, sr=sr), axis=1)
