import argparse
p = argparse.ArgumentParser(fromfile_prefix_chars="@")
p.add_argument("x", type=argparse.FileType("w"))
p.parse_args(["pf"])
