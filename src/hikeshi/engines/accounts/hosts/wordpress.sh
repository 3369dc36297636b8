# Closes every way into a WordPress site: proof, sessions, application passwords, passwords, salts; then looks.
# Needs CONFIG, USERS (logins or addresses, one a line; empty: all), DRY, SHORT, WAY (wp, database or empty). Runs as the
# owner of wp-config.php: what lies in that folder may be an attacker's.
KEYS="AUTH_KEY SECURE_AUTH_KEY LOGGED_IN_KEY NONCE_KEY AUTH_SALT SECURE_AUTH_SALT LOGGED_IN_SALT NONCE_SALT"
NL='
'
# --- the database of wp-config.php -------------------------------------------------------------------------------
# define( 'NAME', 'value' ); on one line, in either quotes, undone as PHP does in single quotes.
defined() {
	sed -n "s/^[[:space:]]*define([[:space:]]*['\"]$1['\"][[:space:]]*,[[:space:]]*\(['\"]\)\(.*\)\1[[:space:]]*)[[:space:]]*;.*\$/\2/p" \
		"$CONFIG" | tr -d '\r' | sed -n '1{s/\\\(['\''"\\]\)/\1/g;p;}'
}
prefix() {
	sed -n "s/^[[:space:]]*\$table_prefix[[:space:]]*=[[:space:]]*['\"]\([A-Za-z0-9_]*\)['\"].*\$/\1/p" "$CONFIG" | head -n 1
}
for_client() { printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g'; }
connect() {
	for one in DB_NAME DB_USER DB_HOST; do [ -n "$(defined $one)" ] || fail no_database "$one"; done
	PREFIX=$(prefix)
	[ -n "$PREFIX" ] || fail no_database table_prefix
	SQL=$(command -v mysql || command -v mariadb) || fail no_tool "mysql, wp"
	ACCESS=$(mktemp) || fail no_state mktemp
	where=$(defined DB_HOST)
	{
		# Never on a command line, where every user of the host could read it.
		printf '[client]\nuser="%s"\npassword="%s"\n' "$(for_client "$(defined DB_USER)")" "$(for_client "$(defined DB_PASSWORD)")"
		case $where in
		*:/*) printf 'socket="%s"\n' "$(for_client "${where#*:}")" ;;
		*:*) printf 'host="%s"\nport="%s"\n' "$(for_client "${where%:*}")" "$(for_client "${where##*:}")" ;;
		*) printf 'host="%s"\n' "$(for_client "$where")" ;;
		esac
	} >"$ACCESS"
	# The owner's own ~/.my.cnf comes after an extra file; when it leads astray, ours alone counts.
	OPTIONS=--defaults-extra-file
	ask 'SELECT 1' >/dev/null 2>&1 || OPTIONS=--defaults-file
	ask 'SELECT 1' >/dev/null 2>&1 || fail database_refused "$(ask 'SELECT 1' 2>&1 | head -n 1)"
}
ask() { printf '%s;\n' "$1" | "$SQL" "$OPTIONS=$ACCESS" -N -B --connect-timeout=10 "$(defined DB_NAME)"; }
quoted() { printf "'%s'" "$(printf %s "$1" | sed "s/\\\\/\\\\\\\\/g; s/'/''/g")"; }

# --- the two ways: WP-CLI, or the database ------------------------------------------------------------------------
cli() { wp --path="${CONFIG%/*}" --skip-plugins --skip-themes --no-color "$@" </dev/null; }
numbers() {
	if [ -z "$USERS" ]; then
		case $WAY in wp) cli user list --field=ID ;; *) ask "SELECT ID FROM ${PREFIX}users" ;; esac
		return
	fi
	printf '%s\n' "$USERS" | while read -r login; do
		case $WAY in
		wp) cli user get "$login" --field=ID 2>/dev/null || echo "missing $login" ;;
		*)
			found=$(ask "SELECT ID FROM ${PREFIX}users WHERE user_login = $(quoted "$login") OR user_email = $(quoted "$login")")
			[ -n "$found" ] && echo "$found" || echo "missing $login"
			;;
		esac
	done
}
listed() { printf '%s' "$IDS" | tr '\n' ',' | sed 's/,$//'; }
meta() { ask "SELECT COUNT(*) FROM ${PREFIX}usermeta WHERE meta_key = '$1' AND user_id IN ($(listed))"; }
count() { # sessions or applications that are still there
	case "$WAY $1" in
	'wp sessions') for id in $IDS; do cli user session list "$id" --format=count || echo 1; done | awk '{n += $1} END {print n + 0}' ;;
	'wp applications') for id in $IDS; do cli user application-password list "$id" --format=count || echo 1; done | awk '{n += $1} END {print n + 0}' ;;
	*' sessions') meta session_tokens ;;
	*) meta _application_passwords ;;
	esac
}
proof() {
	sha256sum "$CONFIG" | cut -d' ' -f1 | keep wp-config-sha256 stays
	case $WAY in
	wp)
		cli user list --fields=ID,user_login,user_email,roles,user_registered --format=csv | keep users stays
		for id in $IDS; do cli user session list "$id" --format=csv; done | keep sessions
		for id in $IDS; do cli user application-password list "$id" --fields=uuid,name,created,last_used,last_ip --format=csv; done | keep applications
		;;
	*)
		ask "SELECT ID, user_login, user_email, user_registered FROM ${PREFIX}users" | keep users stays
		ask "SELECT user_id, meta_value FROM ${PREFIX}usermeta WHERE meta_key = '${PREFIX}capabilities'" | keep roles stays
		ask "SELECT user_id, meta_value FROM ${PREFIX}usermeta WHERE meta_key = 'session_tokens'" | keep sessions
		# The hashes of these passwords stay where they are.
		ask "SELECT user_id, meta_value FROM ${PREFIX}usermeta WHERE meta_key = '_application_passwords'" |
			sed 's/"password";s:[0-9]*:"[^"]*"/"password";"-"/g' | keep applications
		;;
	esac
	find "${CONFIG%/*}/wp-content/mu-plugins" -type f 2>/dev/null | keep mu-plugins stays
}

# --- closing ------------------------------------------------------------------------------------------------------
tell() { if [ "$2" = 0 ]; then step "$1" ok; else step "$1" failed "${3-}"; fi; }
sessions() {
	case $WAY in
	wp) for id in $IDS; do cli user session destroy "$id" --all >/dev/null 2>&1 || [ "$(cli user session list "$id" --format=count)" = 0 ] || return 1; done ;;
	*) ask "DELETE FROM ${PREFIX}usermeta WHERE meta_key = 'session_tokens' AND user_id IN ($(listed))" ;;
	esac
}
applications() {
	case $WAY in
	wp) for id in $IDS; do cli user application-password delete "$id" --all >/dev/null 2>&1 || [ "$(cli user application-password list "$id" --format=count)" = 0 ] || return 1; done ;;
	*) ask "DELETE FROM ${PREFIX}usermeta WHERE meta_key = '_application_passwords' AND user_id IN ($(listed))" ;;
	esac
}
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
passwords() { # thrown away: nobody knows the new ones; each person takes a new one by 「forgot password」
	case $WAY in
	wp) for id in $IDS; do cli user reset-password "$id" --skip-email >/dev/null 2>&1 || return 1; done ;;
	*)
		for id in $IDS; do
			# No hash of any password begins so.
			ask "UPDATE ${PREFIX}users SET user_pass = '!$(random)', user_activation_key = '' WHERE ID = $id" || return 1
		done
		;;
	esac
}
# The new file stands whole before it takes the place of the old one. Its name ends in .php: a copy of these secrets
# that the web server would show as text must never lie there, not for a moment.
salts() {
	NEW=${CONFIG%/*}/.hikeshi-$(random).php
	cp -p "$CONFIG" "$NEW" || return 1
	pairs=
	for one in $KEYS; do pairs="$pairs$one $(random)$NL"; done
	PAIRS=$pairs awk '
		BEGIN {
			count = split(ENVIRON["PAIRS"], lines, "\n")
			for (i = 1; i <= count; i++) if (split(lines[i], pair, " ") == 2) { names[++n] = pair[1]; value[pair[1]] = pair[2] }
		}
		function made(name) { return "define( \047" name "\047, \047" value[name] "\047 );" }
		function rest() { for (i = 1; i <= n; i++) if (!(names[i] in put)) { print made(names[i]); put[names[i]] = 1 } }
		{
			sub(/\r$/, "")
			if (match($0, /^[ \t]*define\([ \t]*["\047][A-Z_]+["\047]/)) {
				name = substr($0, RSTART, RLENGTH); gsub(/^[ \t]*define\([ \t]*["\047]|["\047]$/, "", name)
				if (name in value) {
					if ($0 !~ /\)[ \t]*;[ \t]*(\/\/.*|#.*|\/\*.*\*\/[ \t]*)?$/) { bad = 1; exit 1 }
					if (!(name in put)) { print made(name); put[name] = 1 }
					next
				}
			}
			# Keys that stand nowhere come from the database: these go before them.
			if ($0 ~ /wp-settings\.php|ABSPATH|stop editing/ && !ended) { ended = 1; rest() }
			print
		}
		END { if (bad) exit 1; if (!ended) rest() }' "$CONFIG" >"$NEW" || return 1
	for one in $KEYS; do [ "$(grep -c "define( '$one', '[0-9a-f]\{64\}' );" "$NEW")" = 1 ] || return 1; done
	grep -q 'DB_NAME' "$NEW" || return 1
	if has php; then php -l "$NEW" >/dev/null 2>&1 || return 1; fi
	sync "$NEW" 2>/dev/null
	mv -f "$NEW" "$CONFIG"
}
look() {
	left=
	[ "$(count sessions)" = 0 ] || left="$left sessions"
	[ "$(count applications)" = 0 ] || left="$left applications"
	if [ "$WAY" = database ]; then
		# A cache of its own (Redis, Memcached) may still hold what the database has lost: it must be emptied by hand.
		[ ! -e "${CONFIG%/*}/wp-content/object-cache.php" ] || left="$left object-cache"
		gone=$(ask "SELECT COUNT(*) FROM ${PREFIX}users WHERE ID IN ($(listed)) AND user_pass LIKE '!%'")
		[ "$gone" = "$(printf '%s\n' "$IDS" | wc -l | tr -d ' ')" ] || left="$left passwords"
	fi
	[ "$(sha256sum "$CONFIG" | cut -d' ' -f1)" != "$BEFORE" ] || left="$left salts"
	[ -z "$left$BROKEN" ] && step verify ok || step verify failed "$left$BROKEN"
	say state "$([ -z "$left$BROKEN" ] && echo closed || echo open)"
}

main() {
	trap 'rm -f "${ACCESS-}" "${NEW-}"' EXIT
	[ -r "$CONFIG" ] && [ -w "$CONFIG" ] && [ -w "${CONFIG%/*}" ] || fail no_wordpress "$CONFIG"
	has base64 || fail no_tool base64
	if [ "$WAY" = wp ] || { [ -z "$WAY" ] && has wp; }; then
		WAY=wp
		cli core version >/dev/null 2>&1 || fail wp_refused "$(cli core version 2>&1 | tail -n 1)"
	else
		WAY=database
		connect
	fi
	say host "$(uname -n)"
	say way "$WAY"
	IDS=$(numbers) || fail database_refused users
	case $IDS in *missing*) fail no_such_user "$(printf '%s\n' "$IDS" | sed -n 's/^missing //p' | head -n 1)" ;; esac
	[ -n "$IDS" ] || fail no_such_user -
	case $IDS in *[!0-9"$NL"]*) fail database_refused users ;; esac
	exec 3>&1
	if ! taken "$(printf '%s\n' "$IDS" | wc -l)" && [ -z "$DRY" ]; then
		say state open
		say 'done'
		return
	fi
	BEFORE=$(sha256sum "$CONFIG" | cut -d' ' -f1) BROKEN=
	if [ -n "$DRY" ]; then
		step sessions would "$(count sessions)"
		step applications would "$(count applications)"
		step passwords would "$(printf '%s\n' "$IDS" | wc -l)"
		step salts would "$CONFIG"
		say state open
		say 'done'
		return
	fi
	for act in passwords applications sessions salts; do
		$act && tell $act 0 || { tell $act 1; BROKEN="$BROKEN $act"; }
	done
	look
	say 'done'
}
main </dev/null
