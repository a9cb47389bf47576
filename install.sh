#!/bin/sh
# Installs memora for one user, without sudo; see --help.
# Everything stands in functions, and the last line calls one: a download that was cut short does nothing.

usage() {
    cat <<'EOF'
Usage: sh install.sh                            from a checkout: build it and install it
       sh install.sh --archive FILE_OR_URL      from a release archive (source or binary, .tar.gz)
       sh install.sh --uninstall                remove what this script installed

Options:
  --checksum SHA256   the archive's checksum; without it, FILE_OR_URL.sha256 is read
  --help              show this text

The command goes to $MEMORA_INSTALL_DIR, else $XDG_BIN_HOME, else ~/.local/bin.
The program goes to ${XDG_DATA_HOME:-~/.local/share}/memora/install. Stores are never touched.
Running it again upgrades: the new version is complete before the old one is let go.
A checkout and a source archive need Python 3.11 or newer; pip's own variables (PIP_INDEX_URL, ...) hold.
EOF
}

fail() {
    printf 'install.sh: %s\n' "$*" >&2
    exit 1
}

main() {
    set -eu
    unset CDPATH
    archive='' checksum='' uninstall=''
    while [ $# -gt 0 ]; do
        case $1 in
            --archive | --checksum)
                if [ $# -lt 2 ] || [ -z "$2" ]; then fail "$1 needs a value; see --help"; fi
                if [ "$1" = --archive ]; then archive=$2; else checksum=$2; fi
                shift
                ;;
            --uninstall) uninstall=yes ;;
            --help | -h) usage && exit ;;
            *) fail "unknown option $1; see --help" ;;
        esac
        shift
    done
    [ -n "${HOME:-}" ] || fail 'HOME is not set'
    programs=${XDG_DATA_HOME:-$HOME/.local/share}/memora/install
    receipt=$programs/receipt
    if [ -n "$uninstall" ]; then
        [ -z "$archive$checksum" ] || fail '--uninstall takes no other option'
        remove_installed
        exit
    fi
    [ -z "$checksum" ] || [ -n "$archive" ] || fail '--checksum goes with --archive'

    directory=${MEMORA_INSTALL_DIR:-${XDG_BIN_HOME:-$HOME/.local/bin}}
    make_writable "$directory"
    make_writable "$programs"
    directory=$(cd "$directory" && pwd)
    programs=$(cd "$programs" && pwd)
    receipt=$programs/receipt
    command=$directory/memora
    if [ -e "$command" ] || [ -L "$command" ]; then
        is_ours "$command" || fail "$command is not from this script; remove it or set MEMORA_INSTALL_DIR"
    fi

    scratch=$(mktemp -d) || fail 'no temporary directory'
    new=$programs/$(date -u +%Y%m%d%H%M%S)-$$
    finished=''
    trap 'rm -rf "$scratch"; [ -n "$finished" ] || rm -rf "$new"' EXIT
    trap 'exit 130' INT TERM HUP

    if [ -n "$archive" ]; then
        source=$scratch/unpacked
        unpack_archive
    else
        source=$(find_checkout) || fail 'not in a checkout of memora; give a release with --archive FILE_OR_URL'
    fi
    if [ -f "$source/pyproject.toml" ]; then
        build_program
    else
        mv "$source" "$new"
        program=$new/memora
        [ -x "$program" ] || fail "$archive holds neither a pyproject.toml nor a program called memora"
    fi
    version=$("$program" --version 2>/dev/null) || fail 'the new memora does not start; nothing was changed'
    switch_to_new
    printf 'Installed %s as %s\n' "$version" "$command"
    case :$PATH: in
        *":$directory:"*) ;;
        *)
            echo 'It is not on your PATH yet. Add this line to your shell profile:'
            echo "  export PATH=\"$directory:\$PATH\""
            ;;
    esac
}

make_writable() {
    if ! mkdir -p "$1" 2>/dev/null || ! [ -w "$1" ]; then
        fail "cannot write to $1"
    fi
}

# Whether a path is a link into the folder of programs that this script keeps.
is_ours() {
    [ -L "$1" ] || return 1
    case $(readlink "$1") in
        "$programs"/*) return 0 ;;
        *) return 1 ;;
    esac
}

# The folder this script stands in, else the current one, where it is memora's source.
find_checkout() {
    for folder in "$(dirname "$0")" .; do
        if grep -q '^name = "memora-vcs"$' "$folder/pyproject.toml" 2>/dev/null; then
            (cd "$folder" && pwd)
            return
        fi
    done
    return 1
}

download() {
    if command -v curl >/dev/null 2>&1; then
        curl --proto '=https' --tlsv1.2 -fLsS -o "$2" "$1" || fail "could not download $1"
    elif command -v wget >/dev/null 2>&1; then
        wget --https-only -q -O "$2" "$1" || fail "could not download $1"
    else
        fail "downloading needs curl or wget"
    fi
}

sha256_of() {
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum <"$1"
    elif command -v shasum >/dev/null 2>&1; then
        shasum -a 256 <"$1"
    elif command -v openssl >/dev/null 2>&1; then
        openssl dgst -sha256 -r <"$1"
    else
        fail 'checking the archive needs sha256sum, shasum or openssl'
    fi
}

# Verifies the archive and unpacks it into $source, without the one folder that archives begin with.
unpack_archive() {
    case $archive in
        https://*)
            file=$scratch/archive.tar.gz
            download "$archive" "$file"
            [ -n "$checksum" ] || download "$archive.sha256" "$file.sha256"
            ;;
        *://*) fail "$archive: only https addresses and files can be installed" ;;
        *)
            file=$archive
            [ -f "$file" ] || fail "there is no file $file"
            ;;
    esac
    if [ -z "$checksum" ]; then
        [ -f "$file.sha256" ] || fail "no checksum: give --checksum SHA256 or put $archive.sha256 beside the archive"
        read -r checksum _ <"$file.sha256" || [ -n "$checksum" ] || fail "$archive.sha256 is empty"
    fi
    found=$(sha256_of "$file") || exit
    found=${found%% *}
    wanted=$(printf %s "$checksum" | tr 'A-F' 'a-f')
    [ "$found" = "$wanted" ] || fail "$archive has checksum $found, not $wanted; nothing was installed"

    tar -tzf "$file" >"$scratch/names" 2>/dev/null || fail "$archive is not a .tar.gz archive"
    if grep -qE '^/|(^|/)\.\.(/|$)' "$scratch/names"; then
        fail "$archive holds paths that lead outside it; nothing was installed"
    fi
    mkdir "$scratch/outer"
    tar -xzf "$file" -C "$scratch/outer" || fail "could not unpack $archive"
    set -- "$scratch/outer"/*
    if [ $# -ne 1 ] || ! [ -d "$1" ]; then fail "$archive does not hold one folder"; fi
    mv "$1" "$source"
}

# Installs the source into an environment of its own, $new, which is never moved afterwards.
build_program() {
    python=''
    for candidate in python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            python=$candidate
            break
        fi
    done
    [ -n "$python" ] || fail 'memora needs Python 3.11 or newer, and there is none on your PATH'
    "$python" -m venv "$new" >"$scratch/log" 2>&1 || {
        cat "$scratch/log" >&2
        fail "$python cannot make a virtual environment (on Debian and Ubuntu: install python3-venv)"
    }
    printf 'Installing into %s ...\n' "$new"
    "$new/bin/python" -m pip install -q --disable-pip-version-check "$source" >"$scratch/log" 2>&1 || {
        cat "$scratch/log" >&2
        fail 'pip could not install memora; nothing was changed'
    }
    program=$new/bin/memora
}

# Points the command at the new program in one step, then lets the old one go.
switch_to_new() {
    old=''
    old_command=''
    if [ -f "$receipt" ]; then
        { IFS= read -r old_command && IFS= read -r old; } <"$receipt" || old=''
    fi
    if ! ln -s "$program" "$command.$$" || ! mv -f "$command.$$" "$command"; then
        rm -f "$command.$$"
        fail "cannot write $command"
    fi
    printf '%s\n%s\n' "$command" "$new" >"$receipt.$$"
    mv -f "$receipt.$$" "$receipt"
    finished=yes
    if [ "$old_command" != "$command" ] && is_ours "$old_command"; then rm -f "$old_command"; fi
    remove_program "$old"
}

# Removes a folder that this script made; anything else is left alone.
remove_program() {
    case $1 in
        "$programs"/*/*) ;;
        "$programs"/[0-9]*) rm -rf "$1" ;;
    esac
}

remove_installed() {
    [ -f "$receipt" ] || fail "nothing to remove: there is no $receipt"
    programs=$(cd "$programs" && pwd)
    IFS= read -r command <"$receipt" || fail "$receipt is damaged; remove $programs by hand"
    if is_ours "$command"; then
        rm -f "$command" || fail "cannot remove $command"
    fi
    # Also what an installation that was killed may have left.
    for folder in "$programs"/[0-9]*; do
        remove_program "$folder"
    done
    rm -f "$receipt"
    rmdir "$programs" "$(dirname "$programs")" 2>/dev/null || true
    printf 'Removed %s and its program. Stores (.memora folders) were not touched.\n' "$command"
}

main "$@"
