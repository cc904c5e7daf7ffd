getattr((), "__cla" + "ss__")
getattr(object, "__sub" + "classes__")()
