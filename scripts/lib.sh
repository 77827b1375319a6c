# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the scripts share: progress lines, packages, the kernel source that the series is
# applied to, and the trees and builds made from it. Sourced, never run.
#
# Everything that is not in the repository lives in one cache folder:
#   src/     pristine kernel sources, src/linux-<debian version>, never written to
#   trees/   writable copies of one of them with the series applied
#   build/   O= folders      ccache/  compiler cache
#   deb/     packages        log/     full output of everything that is long
#
# LINUX=<tree> in the environment replaces the packaged kernel source.
#
# Every script takes --base NAME, one of configs/bases. A base that is not the default has its
# own folders for all of the above.

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${MM_LAYOUT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mm-layout-debug}
mkdir -p "$CACHE"/{deb,src,trees,build,ccache,log}
CACHE=$(cd "$CACHE" && pwd)
LOG=$CACHE/log

# --base NAME, wherever it stands, is taken out of the arguments of the script that sources
# this. The environment hands it to the scripts that one calls.
for ((arg = $#; arg > 0; arg--)); do
	if [[ $1 == --base ]]; then
		export MM_LAYOUT_BASE=${2:?--base wants a name of configs/bases}
		shift 2
		arg=$((arg - 1))
	else
		set -- "$@" "$1"
		shift
	fi
done
if [[ -n ${MM_LAYOUT_BASE:-} ]]; then
	LOG=$CACHE/log/$MM_LAYOUT_BASE
	mkdir -p "$LOG"
fi

# Folders of the repository that hold files at the kernel's own paths, and the two that
# land elsewhere (own_to_kernel).
OWN_DIRS=(mm include arch tools lib Documentation)

# ---------------------------------------------------------------- messages, clean-up

# The elapsed time goes into a line of its own; a script may not touch SECONDS.
say() { printf '[%4ds] %s\n' "$SECONDS" "$*"; }

die()
{
	printf '%s: error: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# Whatever at_exit was given runs once, last in first out, on every way out: end, error, Ctrl-C.
# A subshell starts with an empty list: it does not clean up for its parent.
AT_EXIT=()
AT_EXIT_PID=$BASHPID

at_exit()
{
	if [[ $AT_EXIT_PID != "$BASHPID" ]]; then
		AT_EXIT=()
		AT_EXIT_PID=$BASHPID
		trap run_at_exit EXIT
	fi
	AT_EXIT+=("$(printf '%q ' "$@")")
}

run_at_exit()
{
	local status=$? i children
	trap - EXIT
	trap '' INT TERM HUP
	if [[ $AT_EXIT_PID == "$BASHPID" ]]; then
		children=$(jobs -p)
		# What still runs in the background goes with us; it may have ended just now.
		# shellcheck disable=SC2086
		if [[ -n $children ]] && kill $children 2>/dev/null; then
			wait
		fi
		for ((i = ${#AT_EXIT[@]} - 1; i >= 0; i--)); do
			eval "${AT_EXIT[i]}"
		done
	fi
	exit "$status"
}
trap run_at_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# scratch VAR: a folder that is gone when the script ends. It is asked for by name, not
# printed: in $(...) it would be removed at the end of the subshell.
scratch()
{
	local -n scratch_var=$1
	scratch_var=$(mktemp -d "${TMPDIR:-/tmp}/mm-layout.XXXXXX")
	at_exit rm -rf "$scratch_var"
}

# logged LOG COMMAND...: everything it prints goes to the log; the status is the command's.
logged()
{
	local log=$1
	shift
	mkdir -p "${log%/*}"
	"$@" >"$log" 2>&1
}

# ---------------------------------------------------------------- packages of the host

as_root()
{
	if [[ $(id -u) == 0 ]]; then
		"$@"
	else
		sudo "$@"
	fi
}

# need CMD:PACKAGE ... installs the packages of what is missing. CMD is a command, a file
# (/path/to/file:PACKAGE), a git command (git-absorb:git-absorb).
need()
{
	local item what package missing=()

	for item; do
		what=${item%:*} package=${item##*:}
		case $what in
		/*)	[[ -e $what ]] || missing+=("$package") ;;
		git-*)	[[ -x $(git --exec-path)/$what ]] || command -v "$what" >/dev/null || missing+=("$package") ;;
		*)	command -v "$what" >/dev/null || missing+=("$package") ;;
		esac
	done
	[[ ${#missing[@]} != 0 ]] || return 0

	command -v apt-get >/dev/null ||
		die "these are missing and there is no apt-get to install them: ${missing[*]}"
	if [[ $(id -u) != 0 ]] && ! { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; then
		die "these packages are missing: ${missing[*]}; install them as root: apt-get install ${missing[*]}"
	fi
	say "installing ${missing[*]} (log: $LOG/apt.log)"
	install_packages "${missing[@]}"
}

# What programs of the guests are compiled with. The C library alone is not enough: some cross compilers take the place of
# gcc-multilib, and leave that.
need_gcc32() { need gcc:gcc /usr/lib32/libc.a:gcc-multilib /usr/include/asm:gcc-multilib; }

install_packages()
{
	local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends --no-remove
		-o DPkg::Lock::Timeout=600 install) lock

	exec {lock}>"$CACHE/apt.lock"
	flock "$lock"
	# The lists of a fresh machine are empty or stale: the update is the second try.
	if ! logged "$LOG/apt.log" as_root "${apt[@]}" "$@"; then
		logged "$LOG/apt-update.log" as_root apt-get update ||
			die "apt-get update failed, see $LOG/apt-update.log; then: apt-get install $*"
		logged "$LOG/apt.log" as_root "${apt[@]}" "$@" ||
			die "could not install $* without removing another package, see $LOG/apt.log"
	fi
	exec {lock}>&-
}

# Whether this host runs programs of 32 bit: a 64-bit kernel without IA32 emulation does not.
runs_32bit()
{
	local dir

	scratch dir
	printf 'int main(void) { return 0; }\n' >"$dir/true.c"
	gcc -m32 -static -o "$dir/true" "$dir/true.c"
	"$dir/true" 2>/dev/null
}

# ---------------------------------------------------------------- kernel source

# The lines of configs/bases without comments.
bases() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$REPO/configs/bases"; }

kernel_version()
{
	local version
	version=$(sed -n 's/^\(VERSION\|PATCHLEVEL\|SUBLEVEL\) *= *\([0-9]*\)$/\2/p' "$1/Makefile" | paste -sd.)
	[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || die "$1 is no kernel source tree: its Makefile has no VERSION"
	printf '%s\n' "$version"
}

# base_cached PACKAGE: the newest unpacked source of that package, or nothing. A name that
# ends in .tmp is an unpack that was interrupted.
base_cached()
{
	find "$CACHE/src/" -mindepth 1 -maxdepth 1 -xtype d -name "linux-${1#linux-source-}.*" ! -name '*.tmp' |
		sort -V | tail -n 1
}

# The bases whose series is a port, one a line: those with patches of their own, but for the first.
base_ports()
{
	local name rest
	while read -r name rest; do
		if [[ -d $REPO/patches/$name ]]; then
			printf '%s\n' "$name"
		fi
	done < <(bases | sed 1d)
}

# base_pick: sets BASE (v7.2), SRC (its pristine source), KVER (7.2.13), PATCHES (the folder with
# the series), PORT (whether that is a port) and TAG (what the names of its trees and builds end in).
# Without --base it is the first base of configs/bases that can be had and is no port.
base_pick()
{
	local wanted=${MM_LAYOUT_BASE:-} name package suites list

	PATCHES=
	if [[ -n ${LINUX:-} ]]; then
		[[ -f $LINUX/Makefile ]] || die "LINUX=$LINUX is no kernel source tree"
		SRC=$(cd "$LINUX" && pwd)
		KVER=$(kernel_version "$SRC")
		BASE=v${KVER%.*}
		base_patches
		[[ -z $wanted || $wanted == "$BASE" ]] || die "LINUX=$LINUX is $KVER, not $wanted"
		return
	fi
	list=$(bases | awk -v ports=" $(base_ports | tr '\n' ' ')" '!index(ports, " " $1 " ")')
	if [[ -n $wanted ]]; then
		list=$(bases)
		list=$(awk -v name="$wanted" '$1 == name' <<<"$list")
		[[ -n $list ]] || die "there is no base '$wanted' in configs/bases"
	fi
	SRC=
	while read -r name package suites; do
		SRC=$(base_cached "$package")
		if [[ -z $SRC ]]; then
			# shellcheck disable=SC2086 # a list of suites
			base_fetch "$package" $suites
		fi
		if [[ -n $SRC ]]; then
			BASE=$name
			KVER=$(kernel_version "$SRC")
			base_patches
			return
		fi
		say "no source of $name to be had from the suites $suites (log: $LOG/fetch.log)"
	done <<<"$list"
	die "no kernel source: none of the packages in configs/bases can be had from this machine's Debian mirror (log: $LOG/fetch.log); set LINUX=<tree> to a Linux source tree"
}

# A base without patches of its own takes those of the first.
base_patches()
{
	FIRST=$(bases | awk 'NR == 1 { print $1 }')
	PATCHES=$REPO/patches/$FIRST
	PORT=
	TAG=
	if [[ $BASE != "$FIRST" ]]; then
		TAG=-$BASE
		if [[ -d $REPO/patches/$BASE ]]; then
			PATCHES=$REPO/patches/$BASE
			PORT=yes
		fi
	fi
}

# config_file NAME: the fragment of that name, for this base.
config_file()
{
	local file=$REPO/configs/$BASE/$1.config
	[[ -f $file ]] || file=$REPO/configs/$1.config
	printf '%s\n' "$file"
}

# The machine's own Debian mirror: an entry of apt's (both forms of its files) that names a Debian
# release and the component main; not the security archive, which has other packages under other
# paths. Vendors use release names too, so an address with "debian" in it goes first.
debian_mirror()
{
	local files=()
	mapfile -t files < <(find /etc/apt -maxdepth 2 \( -name '*.sources' -o -name '*.list' \) | sort)
	[[ ${#files[@]} != 0 ]] || return 0
	awk '
		function use(uris, suites, components,   u, n, i) {
			if (" " suites " " !~ / (bookworm|trixie|forky|duke|sid|stable|testing|unstable)\/? / ||
			    " " components " " !~ / main /)
				return
			n = split(uris, u, /[ \t]+/)
			for (i = 1; i <= n; i++) {
				if (any == "")
					any = u[i]
				if (found == "" && u[i] ~ /debian/)
					found = u[i]
			}
		}
		function flush() {
			if (" " types " " ~ / deb / && enabled)
				use(uris, suites, components)
			uris = suites = types = components = ""
			enabled = 1
		}
		function value() {
			sub(/^[^:]*:[ \t]*/, "")
			return $0
		}
		FNR == 1 { flush() }
		/^[ \t]*#/ { next }
		/^[ \t]*$/ { flush(); next }
		/^Enabled:[ \t]*(no|false|0)/ { enabled = 0 }
		/^Types:/ { types = value() }
		/^URIs:/ { uris = value() }
		/^Suites:/ { suites = value() }
		/^Components:/ { components = value() }
		/^deb[ \t]/ {
			sub(/^deb[ \t]+(\[[^]]*\][ \t]*)?/, "")
			uri = $1
			suite = $2
			$1 = $2 = ""
			use(uri, suite, $0)
		}
		END { flush(); print found != "" ? found : any }
	' "${files[@]}"
}

# apt_private DIR MIRROR ARCH SUITE...: an apt configuration of its own in DIR, so that a suite or an
# architecture can be asked that the machine does not list, and nothing of the system changes.
# Use: APT_CONFIG=DIR/apt.conf apt-get ...
apt_private()
{
	local dir=$1 mirror=$2 arch=$3 suite
	shift 3

	mkdir -p "$dir"/{lists/partial,cache/archives/partial,etc/sources.list.d,etc/preferences.d,etc/apt.conf.d}
	: >"$dir/status"
	for suite; do
		printf 'deb [signed-by=%s] %s %s main\n' /usr/share/keyrings/debian-archive-keyring.gpg "$mirror" "$suite"
	done >"$dir/sources.list"
	cat >"$dir/apt.conf" <<-EOF
		Dir::Etc "$dir/etc";
		Dir::Etc::SourceList "$dir/sources.list";
		Dir::Etc::SourceParts "$dir/etc/sources.list.d";
		Dir::Etc::Preferences "$dir/etc/preferences";
		Dir::Etc::PreferencesParts "$dir/etc/preferences.d";
		Dir::State "$dir";
		Dir::State::Lists "$dir/lists";
		Dir::State::status "$dir/status";
		Dir::Cache "$dir/cache";
		APT::Architecture "$arch";
		APT::Architectures { "$arch"; };
		APT::Sandbox::User "root";
		APT::Default-Release "";
		// A mirror that stands still is good enough: its lists are signed, and any point release will do.
		Acquire::Check-Valid-Until "false";
		Acquire::Languages "none";
		Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
		Acquire::Retries "2";
	EOF
}

# base_fetch PACKAGE SUITE...: sets SRC when one of the suites has the package. What the apt
# commands print is in $LOG/fetch.log: a suite that cannot be asked is no error, the next one is tried.
base_fetch()
{
	local package=$1 suite mirror work deb version
	shift

	need dpkg-deb:dpkg xz:xz-utils tar:tar /usr/share/keyrings/debian-archive-keyring.gpg:debian-archive-keyring
	mirror=$(debian_mirror)
	if [[ -z $mirror ]]; then
		printf 'no Debian mirror found in /etc/apt\n' >"$LOG/fetch.log"
		return 0
	fi
	: >"$LOG/fetch.log"
	for suite; do
		say "asking the Debian suite $suite for $package (log: $LOG/fetch.log)"
		scratch work
		apt_private "$work" "$mirror" "$(dpkg --print-architecture)" "$suite"
		printf '== %s from %s %s\n' "$package" "$mirror" "$suite" >>"$LOG/fetch.log"
		if ! APT_CONFIG=$work/apt.conf apt-get update >>"$LOG/fetch.log" 2>&1 ||
		   ! deb=$(base_download "$work" "$package"); then
			rm -rf "$work"
			continue
		fi
		version=${deb##*/"$package"_}
		version=${version%_*.deb}
		base_unpack "$deb" "$work" "$CACHE/src/linux-$version"
		SRC=$CACHE/src/linux-$version
		rm -rf "$work"
		return 0
	done
}

# The package is kept: a wiped src/ does not cost the download again.
base_download()
{
	local work=$1 package=$2 deb
	(cd "$work" && APT_CONFIG=$work/apt.conf apt-get -q download "$package") >>"$LOG/fetch.log" 2>&1 || return 1
	deb=$(find "$work" -maxdepth 1 -name "${package}_*.deb")
	[[ -n $deb ]] || return 1
	mv "$deb" "$CACHE/deb/"
	printf '%s\n' "$CACHE/deb/${deb##*/}"
}

# An unpack that was interrupted must never be taken for a whole tree: temporary name, then rename.
base_unpack()
{
	local deb=$1 work=$2 to=$3 tar

	say "unpacking ${deb##*/}"
	dpkg-deb -x "$deb" "$work/deb" || die "$deb is broken: remove it and try again"
	tar=$(find "$work/deb/usr/src" -name 'linux-source-*.tar.*')
	[[ -n $tar ]] || die "$deb holds no linux-source tarball"
	rm -rf "$to.tmp"
	mkdir "$to.tmp"
	at_exit rm -rf "$to.tmp"
	tar -xf "$tar" -C "$to.tmp" --strip-components=1 || die "could not unpack $tar to $to.tmp: is the disk full?"
	# Another script may have been as fast: what is there is whole, and must not be written to.
	if [[ ! -e $to ]]; then
		mv -T "$to.tmp" "$to"
	fi
}

# ---------------------------------------------------------------- own files of the repository

own_to_kernel()
{
	case $1 in
	kunit/*)	printf 'mm/layout_debug/tests/%s\n' "${1#kunit/}" ;;
	selftests/*)	printf 'tools/testing/selftests/mm_layout/%s\n' "${1#selftests/}" ;;
	*)		printf '%s\n' "$1" ;;
	esac
}

kernel_to_own()
{
	case $1 in
	mm/layout_debug/tests/*) printf 'kunit/%s\n' "${1#mm/layout_debug/tests/}" ;;
	tools/testing/selftests/mm_layout/*) printf 'selftests/%s\n' "${1#tools/testing/selftests/mm_layout/}" ;;
	*)	printf '%s\n' "$1" ;;
	esac
}

# The own files that are in the repository, without what editors and builds leave behind.
own_files()
{
	local dir dirs=()
	for dir in "${OWN_DIRS[@]}" kunit selftests; do
		if [[ -d $REPO/$dir ]]; then
			dirs+=("$dir")
		fi
	done
	[[ ${#dirs[@]} != 0 ]] || return 0
	(cd "$REPO" && find "${dirs[@]}" -name __pycache__ -prune -o -type f \
		! -name '*~' ! -name '.*.sw?' ! -name '.#*' ! -name '*.orig' ! -name '*.rej' ! -name '*.o' -print |
		LC_ALL=C sort)
}

# ---------------------------------------------------------------- the series as commits

# Git without anything of the user's configuration, environment or hooks: the same patches
# give the same bytes everywhere. The committer never shows in a patch.
git_plain()
{
	env -u GIT_DIR -u GIT_WORK_TREE -u GIT_INDEX_FILE -u GIT_EXTERNAL_DIFF -u GIT_DIFF_OPTS \
		-u GIT_AUTHOR_NAME -u GIT_AUTHOR_EMAIL -u GIT_AUTHOR_DATE \
		GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_COUNT=0 GIT_TERMINAL_PROMPT=0 \
		GIT_EDITOR=: GIT_SEQUENCE_EDITOR=: LC_ALL=C \
		GIT_COMMITTER_NAME=mm-layout-debug GIT_COMMITTER_EMAIL=series@mm-layout-debug.invalid \
		GIT_COMMITTER_DATE='2026-01-01T00:00:00Z' \
		git -c core.attributesFile=/dev/null -c core.excludesFile=/dev/null "$@"
}

# series_files: the patch files in order, one a line.
series_files()
{
	[[ -d $PATCHES ]] || return 0
	find "$PATCHES" -maxdepth 1 -name '[0-9][0-9][0-9][0-9]-*.patch' | LC_ALL=C sort
}

# series_fixes: the patches in front, one a line, which fix the kernel and know nothing of the facility.
series_fixes()
{
	local patch
	while read -r patch; do
		if grep -q '^+++ b/mm/layout_debug/' "$patch"; then
			return 0
		fi
		printf '%s\n' "$patch"
	done < <(series_files)
}

# The kernel paths that patches touch: both sides of every file.
patch_paths()
{
	[[ $# != 0 ]] || return 0
	sed -n 's,^diff --git a/\(.*\) b/\(.*\)$,\1\n\2,p' "$@" | LC_ALL=C sort -u
}

# series_base DIR SRC PATH...: a repository in DIR whose only commit, tagged "base", holds
# those of the files that SRC has.
series_base()
{
	local dir=$1 src=$2 path here=()
	shift 2

	git_plain init -q --template= -b series "$dir"
	git_plain -C "$dir" config core.autocrlf false
	git_plain -C "$dir" config gc.auto 0
	for path; do
		if [[ -e $src/$path && " ${here[*]} " != *" $path "* ]]; then
			here+=("$path")
		fi
	done
	if [[ ${#here[@]} != 0 ]]; then
		(cd "$src" && cp --parents --preserve=mode "${here[@]}" "$dir")
		chmod -R u+w "$dir"
	fi
	git_plain -C "$dir" add -A -f
	git_plain -C "$dir" -c user.name=base -c user.email=base@mm-layout-debug.invalid \
		commit -q --allow-empty --date='2026-01-01T00:00:00Z' -m "base: files of the kernel source"
	git_plain -C "$dir" tag base
}

# series_apply DIR SRC PATCH...: the patches as commits on top of a base. When one does not apply,
# SERIES_FAILED is its name and git's words are in $LOG/series-am.log. (Not a status: a caller that
# tests it would switch set -e off for everything in here.) A fix that the kernel has already is
# left out, SERIES_THERE names those. The base also has the files of the patches SERIES_ALSO.
SERIES_ALSO=()
series_apply()
{
	local dir=$1 src=$2 paths=() patch
	shift 2

	mapfile -t paths < <(patch_paths "$@" "${SERIES_ALSO[@]}")
	series_base "$dir" "$src" "${paths[@]}"
	SERIES_FAILED=
	SERIES_THERE=
	[[ $# != 0 ]] || return 0
	if logged "$LOG/series-am.log" git_plain -C "$dir" am -q --keep-non-patch --no-3way \
			--whitespace=nowarn --no-scissors --no-gpg-sign "$@"; then
		return 0
	fi
	while [[ -e $dir/.git/rebase-apply/next ]]; do
		patch=$(cat "$dir/.git/rebase-apply/next")
		patch=${*:patch:1}
		if ! git_plain -C "$dir" apply -R --check "$patch" 2>/dev/null; then
			SERIES_FAILED=$patch
			return 0
		fi
		SERIES_THERE+=" ${patch##*/}"
		# It fails at the next one that does not apply.
		if logged "$LOG/series-am.log" git_plain -C "$dir" am -q --skip; then
			return 0
		fi
	done
}

# maintainers_entry DIR REV: the lines that the series adds to MAINTAINERS up to REV.
maintainers_entry()
{
	git_plain -C "$1" diff -U0 --no-ext-diff base "$2" -- MAINTAINERS |
		sed -n -e '/^+++ /d' -e 's/^+//p' | sed -e '/./,$!d' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

# ---------------------------------------------------------------- work trees

# tree_make DIR [COUNT]: sets TREE=$CACHE/trees/DIR, a copy of SRC with the first COUNT
# patches. A file is only rewritten when its content differs, so that builds stay incremental.
# Without COUNT: the whole series, and where a file of the repository differs from it, the
# repository's file: that is what a developer has just edited. scripts/series check tells.
# SERIES_COUNT in the environment, set by scripts/bisect, means "bisect" and that count instead.
# UNFIXED=yes: the whole series, but the fixes in front are undone again.
tree_make()
{
	local name=$1 count=${2:-all} work patches=() lock

	if [[ -n ${SERIES_COUNT:-} ]]; then
		name=bisect
		count=$SERIES_COUNT
	fi
	TREE=$CACHE/trees/$name$TAG
	need git:git rsync:rsync flock:util-linux
	exec {lock}>"$TREE.lock"
	if ! flock -n "$lock"; then
		say "waiting for another script that writes $TREE"
		flock "$lock"
	fi
	tree_copy
	mapfile -t patches < <(series_files)
	if [[ $count != all ]]; then
		[[ $count -le ${#patches[@]} ]] || die "there are only ${#patches[@]} patches in $PATCHES, not $count"
		patches=("${patches[@]:0:count}")
	fi
	scratch work
	series_apply "$work" "$SRC" "${patches[@]}"
	[[ -z $SERIES_FAILED ]] ||
		die "$SERIES_FAILED does not apply to $SRC (Linux $KVER), see $LOG/series-am.log; set LINUX=<tree> to a kernel that it is made for"
	if [[ -n ${UNFIXED:-} ]]; then
		tree_unfix "$work"
	fi
	# The repository's files are those of the first base.
	if [[ $count == all && -z $PORT ]]; then
		tree_overlay "$work"
	fi
	tree_sync "$work"
	rm -rf "$work"
	exec {lock}>&-
}

# Takes the fixes out again, the last one first.
tree_unfix()
{
	local work=$1 fixes patch
	mapfile -t fixes < <(series_fixes | tac)
	for patch in "${fixes[@]}"; do
		logged "$LOG/series-unfix.log" git_plain -C "$work" apply -R "$patch" ||
			die "${patch#"$REPO/"} cannot be undone once the others are there, see $LOG/series-unfix.log"
	done
}

# A copy of a packaged source is made once. A tree of the user's may change at any time: it
# is looked through every time, by size and time as rsync does, what git ignores left out.
tree_copy()
{
	local from exclude

	from=$(cat "$TREE.src" 2>/dev/null) || from=
	if [[ $from != "$SRC" || ! -d $TREE ]]; then
		say "copying the kernel source to $TREE"
		rm -rf "$TREE" "$TREE.tmp" "$TREE.src" "$TREE.manifest"
		mkdir "$TREE.tmp"
		at_exit rm -rf "$TREE.tmp"
		if [[ -n ${LINUX:-} ]]; then
			tree_copy_user "$TREE.tmp"
		else
			cp -a "$SRC/." "$TREE.tmp"
		fi
		mv "$TREE.tmp" "$TREE"
		: >"$TREE.manifest"
		printf '%s\n' "$SRC" >"$TREE.src"
	elif [[ -n ${LINUX:-} ]]; then
		exclude=$(sed 's,^,/,' "$TREE.manifest")
		tree_copy_user "$TREE" --exclude-from=- <<<"$exclude"
	fi
	# Leftovers of a build inside the user's tree would make every O= build refuse.
	if [[ -e $TREE/.config || -e $TREE/include/config ]]; then
		need make:make gcc:gcc
		logged "$LOG/mrproper.log" make -C "$TREE" mrproper || die "make mrproper failed in $TREE, see $LOG/mrproper.log"
	fi
}

tree_copy_user()
{
	local to=$1 list
	shift
	if [[ -e $SRC/.git ]]; then
		scratch list
		git_plain -C "$SRC" -c safe.directory='*' ls-files -z >"$list/all"
		git_plain -C "$SRC" -c safe.directory='*' ls-files -z --deleted >"$list/deleted"
		LC_ALL=C sort -z -o "$list/all" "$list/all"
		LC_ALL=C sort -z -o "$list/deleted" "$list/deleted"
		LC_ALL=C comm -z -23 "$list/all" "$list/deleted" >"$list/copy"
		rsync -a --from0 --files-from="$list/copy" "$@" "$SRC/" "$to/"
		# --files-from cannot delete: what left the user's tree leaves the copy.
		(cd "$to" && find . -type f -printf '%P\0') | LC_ALL=C sort -z >"$list/have"
		if [[ -f $to.manifest ]]; then
			tr '\n' '\0' <"$to.manifest" >>"$list/copy"
			LC_ALL=C sort -z -u -o "$list/copy" "$list/copy"
		fi
		LC_ALL=C comm -z -13 "$list/copy" "$list/have" | (cd "$to" && xargs -0 -r rm -f --)
		rm -rf "$list"
	else
		rsync -a --delete --exclude=/.git "$@" "$SRC/" "$to/"
	fi
}

tree_overlay()
{
	local work=$1 own kernel differ=()

	while read -r own; do
		[[ -n $own ]] || continue
		kernel=$(own_to_kernel "$own")
		if ! cmp -s "$REPO/$own" "$work/$kernel"; then
			# A file that the kernel has is the patches' business, not ours.
			[[ ! -e $SRC/$kernel ]] || continue
			mkdir -p "$(dirname "$work/$kernel")"
			cp "$REPO/$own" "$work/$kernel"
			differ+=("$own")
		fi
	done < <(own_files)
	if [[ ${#differ[@]} != 0 ]]; then
		say "note: built from the repository's files, the patches do not have them yet (scripts/series refresh): ${differ[*]:0:4}$( ((${#differ[@]} <= 4)) || printf ' and %d more' $((${#differ[@]} - 4)))"
	fi
}

# The manifest names every file that may differ from SRC. While the sync runs it holds the old and
# the new names, so that an interrupted sync is mended by the next.
tree_sync()
{
	local work=$1 path old new

	old=$(cat "$TREE.manifest")
	new=$(cd "$work" && find . -name .git -prune -o -type f -printf '%P\n' | LC_ALL=C sort)
	printf '%s\n%s\n' "$old" "$new" | sed '/^$/d' | LC_ALL=C sort -u >"$TREE.manifest.tmp"
	mv "$TREE.manifest.tmp" "$TREE.manifest"

	while read -r path; do
		if [[ -f $work/$path ]]; then
			tree_put "$work/$path" "$TREE/$path"
		elif [[ -f $SRC/$path ]]; then
			tree_put "$SRC/$path" "$TREE/$path"
		elif [[ -e $TREE/$path ]]; then
			rm -f "$TREE/$path"
			# Folders that only the series had go with their last file.
			while path=$(dirname "$path") && [[ $path != . && ! -e $SRC/$path ]] &&
			      rmdir "$TREE/$path" 2>/dev/null; do :; done
		fi
	done <"$TREE.manifest"
	printf '%s\n' "$new" | sed '/^$/d' >"$TREE.manifest.tmp"
	mv "$TREE.manifest.tmp" "$TREE.manifest"
}

tree_put()
{
	local from=$1 to=$2
	if ! cmp -s "$from" "$to"; then
		mkdir -p "$(dirname "$to")"
		# A new time stamp, always: make must see the change.
		cp --no-preserve=timestamps --preserve=mode "$from" "$to"
		chmod u+w "$to"
	elif [[ -x $from && ! -x $to ]]; then
		chmod a+x "$to"
	elif [[ ! -x $from && -x $to ]]; then
		chmod a-x "$to"
	fi
}

# ---------------------------------------------------------------- kernel builds

# Variables of every build; scripts/kunit.py gets the same as --make_options. Fixed stamps, for
# ccache and because nothing here may depend on who builds when.
# shellcheck disable=SC2034 # CC_LINE and KBUILD_FIXED are for the scripts
{
	CC_LINE='ccache gcc'
	KBUILD_FIXED=(KBUILD_BUILD_TIMESTAMP=2026-01-01 KBUILD_BUILD_USER=mm-layout KBUILD_BUILD_HOST=debug)
}
# Depend mode: a miss does not run the preprocessor first. What it would find more are hits between
# configurations, and those are few: 3 of 100.
export CCACHE_DIR=$CACHE/ccache CCACHE_BASEDIR=$CACHE CCACHE_MAXSIZE=10G CCACHE_DEPEND=true
# KUnit and kbuild write to a terminal when they find one; a log is no terminal.
export KBUILD_BUILD_TIMESTAMP=2026-01-01 KBUILD_BUILD_USER=mm-layout KBUILD_BUILD_HOST=debug

need_build()
{
	need make:make gcc:gcc ccache:ccache flex:flex bison:bison bc:bc perl:perl python3:python3 \
		/usr/include/libelf.h:libelf-dev xz:xz-utils cpio:cpio
}

# kmake ARCH OBJ TARGET...: make in TREE with O=OBJ. KMAKE_LOG is its log.
kmake()
{
	local arch=$1 obj=$2
	shift 2

	need_build
	mkdir -p "$obj"
	KMAKE_LOG=$LOG/make-$(basename "$obj").log
	if ! logged "$KMAKE_LOG" make -C "$TREE" O="$obj" ARCH="$arch" CC="$CC_LINE" "${KBUILD_FIXED[@]}" -j"$(nproc)" "$@"; then
		grep -m 8 -nE '(error|Error|undefined reference|warning: unmet)' "$KMAKE_LOG" >&2 || tail -n 8 "$KMAKE_LOG" >&2
		die "make $* for $arch failed, see $KMAKE_LOG"
	fi
}

# === Guests ===
# An i386 kernel is built from fragments of configs/, an initramfs holds one static busybox and /init,
# and QEMU runs both under TCG: /dev/kvm may be there and broken.

need_guest() { need qemu-system-i386:qemu-system-x86 cpio:cpio gzip:gzip timeout:coreutils setsid:util-linux; }

# The options that fragments ask for, one a line; the last line about an option wins.
config_wanted()
{
	awk '/^CONFIG_[A-Za-z0-9_]+=/ { k = $0; sub(/=.*/, "", k) }
	     /^# CONFIG_[A-Za-z0-9_]+ is not set$/ { k = $2 }
	     k != "" { if (!(k in want)) order[++n] = k; want[k] = $0; k = "" }
	     END { for (i = 1; i <= n; i++) print want[order[i]] }' "$@"
}

# config_lost WANTED .CONFIG: the wanted lines that did not survive. An option whose dependencies are off
# is not written to .config at all: that is "not set", too.
config_lost()
{
	awk 'NR == FNR { have[$0] = 1; k = $0; sub(/=.*/, "", k); set[k] = /^CONFIG_/; next }
	     /^CONFIG_/ && !($0 in have) { print }
	     /^# CONFIG_/ && set[$2] { print }' "$2" "$1"
}

# The kernel of all tests with PAE, by the arguments of guest_kernel: one that has all that debugs, since each takes ten
# minutes to build. That of kunit.py has the suites as well, see configs/qemu/i386_pae.py.
# shellcheck disable=SC2034 # for the scripts
PAE_DEBUG=(pae-debug pae kmap-local debug_virtual lockdep)

# guest_kernel NAME FRAGMENT...: builds TREE with configs/guest.config and the fragments (names of configs/
# without .config, or paths). Sets OBJ (the O= folder) and KERNEL (its bzImage).
guest_kernel()
{
	local name=$1$TAG fragment files=() lost stamp
	shift

	for fragment in guest "$@"; do
		if [[ ! -f $fragment ]]; then
			fragment=$(config_file "$fragment")
		fi
		[[ -f $fragment ]] || die "there is no kconfig fragment $fragment"
		files+=("$fragment")
	done
	OBJ=$CACHE/build/guest-$name
	KERNEL=$OBJ/arch/x86/boot/bzImage
	seed_build "$OBJ" "$CACHE/build/guest-3g$TAG"
	mkdir -p "$OBJ"
	config_wanted "${files[@]}" >"$OBJ/wanted"
	# Even a build that has nothing to do takes make a while. Nothing to do is when the options, every
	# file of the series, and the compiler are the same. A user's tree can change anywhere.
	stamp=$(guest_stamp)
	if [[ -z ${LINUX:-} && -f $KERNEL && -f $OBJ/stamp && $(<"$OBJ/stamp") == "$stamp" ]]; then
		return 0
	fi
	rm -f "$OBJ/stamp"
	say "building the i386 kernel '$name' (log: $LOG/make-${OBJ##*/}.log)"
	cp "$OBJ/wanted" "$OBJ/.config"
	kmake i386 "$OBJ" olddefconfig
	lost=$(config_lost "$OBJ/wanted" "$OBJ/.config")
	[[ -z $lost ]] ||
		die "the kernel '$name' cannot have: ${lost//$'\n'/, }; look at its dependencies, or at $OBJ/.config"
	kmake i386 "$OBJ" bzImage
	printf '%s\n' "$stamp" >"$OBJ/stamp"
}

# guest_tree_module KO OUT: builds a module of the kernel that guest_kernel() has built, and copies it to OUT.
guest_tree_module()
{
	kmake i386 "$OBJ" KBUILD_MODPOST_WARN=1 "$1"
	mkdir -p "$2"
	cp "$OBJ/$1" "$2"
}

# guest_module DIR OUT: builds the modules in a copy of DIR for the kernel of guest_kernel() and copies them to the
# folder OUT. The kernel's symbols are looked up when they are loaded.
guest_module()
{
	local dir=$1 out=$2 copy

	scratch copy
	cp "$dir"/* "$copy"
	mkdir -p "$out"
	kmake i386 "$OBJ" modules_prepare
	kmake i386 "$OBJ" M="$copy" MO="$copy" KBUILD_MODPOST_WARN=1 modules
	cp "$copy"/*.ko "$out"
	rm -rf "$copy"
}

# seed_build DIR FROM: a build folder that does not exist yet starts as a copy of a finished one. kbuild knows
# which objects depend on an option that differs, so that a kernel with more suites takes a minute, not ten.
seed_build()
{
	if [[ ! -e $1 && -f $2/stamp ]]; then
		cp -a "$2" "$1.tmp"
		rm "$1.tmp/stamp"
		mv "$1.tmp" "$1"
	fi
}

guest_stamp()
{
	local file
	{
		cat "$OBJ/wanted"
		printf '%s\n' "$SRC"
		gcc --version
		while read -r file; do
			case $file in
			# Nothing of the kernel is made from these.
			Documentation/* | MAINTAINERS | tools/testing/*) continue ;;
			esac
			if [[ -f $TREE/$file ]]; then
				printf '%s ' "$file"
				cksum <"$TREE/$file"
			fi
		done <"$TREE.manifest"
	} | sha256sum
}

# Sets BUSYBOX: a static i386 busybox. The package of the other architecture is only unpacked.
guest_busybox()
{
	local work mirror suite deb

	BUSYBOX=$CACHE/deb/busybox-i386
	[[ ! -x $BUSYBOX ]] || return 0
	say "getting busybox for i386 (log: $LOG/busybox.log)"
	need dpkg-deb:dpkg /usr/share/keyrings/debian-archive-keyring.gpg:debian-archive-keyring
	mirror=$(debian_mirror)
	suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	[[ -n $mirror && -n $suite ]] ||
		die "no Debian mirror in /etc/apt to get busybox-static for i386 from; put a static i386 busybox at $BUSYBOX"
	scratch work
	apt_private "$work" "$mirror" i386 "$suite"
	APT_CONFIG=$work/apt.conf logged "$LOG/busybox.log" apt-get update ||
		die "the i386 package lists of $suite cannot be had, see $LOG/busybox.log; or put a static i386 busybox at $BUSYBOX"
	(cd "$work" && APT_CONFIG=$work/apt.conf logged "$LOG/busybox.log" apt-get -q download busybox-static) ||
		die "busybox-static for i386 cannot be had, see $LOG/busybox.log; or put a static i386 busybox at $BUSYBOX"
	deb=$(find "$work" -maxdepth 1 -name 'busybox-static_*_i386.deb')
	dpkg-deb -x "$deb" "$work/unpacked"
	[[ -x $work/unpacked/bin/busybox ]] || die "${deb##*/} holds no bin/busybox"
	cp "$work/unpacked/bin/busybox" "$BUSYBOX.tmp"
	mv "$BUSYBOX.tmp" "$BUSYBOX"
	rm -rf "$work"
}

# guest_tool DIR: puts tools/mm/mm_layout, as a program of i386 that needs no library, into DIR/usr/sbin.
guest_tool()
{
	need_gcc32
	mkdir -p "$1/usr/sbin"
	logged "$LOG/tool.log" gcc -m32 -static -O2 -Wall -Wextra -Werror -o "$1/usr/sbin/mm_layout" \
		"$TREE/tools/mm/mm_layout.c" || die "tools/mm/mm_layout.c cannot be built, see $LOG/tool.log"
}

# guest_initramfs OUT [EXTRA]: busybox, /init and what is in the folder EXTRA. /init does the job that the
# kernel command line names (the kernel hands what it does not know itself to init's environment):
#   job=show	map and scan of the facility; with html=1, then the page and the JSON of the tool that
#		guest_tool has put into EXTRA, each between a line "begin ..." and a line "end ..."
#   job=script	/job.sh of EXTRA
# Its output goes to the second serial port, not mixed with the console; the last line is "job exit N".
guest_initramfs()
{
	local out=$1 extra=${2:-} root

	need_guest
	guest_busybox
	scratch root
	mkdir -p "$root"/{bin,sbin,dev,proc,sys,tmp,root,etc,usr/bin,usr/sbin}
	cp "$BUSYBOX" "$root/bin/busybox"
	ln -s busybox "$root/bin/sh"
	printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n' >"$root/etc/passwd"
	printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
	guest_init >"$root/init"
	chmod 755 "$root/init"
	if [[ -n $extra ]]; then
		cp -a "$extra/." "$root/"
	fi
	# Mode 755: mktemp's 700 would shut everybody but root out of the guest's /.
	chmod 755 "$root"
	(cd "$root" && find . -print0 | LC_ALL=C sort -z | cpio --quiet --null -o -H newc -R 0:0 | gzip -1) >"$out.gz"
	rm -rf "$root"
	guest_acpi_table | cat - "$out.gz" >"$out.tmp"
	mv "$out.tmp" "$out"
	rm "$out.gz"
}

# An archive with an empty ACPI table, which the kernel copies to RAM and takes out of the resource tree
# (CONFIG_ACPI_TABLE_UPGRADE). It has to come first and uncompressed.
guest_acpi_table()
{
	local dir

	scratch dir
	mkdir -p "$dir/kernel/firmware/acpi"
	python3 - "$dir/kernel/firmware/acpi/ssdt.aml" <<-'EOF'
	import struct, sys
	table = bytearray(struct.pack("<4sIBB6s8sI4sI", b"SSDT", 36, 2, 0, b"LAYOUT", b"EMPTY   ", 1, b"TEST", 1))
	table[9] = -sum(table) % 256
	open(sys.argv[1], "wb").write(table)
	EOF
	(cd "$dir" && find . -print0 | LC_ALL=C sort -z | cpio --quiet --null -o -H newc -R 0:0)
	rm -rf "$dir"
}

guest_init()
{
	cat <<-'EOF'
	#!/bin/sh
	export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root
	/bin/busybox mount -t proc proc /proc
	/bin/busybox mount -t sysfs sysfs /sys
	/bin/busybox --install -s
	grep -q " /dev devtmpfs " /proc/mounts || mount -t devtmpfs devtmpfs /dev
	mount -t debugfs debugfs /sys/kernel/debug
	mount -t tmpfs tmpfs /tmp
	stty -F /dev/ttyS1 raw -echo

	show() {
		dir=/sys/kernel/debug/mm_layout
		cat $dir/map || return
		echo 1 >$dir/scan || return
		cat $dir/scan || return
		[ -z "$html" ] || pages
	}

	section() {
		name=$1
		shift
		echo "begin $name"
		mm_layout "$@" || return
		echo "end $name"
	}

	pages() {
		section html map --html &&
		section map.json --json map &&
		section scan.json --json scan &&
		section explain.json --json explain pfn:1000
	}

	case ${job:-show} in
	show) show ;;
	script) cd / && /bin/sh /job.sh ;;
	*) echo "there is no job '$job'"; false ;;
	esac >/dev/ttyS1 2>&1
	echo "job exit $?" >/dev/ttyS1
	poweroff -f
	EOF
}

# kunit_cases FILE: two words a line, status and case, of what kunit.py has written with --json.
kunit_cases()
{
	python3 - "$1" <<-'END'
	import json, sys

	def cases(group, path):
	    for case in group["test_cases"]:
	        print(case["status"], ".".join(path + [case["name"]]))
	    for sub in group["sub_groups"]:
	        cases(sub, path + [sub["name"]])

	cases(json.load(open(sys.argv[1])), [])
	END
}

# run_group SECONDS COMMAND...: in a process group of its own, so that nothing of it is left when it takes
# longer (status 124) or when the script ends.
GROUP=
run_group()
{
	local seconds=$1 status=0
	shift

	setsid timeout --kill-after=5 "$seconds" "$@" &
	GROUP=$!
	wait "$GROUP" || status=$?
	GROUP=
	return "$status"
}

end_group()
{
	if [[ -n $GROUP ]] && kill -KILL -- "-$GROUP" 2>/dev/null; then
		GROUP=
	fi
}
at_exit end_group

# guest_boot KERNEL INITRD LOGNAME MEM SMP CPU "CMDLINE" [QEMU ARGUMENT...]: sets CONSOLE and RESULT, the files with
# what the guest wrote to its first and second serial port. Returns 0 when the guest powered itself off; else 1, and
# GUEST_WHY says in half a sentence what happened. GUEST_TIMEOUT: seconds that it may take.
guest_boot()
{
	local kernel=$1 initrd=$2 name=$3 mem=$4 smp=$5 cpu=$6 cmdline=$7 status=0 qemu="qemu-system-i386"
	shift 7

	need_guest
	# That of QEMU 7.2 takes the address of a page table for 32 bits, and user space hangs when it is above 4 GB.
	if grep -qs '^CONFIG_HIGHPTE=y' "${kernel%/arch/*}/.config"; then
		qemu="qemu-system-x86_64"
	fi
	CONSOLE=$LOG/guest-$name.console
	RESULT=$LOG/guest-$name.result
	GUEST_WHY=
	rm -f "$CONSOLE" "$RESULT"
	: >"$CONSOLE"
	: >"$RESULT"
	# A panic reboots at once, and -no-reboot makes that the end. tsc=reliable: under TCG on a busy host the watchdog
	# calls the TSC unstable now and then, which is no finding. One thread: with several, a processor may still run
	# the int3 of a jump label after it was patched and all processors were synchronised, and the kernel oopses.
	run_group "${GUEST_TIMEOUT:-180}" "$qemu" -accel tcg,thread=single -nodefaults -display none -no-reboot \
		-m "$mem" -smp "$smp" -cpu "$cpu" -kernel "$kernel" -initrd "$initrd" \
		-append "console=ttyS0 panic=-1 tsc=reliable $cmdline" \
		-serial "file:$CONSOLE" -serial "file:$RESULT" "$@" \
		</dev/null >"$LOG/guest-$name.qemu" 2>&1 || status=$?
	if [[ $status == 124 || $status == 137 ]]; then
		GUEST_WHY="did not power off within ${GUEST_TIMEOUT:-180} s"
	elif [[ $status != 0 ]]; then
		GUEST_WHY="QEMU failed with status $status (log: $LOG/guest-$name.qemu)"
	elif ! grep -q 'reboot: Power down' "$CONSOLE"; then
		GUEST_WHY=$(grep -m 1 -o 'Kernel panic.*' "$CONSOLE") || GUEST_WHY="ended before it powered off"
	fi
	[[ -z $GUEST_WHY ]]
}

# guest_findings CONSOLE: what a good boot of a kernel with the facility does not have on its console, one finding a
# line; nothing when all is well.
guest_findings()
{
	awk '
		/BUG:|WARNING:|Oops|Kernel panic|general protection fault|W\+X mappings: FAILED|[Uu]nable to handle/ { print; next }
		/INFO: (lockdep|task|rcu|possible|suspicious|trying to register)|rcu: INFO:/ { print; next }
		/mm_layout: (boot|final) scan / {
			scan = /boot scan/ ? "boot" : "final"
			seen[scan] = 1
			if ($0 !~ /scan passed: .*, 0 violations/)
				print
		}
		/Run \/init as init process/ { init = 1 }
		END {
			if (!seen["boot"])
				print "no boot scan on the console"
			if (!seen["final"])
				print "no final scan on the console"
			if (!init)
				print "init was not reached"
		}' "$1"
}
