# What a host's script says: one line each, a tab between. step NAME RESULT DETAIL; file NAME (base64 follows).
LC_ALL=C
export LC_ALL
umask 077
one_line() { printf %s "$1" | tr '\t\r\n' '   ' | cut -c1-300; }
say() { printf '%s\t%s\n' "$1" "$(one_line "${2-}")"; }
step() { printf 'step\t%s\t%s\t%s\n' "$1" "$2" "$(one_line "${3-}")"; }
fail() {
	say failed "$1"
	say detail "${2-}"
	exit 3
}
has() { command -v "$1" >/dev/null 2>&1; }
# keep NAME [stays]: what comes in is proof, in base64, at most 4 MB of it. What was longer is named on 4.
# stays: closing does not destroy where it comes from.
KEPT=3999999
keep() {
	content=$(head -c $((KEPT + 1)) | base64 | tr -d '\n')
	[ ${#content} -le $((KEPT * 4 / 3)) ] || echo "$1${2:+ stays}" >&4
	printf 'file\t%s\t%s\n' "$1" "$content"
}
# taken DETAIL: runs `proof` and says how it went. 1 when going on would destroy what was not kept (unless SHORT).
taken() {
	longer=$(proof 4>&1 >&3)
	lost=$(printf '%s\n' "$longer" | grep -v ' stays$' | tr '\n' ' ')
	names=$(printf '%s\n' "$longer" | cut -d' ' -f1 | tr '\n' ' ')
	if [ -n "${lost# }" ] && [ -z "$SHORT" ]; then
		step proof failed "truncated $lost"
		return 1
	fi
	[ -z "$longer" ] && step proof ok "${1-}" || step proof ok "truncated $names"
}
