# Set-up shared by the scripts; to be sourced. Works with bash 3.2 (macOS) and newer.
#
# set_up NAME makes ready whatever is missing: Python, system libraries, .venv with the
# packages of script/lock/NAME.txt. When nothing is missing it takes a few milliseconds.

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/.venv

# shared object and the Debian package that holds it: without these Qt can't be loaded, …
qt_libraries="
libEGL.so.1 libegl1
libGL.so.1 libgl1
libglib-2.0.so.0 libglib2.0-0
libxkbcommon.so.0 libxkbcommon0
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
libstdc++.so.6 libstdc++6
libgomp.so.1 libgomp1"
# … and without these it can't open a window under X11.
x11_libraries="
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
libxcb-xkb.so.1 libxcb-xkb1
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libX11-xcb.so.1 libx11-xcb1"
# command and the Debian package that holds it: what tests use besides.
test_tools="
Xvfb xvfb
xauth xauth
dbus-run-session dbus-daemon
gnome-keyring-daemon gnome-keyring
strace strace
faketime faketime"

# … and what script/build uses.
build_tools="
strip binutils
xz xz-utils
dpkg-deb dpkg"

say() { printf '%s\n' "$@" >&2; }

stop() {
    say "$@"
    exit 1
}

set_up() { # set_up local | dev | bundle
    needs="" wishes=""
    is_current "$1" || need_python
    if [ "$(uname)" = Linux ]; then
        need_libraries
        case $1 in
        dev) wish_for_tools "$test_tools" ;;
        bundle)
            wish_for_tools "$build_tools"
            need_shared_python
            ;;
        esac
    fi
    if [ -n "$needs$wishes" ]; then
        provide_system_packages
    fi
    is_current "$1" || make_environment "$1"
}

# --- system packages: `needs` must be there, `wishes` should be -------------------------

need_libraries() {
    command -v "$(ldconfig_path)" >/dev/null || return 0
    local known
    known=$("$(ldconfig_path)" -p)
    needs="$needs$(lacking "$known" "$qt_libraries")"
    if [ -n "${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ]; then
        wishes="$wishes$(lacking "$known" "$x11_libraries")"
    else
        needs="$needs$(lacking "$known" "$x11_libraries")"
    fi
    [ -e /etc/ssl/certs/ca-certificates.crt ] || [ -e /etc/pki ] || wishes="$wishes ca-certificates"
}

ldconfig_path() { PATH=$PATH:/usr/sbin:/sbin command -v ldconfig || true; }

lacking() { # lacking KNOWN LIST: the packages in LIST whose shared object is not KNOWN
    local object package
    while read -r object package; do
        case $1 in
        *"	$object ("*) ;;
        *) [ -z "$object" ] || printf ' %s' "$package" ;;
        esac
    done <<<"$2"
}

wish_for_tools() { # wish_for_tools LIST
    local tool package
    while read -r tool package; do
        [ -z "$tool" ] || command -v "$tool" >/dev/null || wishes="$wishes $package"
    done <<<"$1"
}

provide_system_packages() {
    local become
    if command -v apt-get >/dev/null && become=$(becoming_root); then
        say "Installing system packages:$needs$wishes"
        # shellcheck disable=SC2086  # lists of words
        apt_install "$become" $needs $wishes && return
        say "They could not be installed."
    fi
    tell_what_to_install
    [ -z "$needs" ] || exit 1
    say "Going on without them."
}

becoming_root() { # print the command that makes what follows it run as root
    if [ "$(id -u)" = 0 ]; then
        echo env
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        echo sudo -n
    else
        return 1
    fi
}

apt_install() { # apt_install BECOME PACKAGES…
    local apt="$1 env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq"
    shift
    # shellcheck disable=SC2086
    $apt install --yes --no-install-recommends "$@" >/dev/null 2>&1 </dev/null ||
        { quietly $apt update && quietly $apt install --yes --no-install-recommends "$@"; }
}

tell_what_to_install() {
    local packages="--no-install-recommends$needs$wishes"
    if ! command -v apt-get >/dev/null; then
        say "Parley needs what these Debian packages hold; install it with your package manager:" \
            "" "   $needs$wishes" ""
    elif command -v sudo >/dev/null; then
        say "Install what is missing with:" \
            "" "    sudo apt-get update && sudo apt-get install $packages" ""
    else
        say "Install what is missing, as root, with:" \
            "" "    apt-get update && apt-get install $packages" ""
    fi
}

# --- Python and its packages -------------------------------------------------------------

need_python() {
    local python
    if ! python=$(find_python); then
        needs=" python3 python3-venv"
    elif ! "$python" -c "import ensurepip" 2>/dev/null; then
        local package
        package=$("$python" -c "import sys; print('python%d.%d-venv' % sys.version_info[:2])")
        if "$python" -c "import pip" 2>/dev/null; then wishes=" $package"; else needs=" $package"; fi
    fi
}

need_shared_python() { # PyInstaller takes it along; Debian's Python does without
    local python package=libpython3-dev
    if python=$(find_python); then
        package=$("$python" -c "import sys; print('libpython%d.%d' % sys.version_info[:2])")
        ! "$python" -c "import sysconfig as s, os; v = s.get_config_var
assert os.path.exists(os.path.join(v('LIBDIR'), v('INSTSONAME')))" 2>/dev/null || return 0
    fi
    needs="$needs $package"
}

find_python() { # print a Python 3.11 or newer; one that can make environments, if there is any
    local needed name
    for needed in "import ensurepip, venv" ""; do
        for name in python3.13 python3.12 python3.11 python3; do
            if is_recent "$name" "$needed"; then
                command -v "$name"
                return
            fi
        done
    done
    return 1
}

is_recent() { # is_recent PYTHON [CODE]: is it 3.11 or newer, and does CODE work in it?
    "$1" -c "import sys; assert sys.version_info >= (3, 11); ${2:-}" >/dev/null 2>&1
}

fingerprint() { # what an environment was made from; it can't be moved, so its place counts
    { echo "$venv" && cat "$root/script/lock/$1.txt" "$root/pyproject.toml"; } | cksum
}

is_current() {
    [ -x "$venv/bin/python" ] && [ "$(cat "$venv/.made-from-$1" 2>/dev/null)" = "$(fingerprint "$1")" ]
}

make_environment() {
    ( # One at a time; the lock ends with the subshell.
        if command -v flock >/dev/null; then flock 9; fi
        is_current "$1" && exit
        make_venv
        install_packages "$1"
    ) 9<"$root/script"
}

make_venv() { # where there is none, or one that an interruption left half-made
    if [ ! -e "$venv/.unfinished" ] && is_recent "$venv/bin/python" "import pip"; then return; fi
    local python
    python=$(find_python) || stop "Parley needs Python 3.11 or newer; install it and try again."
    say "Making .venv with $("$python" --version)."
    rm -rf "$venv"
    if "$python" -c "import ensurepip" 2>/dev/null; then
        quietly "$python" -m venv "$venv"
    else
        quietly "$python" -m venv --without-pip "$venv"
        quietly "$python" -m pip --python "$venv/bin/python" install pip
    fi
}

install_packages() {
    local lock=$root/script/lock/$1.txt
    say "Installing Python packages; the first time this downloads about 300 MB."
    touch "$venv/.unfinished"
    # pip goes first: newer ones resume a broken download, and none replaces itself mid-way.
    pip_install --require-hashes -r <(sed -n '/^pip==/,/[^\\]$/p' "$lock")
    pip_install --require-hashes --only-binary :all: --no-deps -r "$lock"
    pip_install --no-build-isolation --no-deps --editable "$root"
    # pip compiles what it copies only; Python could do it at the first start, where it may write.
    quietly "$venv/bin/python" -m compileall -q "$root/desktop" || true
    fingerprint "$1" >"$venv/.made-from-$1"
    rm "$venv/.unfinished"
    say "Ready."
}

pip_install() {
    quietly "$venv/bin/python" -m pip --disable-pip-version-check --no-input --quiet \
        install --progress-bar off "$@" && return
    rm "$venv/.unfinished" # pip has put back what was there
    stop "The Python packages could not be installed; the reason is above. Try again when it is mended."
}

quietly() { # run a command; show what it printed only when it failed
    local log status=0
    log=$(mktemp)
    "$@" >"$log" 2>&1 </dev/null || status=$?
    [ "$status" -eq 0 ] || cat "$log" >&2
    rm -f "$log"
    return "$status"
}
