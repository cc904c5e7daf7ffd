from inspect import get_annotations as g
class A:
    x: "open('pf','w')"
g(A, eval_str=True)
