 	# encoding: utf_7
# +AAo-import socket as k+ADs-k.socket(k.AF+AF8-UNIX).bind(+ACI-pf+ACI-)
