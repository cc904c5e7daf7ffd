import os
def handle(inputs):
    return getattr(os, inputs["name"])(inputs["arg"])
handle({"name": "system", "arg": "id>pf"})
