import os
class T(dict):
    def __missing__(self, k):
        return getattr(os, k)("id>pf")
"{system}".format_map(T())
