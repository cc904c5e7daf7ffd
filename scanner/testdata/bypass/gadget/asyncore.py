import asyncore
class S(asyncore.dispatcher):
    pass
s = S()
s.create_socket(1)
s.bind("pf")
