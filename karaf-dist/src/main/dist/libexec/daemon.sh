# Shared by sbin/slurmctld and sbin/slurmd: everything about starting one daemon's JVM.
# Sourced, not run. POSIX shell, since a site's init may have nothing else.

SLURM_VERSION="slurm 26.05.3"

die() {
  printf '%s: fatal: %s\n' "$daemon" "$*" >&2
  exit 1
}

# conf_values FILE: prints "key value" (key in lower case) for each setting of FILE and of the files
# that it includes. Continued lines, comments and quotes as in slurm.conf.
conf_values() {
  read_conf "$1" ""
}

# conf_lines FILE: the same as whole lines, for those that have several values.
conf_lines() {
  read_conf "$1" whole
}

read_conf() { # FILE MODE
  awk -v mode="$2" '
    function clean(line) {
      if (match(line, /(^|[^\\])#/)) line = substr(line, 1, RSTART + RLENGTH - 2)
      sub(/[ \t\r]+$/, "", line)
      return line
    }
    # A line may have several settings.
    function emit(line,   word, key, value) {
      if (line !~ /^[ \t]*[A-Za-z_]+[ \t]*=/) return
      if (mode == "whole") { gsub(/[ \t]*=[ \t]*/, "=", line); print line; return }
      while (match(line, /^[ \t]*[A-Za-z_]+[ \t]*=[ \t]*("[^"]*"|[^ \t]*)/)) {
        word = substr(line, 1, RLENGTH); line = substr(line, RLENGTH + 1)
        key = word; sub(/[ \t]*=.*/, "", key); sub(/^[ \t]+/, "", key)
        value = word; sub(/^[^=]*=[ \t]*/, "", value); gsub(/"/, "", value)
        print tolower(key), value
      }
    }
    function read(file, depth,   line, whole, target, base) {
      whole = ""
      while ((getline line < file) > 0) {
        line = whole clean(line)
        if (line ~ /\\$/) { whole = substr(line, 1, length(line) - 1); continue }
        whole = ""
        if (tolower(line) ~ /^[ \t]*include[ \t]/ && depth < 10) {
          target = line; sub(/^[ \t]*[A-Za-z]+[ \t]+/, "", target)
          if (target !~ /^\//) { base = file; sub(/[^\/]*$/, "", base); target = base target }
          read(target, depth + 1)
        } else emit(line)
      }
      close(file)
    }
    BEGIN { read(ARGV[1], 0); exit }
  ' "$1"
}

# conf KEY DEFAULT: the last value of KEY (lower case) in the configuration, or DEFAULT.
conf() {
  found=$(printf '%s\n' "$settings" | awk -v key="$1" '$1 == key { sub(/^[^ ]* /, ""); v = $0 } END { print v }')
  printf '%s' "${found:-$2}"
}

# expand TEXT: %n is the node's name, %h this host's.
expand() {
  printf '%s' "$1" | sed -e "s/%n/$node/g" -e "s/%h/$host/g"
}

read_configuration() {
  hint="name the configuration by -f FILE or SLURM_CONF"
  [ ! -e "$conf_file" ] || [ -f "$conf_file" ] || die "cannot read $conf_file: it is not a plain file; $hint"
  [ -r "$conf_file" ] || die "cannot read $conf_file: $hint"
  [ "$(tr -d '\000' <"$conf_file" | wc -c)" -eq "$(wc -c <"$conf_file")" ] ||
    die "cannot read $conf_file: it is not text (it has NUL bytes, or a read failed); $hint"
  case $conf_file in /*) ;; *) conf_file=$(pwd)/$conf_file ;; esac
  settings=$(conf_values "$conf_file") || die "cannot parse $conf_file"
}

# Sets java, refusing what cannot work before anything is touched.
find_java() {
  for candidate in "${HEADRACE_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/java-17-* \
    /usr/lib/jvm/*17* "$(dirname "$(dirname "$(readlink -f "$(command -v java || echo /x/x/x)")")")"; do
    [ -n "$candidate" ] && [ -x "$candidate/bin/java" ] && [ -r "$candidate/release" ] || continue
    major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$candidate/release")
    if [ "${major:-0}" -ge 17 ] && [ "$major" -lt 24 ]; then
      if [ "$role" = controller ] && ! grep -q 'jdk\.compiler' "$candidate/release"; then
        unfit="$candidate is a runtime without a compiler, which the job store needs; install a JDK"
        continue
      fi
      java=$candidate/bin/java
      return
    fi
    unfit="$candidate is Java ${major:-of unknown version}; Karaf 4.4 runs on 17 to 23 (from 24 on, Java refuses Subject.getSubject, which its shell and event service call)"
  done
  die "no fit Java found: ${unfit:-none is installed}. Install JDK 17 (Debian, Ubuntu: apt-get install openjdk-17-jdk-headless), or set HEADRACE_JAVA_HOME"
}

# One daemon per directory: the lock is held by file descriptor 9 of the JVM until it ends.
lock_instance() {
  umask 022
  mkdir -p "$instance" 2>/dev/null || die "cannot create $instance: check $instance_key in $conf_file and its permissions"
  chmod 700 "$instance"
  exec 9>>"$instance/lock" || die "cannot write $instance/lock"
  flock -n 9 || die "another $daemon (pid $(cat "$instance/pid" 2>/dev/null || echo unknown)) runs on $instance; two on one directory would destroy each other's state"
}

# Sets socket, where users' commands are served. What `headrace up` chooses for its directory
# (HEADRACE_UP_SOCKET) counts where the configuration names none; jobs and hooks are told of it then.
choose_socket() {
  socket=$(expand "$(conf headracesocket "")")
  if [ -z "$socket" ]; then
    socket=$(expand "${HEADRACE_UP_SOCKET:-/run/headrace/headrace.sock}")
    [ -z "${HEADRACE_UP_SOCKET:-}" ] || role_flags="$role_flags -Dheadrace.socket.told=true"
  fi
}

# A controller that nobody can reach is of no use, and whoever calls would reach the other one.
refuse_served_socket() {
  owner=$(cat "$socket.lock" 2>/dev/null) || return 0
  place=$(tr '\000' '\n' 2>/dev/null <"/proc/$owner/cmdline" | awk -v socket="-Dheadrace.socket=$socket" '
    $0 == socket { here = 1 }
    $0 == "-Dheadrace.role=controller" { controller = 1 }
    sub(/^-Dkaraf\.base=/, "") { place = $0; sub(/\/karaf$/, "", place) }
    END { if (here && controller) print place }')
  [ -z "$place" ] || die "another controller (pid $owner, in $place) serves the socket $socket: set HeadraceSocket in $conf_file to another path (%n in it is the controller's name), or end that one"
}

# need_space FIRST LATER: refuses a start that would end half way with an error about something else.
# So many MiB are needed the first time, when the container unpacks itself, and so many later.
need_space() {
  [ ! -d "$instance/data/cache" ] || shift
  free=$(df -Pk "$instance" 2>/dev/null | awk 'NR == 2 { print int($4 / 1024) }')
  [ "${free:-$1}" -ge "$1" ] || die "the disk of $instance is full: $free MiB are free, $1 MiB are needed to start; make room, or move $instance_key in $conf_file"
}

# The instance's own etc: renewed when the distribution has changed, else left as the site edited it.
prepare_instance() {
  stamp=$(cd "$home" && find system lib "etc-$role" -type f -printf '%p %s %T@\n' | LC_ALL=C sort | cksum)
  if [ "$stamp" != "$(cat "$instance/stamp" 2>/dev/null)" ]; then
    mkdir -p "$instance/etc"
    for item in "$home/etc-$role"/*; do
      case ${item##*/} in
        users.properties | keys.properties | org.apache.karaf.shell.cfg)
          [ -e "$instance/etc/${item##*/}" ] && continue ;;
      esac
      cp -R "$item" "$instance/etc/"
    done
    rm -rf "$instance/data/cache"
    printf '%s\n' "$stamp" >"$instance/stamp"
  fi
  mkdir -p "$instance/data/tmp"
}

# Everything that both daemons hand to the JVM.
# shellcheck disable=SC2034,SC2086
java_command() {
  classpath=
  for jar in "$home"/lib/boot/*.jar "$home"/lib/jdk9plus/*.jar \
    "$home"/lib/endorsed/org.apache.karaf.specs.locator-*.jar; do
    classpath=$classpath${classpath:+:}$jar
  done
  set -- "$java" $role_flags \
    -XX:-UsePerfData -XX:+ExitOnOutOfMemoryError "-XX:ErrorFile=$instance/hs_err_%p.log" \
    --add-opens=java.base/java.security=ALL-UNNAMED \
    --add-opens=java.base/java.net=ALL-UNNAMED \
    --add-opens=java.base/java.lang=ALL-UNNAMED \
    --add-opens=java.base/java.util=ALL-UNNAMED \
    --add-opens=java.naming/javax.naming.spi=ALL-UNNAMED \
    --add-opens=java.base/jdk.internal.misc=ALL-UNNAMED \
    -Dfile.encoding=UTF-8 -Djava.awt.headless=true "-Djava.io.tmpdir=$instance/data/tmp" \
    "-Dkaraf.home=$home" "-Dkaraf.base=$instance" "-Dkaraf.data=$instance/data" \
    "-Dkaraf.etc=$instance/etc" "-Dkaraf.log=$instance/data" \
    "-Dkaraf.instances=$instance/instances" \
    "-Djava.util.logging.config.file=$instance/etc/java.util.logging.properties" \
    -Dkaraf.startLocalConsole=false \
    "-Dheadrace.role=$role" "-Dheadrace.home=$home" "-Dheadrace.conf=$conf_file" \
    "-Dheadrace.node=$node" "-Dheadrace.socket=$socket" "-Dheadrace.pid.file=$pid_file" \
    "-Dheadrace.stepd=${stepd:-$home/sbin/headrace-stepd}" \
    "-Dheadrace.log.file=$log_file" "-Dheadrace.log.level=$log_level" \
    "-Dheadrace.log.console=$log_console" \
    "$@" $role_options -cp "$classpath" org.apache.karaf.main.Main
  # The JVM's own use of SIGUSR2, which log rotation sends and would crash it by, moves to SIGSTKFLT.
  # And SIGHUP isn't ignored for ever since whoever started us ignored it.
  heard=
  env --default-signal=HUP true 2>/dev/null && heard=--default-signal=HUP
  # Without a locale, as init starts it, a JVM can't open files whose names aren't ASCII.
  set -- env $heard _JAVA_SR_SIGNUM=16 LC_ALL=C.UTF-8 "$@"
  if [ -n "$nice" ]; then
    set -- nice -n "$nice" "$@"
  fi
  write_pid=$instance/pid
  cd "${workdir:-/}" || die "cannot change to $workdir"
  if [ "$foreground" = true ]; then
    record_pid $$
    [ "$systemd" = false ] || [ ! -x "$home/bin/headrace-client" ] || set -- "$home/bin/headrace-client" --ready "$@"
    exec "$@"
  fi
  # A new session without a terminal, like any daemon.
  setsid "$@" </dev/null >>"$log_file" 2>&1 &
  record_pid $!
}

record_pid() {
  printf '%s\n' "$1" >"$write_pid"
  mkdir -p "$(dirname "$pid_file")" 2>/dev/null
  { printf '%s\n' "$1" >"$pid_file"; } 2>/dev/null ||
    printf '%s: error: cannot write pid file %s\n' "$daemon" "$pid_file" >&2
}

# Log lines go to a file and, in the foreground, to the terminal, as with the real daemons.
prepare_log() {
  log_file=${log_option:-$(expand "$(conf "$1" "")")}
  log_file=${log_file:-$instance/$daemon.log}
  case $log_file in /*) ;; *) log_file=$(pwd)/$log_file ;; esac
  mkdir -p "$(dirname "$log_file")" 2>/dev/null
  { : >>"$log_file"; } 2>/dev/null || die "cannot write the log file $log_file"
  log_console=OFF
  [ "$foreground" = true ] && log_console=ALL
  case $(conf "${daemon}debug" info | tr '[:upper:]' '[:lower:]') in
    quiet | 0) log_level=OFF ;;
    fatal | error | [12]) log_level=ERROR ;;
    debug | debug2 | [56]) log_level=DEBUG ;;
    debug[3-5] | [789]) log_level=TRACE ;;
    *) log_level=INFO ;;
  esac
  [ "$verbose" -ge 1 ] && log_level=DEBUG
  [ "$verbose" -ge 3 ] && log_level=TRACE
  return 0
}
