import json
(lambda **k: json.__dict__.update(k))(loads=print)
