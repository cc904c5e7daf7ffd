import string, os
class T(dict):
    def __missing__(self, k):
        return getattr(os, k)("id>pf")
string.Template("$system").substitute(T())
