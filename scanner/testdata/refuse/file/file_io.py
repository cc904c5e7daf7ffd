from io import FileIO
FileIO("/etc/passwd")
