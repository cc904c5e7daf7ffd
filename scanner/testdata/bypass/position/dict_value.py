{"a": exec}["a"]("open('pf','w')")
