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
# keep NAME: what comes in is proof, in base64, at most 200 kB of it.
keep() { printf 'file\t%s\t%s\n' "$1" "$(head -c 200000 | base64 | tr -d '\n')"; }
