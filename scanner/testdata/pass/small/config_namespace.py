import argparse
import types
from types import SimpleNamespace
from typing import Mapping

def namespace(d):
    if isinstance(d, Mapping):
        return SimpleNamespace(**{k: namespace(v) for k, v in d.items()})
    return [namespace(x) for x in d] if isinstance(d, list) else d

def parser():
    p = argparse.ArgumentParser(description="Embeds a folder")
    p.add_argument("--compile", action="store_true", help="torch.compile the model")
    p.add_argument("--open", type=float, default=0.5)
    p.add_argument("--exec", dest="execute", choices=["cpu", "cuda"], default="cpu")
    return p

def is_function(x):
    return isinstance(x, (types.FunctionType, types.LambdaType, types.MethodType))

cfg = namespace({"os": {"name": "linux"}, "model": {"eval": True}})
args = parser().parse_args(["--compile"])
print(cfg.model.eval, args.compile, args.execute, is_function(parser), cfg.os.name)
