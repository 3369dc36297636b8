# What is kept on the host: the phase, the timer, the second copy of the rules, the watch, the boot.
# phase: intended -> cut -> confirmed;  undoing -> off
FALLBACK=/run/hikeshi-isolation

put() { printf '%s\n' "$2" >"$STATE/$1.new" && mv -f "$STATE/$1.new" "$STATE/$1"; }
get() { [ -r "$STATE/$1" ] && read -r value <"$STATE/$1" && printf %s "$value"; }
now() { read -r up rest </proc/uptime && echo "${up%%.*}"; }
boot_id() { cat /proc/sys/kernel/random/boot_id 2>/dev/null; }
clock() { date -u +%Y-%m-%dT%H:%M:%SZ; }

# say KEY VALUE: one line of the answer. step NAME RESULT DETAIL: one step, told and kept.
one_line() { case $1 in *[![:print:]]*) printf %s "$1" | tr '\t\n' '  ' ;; *) printf %s "$1" ;; esac; }
say() { printf '%s\t%s\n' "$1" "$(one_line "${2-}")" 2>/dev/null; }
step() {
	printf '%s\t%s\t%s\t%s\n' "$(clock)" "$1" "$2" "$(one_line "${3-}")" >>"$STATE/journal" 2>/dev/null
	say step "$1 $2 ${3-}"
}
fail() {
	say failed "$1"
	say detail "${2-}"
	exit 3
}

has() { command -v "$1" >/dev/null 2>&1; }
is_cut() { nft list table inet $TABLE >/dev/null 2>&1; }
owned_cut() { nft list table inet ${TABLE}_owned >/dev/null 2>&1; }
same_net() { [ "$(readlink /proc/self/ns/net)" = "$(readlink /proc/1/ns/net)" ]; }
# Only where this machine's own systemd rules this very network: in a container's it would act on somebody else's.
with_systemd() { [ -d /run/systemd/system ] && has systemctl && same_net; }

in_use() { case $(get phase) in '' | off) return 1 ;; esac; }
# Where an earlier `on` kept its things; nothing is made here. What memory holds is of this boot, and so the newer.
find_state() { ! (STATE=$FALLBACK && in_use) || STATE=$FALLBACK; }

writable() { mkdir -p "$1" 2>/dev/null && chmod 700 "$1" && echo x >"$1/.try" 2>/dev/null && rm -f "$1/.try"; }

# A full or read-only disk must not keep the host connected: then memory will do, and nothing outlives a reboot.
open_state() {
	if ! writable "$STATE"; then
		# A cut that stands is confirmed and undone where its notes are, also when nothing more can be written there.
		in_use && { is_cut || owned_cut; } && return 0
		home=$STATE STATE=$FALLBACK
		writable "$STATE" || fail no_state "$STATE"
		for kept in phase allow layers before.nft leased near4 near6; do
			[ ! -e "$home/$kept" ] || [ -e "$STATE/$kept" ] || cp "$home/$kept" "$STATE/$kept"
		done
	fi
	[ -e "$STATE/allow" ] || : >"$STATE/allow"
}

lock() {
	tries=0
	# One at a time; a lock whose holder died is taken over.
	until mkdir "$STATE/lock" 2>/dev/null; do
		# Where none can be made (a full disk, a folder that was wiped) nobody else has one.
		[ -d "$STATE/lock" ] || mkdir "$STATE/lock.$$" 2>/dev/null || return 0
		rmdir "$STATE/lock.$$" 2>/dev/null
		{ read -r holder <"$STATE/lock/pid"; } 2>/dev/null || holder=
		if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null || [ $tries -ge 100 ]; then
			rm -rf "$STATE/lock"
			[ ! -d "$STATE/lock" ] || return 0
			continue
		fi
		[ -n "$holder" ] || tries=$((tries + 20))
		tries=$((tries + 1))
		sleep 0.1
	done
	echo $$ >"$STATE/lock/pid"
	trap 'rm -rf "$STATE/lock"' EXIT
}

left() {
	deadline=$(get deadline) || return 1
	[ -n "$deadline" ] || return 1
	[ "$(get boot)" = "$(boot_id)" ] || return 1
	echo $((deadline - $(now)))
}

# --- the copy that belongs to a living process: another tool's `flush ruleset` passes it by -------------------------

is_nft() { [ -n "${1-}" ] && [ -r "/proc/$1/comm" ] && { read -r name <"/proc/$1/comm"; } 2>/dev/null && [ "$name" = nft ]; }

own() {
	write_rules "$(get layers)" owned >"$STATE/owned.nft.new" && mv -f "$STATE/owned.nft.new" "$STATE/owned.nft"
	owner=$(get owner.pid)
	if ! is_nft "$owner"; then
		rm -f "$STATE/owner.fifo"
		mkfifo "$STATE/owner.fifo" || return 1
		# Opened both ways by the process itself, so that it never meets an end of file and outlives whoever began it.
		detached sh -c 'exec nft -i <>"$0" >/dev/null 2>&1' "$STATE/owner.fifo"
		owner=$!
		put owner.pid "$owner"
		tries=0
		until is_nft "$owner" || [ $tries -ge 50 ]; do
			tries=$((tries + 1))
			sleep 0.02
		done
	fi
	is_nft "$owner" || return 1
	echo "include \"$STATE/owned.nft\"" 1<>"$STATE/owner.fifo"
	tries=0
	until owned_cut || [ $tries -ge 50 ]; do
		tries=$((tries + 1))
		sleep 0.02
	done
	owned_cut
}

# Found by its standard input where its number is not known: the folder may have been emptied by somebody.
owners() {
	get owner.pid && echo
	for entry in /proc/[0-9]*/fd/0; do
		case $(readlink "$entry" 2>/dev/null) in "$STATE/owner.fifo"*) entry=${entry#/proc/} && echo "${entry%%/*}" ;; esac
	done
}

disown_rules() {
	for owner in $(owners); do is_nft "$owner" && kill "$owner" 2>/dev/null; done
	tries=0
	while owned_cut && [ $tries -lt 100 ]; do
		tries=$((tries + 1))
		sleep 0.02
	done
	rm -f "$STATE/owner.pid" "$STATE/owner.fifo" "$STATE/owned.nft"
	! owned_cut
}

# --- the watch: rolls back in time, puts back what another tool removed, follows new interfaces ---------------------

detached() {
	if has setsid; then setsid "$@" </dev/null >/dev/null 2>&1 & else nohup "$@" </dev/null >/dev/null 2>&1 & fi
}

# guard NAME WORDS...: start one of our own processes so that the end of the session does not end it.
guard() {
	unit=hikeshi-isolation-$1
	shift
	if with_systemd && has systemd-run; then
		systemctl stop "$unit.service" >/dev/null 2>&1
		systemd-run --quiet --collect --unit="$unit" /bin/sh "$STATE/host.sh" "$@" >/dev/null 2>&1 && return 0
	fi
	detached sh "$STATE/host.sh" "$@"
}

is_ours() { [ -n "${1-}" ] && [ -r "/proc/$1/cmdline" ] && { tr '\0' ' ' <"/proc/$1/cmdline" | grep -q "host.sh $2"; } 2>/dev/null; }
watched() { is_ours "$(get watch.pid)" watch; }

start_watch() {
	watched || guard watch watch
	tries=0
	until watched || [ $tries -ge 100 ]; do
		tries=$((tries + 1))
		sleep 0.02
	done
	watched
}

# devices_now, ways_now: what the rules depend on, asked with as little work as can be.
devices_now() { set -- "$NET"/* && echo "$*"; }
ways_now() { cut -d' ' -f1-6 /proc/net/route /proc/net/ipv6_route 2>/dev/null | cksum; }

# due: the timer ran out, or the host was started anew while it ran: nobody had confirmed.
due() {
	[ -e "$STATE/deadline" ] || return 1
	seconds=$(left) || return 0
	[ "$seconds" -le 0 ]
}

watch() {
	echo $$ >"$STATE/watch.pid"
	seen='' ways='' turn=0 undoing=0
	while :; do
		{ read -r keeper <"$STATE/watch.pid"; } 2>/dev/null || keeper=
		[ "$keeper" = $$ ] || exit 0
		{ read -r phase <"$STATE/phase"; } 2>/dev/null || phase=
		if [ "$phase" != undoing ]; then undoing=0; fi
		# A subshell holds the lock only as long as it needs it.
		due && (lock && expire)
		case $phase in
		off) exit 0 ;;
		# Taken away, where a full disk took no other word: then nothing is to be kept, unless its time still runs.
		'') [ -e "$STATE/deadline" ] || exit 0 ;;
		undoing)
			# Whoever was undoing has a moment; then it is finished here.
			undoing=$((undoing + 1))
			[ $undoing -ge 4 ] && (lock && [ "$(get phase)" = undoing ] && undo)
			;;
		# Whoever began has the lock while he lives. If he died before the cut, nothing was done; after it, it holds.
		intended) (lock && [ "$(get phase)" = intended ] && finish) ;;
		cut | confirmed)
			[ $((turn % 4)) = 0 ] && ways=$(ways_now)
			turn=$((turn + 1))
			new=$(devices_now)$ways
			if [ "$new" != "$seen" ] || ! is_cut; then
				(lock && case $(get phase) in cut | confirmed) hold ;; *) false ;; esac) && seen=$new
			fi
			;;
		esac
		sleep 0.5
	done
}

# hold: the rules as the devices and routes of this moment want them, both copies.
hold() {
	write_rules "$(get layers)" >"$STATE/rules.nft.new" || return 1
	if ! cmp -s "$STATE/rules.nft.new" "$STATE/rules.nft" || ! is_cut; then
		is_cut || step put_back ok 'the rules had been removed by another program'
		nft -f "$STATE/rules.nft.new" 2>/dev/null || return 1
		mv -f "$STATE/rules.nft.new" "$STATE/rules.nft"
		own
	else
		rm -f "$STATE/rules.nft.new"
		owned_cut || own
	fi
}

finish() {
	if is_cut; then
		put phase cut
		kill_flows >/dev/null
		hold
		step finished ok 'the program had died after the cut'
	else
		step finished ok 'the program had died before the cut: nothing was cut'
		undo
	fi
}

# expire: nobody confirmed. Back to the cut that was confirmed before, else to no cut at all.
expire() {
	due || return 0
	if [ -s "$STATE/allow.before" ] || [ "$(get phase.before)" = confirmed ]; then
		mv -f "$STATE/allow.before" "$STATE/allow"
		rm -f "$STATE/phase.before" "$STATE/deadline"
		put phase confirmed
		hold
		step rolled_back ok 'not confirmed in time: the allowlist of before holds again'
	else
		step rolled_back ok 'not confirmed in time'
		undo
	fi
}

# --- after a reboot -------------------------------------------------------------------------------------------------

UNIT=/etc/systemd/system/hikeshi-isolation.service

persist() {
	case $STATE in /run/*) echo no_disk && return 1 ;; esac
	with_systemd || {
		echo no_systemd
		return 1
	}
	cat >"$UNIT.new" <<-E || { echo unit_not_written && return 1; }
		[Unit]
		Description=Hikeshi: this host stays cut off the network until it is undone
		Documentation=file://$STATE/journal
		DefaultDependencies=no
		RequiresMountsFor=$STATE
		Wants=network-pre.target
		Before=network-pre.target shutdown.target
		Conflicts=shutdown.target

		[Service]
		ExecStartPre=/bin/sh $STATE/host.sh boot
		ExecStart=/bin/sh $STATE/host.sh watch
		Restart=on-failure
		RestartSec=1
		KillMode=process

		[Install]
		WantedBy=sysinit.target
	E
	mv -f "$UNIT.new" "$UNIT" && systemctl daemon-reload && systemctl enable hikeshi-isolation.service >/dev/null 2>&1 ||
		{ echo unit_not_enabled && return 1; }
	systemctl stop hikeshi-isolation-watch.service >/dev/null 2>&1
	systemctl start --no-block hikeshi-isolation.service >/dev/null 2>&1
	echo unit
}

forget_boot() {
	[ -e "$UNIT" ] && same_net || return 0
	has systemctl && systemctl disable hikeshi-isolation.service >/dev/null 2>&1
	rm -f "$UNIT"
	has systemctl && systemctl daemon-reload >/dev/null 2>&1
	return 0
}
