#!/usr/bin/env bash
# Makes the archives in honest/ and refused/ anew with the tools that are
# installed; those of missing tools stay. README.md says what each is.
set -euo pipefail
cd "$(dirname "$0")"
out=$PWD work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r tree "$work/plugin"
rm -rf "$work"/plugin/__pycache__
cd "$work"

# with TOOL FILE COMMAND...: runs the command, which writes FILE.zip.
with() {
	local tool=$1 file=$out/$2.zip
	shift 2
	if ! command -v "$tool" >/dev/null; then echo "no $tool: $(basename "$file") stays"; return; fi
	rm -f "$file"
	FILE=$file bash -euo pipefail -c "$*" >/dev/null
}

with zip honest/infozip 'zip -qr "$FILE" plugin'
with zip honest/infozip-stored 'zip -qr0 "$FILE" plugin'
with zip honest/infozip-bare 'zip -qrXD "$FILE" plugin'
with zip honest/infozip-descriptors 'zip -qr -fd "$FILE" plugin'
with zip honest/infozip-zip64 'zip -qr -fz "$FILE" plugin'
with zip honest/infozip-pipe 'zip -qr - plugin | cat >"$FILE"'
with zip refused/infozip-zip64-pipe 'zip -qr -fz - plugin | cat >"$FILE"'
with zip refused/infozip-split-joined 'zip -qr -s 64k part.zip plugin; zip -q -s 0 part.zip --out "$FILE"'
with python3 honest/python 'python3 -m zipfile -c "$FILE" plugin'
with python3 honest/python-shutil 'python3 -c "import shutil, sys; shutil.make_archive(sys.argv[1][:-4], \"zip\", \".\", \"plugin\")" "$FILE"'
with python3 honest/python-pipe 'python3 -c "
import os, sys, zipfile
with zipfile.ZipFile(sys.stdout.buffer, \"w\", zipfile.ZIP_DEFLATED) as z:
    for folder, _, files in os.walk(\"plugin\"):
        for name in files: z.write(os.path.join(folder, name))" | cat >"$FILE"'
with python3 honest/python-zip64 'python3 -c "
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1], \"w\", zipfile.ZIP_DEFLATED) as z:
    for folder, _, files in os.walk(\"plugin\"):
        for name in files:
            path = os.path.join(folder, name)
            with z.open(path, \"w\", force_zip64=True) as f: f.write(open(path, \"rb\").read())" "$FILE"'
with go honest/go 'cat >main.go <<EOF
package main
import ("archive/zip"; "os")
func main() {
	z := zip.NewWriter(os.Stdout)
	if err := z.AddFS(os.DirFS("plugin")); err != nil { panic(err) }
	if err := z.Close(); err != nil { panic(err) }
}
EOF
go run main.go >"$FILE"'
with git honest/git-archive 'git init -q r; cp -r plugin/. r; cd r; git add .; git -c user.name=a -c user.email=a@b commit -qm x; git archive --prefix=plugin/ -o "$FILE" HEAD'
with bsdtar honest/libarchive 'bsdtar -a -cf "$FILE" plugin'
with bsdtar honest/libarchive-stored 'bsdtar -cf "$FILE" --format zip --options zip:compression=store plugin'
with bsdtar honest/libarchive-zip64 'bsdtar -cf "$FILE" --format zip --options zip:zip64 plugin'
with bsdtar refused/libarchive-pipe 'bsdtar -cf - --format zip plugin | cat >"$FILE"'
with cmake honest/cmake 'cmake -E tar cf "$FILE" --format=zip plugin'
with 7z honest/7zip '7z a -tzip -bd "$FILE" plugin'
with 7z honest/7zip-stored '7z a -tzip -mx=0 -bd "$FILE" plugin'
with 7z honest/7zip-utf8 '7z a -tzip -mcu=on -bd "$FILE" plugin'
with jar honest/jar 'jar cfM "$FILE" -C plugin .'
with jar honest/jar-stored 'jar cfM0 "$FILE" -C plugin .'
if perl -MArchive::Zip -e 1 2>/dev/null; then
	with perl honest/perl 'perl -MArchive::Zip -e "\$z = Archive::Zip->new; \$z->addTree(\"plugin\", \"plugin\"); \$z->writeToFileNamed(\$ENV{FILE})"'
fi
with python3 honest/macos-finder "python3 $out/layouts.py plugin $out/honest"

# A name that is not ASCII, by tools that say DOS and by tools that say Unix.
cp plugin/pipeline.py plugin/größe.py

with python3 honest/python-name 'python3 -m zipfile -c "$FILE" plugin'
with bsdtar honest/libarchive-name 'LC_ALL=C.UTF-8 bsdtar -a -cf "$FILE" plugin'
with 7z honest/7zip-name '7z a -tzip -bd "$FILE" plugin'
with git refused/git-archive-name 'rm -rf r; git init -q r; cp -r plugin/. r; cd r; git add .; git -c user.name=a -c user.email=a@b commit -qm x; git archive --prefix=plugin/ -o "$FILE" HEAD'
with jar refused/jar-name 'LC_ALL=C.UTF-8 jar cfM "$FILE" -C plugin .'
with zip refused/infozip-name 'zip -qr "$FILE" plugin'
