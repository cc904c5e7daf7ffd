__all__ = ["_run"]
_run = eval
