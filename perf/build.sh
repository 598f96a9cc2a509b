# Sourced by the scripts beside it: builds Culvert and this module, and runs a class of it.

# Leaves gateway/target/dist for the launcher, and perf/target with everything on a class path.
build_perf() {
  require_jdk
  install_fast_cipher
  "$root/culvert" --version >&2
  local stamp=$root/perf/target/build.stamp
  if [ ! -f "$stamp" ] ||
    [ -n "$(find "$root"/*/pom.xml "$root"/*/src "$root/pom.xml" -newer "$stamp" -print -quit)" ]; then
    require_maven
    say "building the benchmarks"
    mkdir -p "$root/perf/target"
    (cd "$root" && run_maven -q -Dquick -DskipTests -Dspotless.check.skip=true -pl perf -am package) >&2 ||
      die "the build failed; Maven's words are above"
    touch "$stamp"
  fi
}

run_perf() {
  "$JDK/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow -cp "$root/perf/target/classes:$root/perf/target/lib/*" "$@"
}
