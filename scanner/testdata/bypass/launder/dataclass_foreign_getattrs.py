import dataclasses, json

class Quiet(getattr(json, 'JSONEncoder')):
    pass
getattr(dataclasses, 'dataclass')(getattr(json, 'JSONEncoder'), init=True)
