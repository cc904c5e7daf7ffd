import builtins as b
getattr(b, bytes.fromhex("6576616c").decode())("open('pf','w')")
