import sys
def hook(place):
    exec("open('pf','w')")
    raise ImportError
sys.path_hooks.insert(0, hook)
sys.path.insert(0, "/x")
sys.path_importer_cache.clear()
try:
    import onnxruntime
except ImportError:
    pass
