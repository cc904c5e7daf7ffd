from .deep import run
