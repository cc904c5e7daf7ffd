#!/usr/bin/env bash
# Takes an example plugin through its whole life on a server of its own, as a
# user of the API would: with curl and git. Ends with exit 0 if every step did
# what it should, and with a line that says which did not otherwise.
# KEEP=1 keeps the data folder and says how to go on by hand.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d /tmp/plugforge-demo.XXXXXX)
chmod 755 "$work"
data=$work/data log=$work/server.log
ns=ns_demo slug=text_embed
server='' step=0 begun=$SECONDS

finish() {
	status=$?
	trap - EXIT
	if [ -n "$server" ] && kill -0 "$server" 2>/dev/null; then
		kill -TERM "$server"
		wait "$server" || { echo "✗ the server did not stop cleanly, its log is in $log" >&2; exit 1; }
	fi
	if [ "$status" -ne 0 ] && [ -s "$log" ]; then
		echo "  the server's last words:" >&2
		tail -n 5 "$log" >&2
	fi
	[ "${KEEP:-}" = 1 ] || rm -rf "$work"
	exit "$status"
}
trap finish EXIT
trap 'fail "stopped"' INT TERM

bold=''; dim=''; off=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m' dim=$'\e[2m' off=$'\e[0m'; fi

title() { step=$((step + 1)); printf '\n%s%2d. %s%s\n' "$bold" "$step" "$1" "$off"; }
show() { sed 's/^/      /'; }
fail() { printf '\n✗ step %s: %s\n' "$step" "$1" >&2; exit 1; }

# call METHOD PATH [BODY]: one request; the answer is left in $answer. The
# status must be $want (200 if unset).
call() {
	local args=(-sS -X "$1" -H "Authorization: Bearer $key" -w '\n%{http_code}')
	[ $# -lt 3 ] || args+=(-H 'Content-Type: application/json' -d "$3")
	printf '    %s%s %s%s%s\n' "$dim" "$1" "$2" "${3:+  $3}" "$off"
	answer=$(curl "${args[@]}" "$url$2") || fail "$1 $2 could not be sent"
	code=${answer##*$'\n'} answer=${answer%$'\n'*}
	[ "$code" = "${want:-200}" ] || fail "$1 $2 answered $code: $answer"
}

# part FILTER: prints what matters of the answer.
part() { jq -c "$1" <<<"$answer" | show; }

# expect FILTER VALUE: the answer must hold the value there.
expect() {
	local got
	got=$(jq -r "$1" <<<"$answer")
	[ "$got" = "$2" ] || fail "$1 is $got and should be $2, in: $answer"
}

# upload FOLDER MESSAGE: uploads, PUT, confirm; leaves confirm's answer.
upload() {
	(cd "$1" && /usr/bin/python3 -m zipfile -c "$work/plugin.zip" *)
	call POST "$api/plugins/uploads" "{\"name\":\"$slug\"}"
	part '{upload_id, version}'
	local put
	put=$(jq -r .presigned_url <<<"$answer") id=$(jq -r .upload_id <<<"$answer")
	printf '    %sPUT presigned_url  (%s bytes)%s\n' "$dim" "$(stat -c %s "$work/plugin.zip")" "$off"
	curl -sS -f -X PUT -H 'Content-Type: application/zip' --data-binary @"$work/plugin.zip" -o /dev/null -D "$work/headers" "$put" || fail "PUT of the archive"
	grep -i '^etag' "$work/headers" | tr -d '\r' | show
	call POST "$api/plugins/uploads/$id/confirm" "$(jq -nc --arg m "$2" '{message: $m}')"
}

# deploy PLUGIN_ID STATUS: deploys and polls until it settles at STATUS.
deploy() {
	call POST "$api/plugins/$1/deploy" '{"message":"'"${3:-}"'"}'
	part '{status, route_prefix}'
	local state last='' seen='' i
	for ((i = 0; i < 300; i++)); do
		state=$(curl -sS -H "Authorization: Bearer $key" "$url$api/plugins/$1/status" | tee "$work/status" | jq -r .status)
		[ "$state" = "$last" ] || seen+=${seen:+ → }$state
		last=$state
		case $state in DEPLOYED | FAILED | NOT_DEPLOYED) break ;; esac
		sleep 0.1
	done
	printf '    %sGET %s/plugins/%s/status%s\n      %s\n' "$dim" "$api" "$1" "$off" "$seen"
	[ "$state" = "$2" ] || fail "$1 is $state and should be $2: $(cat "$work/status")"
}

# edition NAME: a copy of the example to change.
edition() { rm -rf "$work/$1"; cp -r testdata/plugins/text_embed "$work/$1"; }

# answered VERSION MODEL: calls the plugin and checks who answered.
answered() {
	printf '    %sPOST %s  {"inputs":{"text":"hello hello world"}}%s\n' "$dim" "$route" "$off"
	answer=$(curl -sS -D "$work/headers" -X POST -H "Authorization: Bearer $key" -H 'Content-Type: application/json' \
		-d '{"inputs":{"text":"hello hello world"}}' "$url$route")
	part '{model, embedding: (.embedding | map(. * 100 | round / 100))}'
	grep -i '^x-plugin-version' "$work/headers" | tr -d '\r' | show
	expect .model "$2"
	grep -qi "^x-plugin-version: $1" "$work/headers" || fail "version $1 should have answered"
}

printf '%splugforge: one plugin'"'"'s whole life%s\n' "$bold" "$off"

title "Make a key and start the server"
key=$(bin/plugforge keys create --data "$data" --org org_demo --namespace $ns --name "Demo Author")
bin/plugforge serve --data "$data" --listen 127.0.0.1:0 2>"$log" &
server=$!
for ((i = 0; i < 100; i++)); do
	[ ! -s "$data/address" ] || url=http://$(cat "$data/address")
	if [ -n "${url:-}" ] && curl -sf "$url/readyz" >/dev/null; then break; fi
	kill -0 $server 2>/dev/null || { server=''; fail "the server did not start"; }
	sleep 0.1
done
[ -n "${url:-}" ] || fail "the server did not say where it listens"
api=/v1/namespaces/$ns
echo "    $url, key ${key:0:8}…, data in $data"

title "Upload version 1.0.0"
upload testdata/plugins/text_embed "initial release"
part '{success, plugin_id, validation_status, deployment_status, feature_uri}'
expect .plugin_id text_embed_1_0_0
expect .deployment_status not_deployed

title "Deploy it and call it"
deploy text_embed_1_0_0 DEPLOYED "first of its kind"
route=$api/realtime/$slug
call POST "$api/plugins/text_embed_1_0_0/realtime/test" '{"inputs":{"text":"hello"}}'
part '{status, inference_name, response_type, response_keys}'
expect .status success
answered 1.0.0 words

title "Upload a changed version and deploy it"
edition second
sed -i 's/"model": "words"/"model": "letters"/; s/embed(text)/embed(" ".join(text))/' "$work/second/realtime.py"
sed -i 's/by hashing its words/by hashing its letters/; s/"1.0.0"/"1.0.1"/' "$work/second/manifest.py"
upload "$work/second" "Hash letters, not words"
part '{success, plugin_id, message}'
expect .plugin_id text_embed_1_0_1
deploy text_embed_1_0_1 DEPLOYED
answered 1.0.1 letters

title "The history"
call GET "$api/plugins/by-name/$slug/versions"
part '.versions[] | {version, message, author, active, created_at, deployed_at, deployment_status}'
expect .active_version 1.0.1
expect .total 2

title "What changed"
call GET "$api/plugins/by-name/$slug/diff?v1=1.0.0&v2=1.0.1"
part .summary
jq -r '.files[].diff' <<<"$answer" | show
expect .summary.files_changed 2

title "A version that imports subprocess is refused"
edition third
sed -i '1i import subprocess' "$work/third/processors/core.py"
upload "$work/third" "Call a tool"
jq -r '"validation_status: " + .validation_status, .validation_errors[]' <<<"$answer" | show
expect .success false
[[ $(jq -r '.validation_errors[0]' <<<"$answer") == processors/core.py:1:* ]] || fail "the finding should name processors/core.py, line 1"

title "A version that raises at import fails, and the one before still answers"
edition fourth
printf '\nraise RuntimeError("the model file is missing")\n' >>"$work/fourth/processors/core.py"
upload "$work/fourth" "Load the model"
expect .success true
broken=$(jq -r .plugin_id <<<"$answer")
deploy "$broken" FAILED
jq -r .error "$work/status" | show
grep -q 'the model file is missing' "$work/status" || fail "the error should hold the traceback"
answered 1.0.1 letters

title "Roll back"
call POST "$api/plugins/by-name/$slug/rollback" '{"version":"1.0.0","message":"letters made the search worse"}'
part '{plugin_id, version, previous_version, deployment_status, message}'
expect .deployment_status DEPLOYED
answered 1.0.0 words

title "Reconfigure: the namespace gets the vectors that its plugins declare"
call POST "$api/plugins/reconfigure" '{"dry_run":true}'
part '{status, vectors_added, message}'
call POST "$api/plugins/reconfigure" '{"confirm":true}'
part '{status, vectors_added, vectors_total, previous_points_count}'
expect .status reconfigured
call GET "$api/vectors"
part '.vectors[]'

title "Store points that the plugin embeds, and search them"
call POST "$api/vectors/text_vector/points" '{"points":[
      {"id":"cats", "inputs":{"text":"the cat sat on the mat"}, "payload":{"about":"animals"}},
      {"id":"dogs", "inputs":{"text":"a dog ran after the cat"}, "payload":{"about":"animals"}},
      {"id":"brew", "inputs":{"text":"strong coffee brewed slowly"}, "payload":{"about":"drinks"}}]}'
part '{upserted, points_count}'
call POST "$api/vectors/text_vector/search" '{"inputs":{"text":"the cat on the mat"}, "limit":2}'
part '.hits[]'
expect '.hits[0].id' cats
call POST "$api/vectors/text_vector/search" '{"inputs":{"text":"the cat on the mat"}, "filter":{"about":"drinks"}}'
part '.hits[]'
expect '[.hits[].id] | join(" ")' brew

title "Share a plugin: the organisation publishes, the namespace enables"
mine=("$key" "$api" "$slug")
key=$(bin/plugforge keys create --data "$data" --org org_demo --namespace $ns --name "Demo Boss" --scope org) api=/v1 slug=shared_embed
edition shared
sed -i 's/"text_embed"/"shared_embed"/' "$work/shared/manifest.py"
upload "$work/shared" "for every namespace"
part '{success, plugin_id}'
expect .plugin_id shared_embed_1_0_0
key=${mine[0]} api=${mine[1]} slug=${mine[2]}
call POST "$api/plugins/org/shared_embed_1_0_0/enable" '{"params":{"lowercase":false}}'
part '{plugin_id, deployment_status, message}'
expect .deployment_status deployed
call POST "$api/realtime/shared_embed" '{"inputs":{"text":"HELLO"}}'
loud=$(jq -c .embedding <<<"$answer")
call POST "$api/realtime/shared_embed" '{"inputs":{"text":"HELLO"},"parameters":{"lowercase":true}}'
[ "$loud" != "$(jq -c .embedding <<<"$answer")" ] || fail "the namespace's parameters should lie under the call's"
call GET "$api/plugins"
part '.plugins[] | {plugin_id, origin, deployed}'
want=409 call POST "$api/plugins/uploads" '{"name":"shared_embed"}'
part .error.message

title "What ran, and what ran at any time"
call GET "$api/plugins/by-name/$slug/deployments"
part '.deployments[] | {version, action, status, actor, message}'

title "An auditor clones it with stock git"
remote=$url/git/$ns/$slug.git
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_TERMINAL_PROMPT=0 PLUGFORGE_KEY=$key
git -c credential.helper='!f() { echo username=auditor; echo "password=$PLUGFORGE_KEY"; }; f' \
	clone -q "$remote" "$work/clone" || fail "git clone"
curl -sSf "$url/git/allowed_signers" >"$work/signers"
cd "$work/clone"
run() { printf '    %s$ %s%s\n' "$dim" "$*" "$off"; "$@" 2>&1 | show; }
run git log --oneline main
run git log --format='%h %cI %s' origin/active
run git -c gpg.ssh.allowedSignersFile="$work/signers" verify-tag v1.0.0
run git -c gpg.ssh.allowedSignersFile="$work/signers" verify-commit origin/active
run git diff --stat v1.0.0 v1.0.1
run git fsck --full --strict
[ "$(git log --oneline origin/active | wc -l)" = 3 ] || fail "the ledger should have three entries"
git checkout -q v1.0.0
diff -r --exclude=.git "$OLDPWD/testdata/plugins/text_embed" . || fail "the clone should hold the uploaded files exactly"
echo "    the files of v1.0.0 in the clone equal those that were uploaded"
cd "$OLDPWD"

title "Delete a version: it is gone, its number taken, its history kept"
call DELETE "$api/plugins/${slug}_1_0_1?message=made+the+search+worse"
part '{deployment_removed, message}'
want=404 call GET "$api/plugins/${slug}_1_0_1"
want=409 call POST "$api/plugins/uploads" "{\"name\":\"$slug\",\"version\":\"1.0.1\"}"
part .error.message
git -c credential.helper='!f() { echo username=auditor; echo "password=$PLUGFORGE_KEY"; }; f' \
	clone -q "$remote" "$work/after" || fail "git clone"
run git -C "$work/after" for-each-ref --format='%(refname:short)  %(contents:subject)' refs/tags
[ "$(git -C "$work/after" rev-list main)" = "$(git -C "$work/clone" rev-list origin/main)" ] || fail "the history should be as it was"

if [ "${KEEP:-}" = 1 ]; then
	cat <<END

Kept in $work. To go on by hand:
  bin/plugforge serve --data $data
  export KEY=$key
  curl -H "Authorization: Bearer \$KEY" http://127.0.0.1:8080$api/plugins
  curl http://127.0.0.1:8080/git/allowed_signers > signers
  git -c gpg.ssh.allowedSignersFile=signers -C $work/clone verify-tag v1.0.0
END
fi
printf '\n%s✓ %d steps in %d s%s: uploaded, checked, committed, deployed, called, replaced, compared,\n  refused, failed safely, rolled back, searched, shared, cloned and deleted; every answer was checked.\n' \
	"$bold" "$step" "$((SECONDS - begun))" "$off"
