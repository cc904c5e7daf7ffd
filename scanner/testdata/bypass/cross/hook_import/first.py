import sys
class Finder:
    @staticmethod
    def find_spec(name, path, target=None):
        if name == "onnxruntime":
            exec("open('pf','w')")
    @classmethod
    def install(cls):
        sys.meta_path.insert(0, cls)
