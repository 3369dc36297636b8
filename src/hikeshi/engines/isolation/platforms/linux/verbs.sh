# on TIMER ESCAPE | confirm | off | status, and for the host itself: watch, expire SECONDS, boot.
# Each "#: name" marks a place where a sudden death must leave the host isolated or restored; the tests die there.

ready() {
	[ "$(uname -s)" = Linux ] || fail wrong_system "$(uname -s)"
	[ "$(id -u)" = 0 ] || fail not_root "$(id -un 2>/dev/null)"
	has nft || fail no_nft
	said=$(nft list tables 2>&1 >/dev/null) || fail nft_refused "$said"
	find_state
}

# Established connections do not end by themselves when their packets are dropped: after the undo they would go on.
kill_flows() {
	filter='not src 127.0.0.0/8 and not dst 127.0.0.0/8 and not dst [::1] and not dst [::ffff:127.0.0.1]'
	while read -r kind family address port; do
		case $family in
		ip) filter="$filter and not dst $address and not dst [::ffff:$address]" ;;
		ip6) filter="$filter and not dst [$address]" ;;
		esac
	done <"$STATE/allow"
	if has ss; then
		# shellcheck disable=SC2086
		count=$(ss -H -K -t -u $filter 2>/dev/null | wc -l)
		step flows_killed ok "$((count))"
	else step flows_killed skipped 'no ss'; fi
	has conntrack && conntrack -F >/dev/null 2>&1 && step tracked_forgotten ok
	return 0
}

# The fullest set of layers that this kernel and this nft understand.
choose_layers() {
	for layers in 'inet ingress egress' 'inet ingress bridge' 'inet bridge' inet; do
		write_rules "$layers" >"$STATE/rules.nft.new" || fail no_state "$STATE"
		said=$(nft -c -f "$STATE/rules.nft.new" 2>&1) && return 0
	done
	fail nft_refused "$said"
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
	phase=$(get phase)
	already=no
	if is_cut; then
		already=yes
		[ "$phase" = intended ] && phase='cut'
		in_use || put phase cut
		if [ "$timer" != 0 ] && { [ "$phase" = confirmed ] || { [ "$phase" = cut ] && ! left >/dev/null; }; }; then
			cp "$STATE/allow" "$STATE/allow.before"
			put phase.before confirmed
		fi
	else
		rm -f "$STATE/allow.before" "$STATE/phase.before" "$STATE/deadline" "$STATE/leased" "$STATE/near4" "$STATE/near6"
		nft -s list ruleset >"$STATE/before.nft" || fail no_state "$STATE"
		put phase intended
	fi
	#: intended
	[ "$escape" = no ] || escape >>"$STATE/allow.wanted"
	mv -f "$STATE/allow.wanted" "$STATE/allow" || fail no_state "$STATE"
	put boot "$(boot_id)"
	if [ "$timer" != 0 ]; then
		put deadline $(($(now) + timer)) || fail no_state "$STATE"
		guard timer expire "$timer"
	else rm -f "$STATE/deadline"; fi
	#: timer
	start_watch && step watch ok || step watch failed
	[ "$timer" = 0 ] || step timer ok "$timer"
	#: watch
	choose_layers
	put layers "$layers"
	#: rules
	began=$(date +%s%N)
	said=$(nft -f "$STATE/rules.nft.new" 2>&1) || {
		[ $already = yes ] || put phase off
		step cut failed "$said"
		fail nft_refused "$said"
	}
	ended=$(date +%s%N)
	if [ "$timer" != 0 ] && [ ! -e "$STATE/deadline" ]; then
		# So slow that the time was up before the cut: nobody is left who would bring it back.
		case $(get phase) in confirmed) rm -f "$STATE/rules.nft" && hold ;; *) undo ;; esac
		fail too_slow
	fi
	#: cut
	put phase cut
	mv -f "$STATE/rules.nft.new" "$STATE/rules.nft"
	case $began$ended in *[!0-9]*) took= ;; *) took=$(((ended - began) / 1000)) ;; esac
	step cut ok "$layers"
	say cut_us "$took"
	#: kept
	kill_flows
	#: killed
	own && step owned ok || step owned failed
	#: owned
	[ "$timer" = 0 ] && stay
	#: stay
	try_ways
	say already $already
	tell
}

stay() { kept=$(persist) && step after_reboot ok "$kept" || step after_reboot failed "$kept"; }

# What must pass and what must not, tried for real where the host has ping; the rules themselves are read back.
try_ways() {
	is_cut && step rules_loaded ok || step rules_loaded failed
	has ping || {
		step tried skipped 'no ping'
		return 0
	}
	ping -c1 -W1 127.0.0.1 >/dev/null 2>&1 && step loopback ok || step loopback failed
	targets=192.0.2.1
	gateway=$(ip -4 route show default 2>/dev/null) && case $gateway in *via\ *) gateway=${gateway#*via } targets="$targets ${gateway%% *}" ;; esac
	for target in $targets; do
		addresses ip | grep -qx "$target" && continue
		ping -n -c1 -W1 "$target" >/dev/null 2>&1 && step forbidden failed "$target" || step forbidden ok "$target"
	done
}

verb_confirm() {
	ready
	is_cut || fail not_isolated
	open_state
	lock
	is_cut || fail not_isolated
	phase=$(get phase)
	[ "$phase" = undoing ] && fail not_isolated
	say already "$([ "$phase" = confirmed ] && echo yes || echo no)"
	rm -f "$STATE/deadline" "$STATE/allow.before" "$STATE/phase.before"
	# Without a deadline it stays, also where a full disk takes no other word.
	put phase confirmed 2>/dev/null || [ "$phase" = cut ] || fail no_state "$STATE"
	#: confirmed
	step confirmed ok
	start_watch && step watch ok || step watch failed
	owned_cut || { own && step owned ok || step owned failed; }
	stay
	tell
}

# What cannot be written any more is taken away: the watch and the boot put back only what a phase asks for.
set_phase() { put phase "$1" 2>/dev/null || rm -f "$STATE/phase"; }

undo() {
	set_phase undoing
	#: undoing
	kill_flows
	#: flows
	remove_rules | nft -f - 2>/dev/null || {
		step removed failed "$(nft list tables 2>&1)"
		return 1
	}
	step removed ok
	#: removed
	disown_rules || step owned failed
	#: disowned
	forget_boot
	rm -f "$STATE/deadline" "$STATE/allow.before" "$STATE/phase.before" "$STATE/leased" "$STATE/near4" "$STATE/near6"
	if ! { nft -s list ruleset >"$STATE/after.nft"; } 2>/dev/null; then
		step same_as_before skipped no_room
	elif cmp -s "$STATE/before.nft" "$STATE/after.nft"; then
		step same_as_before ok
	else step same_as_before failed 'another program changed the other rules meanwhile; before.nft and after.nft are kept'; fi
	#: compared
	set_phase off
	if (STATE=$AT_HOME && in_use); then rm -f "$AT_HOME/phase"; fi
}

verb_off() {
	ready
	already=no
	is_cut || owned_cut || already=yes
	case $(get phase) in '' | off) ;; *) already=no ;; esac
	if [ $already = no ]; then
		open_state
		lock
		undo || fail nft_refused
	fi
	say already $already
	tell
}

tell() {
	phase=$(get phase) state=open
	if is_cut || owned_cut; then
		state=isolated
		left >/dev/null && state=pending
		[ "$phase" = undoing ] && state=undoing
	elif [ "$phase" = confirmed ] || [ "$phase" = cut ]; then state=lost; fi
	say state $state
	[ $state = pending ] && say seconds_left "$(left)" && say back "$([ -e "$STATE/phase.before" ] && echo cut || echo open)"
	case $state in open) ;; *) say layers "$(get layers)" ;; esac
	case $state in isolated | pending) while read -r line; do say allow "$line"; done <"$STATE/allow" ;; esac
	say owned "$(owned_cut && echo yes || echo no)"
	say watch "$(watched && echo yes || echo no)"
	say boot "$([ -e "$UNIT" ] && same_net && echo yes || echo no)"
	say host "$(uname -n)"
	say folder "$STATE"
	say 'done' yes
}

verb_status() {
	ready
	tell
}

main() {
	set -u
	trap '' HUP PIPE
	umask 077
	LC_ALL=C
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	export LC_ALL PATH
	AT_HOME=$STATE
	find_state
	case ${1-} in
	on) verb_on "$2" "$3" ;;
	confirm | off | status) "verb_$1" ;;
	watch) watch ;;
	boot)
		ready
		open_state
		lock
		if due; then expire; else case $(get phase) in confirmed | cut) hold ;; esac; fi
		exit 0
		;;
	expire)
		sleep "$(($2 + 1))"
		# The watch is first; this one is for the case that it was killed.
		(lock && expire)
		;;
	esac
}
