import attr
attr.make_class("C", {"x=open('pf','w')": attr.ib()}) if 0 else attr._make._compile_and_eval("open('pf','w')", {})
