import json
class Holder:
    class inner:
        j = json
Holder.inner.j.loads = print
