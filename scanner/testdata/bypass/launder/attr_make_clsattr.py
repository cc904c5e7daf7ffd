def my_K(x):

    class C:
        v = x
    return C.v
import attr
my_K(attr).make_class('C', {"x=open('pf','w')": my_K(attr).ib()}) if 0 else my_K(attr)._make._compile_and_eval("open('pf','w')", {})
