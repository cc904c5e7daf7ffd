import sys
def add(d):
    places = sys.path
    places.insert(0, d)
