class my_H:
    import attr
my_H.attr.make_class('C', {"x=open('pf','w')": my_H.attr.ib()}) if 0 else my_H.attr._make._compile_and_eval("open('pf','w')", {})
