__all__ = []
def open(name, mode):
    return name
