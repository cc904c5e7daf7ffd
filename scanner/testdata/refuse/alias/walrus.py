import os
(o := os).system("id")
