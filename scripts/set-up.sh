# Sourced by ./culvert and ./verify: finds what they need and, as root on a machine with apt, installs it.
# Nothing here runs by itself; every installation says first what it installs and why.

# strongSwan with what plays AWS's side in user space (kernel-libipsec).
strongswan_packages=(
  strongswan-swanctl strongswan-charon libcharon-extra-plugins libstrongswan-extra-plugins
  libstrongswan-standard-plugins
)

. "$root/scripts/jvm.sh"

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
  say "$*"
  exit 1
}

is_root() { [ "$(id -u)" = 0 ]; }

# apt_install REASON PACKAGE...: installs packages that dpkg does not know as installed.
apt_install() {
  local reason=$1 missing=() package
  shift
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return 0
  is_root || die "$reason needs the packages ${missing[*]}: install them, or run this as root"
  command -v apt-get >/dev/null || die "$reason needs ${missing[*]}, and this machine has no apt-get: install them by hand"
  say "$reason: installing ${missing[*]}"
  apt-get update -qq || say "apt-get update failed; trying with the lists that are here"
  # Hundreds of lines, which matter only when it fails.
  local words
  words=$(mktemp)
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$words" 2>&1 || {
    cat "$words" >&2
    die "could not install ${missing[*]} (apt's words are above)"
  }
  rm -f "$words"
}

# A second, newer strongSwan for the lab: Debian 13's, in a root file system of its own. Takes a minute
# and 300 MB, once.
second_strongswan() {
  local target=/var/cache/culvert-lab/trixie
  [ -d "$target" ] && return 0
  apt_install "a second strongSwan for the lab" debootstrap debian-archive-keyring
  say "setting up Debian 13 with its strongSwan in $target"
  rm -rf "$target.part"
  mkdir -p "${target%/*}"
  local packages="${strongswan_packages[*]}"
  debootstrap --variant=minbase --include="${packages// /,}" trixie "$target.part" http://deb.debian.org/debian >"$target.log" 2>&1 ||
    die "could not set up Debian 13 in $target: see $target.log"
  mv "$target.part" "$target"
}

# Intel's ipsec-mb library seals packets three times as fast as OpenSSL 3.0 on processors with AVX2.
# Culvert works without it, so a machine that does not have it, and cannot get it, is left alone.
install_fast_cipher() {
  local package
  [ "$(uname -m)" = x86_64 ] && is_root && command -v apt-get >/dev/null || return 0
  for package in libipsec-mb2 libipsec-mb1; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' && return 0
  done
  say "sealing packets faster: installing Intel's ipsec-mb library"
  for package in libipsec-mb2 libipsec-mb1; do
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" \
      >/dev/null 2>&1 && return 0
  done
  say "it is not to be had here; OpenSSL will do"
}

# Debian 13 with systemd, in which the package is installed. Takes a minute and 400 MB, once.
debian_with_systemd() {
  local target=/var/cache/culvert-lab/trixie-systemd
  [ -d "$target" ] && return 0
  apt_install "a Debian 13 to install the package in" debootstrap debian-archive-keyring
  say "setting up Debian 13 with systemd in $target"
  rm -rf "$target.part"
  mkdir -p "${target%/*}"
  debootstrap --variant=minbase --include=systemd-sysv,dbus,iproute2,iputils-ping,libssl3t64,procps \
    trixie "$target.part" http://deb.debian.org/debian >"$target.log" 2>&1 ||
    die "could not set up Debian 13 in $target: see $target.log"
  mv "$target.part" "$target"
}

# foreign_packages DIRECTORY ARCHITECTURE PACKAGE...: unpacks Debian 13's packages of another architecture there,
# without what they depend on; nothing of it is installed.
foreign_packages() {
  local target=$1 architecture=$2 apt package
  shift 2
  apt_install "packages for $architecture" debian-archive-keyring
  rm -rf "$target" "$target.part"
  apt=$target.part/apt
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
  : >"$apt/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main" >"$apt/sources.list"
  local options=(
    -qq -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/nonexistent
    -o "Dir::State::lists=$apt/lists" -o "Dir::State::status=$apt/status" -o "Dir::Cache=$apt/cache"
    -o APT::Architecture="$architecture" -o APT::Architectures::="$architecture" -o APT::Sandbox::User=root
  )
  (cd "$apt" && apt-get "${options[@]}" update && apt-get "${options[@]}" download "$@") >&2 ||
    die "could not fetch $* for $architecture (apt's words are above)"
  for package in "$apt"/*.deb; do
    dpkg-deb -x "$package" "$target.part"
  done
  rm -rf "$apt"
  mv "$target.part" "$target"
}

# Sets FOREIGN_JDK to Debian's JDK 25 for architecture $1: jlink makes runtimes of its modules. Takes half a
# minute and 500 MB, once.
foreign_jdk() {
  local target=/var/cache/culvert-lab/jdk-$1
  FOREIGN_JDK=$target/usr/lib/jvm/java-25-openjdk-$1
  [ -d "$FOREIGN_JDK/jmods" ] && return 0
  say "fetching Debian's JDK for $1 to $target"
  foreign_packages "$target" "$1" openjdk-25-jdk-headless
}

# The libraries that the package for arm64 depends on, and what runs its code on another processor.
emulated_arm64() {
  local target=/var/cache/culvert-lab/arm64
  apt_install "running the package for arm64" qemu-user-static
  [ -d "$target" ] && return 0
  say "fetching arm64's libraries to $target"
  foreign_packages "$target" arm64 libc6 libgcc-s1 libstdc++6 zlib1g libssl3t64 libzstd1
  # As in a Debian of today, /lib is /usr/lib.
  [ -e "$target/lib" ] || ln -s usr/lib "$target/lib"
}

# Sets JDK, installing one where apt has it.
require_jdk() {
  find_jdk && return 0
  if is_root && command -v apt-get >/dev/null; then
    apt-get update -qq || true
    if apt-cache show openjdk-25-jdk-headless >/dev/null 2>&1; then
      apt_install "Culvert runs on JDK 25" openjdk-25-jdk-headless
      find_jdk && return 0
    fi
  fi
  die "no JDK 25 in JAVA_HOME, /usr/lib/jvm or PATH: install one (Debian 13 and later: openjdk-25-jdk-headless; elsewhere unpack any build of JDK 25 into /usr/lib/jvm, or set JAVA_HOME to it)"
}

require_maven() {
  command -v mvn >/dev/null && return 0
  apt_install "building Culvert" maven
}

# Runs Maven on JDK 25, where the formatter check works too.
run_maven() {
  JAVA_HOME=$JDK MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow" mvn "$@"
}
