from . import plugins, registry
registry.call("run", "id>pf")
