import enum
enum.IntEnum._convert_("loads", "json", str.isupper, as_global=True)
