import sys, os
sys.modules["librosa"] = os
import librosa
librosa.system("id>pf")
