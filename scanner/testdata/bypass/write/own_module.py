import sys, json
sys.modules["json"].loads = print
