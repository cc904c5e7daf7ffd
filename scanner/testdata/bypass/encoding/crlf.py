def f(): pass
raise SystemExit(exec("open('pf','w')"))
