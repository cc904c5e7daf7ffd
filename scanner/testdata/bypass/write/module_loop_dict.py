import json
for name, m in {"j": json}.items():
    m.loads = len
