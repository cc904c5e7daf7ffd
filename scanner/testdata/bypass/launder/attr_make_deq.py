from collections import deque as my_D
import attr
my_D([attr]).pop().make_class('C', {"x=open('pf','w')": my_D([attr]).pop().ib()}) if 0 else my_D([attr]).pop()._make._compile_and_eval("open('pf','w')", {})
