class A:
    b = __builtins__
A.b["exec"]("open('pf','w')")
