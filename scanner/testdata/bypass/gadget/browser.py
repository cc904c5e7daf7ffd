import webbrowser
webbrowser.BackgroundBrowser(["sh", "-c", "id>pf"]).open("x")
import time
time.sleep(0.2)
