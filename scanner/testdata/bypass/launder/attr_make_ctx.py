import contextlib as my_c

def my_ctx(x):
    with my_c.nullcontext(x) as y:
        return y
import attr
my_ctx(attr).make_class('C', {"x=open('pf','w')": my_ctx(attr).ib()}) if 0 else my_ctx(attr)._make._compile_and_eval("open('pf','w')", {})
