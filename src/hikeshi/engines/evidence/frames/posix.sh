#!/bin/sh
# Hikeshi's collector @VERSION@ for @OS@: takes the state of this machine and gives one tar to standard output.
# Made by `hikeshi evidence script`; nothing needs to be installed here. It reads, and writes only in a folder of its own.
#   sudo sh collect.sh                           (on a USB stick: a stick of ours, never this machine's own disk)
#   HIKESHI_WHO='山田' HIKESHI_WHY='…' HIKESHI_STAGES='volatile logs slow' sh collect.sh > evidence.tar
# Without `> …` it writes a new file beside itself, and never over an earlier one.
# Check anywhere:  tar xf evidence.tar && cd evidence && sha256sum -c manifest-sha256.txt
# shellcheck disable=SC2016 # what an item runs is a program of its own, quoted whole
# In braces, so that a file of which only a part came along is refused whole, not run in silence.
{
LC_ALL=C
PATH=${HIKESHI_PATH:-$PATH:/usr/sbin:/sbin:/usr/local/sbin:/usr/bin:/bin}
export LC_ALL PATH
umask 077
# shellcheck disable=SC3045 # where there is no such limit, none is set
ulimit -c 0 2>/dev/null

say() { printf '%s\n' "$*" >&2; }

# Times are UTC; where `date` knows no fractions (busybox, macOS), whole seconds.
case $(date -u +%N 2>/dev/null) in
    *[!0-9]* | '') stamp='+%Y-%m-%dT%H:%M:%SZ' ;;
    *) stamp='+%Y-%m-%dT%H:%M:%S.%NZ' ;;
esac
now() { date -u "$stamp"; }

# `sum FILE` leaves the SHA-256 in $sha.
if command -v sha256sum >/dev/null 2>&1; then
    sum() { sha=$(sha256sum <"$1"); sha=${sha%% *}; }
elif command -v shasum >/dev/null 2>&1; then
    sum() { sha=$(shasum -a 256 <"$1"); sha=${sha%% *}; }
elif command -v openssl >/dev/null 2>&1; then
    sum() { sha=$(openssl dgst -sha256 <"$1"); sha=${sha##* }; }
else
    say 'hikeshi: no sha256sum, shasum or openssl here: nothing was collected'
    exit 3
fi

# `limited SECONDS COMMAND…`: ended when its time is up (status 137).
if timeout -s KILL 1 true 2>/dev/null; then
    limited() { timeout -s KILL "$@"; }
else
    limited() {
        seconds=$1
        shift
        "$@" &
        child=$!
        (
            sleep "$seconds" &
            trap 'kill $! 2>/dev/null; exit 0' TERM
            wait $!
            kill -9 "$child"
        ) >/dev/null 2>&1 &
        dog=$!
        wait "$child" 2>/dev/null
        ended=$?
        kill "$dog" 2>/dev/null
        wait "$dog" 2>/dev/null
        return $ended
    }
fi

# One JSON text of something this machine says about itself.
quoted() { printf '"%s"' "$(printf '%s' "$1" | tr -d '\000-\037\177' | sed 's/\\/\\\\/g; s/"/\\"/g')"; }

# `emit NAME FILE`: the file as a member of the tar, written here so that each item leaves the machine when it is taken.
emit() {
    size=$(($(wc -c <"$2")))
    header=$(awk -v name="evidence/$1" -v size="$size" -v mtime="$(date +%s)" 'BEGIN {
        for (i = 32; i < 127; i++) code[sprintf("%c", i)] = i
        fields[1] = name;                            widths[1] = 100
        fields[2] = "0000600";                       widths[2] = 8
        fields[3] = "0000000";                       widths[3] = 8
        fields[4] = "0000000";                       widths[4] = 8
        fields[5] = octal(size);                     widths[5] = 12
        fields[6] = octal(mtime);                    widths[6] = 12
        for (f = 1; f <= 6; f++) for (i = 1; i <= length(fields[f]); i++) total += code[substr(fields[f], i, 1)]
        total += 8 * 32 + code["0"] + code["u"] + code["s"] + code["t"] + code["a"] + code["r"] + 2 * code["0"]
        for (f = 1; f <= 6; f++) text = text fields[f] nul(widths[f] - length(fields[f]))
        sum = substr(octal(total), 6)
        text = text sum "\\000 0" nul(100) "ustar\\00000" nul(32) nul(32) nul(8) nul(8) nul(155) nul(12)
        printf "%s", text
    }
    function octal(n,   digits, i) {
        for (i = 0; i < 11; i++) { digits = (n % 8) digits; n = int(n / 8) }
        return digits
    }
    function nul(n,   out) { while (n-- > 0) out = out "\\000"; return out }')
    # shellcheck disable=SC2059 # the header is a format: NULs cannot stand in a variable
    if ! printf "$header" || ! cat "$2"; then gone; fi
    left=$((size % 512))
    if [ "$left" -ne 0 ]; then head -c $((512 - left)) /dev/zero || gone; fi
}

# `keep NAME FILE`: emit it as payload, and note its hash for the manifest. Leaves $sha and $size.
keep() {
    sum "$2"
    emit "data/$1" "$2"
    printf '%s  data/%s\n' "$sha" "$1" >>"$work/manifest"
}

gone() {
    say 'hikeshi: 書き出せなくなりました（空きがない、USBメモリーが抜けた、受け手がいない）。ファイルは途中までです。'
    say 'hikeshi: この機械は何も変わっていません。空きのある別のUSBメモリーで、もう一度集めてください。'
    say 'hikeshi: it could not be written any more (no space, the stick was pulled, nobody takes it); what is there is only a part.'
    say 'hikeshi: nothing on this machine was changed. Collect once more, onto another stick with free space.'
    exit 4
}

# Room for our own notes, whatever an item fills.
reserve() { head -c 262144 /dev/zero >"$work/reserve" 2>/dev/null; }

# What filled the folder that we work in is only a part: said with the item, then there is room for its notes again.
roomy() {
    if printf x >"$work/room" 2>/dev/null; then return; fi
    rm -f "$work/reserve"
    printf 'hikeshi: no room left in %s: this is only a part\n' "${work%/*}" >>"$work/err"
    code=28 short=true
}

# `wanted STAGE`
wanted() { case " $stages " in *" $1 "*) return 0 ;; esac; return 1; }

# `item NUMBER-NAME STAGE SECONDS BYTES NAME-AND-COMMAND-AS-JSON COMMAND`
item() {
    wanted "$2" || return 0
    began=$(now)
    (
        ulimit -f $(($4 / 512)) 2>/dev/null
        limited "$3" sh -c "$6"
    ) </dev/null >"$work/out" 2>"$work/err"
    code=$?
    roomy
    told "$1" "$2" "$4" "$5" "$code" "$began"
}

# What an item gave, and the line about it.
told() {
    ended=$(now)
    errors=
    if [ -s "$work/err" ]; then
        head -c 65536 "$work/err" >"$work/err.head"
        keep "$1.err.txt" "$work/err.head"
        errors=",\"stderr\":\"data/$1.err.txt\""
    fi
    keep "$1.txt" "$work/out"
    cut=$short
    if [ "$size" -ge $(($3 - $3 % 512)) ]; then cut=true; fi
    printf '{%s,"stage":"%s","exit":%d,"started":"%s","ended":"%s","file":"data/%s.txt","size":%d,"sha256":"%s","cut":%s%s}\n' \
        "$4" "$2" "$5" "$6" "$ended" "$1" "$size" "$sha" "$cut" "$errors" >>"$work/items"
    if [ $short = true ]; then
        parts="$parts $1"
        : >"$work/out"
        reserve
    fi
    short=false
}

# `files NUMBER-NAME STAGE SECONDS BYTES JSON COMMAND MOST`: the command gives paths; each file is copied, the first MOST.
files() {
    wanted "$2" || return 0
    began=$(now)
    limited "$3" sh -c "$6" </dev/null >"$work/paths" 2>"$work/err"
    code=$?
    count=0
    : >"$work/index"
    while IFS= read -r path; do
        [ -f "$path" ] || continue
        count=$((count + 1))
        if [ $count -gt "$7" ]; then
            printf 'more files than %d: the rest was not taken, from: %s\n' "$7" "$path" >>"$work/err"
            code=1
            break
        fi
        plain=$(printf '%s' "${path##*/}" | tr -c 'A-Za-z0-9._\n-' '_' | cut -c1-40)
        member=$1/$(printf '%04d' $count)-$plain
        about=$(stat -c '%s %Y %Z %u:%g %a' "$path" 2>/dev/null || stat -f '%z %m %c %u:%g %Lp' "$path" 2>/dev/null)
        (
            ulimit -f $(($4 / 512)) 2>/dev/null
            limited 60 cat "$path"
        ) </dev/null >"$work/copy" 2>>"$work/err" || code=1
        roomy
        keep "$member" "$work/copy"
        printf '%s\t%s\t%s\t%s\n' "data/$member" "$sha" "$about" "$path" >>"$work/index"
    done <"$work/paths"
    rm -f "$work/copy" "$work/paths"
    # The item itself is the list: member, SHA-256, size mtime ctime owner mode, path.
    mv "$work/index" "$work/out"
    told "$1" "$2" 268435456 "$5" "$code" "$began"
}

# Who gave no file gets a new one beside this script; until it is whole it is called .part.
own_file() {
    if ! grep -q 'Hikeshi.s collector' "$0" 2>/dev/null; then
        say 'hikeshi: 書くファイルを指定してください / give it a file:  sh collect.sh > evidence.tar'
        exit 2
    fi
    case $0 in */*) file=${0%/*}/ ;; *) file=./ ;; esac
    file=${file}evidence-$(uname -n | tr -c 'A-Za-z0-9\n-' '_' | cut -c1-40)-$(date -u +%Y%m%dT%H%M%SZ).tar
    if [ -e "$file" ] || ! (set -C && : >"$file.part") 2>/dev/null; then
        say "hikeshi: $file を書けません（書き込み禁止、または空きがない）。何も集めていません。"
        say 'hikeshi: 書けるUSBメモリーのフォルダーへ移り、sh …/collect.sh > evidence.tar と打ってください。'
        say "hikeshi: $file cannot be written (read-only, or full): nothing was collected."
        say 'hikeshi: go to a folder on a stick that can be written and type:  sh …/collect.sh > evidence.tar'
        exit 3
    fi
    exec >>"$file.part"
    if [ "$(id -u)" != 0 ]; then
        say 'hikeshi: 管理者ではないので、取れないものがあります。管理者になれるなら、終わったあとに sudo sh でもう一度。'
        say 'hikeshi: not root: some things cannot be read. If you can, run it once more with sudo sh afterwards.'
    fi
    say "hikeshi: 集めています（数分）。終わるまでUSBメモリーを抜かないでください。 / Collecting; leave the stick in."
}

begin() {
    stages=${HIKESHI_STAGES:-@STAGES@}
    # In memory, so that nothing is written over on the disk; but a machine with little of it must not be made to fall.
    memory=/dev/shm
    free=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo 2>/dev/null)
    case $stages in volatile) need=300000 ;; *) need=1500000 ;; esac
    if [ "${free:-0}" -lt "$need" ]; then memory=; fi
    for place in "${HIKESHI_WORK:-}" "$memory" "${TMPDIR:-/tmp}"; do
        if [ -n "$place" ] && [ -d "$place" ] && [ -w "$place" ]; then
            work=$place/hikeshi-$$-$(date +%s)
            if mkdir "$work" 2>/dev/null && reserve; then break; fi
            rm -rf "$work"
            work=
        fi
    done
    if [ -z "${work:-}" ]; then
        say 'hikeshi: 作業に使う空きが /dev/shm にも /tmp にもありません。何も集めていません。'
        say 'hikeshi: 空きのあるUSBメモリーの中で、HIKESHI_WORK=. sh collect.sh のように、作業の場所を指定してください。'
        say 'hikeshi: no folder with room to work in: nothing was collected. Name one on a stick: HIKESHI_WORK=. sh collect.sh'
        exit 3
    fi
    trap 'rm -rf "$work"' EXIT
    trap 'exit 4' HUP INT TERM PIPE
    short=false parts='' file=''
    if [ -t 1 ]; then own_file; fi
    started=$(now)
    : >"$work/manifest"
    : >"$work/items"
    printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n' >"$work/bagit"
    emit bagit.txt "$work/bagit"
}

finish() {
    host=$(quoted "$(hostname 2>/dev/null || uname -n)")
    keep items.jsonl "$work/items"
    {
        printf '{"format":"hikeshi-evidence 1","tool":"hikeshi @VERSION@","collector":"@OS@","host":%s,' "$host"
        printf '"system":%s,"user":%s,' "$(quoted "$(uname -a)")" "$(quoted "$(id 2>/dev/null)")"
        printf '"who":%s,"why":%s,' "$(quoted "${HIKESHI_WHO:-}")" "$(quoted "${HIKESHI_WHY:-}")"
        printf '"collection":%s,"asked_at":%s,' "$(quoted "${HIKESHI_ID:-}")" "$(quoted "${HIKESHI_ASKED_AT:-}")"
        printf '"stages":%s,"worked_in":%s,' "$(quoted "$stages")" "$(quoted "${work%/*}")"
        printf '"started":"%s","ended":"%s"}\n' "$started" "$(now)"
    } >"$work/package"
    keep package.json "$work/package"
    sum "$work/manifest"
    # The first line of the custody chain, as the record writes its lines (docs/record-format.md).
    {
        printf '%064d {"actor":{"id":"collector","name":%s},' 0 "$(quoted "${HIKESHI_WHO:-}")"
        printf '"data":{"host":%s,"manifest_sha256":"%s","why":%s},' "$host" "$sha" "$(quoted "${HIKESHI_WHY:-}")"
        printf '"kind":"custody.collected","number":1,"recorded_at":"%s","version":1}\n' "$(now)"
    } >"$work/custody"
    emit custody.txt "$work/custody"
    emit manifest-sha256.txt "$work/manifest"
    head -c 1024 /dev/zero || gone
    if [ -n "$parts" ]; then
        say "hikeshi: 作業の場所の空きが足りず、途中までのものがあります / for want of room these are only a part:$parts"
    fi
    if [ -n "$file" ]; then
        if ! mv "$file.part" "$file" || ! sync; then gone; fi
        sum "$file"
        say "hikeshi: 集め終わりました / done:  $file"
        say "hikeshi: 紙に書き写します / write on paper:  SHA-256 $sha"
    fi
}

main() {
    begin
@ITEMS@
    finish
}

main
exit
}
