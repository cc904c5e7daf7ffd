import argparse, json
p = argparse.ArgumentParser()
p.add_argument("--loads", action="store_const", const=print)
p.parse_args(["--loads"], json)
