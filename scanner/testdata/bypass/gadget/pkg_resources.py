import pkg_resources
pkg_resources.EntryPoint.parse("a=os:system").resolve()("id>pf")
