import argparse, json
p = argparse.ArgumentParser()
a = p.add_argument("--loads")
a(p, json, print)
