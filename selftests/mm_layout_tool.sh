#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Runs tools/mm/mm_layout as people do: what it prints has to be what is in
# /sys/kernel/debug/mm_layout/. Runs in busybox ash as well as in bash and dash.

DIR=$(dirname "$(readlink -f "$0")")
# shellcheck source=/dev/null
. "$DIR"/../kselftest/ktap_helpers.sh

LC_ALL=C
export LC_ALL

# Text that may hold quotes and wildcards, which ktap_print_msg expands.
diag()
{
	printf '# %s\n' "$*"
}

run_case()
{
	case_name=$1
	shift
	if "$@"; then
		ktap_test_pass "$case_name"
	else
		ktap_test_fail "$case_name"
	fi
}

# Runs the tool; its output goes to $TMP/out.
run()
{
	"$TOOL" "$@" > "$TMP/out" 2> "$TMP/err" && return 0
	diag "mm_layout $*: $(cat "$TMP/err")"
	return 1
}

has()
{
	grep -q -- "$1" "$TMP/out" && return 0
	diag "no '$1' in:"
	sed 's/^/#   /' "$TMP/out"
	return 1
}

# Regions and zones change only when memory is plugged in.
table()
{
	run map || return
	grep -E '^0x[0-9a-f]+ 0x[0-9a-f]+ +[0-9]+K ' "$ROOT/map" > "$TMP/regions"
	while read -r start last _ name; do
		has "^$start $last  *[0-9.]*[KMGTPE]  $name\$" || return
	done < "$TMP/regions"
	grep '^zone ' "$ROOT/map" > "$TMP/zones"
	while read -r _ name _ node _ start last _ spanned _ present _ managed; do
		has "^$name  *$node $start  *$last  *$spanned  *$present  *$managed\$" ||
			return
	done < "$TMP/zones"
}

# From the highest address down to the lowest, each region once.
drawing()
{
	run map || return
	awk '
	/^the address space: / { on = 1; next }
	/^[a-z].*: a line is / { on = 0 }
	on && /^0x/ { print $1 }' "$TMP/out" > "$TMP/drawn"
	awk '/^0x/ && $4 { start[++n] = $1; last = $2 }
	END { print last; for (i = n; i > 0; i--) print start[i] }' "$ROOT/map" > "$TMP/expected"
	cmp -s "$TMP/drawn" "$TMP/expected" && return 0
	diag "drawn: $(tr '\n' ' ' < "$TMP/drawn"), expected: $(tr '\n' ' ' < "$TMP/expected")"
	return 1
}

svg()
{
	run map --svg || return
	has '^<svg ' && has '^</svg>$' || return
	rects=$(grep -c '<rect class="region' "$TMP/out")
	regions=$(grep -c '^0x' "$ROOT/map")
	[ "$rects" -ge "$regions" ] && return 0
	diag "$rects rectangles for $regions regions"
	return 1
}

html()
{
	run map --html || return
	has '^<!DOCTYPE html>$' && has '^</html>$' || return
	grep -E '^0x' "$ROOT/map" > "$TMP/regions"
	while read -r start last _ name; do
		has "^<tr><td>$start<td>$last<td class=\"n\">[0-9.]*[KMGTPE]<td>$name\$" || return
	done < "$TMP/regions"
	# It needs nothing from elsewhere.
	! grep -E 'src=|@import|href="[^d]' "$TMP/out" && return 0
	diag "the page refers to something else"
	return 1
}

json()
{
	run --json map && has '"regions": \[' && has '"name": "linear"' || return
	run --json scan regions && has '"name": "region-order", "facts": [1-9]' || return
	has '"summary": "scan passed: .*, 0 violations' || return
	run --json explain pfn:1 && has '{"about": "pfn", "text": "0x1"}'
}

scan()
{
	run scan regions || return
	has '^region-order [1-9][0-9]* 0 0$' && has '^mm_layout: scan passed: ' || return
	run scan || return
	has '^mm_layout: scan passed: .*, 0 violations'
}

story()
{
	start=$(awk '$4 == "vmalloc" { print $1 }' "$ROOT/map")
	run explain "$start" && has "^region: vmalloc, $start-" && has '^holds: ' || return
	run explain phys:1000 && has '^frame: pfn 0x1, physical 0x1000$'
}

# $1: exit status, the rest: arguments
refuses()
{
	status=$1
	shift
	"$TOOL" "$@" > "$TMP/out" 2> "$TMP/err"
	got=$?
	[ $got -eq "$status" ] && [ -s "$TMP/err" ] && [ ! -s "$TMP/out" ] && return 0
	diag "mm_layout $*: status $got, expected $status: $(cat "$TMP/out" "$TMP/err")"
	return 1
}

bad_usage()
{
	refuses 1 && refuses 1 nonsense && refuses 1 map --nonsense &&
		refuses 1 map --svg --html && refuses 1 --json map --svg &&
		refuses 1 scan nonsense && refuses 1 scan regions linear &&
		refuses 1 explain && refuses 1 explain xyz && refuses 1 explain pfn: &&
		refuses 1 explain 1 2 && refuses 1 --debugfs "$TMP/none" map
}

skip_all()
{
	ktap_skip_all "$@"
	exit "$KSFT_SKIP"
}

main()
{
	ktap_print_header
	[ "$(id -u)" -eq 0 ] || skip_all "only root can read debugfs"
	ROOT=$(awk '$3 == "debugfs" { print $2; exit }' /proc/mounts)/mm_layout
	[ -d "$ROOT" ] || skip_all "no CONFIG_MM_LAYOUT_DEBUG, or debugfs is not mounted"
	TOOL=$(command -v mm_layout) || TOOL=$DIR/../../../mm/mm_layout
	[ -x "$TOOL" ] || skip_all "mm_layout of tools/mm is not installed"
	TMP=$(mktemp -d) || ktap_exit_fail_msg "no temporary folder"
	trap 'rm -rf "$TMP"' EXIT

	ktap_set_plan 8
	run_case "tool: map has all regions and zones" table
	run_case "tool: map is drawn from the top down" drawing
	run_case "tool: map as SVG" svg
	run_case "tool: map as HTML" html
	run_case "tool: JSON" json
	run_case "tool: scan" scan
	run_case "tool: explain" story
	run_case "tool: refuses what is wrong" bad_usage
	ktap_finished
}

main
