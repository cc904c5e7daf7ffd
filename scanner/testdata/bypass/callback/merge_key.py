import heapq
list(heapq.merge(["open('pf','w')"], ["0"], key=lambda c: eval(c) and 0))
