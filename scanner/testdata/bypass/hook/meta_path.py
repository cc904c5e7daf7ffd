import sys, json
class Finder:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name == "onnxruntime":
            spec = json.__spec__
            spec.loader.set_data("pf", b"")
sys.meta_path.append(Finder)
try:
    import onnxruntime
except ImportError:
    pass
