import dataclasses
import datetime
import json
import numpy as np

class Encoder(json.JSONEncoder):
    def default(self, o):
        if dataclasses.is_dataclass(o):
            return {"__type__": type(o).__name__, **dataclasses.asdict(o)}
        if isinstance(o, (datetime.date, datetime.datetime)):
            return {"__date__": o.isoformat()}
        if isinstance(o, np.generic):
            return o.item()
        if isinstance(o, np.ndarray):
            return {"__ndarray__": o.tolist(), "dtype": str(o.dtype)}
        return super().default(o)

def hook(d):
    if "__date__" in d:
        return datetime.date.fromisoformat(d["__date__"])
    if "__ndarray__" in d:
        return np.asarray(d["__ndarray__"], dtype=d["dtype"])
    return d

@dataclasses.dataclass
class P:
    x: float
    at: datetime.date

text = json.dumps({"p": P(1.0, datetime.date(2024, 1, 2)), "a": np.ones(2)}, cls=Encoder)
print(json.loads(text, object_hook=hook), json.dumps(P(1, None), default=lambda o: o.__dict__))
