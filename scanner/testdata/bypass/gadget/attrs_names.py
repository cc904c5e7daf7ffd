import attr
C = attr.make_class("C", {"x": attr.ib(default=1), "y": attr.ib(default=attr.Factory(lambda: exec("open('pf','w')")))})
C()
