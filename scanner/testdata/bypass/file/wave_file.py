import wave
wave.builtins.open("pf", "w")
