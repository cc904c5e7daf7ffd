# coding: utf-8
"""Who spoke when?  pyannote for turns, speechbrain for voices, sklearn to join them."""
import os
import tempfile
from collections import defaultdict
from contextlib import closing
import contextlib
import io
import wave

import numpy as np
import torch
import webrtcvad
from pyannote.audio import Pipeline
from pydub import AudioSegment
from pydub.silence import detect_nonsilent
from sklearn.cluster import AgglomerativeClustering
from speechbrain.inference.speaker import EncoderClassifier

HF_TOKEN = os.environ.get("HF_TOKEN")


def as_wav(data, rate=16000):
    segment = AudioSegment.from_file(io.BytesIO(data)).set_frame_rate(rate).set_channels(1).set_sample_width(2)
    out = io.BytesIO()
    segment.export(out, format="wav")
    return out.getvalue(), segment


def frames(pcm, rate=16000, ms=30):
    n = int(rate * ms / 1000) * 2
    for i in range(0, len(pcm) - n + 1, n):
        yield pcm[i:i + n]


def speech_ratio(wav_bytes, aggressiveness=2):
    vad = webrtcvad.Vad(aggressiveness)
    with closing(wave.open(io.BytesIO(wav_bytes), "rb")) as w:
        pcm, rate = w.readframes(w.getnframes()), w.getframerate()
    flags = [vad.is_speech(f, rate) for f in frames(pcm, rate)]
    return sum(flags) / len(flags) if flags else 0.0


class Diarizer:
    def __init__(self):
        self.pipeline = Pipeline.from_pretrained("pyannote/speaker-diarization-3.1", use_auth_token=HF_TOKEN)
        self.voices = EncoderClassifier.from_hparams(source="speechbrain/spkrec-ecapa-voxceleb")

    def turns(self, data):
        with tempfile.TemporaryDirectory() as folder, contextlib.suppress(StopIteration):
            path = os.path.join(folder, "audio.wav")
            _, segment = as_wav(data)
            segment.export(path, format="wav")
            for turn, _, speaker in self.pipeline(path).itertracks(yield_label=True):
                yield turn.start, turn.end, speaker

    def voice(self, samples):
        x = torch.from_numpy(np.asarray(samples, dtype=np.float32) / 32768).unsqueeze(0)
        return self.voices.encode_batch(x).squeeze().numpy()

    def __call__(self, data):
        wav, segment = as_wav(data)
        spans = detect_nonsilent(segment, min_silence_len=700, silence_thresh=segment.dBFS - 16)
        vectors = np.stack([self.voice(segment[a:b].get_array_of_samples()) for a, b in spans]) if spans else None
        if vectors is None:
            return {"speakers": {}, "speech": 0.0}
        labels = AgglomerativeClustering(None, distance_threshold=0.7, metric="cosine", linkage="average").fit_predict(vectors) \
            if len(vectors) > 1 else np.zeros(1, int)
        talk = defaultdict(float)
        for (a, b), label in zip(spans, labels):
            talk[f"speaker_{label}"] += (b - a) / 1000
        return {"speakers": dict(talk), "speech": speech_ratio(wav), "turns": list(self.turns(data))}
