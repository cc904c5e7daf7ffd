import zipfile, sys, tempfile
t = tempfile.mkdtemp() + "/a.zip"
with zipfile.ZipFile(t, "w") as z:
    z.writestr("librosa.py", "open('pf','w')")
sys.path.insert(0, t)
import librosa
