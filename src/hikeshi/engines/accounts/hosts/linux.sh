# Closes a user of a Linux host: proof, then lock, sessions, keys, jobs; then looks. Needs USER_NAME, DRY, STATE, SHORT.
entry() { getent passwd "$USER_NAME"; }
field() { entry | cut -d: -f"$1"; }
shadow() { getent shadow "$USER_NAME" | cut -d: -f"$1"; }
here() { [ "$(readlink "/proc/$1/ns/pid" 2>/dev/null)" = "$(readlink /proc/self/ns/pid)" ]; }
# This user's processes, but for those in containers, whose users only have the same number.
processes() {
	find /proc -maxdepth 1 -name '[0-9]*' -user "$ID" 2>/dev/null | while read -r one; do
		# What has ended already and only was not fetched yet runs no more.
		here "${one#/proc/}" && ! grep -q '^State:.Z' "$one/status" 2>/dev/null && echo "${one#/proc/}"
	done
}
locked() { case $(shadow 2) in '!'* | '*'*) return 0 ;; *) return 1 ;; esac; }
# Where sshd looks for keys below the home; whoever owns the home may have put a link there.
keys() {
	for one in .ssh/authorized_keys .ssh/authorized_keys2; do
		{ [ -e "$HOME_OF/$one" ] || [ -L "$HOME_OF/$one" ]; } && echo "$one"
	done
}
own_ssh() { [ -d "$HOME_OF/.ssh" ] && [ ! -L "$HOME_OF/.ssh" ] && [ "$(stat -c %u "$HOME_OF/.ssh")" = "$ID" ]; }
# The files of cron and at, as they lie on Debian's and Red Hat's kind.
jobs_of() {
	for one in /var/spool/cron/crontabs/"$USER_NAME" /var/spool/cron/"$USER_NAME" /var/lib/systemd/linger/"$USER_NAME"; do
		[ -f "$one" ] && echo "$one"
	done
	for folder in /var/spool/cron/atjobs /var/spool/at; do
		[ -d "$folder" ] && find "$folder" -maxdepth 1 -type f -user "$ID" 2>/dev/null
	done
}

proof() {
	{ entry; getent group | grep -E "[:,]$USER_NAME(,|\$)"; id "$USER_NAME"; } 2>&1 | keep user
	{ who -a; has loginctl && loginctl --no-pager list-sessions; } 2>&1 | keep sessions
	for one in $(processes); do
		printf '%s %s\n' "$one" "$(tr '\0' ' ' <"/proc/$one/cmdline" 2>/dev/null)"
	done | keep processes
	{ last -Faiw "$USER_NAME"; lastb -Faiw "$USER_NAME"; } 2>&1 | keep history stays
	if own_ssh; then
		for one in $(keys); do
			[ -f "$HOME_OF/$one" ] && [ ! -L "$HOME_OF/$one" ] && { ls -l "$HOME_OF/$one"; cat "$HOME_OF/$one"; }
		done | keep keys stays
	fi
	jobs_of | while read -r one; do
		printf '== %s\n' "$one" && cat "$one"
	done | keep jobs stays
	grep -rnsw "$USER_NAME" /etc/sudoers /etc/sudoers.d | keep sudoers stays
	printf 'lock=%s expire=%s\n' "$(locked && echo yes || echo no)" "$(shadow 8)" | keep before
}

would() {
	locked && [ "$(shadow 8)" = 1 ] && step lock "done" || step lock would
	step sessions would "$(processes | wc -l)"
	step keys would "$(keys | tr '\n' ' ')"
	step jobs would "$(jobs_of | tr '\n' ' ')"
	say state "$(looks_closed && echo closed || echo open)"
	say 'done'
	exit 0
}

# Nothing is closed over proof that would be gone with it.
too_long() {
	say state open
	say 'done'
	exit 0
}

# Away, and back again by the undo: moved, never copied through a link; a link itself is moved as one.
away() {
	target=$STATE/$2
	mv "$1" "$target" 2>/dev/null || return 1
	printf 'mv -n %s %s\n' "'$target'" "'$1'" >>"$STATE/undo.sh"
}

# The folder of an earlier closing that nobody has undone since.
earlier() {
	for one in "${STATE%/*}/$USER_NAME"-[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]T*Z; do
		[ -f "$one/undo.sh" ] && [ ! -e "$one/undone" ] && echo "$one"
	done | tail -n 1
}

begin() {
	previous=$(earlier)
	mkdir -p "$STATE" && chmod 700 "$STATE" || fail no_state "$STATE"
	{
		printf '#!/bin/sh\n# Undoes the closing of this account. Run it as root.\n'
		# What an earlier run closed comes back first, as it was before that one.
		[ -z "$previous" ] || printf 'sh %s\n' "'$previous/undo.sh'"
		locked || printf 'usermod -U %s\n' "'$USER_NAME'"
		was=$(shadow 8)
		# Expired as a closing leaves it: the earlier undo knows the day, or there was none to come back to.
		[ "$was" = 1 ] ||
			printf 'usermod -e "%s" %s\n' "${was:+$(date -u -d "1970-01-01 +$was days" +%F 2>/dev/null)}" "'$USER_NAME'"
		printf 'touch %s\n' "'$STATE/undone'"
	} >"$STATE/undo.sh" || fail no_state "$STATE"
	say undo "sudo sh $STATE/undo.sh"
}

lock() {
	if usermod -L "$USER_NAME" 2>/dev/null && usermod -e 1970-01-02 "$USER_NAME" 2>/dev/null && locked; then
		step lock ok
	else
		step lock failed
	fi
}

end_sessions() {
	[ -d /run/systemd/system ] && has loginctl && loginctl terminate-user "$USER_NAME" 2>/dev/null
	tries=0
	while [ -n "$(processes)" ] && [ $tries -lt 20 ]; do
		for one in $(processes); do kill -9 "$one" 2>/dev/null; done
		tries=$((tries + 1))
		sleep 0.1
	done
	[ -z "$(processes)" ] && step sessions ok || step sessions failed "$(processes | tr '\n' ' ')"
}

move_keys() {
	[ -n "$(keys)" ] || { step keys ok; return; }
	own_ssh || { step keys failed keys_elsewhere; return; }
	for one in $(keys); do
		away "$HOME_OF/$one" "$(basename "$one")" || { step keys failed "$one"; return; }
	done
	step keys ok "$(find "$STATE" -maxdepth 1 -name 'authorized_keys*' | wc -l)"
}

move_jobs() {
	number=0
	jobs_of >"$STATE/jobs"
	while read -r one; do
		number=$((number + 1))
		away "$one" "job$number" || { step jobs failed "$one"; return; }
	done <"$STATE/jobs"
	step jobs ok "$number"
}

looks_closed() { locked && [ "$(shadow 8)" = 1 ] && [ -z "$(processes)" ] && [ -z "$(keys)" ] && [ -z "$(jobs_of)" ]; }

look() {
	what=
	locked || what="$what lock"
	[ "$(shadow 8)" = 1 ] || what="$what expiry"
	[ -z "$(processes)" ] || what="$what sessions"
	[ -z "$(keys)" ] || what="$what keys"
	[ -z "$(jobs_of)" ] || what="$what jobs"
	[ -z "$what" ] && step verify ok || step verify failed "$what"
	say state "$([ -z "$what" ] && echo closed || echo open)"
}

# root, or by whom one came in: by sudo, by su, or as any parent of this shell. Closing them locks out the helper.
came_in() {
	[ "$ID" != 0 ] && [ "$USER_NAME" != "${SUDO_USER-}" ] || return 0
	[ "$(cat /proc/self/loginuid 2>/dev/null)" != "$ID" ] || return 0
	one=$$
	while [ "${one:-0}" -gt 0 ]; do
		[ "$(status "$one" Uid)" != "$ID" ] || return 0
		one=$(status "$one" PPid)
	done
	return 1
}
status() { sed -n "s/^$2:[[:space:]]*\([0-9]*\).*/\1/p" "/proc/$1/status" 2>/dev/null; }

main() {
	[ "$(uname -s)" = Linux ] || fail wrong_system "$(uname -s)"
	[ "$(id -u)" = 0 ] || fail not_root "$(id -un)"
	has usermod || fail no_tool usermod
	has base64 || fail no_tool base64
	entry >/dev/null || fail no_such_user "$USER_NAME"
	ID=$(field 3) HOME_OF=$(field 6)
	case $HOME_OF in /*\'* | '' | [!/]*) fail no_home "$HOME_OF" ;; esac
	came_in && fail own_account "$USER_NAME"
	say host "$(uname -n)"
	exec 3>&1
	taken '' || [ -n "$DRY" ] || too_long
	[ -z "$DRY" ] || would
	begin
	lock
	end_sessions
	move_keys
	move_jobs
	look
	say 'done'
}
main </dev/null
