from pydantic.utils import import_string
import_string("os.system")("id>pf")
