# Sourced by the launchers of the source tree and of the package: which JVM, with which flags.

# Major version of the JDK in directory $1, or nothing. The release file is read because starting
# java only to ask for its version costs more than the rest of the launcher.
jdk_major() {
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Sets JDK to a JDK 25: the runtime that the package brings (in $1, if given), JAVA_HOME, then /usr/lib/jvm, then PATH.
find_jdk() {
  local home java
  for home in "${1:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    if [ -n "$home" ] && [ "$(jdk_major "$home")" = 25 ]; then
      JDK=$home
      return 0
    fi
  done
  if java=$(command -v java); then
    home=$(dirname "$(dirname "$(readlink -f "$java")")")
    if [ "$(jdk_major "$home")" = 25 ]; then
      JDK=$home
      return 0
    fi
  fi
  return 1
}

# jvm_setup JARS AOT_CACHE LAUNCHER: sets the arrays main and flags for the modules in directory JARS.
# AOT_CACHE is for commands; beside it lies gateway.aot for the gateway, where there is one.
jvm_setup() {
  aot_cache=$2
  # All modules: nobody requires the jars that hold Netty native libraries.
  main=(-p "$1" --add-modules ALL-MODULE-PATH -m culvert.gateway/culvert.gateway.Main)
  # Netty would look for a hardware address to name its channels by; ours need no names.
  # Of our modules only culvert.tunio makes native calls; io.netty.common loads Netty's epoll library.
  flags=(
    --enable-native-access=culvert.tunio,io.netty.common
    --sun-misc-unsafe-memory-access=allow
    -XX:+UseSerialGC
    -XX:-UsePerfData
    -Dio.netty.machineId=02:00:00:00:00:00:00:01 -Dio.netty.processId=1
    -Dculvert.launcher="$3"
  )
}

# Leaves an ahead-of-time cache of classes (JEP 514), which halves the start of a command. Without it
# everything works and starts later.
jvm_train() {
  "$JDK/bin/java" "${flags[@]}" -XX:TieredStopAtLevel=1 -XX:AOTCacheOutput="$aot_cache" "${main[@]}" \
    status --control /nonexistent/control.sock >/dev/null 2>&1 || true
}

# A gateway's memory is keys: the JVM dumps no core. And it is small: the packet paths leave no garbage, so new
# objects need little room, and what the compiler has finished with goes back to the system (together 30 MB).
# The classes that the first failover or rekey loads must not be what collects all garbage: that stops the packet
# threads for 45 ms, in the middle of it.
gateway_flags=(
  -XX:MetaspaceSize=64m
  -Xms64m -Xmx256m -XX:NewSize=8m -XX:TrimNativeHeapInterval=10000 -Xss512k
  -XX:-CreateCoredumpOnCrash -XX:+ExitOnOutOfMemoryError
)

# Leaves a cache of the gateway's classes and profiles, from what gateways wrote down that ran with
# CULVERT_RECORD=$1 and moved real packets.
jvm_train_gateway() {
  local record
  record=$(ls -S "$1"/*.record 2>/dev/null | head -n 1)
  [ -n "$record" ] || return 1
  "$JDK/bin/java" "${flags[@]}" "${gateway_flags[@]}" -XX:AOTMode=create -XX:AOTConfiguration="$record" \
    -XX:AOTCache="${aot_cache%/*}/gateway.aot" "${main[@]}" >/dev/null 2>&1
}

# Becomes the command with these arguments.
jvm_exec() {
  if [ "${1:-}" = run ]; then
    # Nor does the kernel.
    ulimit -c 0
    flags+=("${gateway_flags[@]}")
    if [ -n "${CULVERT_RECORD:-}" ]; then
      flags+=(-XX:AOTMode=record -XX:AOTConfiguration="$CULVERT_RECORD/$$.record" -Xlog:aot=off -Xlog:cds=off)
      aot_cache=
    elif [ -f "${aot_cache%/*}/gateway.aot" ]; then
      aot_cache=${aot_cache%/*}/gateway.aot
    fi
  else
    # A command should answer at once: the quick compiler only.
    flags+=(-XX:TieredStopAtLevel=1)
  fi
  [ -f "$aot_cache" ] && flags+=(-XX:AOTCache="$aot_cache" -Xlog:aot=off -Xlog:cds=off)
  exec "$JDK/bin/java" "${flags[@]}" "${main[@]}" "$@"
}
