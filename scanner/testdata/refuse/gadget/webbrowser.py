import webbrowser
webbrowser.open("x")
