def outer():
    def inner():
        def open(*a):
            return a
        return open
    return open("pf", "w")
outer()
