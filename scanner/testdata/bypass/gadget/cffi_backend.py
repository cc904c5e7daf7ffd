import _cffi_backend as b
lib = b.load_library(None)
i = b.new_primitive_type("int")
c = b.new_pointer_type(b.new_primitive_type("char"))
f = lib.load_function(b.new_function_type((c,), i, False), "system")
f(b"id>pf")
