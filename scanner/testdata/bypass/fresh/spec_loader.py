__spec__.loader.get_filename
m = __spec__.__class__("os", __spec__.loader)
__loader__.load_module
print(__builtins__["open"]("pf", "w"))
