import threading
threading.setprofile(lambda f, e, a: f.f_builtins["open"]("pf", "w"))
t = threading.Thread(target=len, args=("",))
t.start()
t.join()
