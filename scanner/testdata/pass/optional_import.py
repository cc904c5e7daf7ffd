try:
    import torch
except ImportError:
    torch = None


def device():
    return "cuda" if torch is not None and torch.cuda.is_available() else "cpu"
