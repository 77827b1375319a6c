#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Drives /sys/kernel/debug/mm_layout/ as a user does: the map has to agree with
# what other files say about the same memory, scans have to pass, and bad input
# must change nothing.
#
# Runs in busybox ash as well as in bash and dash. Addresses are compared in
# pages, which awk's floating point numbers hold exactly on 64 bit too.

DIR=$(dirname "$(readlink -f "$0")")
# shellcheck source=/dev/null
. "$DIR"/../kselftest/ktap_helpers.sh

LC_ALL=C
export LC_ALL

CHECKS="regions linear memmap zones buddy slab alloc vmalloc ioremap kmap fixed pgdir prot address"
NOBODY=65534

# Name and printf(1) format of what scan has to refuse.
bad_inputs()
{
	cat <<-'EOF'
	newline \n
	two 2
	zero 0
	minus_one -1
	eleven 11
	one_and_letter 1x
	no_check nonsense
	prefix_of_a_check lin
	upper_case LINEAR
	two_checks linear memmap
	two_lines 1\n1\n
	one_and_nul 1\0
	nul_inside linear\0memmap
	nul \0
	binary \001\002\376\377
	16_bytes nonsensenonsense
	5000_blanks %5000s
	one_and_4999_blanks 1%4999s
	EOF
}

# === Helpers ===

# For awk: hex digits to a number, an address to its page number.
AWK_LIB='
function hex(s,   i, v) {
	sub(/^0x/, "", s)
	v = 0
	for (i = 1; i <= length(s); i++)
		v = v * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
	return v
}
function page(s) {
	return hex(substr(s, 1, length(s) - 3))
}
function bad(text) {
	print "# " text
	failed = 1
}
'

# Text that may hold quotes and wildcards, which ktap_print_msg expands.
diag()
{
	printf '# %s\n' "$*"
}

skip()
{
	diag "skipped: $*"
	return "$KSFT_SKIP"
}

run_case()
{
	case_name=$1
	shift
	"$@"
	case $? in
	0) ktap_test_pass "$case_name" ;;
	"$KSFT_SKIP") ktap_test_skip "$case_name" ;;
	*) ktap_test_fail "$case_name" ;;
	esac
}

is_i386()
{
	case $(uname -m) in
	i?86) return 0 ;;
	esac
	return 1
}

# For what changes while it is read: $1 leaves what it finds wrong in $TMP/differ.
retry()
{
	for attempt in 1 2 3 4 5; do
		"$1" && return 0
	done
	diag "still so at attempt $attempt:"
	cat "$TMP/differ"
	return 1
}

# Writes standard input to scan with one write() call.
write_scan()
{
	dd of="$SCAN" bs=8192 count=1 2> "$TMP/err"
}

scan()
{
	echo "$1" | write_scan && return 0
	diag "writing $1 to scan: $(cat "$TMP/err")"
	return 1
}

# Changes whenever a scan has run.
last_message()
{
	dmesg | grep 'mm_layout: ' | tail -n 1
}

# === map ===

files()
{
	modes=$(stat -c %a "$MAP" "$SLABS" "$AREAS" "$SCAN" "$HOOKS" "$EXPLAIN" | tr '\n' ' ')
	[ "$modes" = "400 400 400 600 600 600 " ] && return 0
	diag "map, slabs and areas should have mode 400, scan, hooks and explain 600: $modes"
	return 1
}

map_format()
{
	awk "$AWK_LIB"'
	/^0x[0-9a-f]+ 0x[0-9a-f]+ +[0-9]+K [a-z_]+$/ { kind = 1 }
	/^ram 0x[0-9a-f]+ 0x[0-9a-f]+$/ { kind = 2 }
	/^zone [A-Za-z0-9]+ node [0-9]+ pfn 0x[0-9a-f]+ 0x[0-9a-f]+ spanned [0-9]+ present/ &&
	/ present [0-9]+ managed [0-9]+$/ { kind = 3 }
	/^vmalloc used [0-9]+K lazy [0-9]+K free [0-9]+K largest_hole [0-9]+K$/ { kind = 4 }
	/^areas [a-z_]+ [0-9]+ [0-9]+K$/ { kind = 5 }
	/^kmap used [0-9]+ users [0-9]+ idle [0-9]+ free [0-9]+ leaked [0-9]+$/ { kind = 6 }
	!kind { bad("unknown line: " $0) }
	kind < last { bad("regions, RAM, zones and usage are mixed at: " $0) }
	{ seen[kind] = 1; last = kind; kind = 0 }
	END {
		if (!seen[1])
			bad("no region")
		if (!seen[3])
			bad("no zone")
		if (!seen[4])
			bad("no usage of the vmalloc range")
		exit failed
	}' "$TMP/map"
}

map_tiles()
{
	awk "$AWK_LIB"'
	!/^0x/ { next }
	$1 !~ /000$/ || $2 !~ /fff$/ {
		bad("not whole pages: " $0)
	}
	page($1) != pos {
		bad("starts at page " page($1) ", expected " pos + 0 ": " $0)
	}
	page($2) < page($1) {
		bad("ends before it starts: " $0)
	}
	$3 + 0 != (page($2) - page($1) + 1) * 4 {
		bad("wrong size: " $0)
	}
	{ pos = page($2) + 1; end = $2 }
	END {
		if (end !~ /^0xf+$/)
			bad("the last region ends at " end)
		exit failed
	}' "$TMP/map"
}

map_order()
{
	is_i386 || skip "the regions of this architecture are not known" || return
	awk "$AWK_LIB"'
	BEGIN {
		n = split("user linear vmalloc pkmap ldt cpu_entry_area early_fixmap fixmap", order)
		for (i = 1; i <= n; i++)
			place[order[i]] = i
	}
	$1 == "zone" && $2 == "HighMem" { highmem = 1 }
	!/^0x/ || $4 == "hole" { next }
	!($4 in place) { bad("unknown region: " $0); next }
	place[$4] <= last { bad("out of order: " $0) }
	{ last = place[$4]; seen[$4] = 1 }
	END {
		for (i = 1; i <= n; i++)
			if (!(order[i] in seen) && (order[i] != "pkmap" || highmem))
				bad("no region " order[i])
		exit failed
	}' "$TMP/map"
}

# What /proc/iomem calls System RAM is in map, up to the last frame of a zone:
# memory that the kernel was told not to use is still listed. map has more, where
# tables of the firmware took a page since; map_early_ranges sees to that side.
map_ram()
{
	awk "$AWK_LIB"'
	FNR == NR {
		if ($1 == "ram") {
			first[++n] = hex($2)
			end[n] = hex($3)
		}
		if ($1 == "zone" && hex($7) > last)
			last = hex($7)
		next
	}
	/^[0-9a-f]+-[0-9a-f]+ : System RAM$/ {
		ram++
		split($1, r, "-")
		# Whole pages only.
		s = page(r[1]) + (r[1] !~ /000$/)
		e = page(r[2]) - (r[2] !~ /fff$/)
		if (e > last)
			e = last
		for (i = 1; i <= n; i++)
			if (s >= first[i] && e <= end[i])
				break
		if (s <= e && i > n)
			bad("pfn " s " to " e " is RAM in /proc/iomem only")
	}
	END {
		if (!ram)
			bad("no System RAM in /proc/iomem")
		exit failed
	}' "$TMP/map" /proc/iomem
}

map_zoneinfo()
{
	awk "$AWK_LIB"'
	FNR == NR {
		if ($1 == "zone") {
			key = $4 "/" $2
			map[key] = "start " hex($6) " spanned " $9 " present " $11 " managed " $13
			if (hex($7) - hex($6) + 1 != $9)
				bad("the pfns do not match the span: " $0)
		}
		next
	}
	$1 == "Node" && $3 == "zone" { key = $2 + 0 "/" $4 }
	$1 == "spanned" { spanned = $2 }
	$1 == "present" { present = $2 }
	$1 == "managed" { managed = $2 }
	# Only printed for a zone with pages.
	$1 == "start_pfn:" {
		info[key] = "start " $2 " spanned " spanned " present " present " managed " managed
		n++
	}
	END {
		if (!n)
			bad("no zone in /proc/zoneinfo")
		for (key in info)
			if (map[key] != info[key])
				bad("zone " key ": \"" map[key] "\" in map, \"" \
				    info[key] "\" in /proc/zoneinfo")
		for (key in map)
			if (!(key in info))
				bad("zone " key " is not in /proc/zoneinfo")
		exit failed
	}' "$TMP/map" /proc/zoneinfo
}

map_meminfo()
{
	awk "$AWK_LIB"'
	FNR == NR {
		if ($1 == "zone")
			kib[$2 == "HighMem"] += $13 * 4
		next
	}
	function want(got) {
		if ($2 != got)
			bad("managed pages make " got " kB, /proc/meminfo says: " $0)
		n++
	}
	$1 == "MemTotal:" { want(kib[0] + kib[1]) }
	$1 == "LowTotal:" { want(kib[0] + 0) }
	$1 == "HighTotal:" { want(kib[1] + 0) }
	END {
		if (n != 1 && n != 3)
			bad("totals are missing in /proc/meminfo")
		exit failed
	}' "$TMP/map" /proc/meminfo
}

# Spans are cut to the RAM, so a zone may be smaller than its range.
map_zone_ranges()
{
	dmesg | awk '
	/Zone ranges:/ { inside = 1; next }
	/Movable zone start|Early memory node/ { inside = 0 }
	inside' > "$TMP/ranges"
	[ -s "$TMP/ranges" ] ||
		skip "the kernel log has lost its beginning" || return
	awk "$AWK_LIB"'
	FNR == NR {
		if (match($0, /[A-Za-z0-9]+ +\[mem 0x[0-9a-f]+-0x[0-9a-f]+\]/)) {
			split(substr($0, RSTART, RLENGTH), f, /[^A-Za-z0-9]+/)
			first[f[1]] = page(f[3])
			last[f[1]] = page(f[4])
		}
		next
	}
	$1 != "zone" || $2 == "Movable" { next }
	!($2 in first) { bad("the kernel log has no range of zone " $2); next }
	hex($6) < first[$2] || hex($7) > last[$2] {
		bad("not in pfn " first[$2] "-" last[$2] ": " $0)
	}
	END { exit failed }' "$TMP/ranges" "$TMP/map"
}

# The RAM that zones were made of, which the kernel has printed.
map_early_ranges()
{
	dmesg | awk '
	/Early memory node ranges/ { inside = 1; next }
	inside && !/node +[0-9]+: \[mem 0x/ { exit }
	inside' > "$TMP/early"
	[ -s "$TMP/early" ] ||
		skip "the kernel log has lost its beginning" || return
	awk "$AWK_LIB"'
	FNR == NR {
		match($0, /0x[0-9a-f]+-0x[0-9a-f]+/)
		split(substr($0, RSTART, RLENGTH), r, "-")
		s = page(r[1])
		if (n && s == last[n] + 1) {
			last[n] = page(r[2])
			next
		}
		first[++n] = s
		last[n] = page(r[2])
		next
	}
	$1 == "ram" && (hex($2) != first[++m] || hex($3) != last[m]) {
		bad("not in the kernel log: " $0)
	}
	END {
		if (m != n)
			bad(m + 0 " ranges of RAM, " n " in the kernel log")
		exit failed
	}' "$TMP/early" "$TMP/map"
}

# The linear region ends where lowmem does.
map_lowmem()
{
	is_i386 || skip "lowmem ends elsewhere on this architecture" || return
	awk "$AWK_LIB"'
	$4 == "linear" { low = page($2) - page($1) + 1 }
	$1 != "zone" { next }
	$2 == "HighMem" && hex($6) < low { bad("starts in lowmem: " $0) }
	($2 == "DMA" || $2 == "Normal") && hex($7) >= low { bad("ends behind lowmem: " $0) }
	END { exit failed }' "$TMP/map"
}

map_image()
{
	is_i386 || skip "the kernel image is not in the linear map" || return
	awk "$AWK_LIB"'
	FNR == NR {
		if ($4 == "linear") {
			first = page($1)
			last = page($2)
		}
		next
	}
	$3 == "_text" || $3 == "_etext" {
		n++
		if (page($1) < first || page($1) > last)
			bad($3 " is at " $1 ", not in the linear region")
	}
	END {
		if (n != 2)
			bad("/proc/kallsyms has no _text and _etext")
		exit failed
	}' "$TMP/map" /proc/kallsyms
}

# ptdump names the regions by itself, and lists what is mapped. It passes a
# region that starts inside an empty page table with the end of that table, and
# names one region an entry: after "vmalloc() End" pkmap comes one page late.
map_page_tables()
{
	is_i386 || skip "ptdump has other regions on this architecture" || return
	[ -r "$DEBUGFS/page_tables/kernel" ] ||
		skip "no CONFIG_PTDUMP_DEBUGFS" || return
	awk "$AWK_LIB"'
	BEGIN {
		region["Kernel Mapping"] = "linear"
		region["vmalloc() Area"] = "vmalloc"
		region["Persistent kmap() Area"] = "pkmap"
		region["LDT remap"] = "ldt"
		region["CPU entry area"] = "cpu_entry_area"
		region["Fixmap area"] = "fixmap"
	}
	FNR == NR {
		if (/^0x/) {
			n++
			first[n] = page($1)
			last[n] = page($2)
			name[n] = $4
			place[$4] = page($1)
		}
		next
	}
	/^---\[/ {
		marker = $0
		gsub(/^---\[ | \]---$/, "", marker)
		next
	}
	/^0x/ {
		split($1, r, "-")
		s = page(r[1])
		e = page(r[2]) - 1
		if (e < s)
			e = page("0xffffffff")
		if (marker in region) {
			p = place[region[marker]]
			if (s < p || s >= p + 1024 || (p % 1024 == 0 && s > p + 1))
				bad(region[marker] " starts at page " p \
				    ", but in the page tables: " $0)
			markers++
		}
		marker = ""
		if (/ (RW|ro) /) {
			mapped++
			for (i = 1; i <= n; i++)
				if ((name[i] == "hole" || name[i] == "user") && \
				    s <= last[i] && e >= first[i])
					bad("mapped in a region " name[i] ": " $0)
		}
	}
	END {
		if (markers < 4 || !mapped)
			bad("cannot make sense of page_tables/kernel")
		exit failed
	}' "$TMP/map" "$DEBUGFS/page_tables/kernel"
}

# PAGE_OFFSET, up to 896 MB of lowmem above it, 8 MB of nothing, the vmalloc range.
map_textbook()
{
	is_i386 || skip "they are about i386" || return
	awk "$AWK_LIB"'
	{ name[$4] = 1 }
	$4 == "user" { user_end = page($2) + 1 }
	$4 == "linear" { linear = page($1); linear_end = page($2) + 1 }
	$4 == "vmalloc" { vmalloc = page($1); vmalloc_end = page($2) + 1 }
	$1 == "zone" && $2 != "HighMem" { low = hex($7) + 1 }
	END {
		if (user_end != linear)
			bad("user space does not end where the linear map begins")
		if (linear_end - linear != low)
			bad("the linear map does not end with lowmem")
		if (vmalloc - linear_end != 8 * 256)
			bad("the hole in front of the vmalloc range is " \
			    (vmalloc - linear_end) * 4 "K")
		# With the usual split; the others leave more.
		if (linear == 786432 && linear_end - linear > 896 * 256)
			bad("lowmem is more than 896 MB")
		printf "# PAGE_OFFSET is at %d MB, %.1f MB of lowmem, ", linear / 256, low / 256
		printf "vmalloc from %.1f to %.1f MB\n", vmalloc / 256, vmalloc_end / 256
		exit failed
	}' "$TMP/map"
}

map_read_only()
{
	if echo 1 | dd of="$MAP" bs=8192 2> "$TMP/err"; then
		diag "map can be written"
		return 1
	fi
	# Areas and mappings come and go.
	grep -vE '^(vmalloc|areas|kmap) ' "$TMP/map" > "$TMP/map1"
	grep -vE '^(vmalloc|areas|kmap) ' "$MAP" > "$TMP/map2"
	cmp "$TMP/map1" "$TMP/map2"
}

# What is used, lazily freed and free makes up the range, but for what is on its way.
usage_agrees()
{
	cat "$MAP" > "$TMP/usage"
	cat "$AREAS" > "$TMP/areas"
	awk "$AWK_LIB"'
	FNR == NR {
		if ($1 == "vmalloc") {
			used = $3 + 0
			sum = $3 + $5 + $7
			if ($9 + 0 > $7 + 0)
				bad("the largest hole is larger than all of them: " $0)
		}
		if ($1 == "areas") {
			nr[$2] = $3
			size[$2] = $4 + 0
		}
		if ($4 == "vmalloc" && $1 ~ /^0x/) {
			range = $3 + 0
			first = page($1)
			last = page($2)
		}
		next
	}
	/^#/ { next }
	{
		nr[$4]--
		size[$4] -= $3
		# Some architectures have modules elsewhere.
		if (page($1) >= first && page($2) <= last)
			used -= $3
	}
	END {
		# Where the range ends with its last byte, the last KB is not whole.
		if (sum != range && sum + 1 != range)
			bad("used, lazy and free add up to " sum "K of " range "K")
		if (used != 0)
			bad("areas leave " used "K of what is used")
		for (kind in nr)
			if (nr[kind] != 0 || size[kind] != 0)
				bad(kind ": " nr[kind] " areas and " size[kind] "K less in areas")
		exit failed
	}' "$TMP/usage" "$TMP/areas" > "$TMP/differ"
}

map_usage()
{
	retry usage_agrees
}

# A slot of the kmap window is in use, idle or free.
map_kmap()
{
	grep -q ' pkmap$' "$TMP/map" || skip "there is no kmap window" || return
	awk "$AWK_LIB"'
	$4 == "pkmap" { slots = page($2) - page($1) + 1 }
	$1 == "kmap" {
		if ($3 + $7 + $9 != slots)
			bad("the window has " slots " slots: " $0)
		if ($5 < $3)
			bad("more slots in use than users: " $0)
		if ($11 > 0)
			bad("pages were freed while they were mapped: " $0)
		seen = 1
	}
	END {
		if (!seen)
			bad("no usage of the kmap window")
		exit failed
	}' "$TMP/map"
}

# === scan ===

# What scan shows after a scan that passed: well formed, sums right.
scan_is_clean()
{
	awk '
	function bad(text) {
		print "# " text
		failed = 1
	}
	NR == 1 {
		if ($0 != "# invariant facts violations skipped")
			bad("first line: " $0)
		next
	}
	summary { bad("behind the summary: " $0) }
	/^# vmalloc locks [0-9]+ longest [0-9]+ ns$/ { locks++; next }
	/^mm_layout: / { summary = $0; next }
	!/^[a-z0-9]+(-[a-z0-9]+)* [0-9]+ [0-9]+ [0-9]+( .+)?$/ {
		bad("not a row: " $0)
		next
	}
	$1 in seen { bad("twice: " $0) }
	$3 > 0 { bad("violated: " $0) }
	($4 > 0) != (NF > 4) { bad("skipped without a reason, or a reason without a skip: " $0) }
	/^(vmap|ioremap)-/ { vmalloc += $2 }
	{ seen[$1] = 1; invariants += $2 > 0; facts += $2; skipped += $4 }
	END {
		want = "mm_layout: scan passed: " invariants + 0 " invariants, " \
		       facts + 0 " facts, 0 violations, "
		if (index(summary, want) != 1 || substr(summary, length(want) + 1) !~ /^[0-9]+ us$/)
			bad("summary: \"" summary "\", expected \"" want "<n> us\"")
		if (!facts && !skipped)
			bad("nothing was checked")
		if (locks != (("vmap-area" in seen) && vmalloc > 0))
			bad("lines about locks: " locks + 0)
		exit failed
	}' "$1"
}

scan_passes()
{
	tainted=$(cat /proc/sys/kernel/tainted)
	scan 1 || return 1
	cat "$SCAN" > "$TMP/scan"
	scan_is_clean "$TMP/scan" || return 1
	[ "$(cat /proc/sys/kernel/tainted)" = "$tainted" ] && return 0
	diag "the scan changed the taint flags from $tainted"
	return 1
}

scan_reads_in_pieces()
{
	scan 1 || return 1
	cat "$SCAN" > "$TMP/whole"
	dd if="$SCAN" bs=7 2> "$TMP/err" > "$TMP/pieces"
	cmp "$TMP/whole" "$TMP/pieces"
}

scan_console()
{
	mark="mm_layout_debugfs.sh $$: scan starts"
	echo "$mark" > /dev/kmsg
	scan 1 || return 1
	summary=$(tail -n 1 "$SCAN")
	dmesg | awk -v mark="$mark" 'seen; index($0, mark) { seen = 1 }' > "$TMP/log"
	if grep -q 'BUG:' "$TMP/log"; then
		sed 's/^/# /' "$TMP/log"
		return 1
	fi
	if [ "$(grep -c 'mm_layout: .*scan' "$TMP/log")" -eq 1 ] &&
	   grep -qF "$summary" "$TMP/log"; then
		return 0
	fi
	diag "the kernel log should have one summary line: $summary"
	sed 's/^/# /' "$TMP/log"
	return 1
}

boot_console()
{
	if grep -q 'mm_layout_debug=[^ ]*off' /proc/cmdline; then
		skip "boot scans are off"
		return
	fi
	dmesg > "$TMP/log"
	grep -q 'Linux version' "$TMP/log" ||
		skip "the kernel log has lost its beginning" || return
	for occasion in boot final; do
		if ! grep -q "mm_layout: $occasion scan passed: .* 0 violations" "$TMP/log"; then
			diag "the $occasion scan has not passed"
			grep 'mm_layout:' "$TMP/log" | sed 's/^/# /'
			return 1
		fi
	done
}

# Rows that a check on its own fills, to be compared in checks_cover.
check_alone()
{
	scan "$1" || return 1
	cat "$SCAN" > "$TMP/one"
	scan_is_clean "$TMP/one" || return 1
	awk '/^[a-z]/ && NF > 3 && $2 + $4 > 0 && $1 != "mm_layout:" { print $1 }' \
		"$TMP/one" > "$TMP/rows.$1"
	[ -s "$TMP/rows.$1" ] && return 0
	diag "check $1 looked at nothing"
	return 1
}

# Every invariant belongs to one check. A list may be empty at times, so rows
# of the whole scan are not compared one by one.
checks_cover()
{
	doubles=$(cat "$TMP"/rows.* | sort | uniq -d)
	if [ -n "$doubles" ]; then
		diag "in several checks: $(echo "$doubles" | tr '\n' ' ')"
		return 1
	fi
	cat "$TMP"/rows.* | awk '
	FNR == NR { row[$1] = 1; next }
	/^[a-z]/ && $1 != "mm_layout:" && !($1 in row) && $2 > 0 {
		print "# in no check: " $0
		failed = 1
	}
	END { exit failed }' - "$TMP/scan"
}

directories()
{
	scan pgdir || return
	awk '$1 == "pgdir-same" { print $2 }' "$SCAN"
}

# Each process has a page directory, and each is looked at.
all_directories()
{
	! grep -q '^pgdir-same 0 0 [1-9]' "$TMP/scan" ||
		skip "page directories are not walked" || return
	before=$(directories)
	sleepers=
	for i in 1 2 3 4 5 6 7 8 9 10; do
		sleep 60 &
		sleepers="$sleepers $!"
	done
	after=$(directories)
	# shellcheck disable=SC2086 # a list
	kill $sleepers
	[ "$after" -ge $((before + 10)) ] && return 0
	diag "with 10 more processes, $after facts instead of $before"
	return 1
}

refuses()
{
	scan 1 || return 1
	cat "$SCAN" > "$TMP/before"
	before=$(last_message)
	# shellcheck disable=SC2059
	if printf -- "$2" "" | write_scan; then
		diag "accepted"
		return 1
	fi
	if ! grep -q 'Invalid argument' "$TMP/err"; then
		diag "expected EINVAL: $(cat "$TMP/err")"
		return 1
	fi
	cat "$SCAN" > "$TMP/after"
	cmp "$TMP/before" "$TMP/after" || return 1
	[ "$(last_message)" = "$before" ] && return 0
	diag "a refused word started a scan"
	return 1
}

scan_in_parallel()
{
	pids=
	for i in 1 2 3 4; do
		(
			for check in $CHECKS 1; do
				echo "$check" > "$SCAN" || exit 1
				cat "$SCAN" > "$TMP/parallel.$i" || exit 1
				scan_is_clean "$TMP/parallel.$i" || exit 1
			done
		) &
		pids="$pids $!"
	done
	ret=0
	for pid in $pids; do
		wait "$pid" || ret=1
	done
	return $ret
}

# === slabs ===

slabs_format()
{
	awk '
	function bad(text) {
		print "# " text
		failed = 1
	}
	NR == 1 {
		if ($0 != "# cache objsize objperslab pagesperslab slabs zones")
			bad("first line: " $0)
		next
	}
	!/^[^ ]+ [0-9]+ [0-9]+ [0-9]+ [0-9]+ (-|[A-Za-z0-9]+(,[A-Za-z0-9]+)*)$/ {
		bad("not a row: " $0)
	}
	{ slabs += $5 }
	($5 == 0) != ($6 == "-") { bad("slabs without a zone, or a zone without slabs: " $0) }
	$3 * $2 > $4 * page_size { bad("objects do not fit in their slab: " $0) }
	END {
		if (!slabs)
			bad("no slab at all")
		exit failed
	}' page_size="$(getconf PAGE_SIZE 2> "$TMP/err" || echo 4096)" "$TMP/slabs"
}

# Slabs come and go: the number has to lie between what slabinfo said before and
# after, give or take a few.
slabs_agree()
{
	cat /proc/slabinfo > "$TMP/slabinfo.before" || return 1
	cat "$SLABS" > "$TMP/slabs"
	cat /proc/slabinfo > "$TMP/slabinfo.after" || return 1
	awk '
	function bad(text) {
		print "# " text
		failed = 1
	}
	/^#/ || /^slabinfo/ { next }
	FILENAME ~ /before$/ {
		fields[$1] = $4 " " $5 " " $6
		before[$1] = $(NF - 1)
		next
	}
	FILENAME ~ /after$/ { after[$1] = $(NF - 1); next }
	{
		if (!($1 in fields)) {
			bad("not in slabinfo: " $1)
			next
		}
		if (fields[$1] != $2 " " $3 " " $4)
			bad($1 ": " $2 " " $3 " " $4 ", slabinfo has " fields[$1])
		low = before[$1] < after[$1] ? before[$1] : after[$1]
		high = before[$1] > after[$1] ? before[$1] : after[$1]
		if ($5 < low - 4 || $5 > high + 4)
			bad($1 ": " $5 " slabs, slabinfo has " low " to " high)
		rows++
		delete fields[$1]
	}
	END {
		for (cache in fields)
			bad("only in slabinfo: " cache)
		if (rows < 10)
			bad("only " rows + 0 " caches")
		exit failed
	}' "$TMP/slabinfo.before" "$TMP/slabinfo.after" "$TMP/slabs" > "$TMP/differ"
}

slabs_slabinfo()
{
	[ -r /proc/slabinfo ] || skip "no /proc/slabinfo" || return
	retry slabs_agree
}

slabs_zones()
{
	awk '
	function bad(text) {
		print "# " text
		failed = 1
	}
	/^#/ { next }
	$6 ~ /HighMem|Movable|Device/ { bad("slabs that the kernel cannot keep there: " $0) }
	/^dma-kmalloc-/ { dma++ }
	/^dma-kmalloc-/ && $6 != "DMA" && $6 != "-" { bad("slabs out of reach of DMA: " $0) }
	$6 ~ /Normal/ { normal++ }
	END {
		if (has_dma && !dma)
			bad("no dma-kmalloc cache")
		if (!normal)
			bad("no slab is in zone Normal")
		exit failed
	}' has_dma="$(grep -c 'zone *DMA$' /proc/zoneinfo)" "$TMP/slabs"
}

# === areas ===

areas_format()
{
	awk '
	function bad(text) {
		print "# " text
		failed = 1
	}
	BEGIN {
		n = split("vmalloc module vmap ioremap percpu vm_map_ram vmap_block other", name)
		for (i = 1; i <= n; i++)
			known[name[i]] = 1
		n = 0
	}
	NR == 1 {
		if ($0 != "# start last size kind details")
			bad("first line: " $0)
		next
	}
	!/^0x[0-9a-f]+000 0x[0-9a-f]+fff [0-9]+K [a-z_]+( |$)/ || !($4 in known) {
		bad("not a row: " $0)
	}
	{
		rest = $0
		sub(/^[^ ]+ [^ ]+ [^ ]+ [^ ]+/, "", rest)
	}
	rest !~ /^( (in_the_making|pages=[0-9]+|phys=0x[0-9a-f]+|caller=.+))*$/ {
		bad("unknown details: " $0)
	}
	{ n++ }
	END {
		if (!n)
			bad("no area at all")
		exit failed
	}' "$AREAS"
}

# Area by area: place, kind, pages and physical address.
areas_agree()
{
	cat /proc/vmallocinfo > "$TMP/vmallocinfo"
	cat "$AREAS" > "$TMP/areas"
	awk "$AWK_LIB"'
	function value(name,   i) {
		for (i = 1; i <= NF; i++)
			if (index($i, name "=") == 1)
				return substr($i, length(name) + 2)
		return "-"
	}
	function kind(   i) {
		for (i = 2; i <= NF; i++)
			if ($i ~ /^(ioremap|vmalloc|vmap|vm_map_ram)$/)
				return $i
		return "other"
	}
	FNR == NR {
		if (/unpurged vm_area/)
			next
		split($1, r, "-")
		first = page(r[1])
		last[first] = page(r[2]) - 1
		what[first] = kind() " " value("pages") " " value("phys")
		next
	}
	/^#/ || / in_the_making/ { next }
	{
		same = $4
		if (same == "module" || same == "percpu")
			same = "vmalloc"
		if (same == "vmap_block")
			same = "vm_map_ram"
		same = same " " value("pages") " " value("phys")
		first = page($1)
		if (!(first in last)) {
			bad("not in /proc/vmallocinfo: " $0)
			next
		}
		if (last[first] != page($2))
			bad("ends at page " last[first] " in /proc/vmallocinfo: " $0)
		if (what[first] != same)
			bad("\"" what[first] "\" in /proc/vmallocinfo: " $0)
		delete last[first]
		n++
	}
	END {
		for (first in last)
			bad("only in /proc/vmallocinfo: page " first ", " what[first])
		if (!n)
			bad("nothing was compared")
		exit failed
	}' "$TMP/vmallocinfo" "$TMP/areas" > "$TMP/differ"
}

# With kptr_restrict at 1, root sees addresses.
areas_vmallocinfo()
{
	[ -r /proc/vmallocinfo ] || skip "no /proc/vmallocinfo" || return
	was=$(cat /proc/sys/kernel/kptr_restrict)
	echo 1 > /proc/sys/kernel/kptr_restrict || return 1
	retry areas_agree
	ret=$?
	echo "$was" > /proc/sys/kernel/kptr_restrict || return 1
	return $ret
}

# === hooks ===

write_hooks()
{
	dd of="$HOOKS" bs=64 count=1 2> "$TMP/err"
}

# How often the hook of the page allocator has run, by a scan.
hook_events()
{
	scan alloc || return 1
	awk '$1 == "alloc-zone" { print $2 }' "$SCAN"
}

hooks_switch()
{
	was=$(cat "$HOOKS")
	ret=0
	echo 1 | write_hooks || ret=1
	[ "$(cat "$HOOKS")" = 1 ] || ret=1
	first=$(hook_events)
	# Processes need pages.
	for i in 1 2 3 4 5 6 7 8; do
		cat /proc/self/maps > "$TMP/maps.$i"
	done
	second=$(hook_events)
	cat "$SCAN" > "$TMP/hooked"
	scan_is_clean "$TMP/hooked" || ret=1
	echo 0 | write_hooks || ret=1
	[ "$(cat "$HOOKS")" = 0 ] || ret=1
	third=$(hook_events)
	echo "$was" | write_hooks || ret=1
	[ $ret -eq 0 ] && [ "$first" -lt "$second" ] && [ "$third" -eq 0 ] && return 0
	diag "events when on, later, and when off: $first $second $third"
	return 1
}

hooks_refuse()
{
	was=$(cat "$HOOKS")
	for input in '' '\n' 2 -1 11 '1 1' on off y 01 '1\0' '%64s1'; do
		# shellcheck disable=SC2059
		if printf -- "$input" "" | write_hooks && [ -n "$input" ]; then
			diag "accepted: $input"
			return 1
		fi
		[ "$(cat "$HOOKS")" = "$was" ] && continue
		diag "changed by: $input"
		return 1
	done
}

# === Privileges ===

as_nobody()
{
	if setpriv --reuid=$NOBODY --regid=$NOBODY --clear-groups true 2> "$TMP/err"; then
		setpriv --reuid=$NOBODY --regid=$NOBODY --clear-groups sh -c "$1"
	else
		su -s /bin/sh -c "$1" nobody
	fi
}

unprivileged()
{
	# Proves that what follows fails for the right reason.
	uid=$(as_nobody "awk '/^Uid:/ { print \$3 }' /proc/self/status")
	[ "$uid" = "$NOBODY" ] ||
		skip "no way to become nobody, got uid \"$uid\"" || return
	before=$(last_message)
	for attempt in "cat $MAP" "cat $SLABS" "cat $AREAS" "cat $SCAN" \
		       "echo 1 > $SCAN" "cat $HOOKS" "echo 1 > $HOOKS" "cat $EXPLAIN" \
		       "echo pfn:1 > $EXPLAIN"; do
		if as_nobody "$attempt" > "$TMP/out" 2> "$TMP/err"; then
			diag "nobody can: $attempt"
			return 1
		fi
		if [ -s "$TMP/out" ] || ! grep -qi 'permission denied' "$TMP/err"; then
			diag "expected EACCES from: $attempt"
			diag "$(cat "$TMP/err")"
			return 1
		fi
	done
	[ "$(last_message)" = "$before" ] && return 0
	diag "nobody has started a scan"
	return 1
}

# === Main ===

skip_all()
{
	ktap_skip_all "$@"
	exit "$KSFT_SKIP"
}

main()
{
	ktap_print_header
	[ "$(id -u)" -eq 0 ] || skip_all "only root can read debugfs"
	DEBUGFS=$(awk '$3 == "debugfs" { print $2; exit }' /proc/mounts)
	[ -n "$DEBUGFS" ] || skip_all "debugfs is not mounted"
	ROOT=$DEBUGFS/mm_layout
	MAP=$ROOT/map
	SLABS=$ROOT/slabs
	AREAS=$ROOT/areas
	SCAN=$ROOT/scan
	HOOKS=$ROOT/hooks
	EXPLAIN=$ROOT/explain
	[ -d "$ROOT" ] || skip_all "no CONFIG_MM_LAYOUT_DEBUG"
	if grep -q 'mm_layout_debug=[^ ]*scan=' /proc/cmdline; then
		skip_all "periodic scans would change what is compared"
	fi

	TMP=$(mktemp -d) || ktap_exit_fail_msg "no temporary folder"
	trap 'rm -rf "$TMP"' EXIT
	cat "$MAP" > "$TMP/map" || ktap_exit_fail_msg "cannot read map"
	cat "$SLABS" > "$TMP/slabs" || ktap_exit_fail_msg "cannot read slabs"
	bad_inputs > "$TMP/bad_inputs"

	ktap_set_plan $((31 + $(echo "$CHECKS" | wc -w) + $(wc -l < "$TMP/bad_inputs")))

	run_case "files have the right modes" files
	run_case "map: lines are well formed" map_format
	run_case "map: regions tile the address space" map_tiles
	run_case "map: regions are complete and in order" map_order
	run_case "map: has all RAM of /proc/iomem" map_ram
	run_case "map: zones agree with /proc/zoneinfo" map_zoneinfo
	run_case "map: zones agree with /proc/meminfo" map_meminfo
	run_case "map: zones agree with the zone ranges in the kernel log" map_zone_ranges
	run_case "map: RAM agrees with the early ranges in the kernel log" map_early_ranges
	run_case "map: linear region and lowmem zones agree" map_lowmem
	run_case "map: kernel image is in the linear region" map_image
	run_case "map: regions agree with the page tables" map_page_tables
	run_case "map: has the hole and the limits of the textbooks" map_textbook
	run_case "map: cannot be written" map_read_only
	run_case "map: usage agrees with areas" map_usage
	run_case "map: usage of the kmap window adds up" map_kmap
	run_case "scan: passes" scan_passes
	run_case "scan: reads the same in pieces" scan_reads_in_pieces
	run_case "scan: prints its summary in the kernel log" scan_console
	run_case "scan: passed at boot" boot_console
	for check in $CHECKS; do
		run_case "scan: $check alone" check_alone "$check"
	done
	run_case "scan: each invariant belongs to one check" checks_cover
	run_case "scan: looks at the page directories of all processes" all_directories
	while read -r name format; do
		run_case "scan: refuses $name" refuses "$name" "$format"
	done < "$TMP/bad_inputs"
	run_case "scan: can run in parallel" scan_in_parallel
	run_case "slabs: lines are well formed" slabs_format
	run_case "slabs: caches agree with /proc/slabinfo" slabs_slabinfo
	run_case "slabs: slabs are in zones that fit their cache" slabs_zones
	run_case "areas: lines are well formed" areas_format
	run_case "areas: agree with /proc/vmallocinfo" areas_vmallocinfo
	run_case "hooks: can be switched on and off" hooks_switch
	run_case "hooks: refuse other input" hooks_refuse
	run_case "nobody has no access" unprivileged
	ktap_finished
}

main
