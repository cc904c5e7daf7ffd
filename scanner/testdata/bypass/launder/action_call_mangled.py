import argparse as _C__argparse, json as _C__json

class _C:

    def go(self):
        p = __argparse.ArgumentParser()
        a = p.add_argument('--loads')
        a(p, __json, print)
_C().go()
