def cls(): open("pf", "w"); return ValueError
try: raise ValueError
except cls(): pass
