from pathlib import Path
import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
from huggingface_hub import hf_hub_download

def weights(path=Path(__file__).parent / "weights" / "model.safetensors"):
    with safe_open(str(path), framework="np") as f:
        meta = f.metadata() or {}
        return {k: f.get_tensor(k) for k in f.keys()}, meta

def shrink(src, dst):
    save_file({k: v.astype(np.float16) for k, v in load_file(src).items()}, dst, metadata={"format": "np"})

def remote(repo="org/model", name="model.safetensors"):
    return load_file(hf_hub_download(repo_id=repo, filename=name, revision="main"))
