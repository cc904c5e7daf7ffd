globals()["__built" + "ins__"]
