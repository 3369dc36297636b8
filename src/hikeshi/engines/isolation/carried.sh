# From a stick, at the machine itself; nothing needs to be installed:
#   sudo sh @NAME@ on        ネットワークから切り離す / cut off the network
#   sudo sh @NAME@ off       元に戻す / undo it
#   sudo sh @NAME@ status    いまの様子 / how it stands
# LANケーブルを抜きWi-Fiを切るほうが確か。電源は切らない。 / Pulling the cable out is surer. Leave the power on.
# HIKESHI_CARRIED: what is kept on the machine for the undo is this very file.
keep() {
	grep -q HIKESHI_CARRIED "$0" 2>/dev/null || fail no_state "$0"
	cat "$0" >"$STATE/host.sh.new" || fail no_state "$STATE"
	mv -f "$STATE/host.sh.new" "$STATE/host.sh"
	: >"$STATE/allow.wanted"
}

told() {
	state='' problem='' leaky='' back='' folder=''
	case $0 in *[!A-Za-z0-9_./-]*) mine="'$0'" ;; *) mine=$0 ;; esac
	while read -r key value; do
		case $key in
		step)
			echo "  $value"
			case $value in 'rules_loaded failed'* | 'forbidden failed'*) leaky=yes ;; esac
			;;
		back) back=$value ;;
		folder) folder=$value ;;
		state) state=$value ;;
		failed) problem=$value ;;
		detail) [ -z "$value" ] || echo "  $value" ;;
		esac
	done
	case $problem in
	'') ;;
	not_root)
		echo '管理者の権限が要ります。何も変えていません。「sudo sh」で始めてください。急ぐときはLANケーブルを抜いてください。'
		echo 'Administrator rights are needed; nothing was changed. Begin with “sudo sh”. If it is urgent, pull out the cable.'
		;;
	not_isolated)
		echo '切り離されていないので、確定するものがありません。'
		echo 'It is not cut off: there is nothing to confirm.'
		;;
	*)
		echo "できませんでした（$problem）。LANケーブルを抜き、Wi-Fiを切ってください。電源は入れたままにします。"
		echo "It could not be done ($problem). Pull out the network cable and switch Wi-Fi off; leave the power on."
		;;
	esac
	[ -z "$problem" ] || return 3
	case $state$leaky in isolatedyes | pendingyes)
		echo '切りましたが、止まるはずのものが止まったと確かめられません。LANケーブルを抜き、Wi-Fiを切ってください。'
		echo 'The cut was made, but not all is seen to be stopped. Pull out the network cable and switch Wi-Fi off.'
		;;
	esac
	case $state$back in
	isolated)
		echo '切り離されています。電源は切らないでください。したことと時刻を紙に書きます。'
		echo 'Cut off the network. Leave the power on. Write down what you did, and when.'
		echo "元に戻すには / To undo:  sudo sh $mine off"
		;;
	pendingcut)
		echo '切り離されています。確定しないと、時間が来れば、前に確定した切り離しに戻ります（つながりません）。'
		echo 'Cut off. Unless it is confirmed, the cut of before comes back in time; it does not open.'
		echo "続けるには / To keep it:  sudo sh $mine confirm"
		;;
	pending*)
		echo '切り離されていますが、確定しないと時間が来れば元に戻ります。'
		echo 'Cut off, but it goes back by itself unless it is confirmed.'
		echo "続けるには / To keep it:  sudo sh $mine confirm"
		;;
	open)
		echo '切り離されていません。ふだんどおりつながります。'
		echo 'Not cut off: it is connected as usual.'
		;;
	lost)
		echo '切り離しが、ほかのプログラムか再起動で外れています。もう一度 on を実行してください。'
		echo 'Another program or a reboot ended the cut. Run “on” again.'
		;;
	undoing)
		echo '元に戻している途中です。少し待って、もう一度 status で確かめてください。'
		echo 'It is being undone. Wait a little and look again with “status”.'
		;;
	*)
		echo '終わりまで進みませんでした。status で確かめ、切れていなければLANケーブルを抜いてください。'
		echo 'It did not come to its end. Look with “status”; if it is still open, pull out the cable.'
		return 3
		;;
	esac
	case $state in isolated | pending) echo "このメモリーがなくても、この機械で / Without this stick, here:  sudo sh $folder/host.sh off" ;; esac
}

# The way by which this session came in ("afar" where only that much is known): sudo forgets it, its parents do not.
way_in() {
	process=$$ hops=0
	while [ "${process:-0}" -gt 1 ] && [ $hops -lt 64 ]; do
		hops=$((hops + 1))
		if [ -d /proc/self ]; then
			told=$({ tr '\0\n' '\n ' <"/proc/$process/environ"; } 2>/dev/null | sed -n '/^SSH_CONNECTION=./p; /^XRDP_SESSION=./p')
			case $told in *SSH_CONNECTION=*) echo "$told" | sed -n 's/^SSH_CONNECTION=//p' && return 0 ;; ?*) echo afar && return 0 ;; esac
			process=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$process/status" 2>/dev/null)
		else
			case $(ps -o comm= -p "$process" 2>/dev/null) in *sshd*) echo afar && return 0 ;; esac
			process=$(ps -o ppid= -p "$process" 2>/dev/null | tr -d ' ')
		fi
	done
	[ -t 0 ] || return 0
	case $(LC_ALL=C who -m 2>/dev/null) in *'(:'* | *'(tty'* | *'(tmux'* | *'(login screen'*) ;; *'('?*) echo afar ;; esac
}

cut_off() {
	way=$(way_in) timer=0
	if [ -n "$way" ]; then
		timer=60
		[ "$way" = afar ] || export SSH_CONNECTION="$way"
		echo '離れたところから入っているようなので、60秒のうちに確定しないと、自動で元に戻ります。この画面が止まったら、待ってください。'
		echo 'You seem to have come in from afar: it goes back by itself in 60 seconds unless confirmed. If this screen stops, wait.'
	fi
	main on $timer yes </dev/null | told
}

case ${1-} in
# The machine's own calls, of the kept copy.
watch | boot | expire) main "$@" ;;
on) cut_off ;;
confirm | off | status) main "$1" </dev/null | told ;;
*)
	echo '何も変えていません。次のどれかを打ってください。 / Nothing was changed. Type one of these:'
	sed -n '/^# From a stick/,/^# HIKESHI/{/HIKESHI/!p;}' "$0"
	exit 2
	;;
esac
exit
