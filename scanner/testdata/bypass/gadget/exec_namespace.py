import types
types.new_class("X", (), {}, lambda ns: exec("open('pf','w')", ns))
