from http.cookiejar import LWPCookieJar
LWPCookieJar().save("pf")
