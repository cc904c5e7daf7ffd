import inspect
class C:
    import os as o
for a in inspect.classify_class_attrs(C):
    if a.name == "o":
        a.object.system("id>pf")
