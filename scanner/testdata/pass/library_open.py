from PIL.Image import open


def load(path):
    return open(path)
