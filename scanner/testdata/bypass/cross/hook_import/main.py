from . import first
first.Finder.install()
import onnxruntime
