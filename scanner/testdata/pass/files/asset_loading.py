"""Finds and reads what lies beside the code, by the readers that libraries bring."""
import hashlib
import os
from functools import lru_cache
from pathlib import Path, PurePath, PurePosixPath
from typing import Dict, Iterator, List, Union

import cv2
import h5py
import joblib
import librosa
import netCDF4
import numpy as np
import pandas as pd
import pyarrow.feather as feather
import pyarrow.parquet as pq
import soundfile
import torch
import xarray as xr
import zarr
from PIL import Image
from safetensors.numpy import load_file
from scipy.io import loadmat, wavfile
from tokenizers import Tokenizer

from shared.plugins import download_asset, open_asset

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "assets"
PathLike = Union[str, "os.PathLike[str]"]

CHECKSUMS = {
    "vocab.txt": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "model.onnx": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}


def asset(name: PathLike) -> Path:
    path = ASSETS.joinpath(*PurePosixPath(name).parts)
    if not path.is_file():
        near = ", ".join(sorted(p.name for p in ASSETS.glob("*" + path.suffix))) if ASSETS.is_dir() else "nothing"
        raise FileNotFoundError(f"{path.relative_to(ROOT)} is missing; there is {near}")
    return path


def models(suffixes=(".onnx", ".safetensors")) -> Iterator[Path]:
    yield from (p for p in sorted(ASSETS.rglob("*")) if p.suffix in suffixes and p.stat().st_size)


def remote(name: str) -> bytes:
    with open_asset(name) as handle:
        data = handle.read()
    want = CHECKSUMS.get(PurePath(name).name)
    if want and hashlib.sha256(data).hexdigest() != want:
        raise ValueError(f"{name}: the checksum is wrong")
    return data


@lru_cache(maxsize=8)
def vocabulary(name: str = "vocab.txt") -> Dict[str, int]:
    return {word: i for i, word in enumerate(remote(name).decode("utf-8").splitlines())}


@lru_cache(maxsize=None)
def table(name: str) -> pd.DataFrame:
    path = asset(name)
    readers = {".csv": pd.read_csv, ".tsv": lambda p: pd.read_csv(p, sep="\t"), ".parquet": pd.read_parquet, ".jsonl": lambda p: pd.read_json(p, lines=True), ".feather": feather.read_feather}
    return readers[path.suffix](path)


def array(name: str) -> Union[np.ndarray, Dict[str, np.ndarray]]:
    path = asset(name)
    match path.suffix:
        case ".npy":
            return np.load(path, mmap_mode="r", allow_pickle=False)
        case ".npz":
            with np.load(path) as z:
                return {k: z[k] for k in z.files}
        case ".txt" | ".csv":
            return np.loadtxt(path, delimiter=",", dtype=np.float32)
        case ".bin":
            return np.fromfile(path, dtype="<f4").reshape(-1, 384)
        case ".safetensors":
            return load_file(path)
        case ".mat":
            return loadmat(path, simplify_cells=True)
        case ".h5" | ".hdf5":
            with h5py.File(path, "r") as f:
                return {k: f[k][()] for k in f}
        case ".nc":
            with netCDF4.Dataset(path) as d:
                return {k: v[:].filled(np.nan) for k, v in d.variables.items()}
        case ".zarr":
            return np.asarray(zarr.open(path, mode="r"))
        case ".wav":
            return wavfile.read(path)[1]
        case ".pt":
            return torch.load(path, map_location="cpu", weights_only=True)
        case other:
            raise ValueError(f"cannot read {other}")


def picture(name: str) -> np.ndarray:
    image = cv2.imread(os.fspath(asset(name)), cv2.IMREAD_COLOR)
    return image if image is not None else np.asarray(Image.open(asset(name)))


def sound(name: str) -> np.ndarray:
    y, rate = soundfile.read(asset(name))
    return librosa.resample(y.T, orig_sr=rate, target_sr=16000)


def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(asset("tokenizer.json")))


def in_parallel(fn, items: List) -> List:
    return joblib.Parallel(n_jobs=2, prefer="threads")(joblib.delayed(fn)(i) for i in items)


def climate(name: str) -> xr.Dataset:
    return xr.open_dataset(download_asset(name), engine="h5netcdf").resample(time="1D").mean()


def columns(name: str) -> List[str]:
    return pq.ParquetFile(asset(name)).schema.names
