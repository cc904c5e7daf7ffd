f = lambda x=eval("1"): x
