from runpy import run_path
run_path("/tmp/x.py")
