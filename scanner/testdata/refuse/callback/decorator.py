@exec
@str
class f:
    pass
