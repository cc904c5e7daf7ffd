import argparse, json
argparse.Namespace.__init__(json, loads=print)
