"""wav2vec 2.0 by torchaudio's bundle; long files go through in overlapping windows."""
import io
import math
from typing import Iterator, Optional

import torch
import torchaudio
import torchaudio.functional as AF
import torchaudio.transforms as T

BUNDLE = torchaudio.pipelines.WAV2VEC2_BASE


class LogMel(torch.nn.Module):
    def __init__(self, sample_rate: int = 16000, n_mels: int = 80, eps: float = 1e-6) -> None:
        super().__init__()
        self.mel = T.MelSpectrogram(sample_rate, n_fft=400, hop_length=160, n_mels=n_mels)
        self.eps = eps
        self.register_buffer("scale", torch.tensor(10.0 / math.log(10.0)), persistent=False)

    def forward(self, waveform: torch.Tensor) -> torch.Tensor:
        return self.scale * torch.log(self.mel(waveform) + self.eps)


class Wav2VecHandler:
    def __init__(self, device: Optional[str] = None, layer: int = -1):
        self.device = torch.device(device or ("cuda:0" if torch.cuda.is_available() else "cpu"))
        self.model = BUNDLE.get_model().to(self.device).eval()
        self.rate = BUNDLE.sample_rate
        self.layer = layer
        self.mel = torch.jit.script(LogMel(self.rate)).to(self.device)
        self._resamplers = {}

    def resample(self, waveform, rate):
        if rate == self.rate:
            return waveform
        if rate not in self._resamplers:
            self._resamplers[rate] = T.Resample(rate, self.rate, lowpass_filter_width=16).to(self.device)
        return self._resamplers[rate](waveform)

    def windows(self, waveform: torch.Tensor, seconds=20.0, overlap=2.0) -> Iterator[torch.Tensor]:
        size, step = int(seconds * self.rate), int((seconds - overlap) * self.rate)
        for start in range(0, max(1, waveform.shape[-1] - int(overlap * self.rate)), step):
            window = waveform[..., start:start + size]
            if window.shape[-1] >= 400:
                yield window

    @torch.inference_mode()
    def embed(self, data: bytes) -> torch.Tensor:
        waveform, rate = torchaudio.load(io.BytesIO(data))
        waveform = self.resample(waveform.mean(0, keepdim=True).to(self.device), rate)
        waveform = AF.highpass_biquad(waveform, self.rate, 60.0)
        total, weight = 0, 0
        for window in self.windows(waveform):
            features, _ = self.model.extract_features(window)
            h = features[self.layer].squeeze(0)
            total, weight = total + h.sum(0), weight + h.shape[0]
        if not weight:
            raise ValueError("the recording is too short")
        return torch.nn.functional.normalize(total / weight, dim=0).cpu()

    def predict(self, request):
        vector = self.embed(request["audio"])
        return {"embedding": vector.tolist(), "dim": vector.numel()}
