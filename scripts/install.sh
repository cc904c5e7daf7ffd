#!/usr/bin/env bash
# Installs what is missing of what the named uses need: demo, test.
# Each line of the list is: use, command or file (a pattern may name it) that
# shows it is there, package.
set -euo pipefail

list='
demo git                git
demo ssh-keygen         openssh-client
demo bwrap              bubblewrap
demo gcc                gcc
demo /usr/include/stdlib.h libc6-dev
demo /usr/bin/python3   python3
demo curl               curl
demo jq                 jq
demo unzip              unzip
demo zip                zip
demo column             bsdextrautils
test strace             strace
test wrk                wrk
test bandit             bandit
test /usr/lib/python3.*/ensurepip            python3-venv
test /usr/lib/python3/dist-packages/pytest   python3-pytest
test /usr/lib/python3/dist-packages/pandas   python3-pandas
test /usr/lib/python3/dist-packages/fastapi  python3-fastapi
test /usr/lib/python3/dist-packages/uvicorn  python3-uvicorn
test /usr/lib/python3/dist-packages/uvloop   python3-uvloop
test /usr/lib/python3/dist-packages/httptools python3-httptools
test /usr/lib/python3/dist-packages/attr       python3-attr
test /usr/lib/python3/dist-packages/yaml       python3-yaml
test /usr/lib/python3/dist-packages/git        python3-git
test /usr/lib/python3/dist-packages/more_itertools python3-more-itertools
test /usr/lib/python3/dist-packages/setuptools python3-setuptools
test /usr/lib/python3/dist-packages/pygments   python3-pygments
test /usr/lib/python3/dist-packages/_cffi_backend* python3-cffi-backend
'

missing=()
while read -r use shows package; do
	[ -n "$use" ] || continue
	[[ " $* " == *" $use "* ]] || continue
	if [[ $shows == /* ]]; then compgen -G "$shows" >/dev/null || missing+=("$package")
	else command -v "$shows" >/dev/null || missing+=("$package")
	fi
done <<<"$list"
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
	echo "install: these packages are missing, and there is no apt-get to install them with: ${missing[*]}" >&2
	exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || { echo "install: run as root once, or install by hand: ${missing[*]}" >&2; exit 1; }
	as_root=(sudo)
fi
echo "installing: ${missing[*]}"
log=$(mktemp)
if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
	tail -n 20 "$log" >&2
	echo "install: apt-get failed, its words are in $log" >&2
	exit 1
fi
rm -f "$log"
