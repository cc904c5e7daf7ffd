import warnings
class W(UserWarning):
    def __str__(self, e=exec):
        return e("open('pf','w')") or ""
warnings.warn(W("x"))
