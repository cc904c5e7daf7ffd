def f(**k):
    k["eval"]("open('pf','w')")
f(ｅval=eval)
