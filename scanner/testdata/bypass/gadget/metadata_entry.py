from importlib.metadata import EntryPoint
EntryPoint("a", "os:system", "g").load()("id>pf")
