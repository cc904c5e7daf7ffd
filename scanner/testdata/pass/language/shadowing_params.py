"""Parameters, loops and comprehensions that borrow builtin names, as hurried people write."""


def crop(image, open=True, compile=False, input=None, vars=(), dir="left", file=None, id=0, type="image"):
    if open and not compile:
        return {"image": image, "input": input, "vars": list(vars), "dir": dir, "file": file, "id": id, "type": type}
    return None


def candles(rows):
    out = []
    for open, high, low, close in rows:
        body = abs(close - open)
        shadow = high - low - body
        out.append({"open": open, "close": close, "body": body, "shadow": shadow, "up": close > open})
    return out


def ohlc(frame):
    open, high, low, close = (frame[c].to_numpy() for c in ("open", "high", "low", "close"))
    gap = open[1:] - close[:-1]
    typical = (high + low + close) / 3
    return {"gap": gap, "typical": typical, "green": (close > open).mean()}


def splits(train, eval, test):
    sizes = {name: len(part) for name, part in (("train", train), ("eval", eval), ("test", test))}
    best = max(eval, key=lambda item: item["score"]) if eval else None
    return sizes, best, [e for e in eval if e["score"] > 0.5]


def symbols(locals, globals):
    return {**{k: v for k, v in globals.items() if not k.startswith("_")}, **locals}


def opens(brackets):
    return sum(1 for open in brackets if open in "([{")


def nested():
    def open(path):
        return {"path": path, "exists": False}

    def reader(paths):
        return [open(p) for p in paths]

    return reader(["a", "b"])


def rebind(fn):
    exec = fn
    result = exec(3)
    del exec
    with_default = (lambda eval=2: eval + 1)()
    return result, with_default


def unpack(request):
    match request:
        case {"open": open, "exec": exec}:
            return open, exec
        case [eval, *compile]:
            return eval, compile
    return None


def walrus(values):
    if (open := next((v for v in values if v), None)) is not None:
        return open
    return [vars for v in values if (vars := v)]


class Candle:
    def __init__(self, open, close):
        self.open, self.close = open, close

    def __lt__(self, other):
        return self.close - self.open < other.close - other.open


try:
    import xxhash as fast  # noqa: F401
except ImportError as open_error:
    REASON = str(open_error)
else:
    REASON = ""
