from . import soundfile
