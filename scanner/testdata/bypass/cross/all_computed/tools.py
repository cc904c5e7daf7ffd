import subprocess as secret
__all__ = list(map(str, ["secret"]))
