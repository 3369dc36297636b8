"""What `dmesg -T` prints of the kernel's ring: `[Mon Nov 23 10:00:00 2026] IN=eth0 …`, in English and in Japanese.

What it says is read by the formats that know the kernel's messages (linux_firewall, syslog …). Without -T the lines
have no time of day, and are not read.

Apache 2.2 and what it runs begin their lines alike. So a file is the kernel's where most lines begin so, without a
level of Apache's behind, and a good part with words that only a kernel begins with.
"""

# words: data throughout, how dmesg writes dates in Japanese

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ....common.encodings import detect
from ...batching import batched
from ...lines import CHUNK, chunks
from ...objects import Object, Objects, Source
from ...table import Context, Table
from ...times import MONTHS, local_time
from ..speech import Frame, stamped
from ..syslog import parser as syslog

FIELDS = (
    ("time", "local time of the host; after the machine slept, it is what dmesg takes it to be"),
    ("source", "kernel; all else as the format of the message says"),
)
_MONTH = "月".encode()
_WEEKDAY = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|" + b"|".join(day.encode() for day in "月火水木金土日") + rb")"
_LINE = re.compile(
    rb"(?:[a-z]{3,8}\d? {0,5}: ?[a-z]{3,7} {0,5}: )?"
    rb"\[(" + _WEEKDAY + rb" {1,2}(?:([A-Z][a-z][a-z])|(1?\d)" + _MONTH + rb") ([ \d]\d) (\d\d:\d\d:\d\d) (\d{4}))\] ?"
    rb"(?!\[(?:[\w-]++:)?(?:emerg|alert|crit|error|warn|notice|info|debug|trace\d)\])(.*)",
    re.DOTALL,
)
_KERNEL = re.compile(
    rb"[\w \[\]-]{0,40}:? ?IN=[^ ]{0,16} OUT=[^ ]{0,16} |(?:Linux version|Command line:|Kernel command line:|Memory:|"
    rb"BIOS-|DMI:|ACPI|APIC|PCI|PM:|NET:|TCP:|UDP:|IPv6:|CPU\d?:|SCSI|EXT4-fs|XFS|BTRFS|Btrfs|CIFS:|NFS:|RPC:|FAT-fs|"
    rb"EDAC|Bluetooth:|Freeing|Out of memory|oom-kill:|Call Trace|BUG:|WARNING:|INFO: task|RIP: |Modules linked in|"
    rb"Tainted|\[drm|\[UFW |\[Firmware Bug|x86/|smpboot:|smp:|rcu:|tsc:|clocksource:|random:|hrtimer:|mce:|thermal[ _]|"
    rb"systemd\[1\]:|audit:|usb[ \w]|hub \d|input: |pci |pcie|acpi|ata\d|scsi |sd \d|sr \d|nvme|md/|md\d|dm-|"
    rb"device |device-mapper:|eth\d|en[ops]\d|wl[ap]\w|wlan\d|br-|docker\d|veth|bond\d|vmbr|tap\d|tun:|virbr|bridge:|"
    rb"nf_conntrack|nft|iptables|wireguard:|e1000|r8169|igb|ixgbe|virtio|vmxnet|hv_|snd_|loop\d|squashfs:|overlayfs:|"
    rb"perf:|perf |kauditd|microcode|iwlwifi|cfg80211|tcp_|TCP |UDP |IPv4:|process |traps:|cgroup:|"
    rb"[\w./-]{1,15}\[\d{1,7}\]: segfault at )"
)
_PROMPT = re.compile(rb"[^$#%>]{0,80}[$#%>] ?(?:sudo )?dmesg ")


def frames(head: bytes, name: str) -> float:
    encoding = detect(head[: 1 << 16])
    text = head[encoding.mark : 1 << 16].decode(encoding.name, "replace").encode("utf-8", "replace")
    lines = [line for line in text.split(b"\n") if line.strip() and not _PROMPT.match(line)]
    some = (lines[:-1] or lines)[:300]
    said = [match[7] for line in some if (match := _LINE.match(line))]
    kernels = sum(_KERNEL.match(one) is not None for one in said)
    return 0.9 if 2 * len(said) > len(some) and 4 * kernels > len(some) else 0.0


def objects(source: Source) -> Iterator[Objects]:
    return batched(
        (_object(line), line, chunk.offset(i))
        for chunk in chunks(source, source.encoding, source.read(CHUNK))
        for i, line in enumerate(chunk.lines)
        if line.strip() and not _PROMPT.match(line)
    )


def _object(line: bytes) -> Object | None:
    return {"dmesg": match.groups()} if (match := _LINE.match(line)) else None


def recognises(obj: Object, name: str) -> float:
    return 1.0 if obj.keys() == {"dmesg"} and isinstance(obj["dmesg"], tuple) else 0.0


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> list[Table]:
    """The messages of those lines whose time there is."""
    kept: list[int] = []
    frames: list[Frame] = []
    messages: list[bytes] = []
    for row, one in zip(rows, objects, strict=True):
        if (time := _time(one["dmesg"], context)) is not None:
            kept.append(row)
            frames.append(Frame(time, b"", b"kernel", b"", context.zone_name))
            messages.append(one["dmesg"][-1].rstrip())
    return syslog.messages_of(kept, frames, messages, context)


def _time(parts: tuple[bytes, ...], context: Context) -> float | None:
    stamp, name, number, day, clock, year, _ = parts
    month = MONTHS.get(name) or int(number or 0)
    return stamped(context, stamp, lambda: local_time(int(year), month, int(day), clock, context.zone))
