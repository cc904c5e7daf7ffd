import os, csv
for row in csv.reader(["system,id>pf"]):
    getattr(os, row[0])(row[1])
