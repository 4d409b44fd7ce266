#!/bin/sh
# Brings the two unmodified emulators that CI checks: the distribution's own qemu-system-x86 (installed
# with apt-get when it is missing) and the newer one of its backports suite (unpacked into a cache folder
# beside it, never installed over it). Idempotent; when both are there it does nothing and is quick.
# The mirror is whatever this machine's apt already uses.
#
# usage: adapters/qemu/fetch-qemu.sh [CACHE_FOLDER]      default: .cache/qemu-10.0 in the checkout
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
target=${1:-"$root/.cache/qemu-10.0"}

sudo=''
if [ "$(id -u)" != 0 ] && command -v sudo >/dev/null 2>&1; then sudo='sudo'; fi

if ! command -v qemu-system-x86_64 >/dev/null 2>&1; then
  command -v apt-get >/dev/null 2>&1 || { echo "no qemu-system-x86_64 and no apt-get to bring it" >&2; exit 1; }
  $sudo apt-get update -qq
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends qemu-system-x86 >/dev/null
fi
echo "installed: $(qemu-system-x86_64 --version | head -n 1)"

if [ -x "$target/qemu-system-x86_64" ] && "$target/qemu-system-x86_64" --version >/dev/null 2>&1; then
  echo "unpacked:  $("$target/qemu-system-x86_64" --version | head -n 1)"
  exit 0
fi

# The release whose main component this machine's apt reads: its mirror carries the backports as well.
codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
mirror=$(apt-get indextargets --format '$(SITE) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
  awk -v codename="$codename" '$2 == codename && $3 == "main" { print $1; exit }')
[ -n "$mirror" ] || { echo "apt has no source for ${codename:-this release} main, so there is no mirror to ask" >&2; exit 1; }

mkdir -p "$target"
work=$(mktemp -d "$target/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/debs" "$work/root"

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
signed=''
if [ -f "$keyring" ]; then signed="[signed-by=$keyring]"; fi
for suite in "$codename" "$codename-backports"; do
  echo "deb $signed $mirror $suite main"
done >"$work/sources.list"

# apt with lists and cache of its own: the machine's package state is neither read nor changed, except
# that libraries which are already installed need not be unpacked again.
private_apt() {
  apt-get -qq \
    -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" \
    -o APT::Sandbox::User=root -o Debug::NoLocking=1 "$@"
}
private_apt update
# Libraries that the backport needs and the machine lacks come along; firmware images do not matter,
# the adapter brings its own.
packages=$(private_apt install --simulate --no-install-recommends -t "$codename-backports" qemu-system-x86 |
  awk '$1 == "Inst" { print $2 }')
if [ -z "$packages" ]; then
  echo "unpacked:  none, $codename-backports has nothing newer"
  exit 0
fi
(
  cd "$work/debs"
  # shellcheck disable=SC2086 # one word a package
  private_apt download -t "$codename-backports" $packages
  for deb in *.deb; do dpkg-deb --extract "$deb" "$work/root"; done
)
rm -rf "$target/root"
mv "$work/root" "$target/root"

# The wrapper is what the adapter starts: libraries of the unpacked tree first, then the machine's.
cat >"$target/qemu-system-x86_64.new" <<'WRAPPER'
#!/bin/sh
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
libraries="$here/root/usr/lib/$(uname -m)-linux-gnu:$here/root/lib/$(uname -m)-linux-gnu"
LD_LIBRARY_PATH="$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" \
  QEMU_MODULE_DIR="$here/root/usr/lib/$(uname -m)-linux-gnu/qemu" \
  exec "$here/root/usr/bin/qemu-system-x86_64" -L "$here/root/usr/share/qemu" -L "$here/root/usr/share/seabios" "$@"
WRAPPER
chmod +x "$target/qemu-system-x86_64.new"
mv "$target/qemu-system-x86_64.new" "$target/qemu-system-x86_64"
echo "unpacked:  $("$target/qemu-system-x86_64" --version | head -n 1)"
