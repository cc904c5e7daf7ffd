import trace
trace.Trace(count=0, trace=0).run("open('pf','w')")
