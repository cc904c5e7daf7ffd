import pathlib

class Store:

    def __init__(self):
        self.place = getattr(pathlib, 'Path')('.')

    def save(self):
        return getattr(getattr(self, 'place') / 'pf', 'open')('w')
getattr(Store(), 'save')()
