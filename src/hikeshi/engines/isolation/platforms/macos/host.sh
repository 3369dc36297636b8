# macOS: an anchor of pf, which the system's own pf.conf calls ("com.apple/*"). pf.conf itself is never written.
# Not covered by pf: raw frames (bpf) and ARP. Stateless rules, so that connections of before need no state.
ANCHOR=com.apple/hikeshi.isolation
PLIST=/Library/LaunchDaemons/jp.hikeshi.isolation.plist
LABEL=jp.hikeshi.isolation

put() { printf '%s\n' "$2" >"$STATE/$1.new" && mv -f "$STATE/$1.new" "$STATE/$1"; }
get() { [ -r "$STATE/$1" ] && read -r value <"$STATE/$1" && printf %s "$value"; }
clock() { date -u +%Y-%m-%dT%H:%M:%SZ; }
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

enabled() { pfctl -s info 2>/dev/null | grep -q '^Status: Enabled'; }
anchored() { [ -n "$(pfctl -a $ANCHOR -s rules 2>/dev/null)" ]; }
is_cut() { enabled && anchored; }

lock() {
	tries=0
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

boot_id() { sysctl -n kern.bootsessionuuid 2>/dev/null; }
left() {
	[ -e "$STATE/deadline" ] && [ "$(get boot)" = "$(boot_id)" ] || return 1
	seconds=$(($(get deadline) - $(date +%s)))
	# More than was given: the clock was set back. Then the time counts as over.
	[ $seconds -le $(($(get given) + 60)) ] || seconds=0
	echo $seconds
}
due() { seconds=$(left) && [ "$seconds" -le 0 ]; }

write_rules() {
	echo 'pass quick on lo0 all no state'
	four=no six=no
	while read -r kind family address port; do
		inet=inet
		[ "$family" = ip6 ] && inet=inet6 && six=yes
		[ "$family" = ip ] && four=yes
		case $kind in
		any)
			echo "pass in quick $inet from $address to any no state"
			echo "pass out quick $inet from any to $address no state"
			;;
		both | in)
			echo "pass in quick $inet proto tcp from $address to any port $port no state"
			echo "pass out quick $inet proto tcp from any port $port to $address flags A/A no state"
			[ "$kind" = both ] || continue
			echo "pass out quick $inet proto tcp from any to $address port $port no state"
			echo "pass in quick $inet proto tcp from $address port $port to any flags A/A no state"
			echo "pass in quick $inet proto udp from $address to any port $port no state"
			echo "pass in quick $inet proto udp from $address port $port to any no state"
			echo "pass out quick $inet proto udp from any to $address port $port no state"
			echo "pass out quick $inet proto udp from any port $port to $address no state"
			;;
		esac
	done <"$STATE/allow"
	if [ $six = yes ]; then
		for type in neighbrsol neighbradv routeradv toobig; do
			echo "pass quick inet6 proto icmp6 all icmp6-type $type no state"
		done
	fi
	if [ $four = yes ]; then
		echo 'pass in quick inet proto icmp all icmp-type unreach code needfrag no state'
		echo 'pass out quick inet proto udp from any port 68 to any port 67 no state'
		echo 'pass in quick inet proto udp from any port 67 to any port 68 no state'
	fi
	echo 'block drop quick all'
}

kill_flows() {
	pfctl -k 0.0.0.0/0 -k 0.0.0.0/0 >/dev/null 2>&1
	pfctl -k ::/0 -k ::/0 >/dev/null 2>&1
	step flows_killed ok
}

ready() {
	[ "$(uname -s)" = Darwin ] || fail wrong_system "$(uname -s)"
	[ "$(id -u)" = 0 ] || fail not_root "$(id -un 2>/dev/null)"
	has pfctl || fail no_tool pfctl
}

writable() { mkdir -p "$STATE" 2>/dev/null && chmod 700 "$STATE" && echo x >"$STATE/.try" 2>/dev/null && rm -f "$STATE/.try"; }

open_state() {
	# A cut that stands is confirmed and undone also where nothing more can be written.
	writable || anchored || fail no_state "$STATE"
	[ -e "$STATE/allow" ] || : >"$STATE/allow"
}

hold() {
	enabled || remember_token
	pfctl -a $ANCHOR -f "$STATE/rules.pf" 2>/dev/null && is_cut
}

# pf counts who wants it on; our token takes back our own wish only.
remember_token() {
	token=$(pfctl -E 2>&1 | sed -n 's/^Token : *//p')
	[ -z "$token" ] || echo "$token" >>"$STATE/tokens"
}

# The way by which we are being led: the address that this session comes from, to the port where it came in.
escape() {
	# shellcheck disable=SC2086
	set -- ${SSH_CONNECTION-}
	[ $# = 4 ] || return 0
	address=${1%%%*}
	case $address in ::ffff:*.*) address=${address#::ffff:} ;; esac
	case $address$4 in *[!0-9a-fA-F:.]*) return 0 ;; *:*) echo "in ip6 $address $4" ;; *) echo "in ip $address $4" ;; esac
}

verb_on() {
	timer=$1 escape=$2
	ready
	open_state
	lock
	keep
	pfctl -s rules 2>/dev/null | grep -q 'anchor "com.apple/\*"' || fail no_anchor
	already=no
	if is_cut; then
		already=yes
		case $(get phase) in '' | off) put phase cut ;; esac
		# What stands for good comes back when a new list, tried with a timer, is not confirmed.
		if [ "$timer" != 0 ] && ! left >/dev/null; then
			case $(get phase) in cut | confirmed) cp "$STATE/allow" "$STATE/allow.before" && put phase.before confirmed ;; esac
		fi
	else
		rm -f "$STATE/deadline" "$STATE/tokens" "$STATE/allow.before" "$STATE/phase.before"
		pfctl -s rules >"$STATE/before.pf" 2>/dev/null
		put phase intended || fail no_state "$STATE"
	fi
	#: intended
	[ "$escape" = no ] || escape >>"$STATE/allow.wanted"
	mv -f "$STATE/allow.wanted" "$STATE/allow" || fail no_state "$STATE"
	put boot "$(boot_id)"
	if [ "$timer" != 0 ]; then
		put given "$timer"
		put deadline $(($(date +%s) + timer)) || fail no_state "$STATE"
		nohup sh "$STATE/host.sh" expire "$timer" </dev/null >/dev/null 2>&1 &
	else rm -f "$STATE/deadline"; fi
	nohup sh "$STATE/host.sh" watch </dev/null >/dev/null 2>&1 &
	step watch ok
	[ "$timer" = 0 ] || step timer ok "$timer"
	#: timer
	write_rules >"$STATE/rules.pf" || fail no_state "$STATE"
	said=$(pfctl -n -a $ANCHOR -f "$STATE/rules.pf" 2>&1) || {
		if [ $already = yes ]; then go_back; else put phase off; fi
		fail pf_refused "$said"
	}
	enabled || remember_token
	#: rules
	said=$(pfctl -a $ANCHOR -f "$STATE/rules.pf" 2>&1) && is_cut || {
		if [ $already = yes ]; then go_back; else undo; fi
		fail pf_refused "$said"
	}
	if [ "$timer" != 0 ] && [ ! -e "$STATE/deadline" ]; then
		# So slow that the time was up before the cut: nobody is left who would bring it back.
		case $(get phase) in confirmed) write_rules >"$STATE/rules.pf" && hold ;; *) undo ;; esac
		fail too_slow
	fi
	#: cut
	put phase cut
	step cut ok pf
	kill_flows
	#: killed
	[ "$timer" = 0 ] && forget_before && stay
	try_ways
	say already $already
	tell
}

stay() {
	sed "s|@STATE@|$STATE|" >"$PLIST.new" <<-'E' && mv -f "$PLIST.new" "$PLIST" && step after_reboot ok launchd || step after_reboot failed "$PLIST"
		<?xml version="1.0" encoding="UTF-8"?>
		<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
		<plist version="1.0"><dict>
		<key>Label</key><string>jp.hikeshi.isolation</string>
		<key>ProgramArguments</key><array><string>/bin/sh</string><string>@STATE@/host.sh</string><string>watch</string></array>
		<key>RunAtLoad</key><true/>
		<key>KeepAlive</key><true/>
		</dict></plist>
	E
	launchctl load -w "$PLIST" >/dev/null 2>&1
}

try_ways() {
	is_cut && step rules_loaded ok || step rules_loaded failed
	has ping || return 0
	ping -c1 -t1 127.0.0.1 >/dev/null 2>&1 && step loopback ok || step loopback failed
	# Nobody is at the first; the router beside us would answer, if a rule of another program let it.
	for target in 192.0.2.1 $(route -n get default 2>/dev/null | sed -n 's/^ *gateway: *\([0-9.]*\)$/\1/p'); do
		grep -q " ip $target " "$STATE/allow" && continue
		ping -n -c1 -t1 "$target" >/dev/null 2>&1 && step forbidden failed "$target" || step forbidden ok "$target"
	done
}

verb_confirm() {
	ready
	is_cut || fail not_isolated
	open_state
	lock
	# While we waited for the lock its time may have run out.
	is_cut || fail not_isolated
	[ "$(get phase)" != undoing ] || fail not_isolated
	say already "$([ "$(get phase)" = confirmed ] && echo yes || echo no)"
	rm -f "$STATE/deadline"
	# Without a deadline it stays, also where a full disk takes no other word.
	put phase confirmed 2>/dev/null || [ "$(get phase)" = cut ] || fail no_state "$STATE"
	forget_before
	#: confirmed
	step confirmed ok
	stay
	tell
}

forget_before() { rm -f "$STATE/allow.before" "$STATE/phase.before"; }

# To the cut that stood for good before this one; false where there was none.
go_back() {
	[ "$(get phase.before)" = confirmed ] || return 1
	[ ! -e "$STATE/allow.before" ] || mv -f "$STATE/allow.before" "$STATE/allow"
	write_rules >"$STATE/rules.pf"
	hold
	kill_flows
	#: back
	put phase confirmed
	# In this order: until the deadline is gone, the watch would do all of this once more.
	rm -f "$STATE/deadline"
	rm -f "$STATE/phase.before"
}

# What cannot be written any more is taken away: the watch puts back only what a phase asks for.
set_phase() { put phase "$1" 2>/dev/null || rm -f "$STATE/phase"; }

undo() {
	set_phase undoing
	#: undoing
	kill_flows
	pfctl -a $ANCHOR -F rules >/dev/null 2>&1
	anchored && step removed failed && return 1
	step removed ok
	#: removed
	if [ -e "$STATE/tokens" ]; then
		while read -r token; do pfctl -X "$token" >/dev/null 2>&1; done <"$STATE/tokens"
	fi
	rm -f "$STATE/tokens" "$STATE/deadline" "$STATE/allow.before" "$STATE/phase.before"
	if [ -e "$PLIST" ]; then
		rm -f "$PLIST"
		launchctl remove $LABEL >/dev/null 2>&1
	fi
	if pfctl -s rules 2>/dev/null | cmp -s "$STATE/before.pf" -; then step same_as_before ok; else step same_as_before failed; fi
	#: compared
	set_phase off
}

verb_off() {
	ready
	already=yes
	anchored && already=no
	case $(get phase) in '' | off) ;; *) already=no ;; esac
	if [ $already = no ]; then
		open_state
		lock
		undo || fail pf_refused
	fi
	say already $already
	tell
}

verb_status() {
	ready
	tell
}

tell() {
	state=open phase=$(get phase)
	if is_cut; then
		state=isolated
		left >/dev/null && state=pending
		[ "$phase" = undoing ] && state=undoing
	elif [ "$phase" = confirmed ] || [ "$phase" = cut ]; then state=lost; fi
	say state $state
	[ $state = pending ] && say seconds_left "$(left)" && say back "$([ -e "$STATE/phase.before" ] && echo cut || echo open)"
	if [ $state != open ]; then
		say layers pf
		while read -r line; do say allow "$line"; done <"$STATE/allow"
	fi
	say watch "$(is_ours "$(get watch.pid)" && echo yes || echo no)"
	say boot "$([ -e "$PLIST" ] && echo yes || echo no)"
	say host "$(uname -n)"
	say folder "$STATE"
	say 'done' yes
}

is_ours() { [ -n "${1-}" ] && ps -p "$1" -o args= 2>/dev/null | grep -q 'host.sh watch'; }

expire() {
	due || return 0
	step rolled_back ok 'not confirmed in time'
	go_back || undo
}

watch() {
	echo $$ >"$STATE/watch.pid"
	undoing=0
	while :; do
		{ read -r keeper <"$STATE/watch.pid"; } 2>/dev/null || keeper=
		[ "$keeper" = $$ ] || exit 0
		due && (lock && expire)
		case $(get phase) in
		off) exit 0 ;;
		# Taken away, where a full disk took no other word: then nothing is to be kept, unless its time still runs.
		'') [ -e "$STATE/deadline" ] || exit 0 ;;
		undoing)
			undoing=$((undoing + 1))
			[ $undoing -ge 4 ] && (lock && [ "$(get phase)" = undoing ] && undo)
			;;
		intended) (lock && [ "$(get phase)" = intended ] && { if is_cut; then put phase cut && kill_flows; else undo; fi; }) ;;
		cut | confirmed)
			# A timer of before the reboot is no timer any more: what was not confirmed is not put back.
			if [ -e "$STATE/deadline" ] && ! left >/dev/null; then (lock && { go_back || undo; }); fi
			is_cut || (lock && case $(get phase) in cut | confirmed) hold ;; esac)
			;;
		esac
		sleep 0.5
	done
}

main() {
	set -u
	trap '' HUP PIPE
	umask 077
	LC_ALL=C
	PATH=/usr/bin:/bin:/usr/sbin:/sbin
	export LC_ALL PATH
	case ${1-} in
	on) verb_on "$2" "$3" ;;
	confirm | off | status) "verb_$1" ;;
	watch) watch ;;
	expire)
		sleep "$(($2 + 1))"
		(lock && expire)
		;;
	esac
}
