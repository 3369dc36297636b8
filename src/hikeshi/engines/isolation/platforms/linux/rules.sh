# Writes the nftables transaction: one decision for every packet, said twice (IP layer and device layer).
# An accept here ends only our own chains; a drop anywhere is final, so no other firewall can open what is cut.
TABLE=hikeshi_isolation
NET=${NET:-/sys/class/net}

# allowed KIND FAMILY: the lines of the allowlist of this kind (any, both, in) and family (ip, ip6).
allowed() {
	while read -r kind family address port; do
		[ "$kind" = "$1" ] && [ "$family" = "$2" ] && echo "$address $port"
	done <"$STATE/allow"
}

joined() {
	list=
	for one in "$@"; do list=${list:+$list, }$one; done
	printf %s "$list"
}

addresses() {
	while read -r kind family address port; do
		[ "$family" = "$1" ] && echo "$address"
	done <"$STATE/allow" | sort -u
}

# Who must answer on our own wire so that an allowed address is reached: itself, or the router before it. Where no way
# is known (before the network is up, after a lease ended), whoever it was when one was known last.
neighbours() {
	version=-4 kept=near4
	[ "$1" = ip6 ] && version=-6 kept=near6
	shift
	known=$({ cat "$STATE/$kept"; } 2>/dev/null)
	found=$(for address in "$@"; do
		way=$(ip "$version" route get "$address" 2>/dev/null) || way=
		case $way in
		*" via "*)
			way=${way#* via }
			way=${way#inet6 }
			near=${way%% *}
			;;
		?*) near=$address ;;
		*) near=$(echo "$known" | while read -r one before; do [ "$one" != "$address" ] || echo "$before"; done) ;;
		esac
		echo "$address ${near:-$address}"
	done)
	[ "$found" = "$known" ] || { put "$kept" "$found"; } 2>/dev/null
	echo "$found" | cut -d ' ' -f 2 | sort -u
}

# survey: what every chain below asks for, found once. A lease is remembered: before the network is up there is none.
survey() {
	four=$(addresses ip) six=$(addresses ip6) near4='' near6='' leased=$(get leased)
	if [ -z "$leased" ] && [ -n "$(ip -4 -o address show dynamic 2>/dev/null)" ]; then
		leased=yes
		{ put leased yes; } 2>/dev/null
	fi
	# shellcheck disable=SC2086
	[ -z "$six" ] || near6=$(neighbours ip6 $six)
	# shellcheck disable=SC2086
	if [ -n "$four" ]; then near4=$(neighbours ip $four); else leased=''; fi
}

# The multicast group in which an IPv6 neighbour listens for its own address (RFC 4291, 2.7.1).
solicited() {
	for address in "$@"; do
		address=${address%%%*}
		last=${address##*:} rest=${address%:*}
		before=${rest##*:}
		printf 'ff02::1:ff%02x:%x\n' $((0x${before:-0} & 255)) $((0x${last:-0}))
	done
}

# Replies are told from new connections by TCP's flags, not by connection tracking: that would have to guess for
# connections that are older than the cut, and would cut off the very session that asked for it.
no_new='tcp flags & (fin|syn|rst|ack) != syn'

# port_rules FAMILY in|out: what may pass by address and port.
port_rules() {
	here=saddr
	[ "$2" = out ] && here=daddr
	allowed any "$1" | while read -r address port; do echo "$1 $here $address accept"; done
	allowed both "$1" | while read -r address port; do
		# Their connection to our port, and ours to theirs.
		for way in dport sport; do
			test=
			[ "$way" = sport ] && test=" $no_new"
			echo "$1 $here $address tcp $way $port$test accept"
			echo "$1 $here $address udp $way $port accept"
		done
	done
	allowed in "$1" | while read -r address port; do
		if [ "$2" = in ]; then echo "$1 $here $address tcp dport $port accept"; else
			echo "$1 $here $address tcp sport $port $no_new accept"
		fi
	done
}

# What an IPv6 neighbour must be asked and told, and that a packet was too big; only towards allowed addresses' wire.
neighbour_rules() {
	[ -n "$near6" ] || return 0
	if [ "$1" = in ]; then
		echo 'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } ip6 hoplimit 255 accept'
		echo 'icmpv6 type packet-too-big limit rate 10/second accept'
	else
		# After a boot an address of our own comes from the router, which else would speak only after minutes.
		echo 'icmpv6 type nd-router-solicit ip6 daddr ff02::2 ip6 hoplimit 255 limit rate 6/minute accept'
		# shellcheck disable=SC2046,SC2086
		echo "icmpv6 type nd-neighbor-solicit ip6 daddr { $(joined $near6 $(solicited $near6)) } accept"
		# shellcheck disable=SC2086
		echo "icmpv6 type nd-neighbor-advert ip6 daddr { $(joined $near6 fe80::/10) } accept"
	fi
}

# An address on lease must be renewed, or the allowed way ends with the lease.
lease_rules() {
	[ -n "$leased" ] || return 0
	if [ "$1" = in ]; then echo 'udp sport 67 udp dport 68 limit rate 6/minute accept'; else
		# shellcheck disable=SC2086
		servers=$(joined 255.255.255.255 $near4)
		echo "ip daddr { $servers } udp sport 68 udp dport 67 limit rate 6/minute accept"
	fi
}

ip_chain() {
	side=in hook=input lo=iifname
	[ "$1" = out ] && side=out hook=output lo=oifname
	echo "chain $hook { type filter hook $hook priority -450; policy drop;"
	echo "$lo \"lo\" accept"
	port_rules ip $side
	port_rules ip6 $side
	neighbour_rules $side
	lease_rules $side
	[ -n "$four" ] && [ $side = in ] &&
		echo 'icmp type destination-unreachable icmp code frag-needed limit rate 10/second accept'
	echo 'counter drop'
	echo '}'
}

device_chain() {
	here=saddr
	[ "$1" = out ] && here=daddr
	echo "chain pass_$1 {"
	for family in ip ip6; do
		list=$four
		[ $family = ip6 ] && list=$six
		[ -n "$list" ] || continue
		# shellcheck disable=SC2086
		list=$(joined $list)
		echo "$family $here { $list } accept"
		echo "ether type 8021q vlan type $family $family $here { $list } accept"
	done
	# shellcheck disable=SC2086
	list=$(joined $near4)
	[ -n "$list" ] && echo "arp $here ip { $list } accept"
	neighbour_rules "$1"
	lease_rules "$1"
	[ -n "$list" ] && [ "$1" = in ] &&
		echo 'icmp type destination-unreachable icmp code frag-needed limit rate 10/second accept'
	echo '}'
}

# The devices of this moment as "index name"; a name that nftables could misread is left to the IP layer.
devices() {
	for path in "$NET"/*; do
		name=${path##*/}
		case $name in lo | '*' | bonding_masters | *[!A-Za-z0-9_.@+-]*) continue ;; esac
		[ -r "$path/ifindex" ] && read -r index <"$path/ifindex" && echo "$index $name"
	done
}

# write_rules LAYERS [OWNED]: the whole transaction. Declaring before deleting makes it one for every beginning.
write_rules() {
	name=$TABLE${2:+_owned} flags=${2:+flags owner;}
	survey
	echo "table inet $name { $flags }"
	echo "delete table inet $name"
	echo "table inet $name { $flags"
	ip_chain in
	ip_chain out
	echo 'chain forward { type filter hook forward priority -450; policy drop; counter drop; }'
	echo '}'
	case $1 in *bridge*)
		# Without a hook on the way out of each device, what a bridge passes between its ports is stopped here.
		echo "table bridge $name { $flags }"
		echo "delete table bridge $name"
		echo "table bridge $name { $flags"
		echo 'chain forward { type filter hook forward priority -450; policy drop; }'
		echo '}'
		;;
	esac
	case $1 in *gress*) ;; *) return 0 ;; esac
	echo "table netdev $name { $flags }"
	echo "delete table netdev $name"
	echo "table netdev $name { $flags"
	device_chain in
	device_chain out
	devices | while read -r index device; do
		echo "chain in$index { type filter hook ingress device \"$device\" priority -450; policy drop; jump pass_in; }"
		case $1 in *egress*)
			echo "chain out$index { type filter hook egress device \"$device\" priority -450; policy drop; jump pass_out; }"
			;;
		esac
	done
	echo '}'
}

# remove_rules: every table of ours that is there, in one transaction.
remove_rules() {
	nft list tables 2>/dev/null | while read -r _ family name; do
		[ "$name" = $TABLE ] && echo "delete table $family $TABLE"
	done
}
