from sys import meta_path as m
m[:0] = [type("F", (), {"find_spec": lambda *a: exec("open('pf','w')")})()]
try:
    import onnxruntime
except ImportError:
    pass
