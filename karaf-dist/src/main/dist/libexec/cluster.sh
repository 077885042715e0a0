# Sourced by bin/headrace: a whole cluster on this machine (up, down, env, status).
# DIR/cluster is the record of what was started: one line per daemon,
# "name pid start-time port directory", after lines "key=value".

# start_time PID: the kernel's start time of the process; with the pid it names one process for ever.
# Nothing for one that has ended and that nobody has asked about (Z), as in containers without an init.
start_time() {
  sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" && $1 != "X" { print $20 }'
}

runs() { # PID START-TIME
  [[ -n $1 && $(start_time "$1") = "$2" ]]
}

# One up or down at a time. Whoever can read the file could lock it, so nobody else can.
lock_cluster() {
  (umask 077 && : >>"$dir/up.lock")
  chmod 600 "$dir/up.lock"
  exec 8>"$dir/up.lock"
  flock -n 8 || fail "another headrace up or down works on $dir"
}

# typed WORD: as it has to be typed in a shell, if it isn't plain.
typed() {
  [[ $1 = *[[:space:]\'\"\`\$\;\&\|\<\>\(\)\*\?\!\~\{\}]* ]] && printf "'%s'" "${1//\'/\'\\\'\'}" || printf '%s' "$1"
}

there() { # the option that means this cluster
  printf -- '--dir %s' "$(typed "$dir")"
}

read_cluster() {
  [[ -f $dir/cluster ]] || fail "no cluster in $dir; headrace up $(there) starts one"
  cluster_conf=$(sed -n 's/^conf=//p' "$dir/cluster")
  cluster_dist=$(sed -n 's/^dist=//p' "$dir/cluster")
  # With several controllers: of each one, in their order, with colons between.
  cluster_state=$(sed -n 's/^state=//p' "$dir/cluster")
  cluster_socket=$(sed -n 's/^socket=//p' "$dir/cluster")
}

# daemons: lines "name pid start port directory". One that was started again since, by its own
# program, is found by the pid file in its directory.
daemons() {
  local name pid start port place now
  while read -r name pid start port place; do
    now=$(cat "$place/karaf/pid" 2>/dev/null || true)
    if [[ -n $now && $now != "$pid" ]] && ! runs "$pid" "$start" &&
      tr '\0' '\n' 2>/dev/null <"/proc/$now/cmdline" | grep -qxF -- "-Dkaraf.base=$place/karaf"; then
      pid=$now start=$(start_time "$now")
    fi
    echo "$name $pid $start $port $place"
  done < <(grep -v '=' "$dir/cluster" || true)
}

# free_ports COUNT: the first of COUNT consecutive ports below the ephemeral range that neither TCP
# nor UDP uses.
free_ports() {
  local used first port tries low high=32000 ephemeral
  low=15000
  # What the system gives to sockets that send is not for daemons: it would be taken at times.
  read -r ephemeral port </proc/sys/net/ipv4/ip_local_port_range || ephemeral=32768 port=60999
  if ((ephemeral >= low + 1000)); then
    ((ephemeral >= high)) || high=$ephemeral
  elif ((port <= 60000)); then
    low=$((port + 1)) high=65000
  fi
  used=" $(awk 'FNR > 1 { split($2, a, ":"); print a[2] }' /proc/net/{tcp,tcp6,udp,udp6} 2>/dev/null | sort -u | tr '\n' ' ')"
  for ((tries = 0; tries < 500; tries++)); do
    first=$((low + RANDOM % (high - low)))
    [[ $((first + $1)) -lt $high ]] || continue
    for ((port = first; port < first + $1; port++)); do
      [[ $used != *" $(printf %04X "$port") "* ]] || continue 2
    done
    echo "$first"
    return
  done
  fail "found no $1 free ports between $low and $high"
}

# expand_hosts LIST: names of a hostlist such as n[1-3,08-10]x,login, one a line.
expand_hosts() {
  local rest=$1 prefix inside suffix part name
  while [[ -n $rest ]]; do
    if [[ $rest =~ ^([^],[]*)\[([^]]*)\]([^,]*),?(.*)$ ]]; then
      prefix=${BASH_REMATCH[1]} inside=${BASH_REMATCH[2]} suffix=${BASH_REMATCH[3]} rest=${BASH_REMATCH[4]}
      for part in ${inside//,/ }; do
        if [[ $part =~ ^([0-9]+)-([0-9]+)$ ]]; then
          for name in $(seq -f "%0${#BASH_REMATCH[1]}.0f" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"); do
            expand_hosts "$prefix$name$suffix"
          done
        else
          expand_hosts "$prefix$part$suffix"
        fi
      done
    else
      echo "${rest%%,*}"
      [[ $rest = *,* ]] && rest=${rest#*,} || rest=
    fi
  done
}

# local_controllers CONF: names of the SlurmctldHost lines whose address is this machine. The only
# line is taken for this machine's, whatever it says.
local_controllers() {
  local entries entry name address host
  host=$(hostname -s 2>/dev/null || uname -n)
  entries=$(conf_values "$1" | sed -n 's/^slurmctldhost //p')
  if [[ $(wc -l <<<"$entries") = 1 ]]; then
    echo "$host"
    return
  fi
  while read -r entry; do
    name=${entry%%(*} address=${entry#*(}
    address=${address%)}
    case $address in
      localhost | 127.* | ::1 | "$host" | "$(hostname 2>/dev/null || uname -n)") echo "$name" ;;
      *) echo "headrace: controller $name is elsewhere ($address), not started here" >&2 ;;
    esac
  done <<<"$entries"
}

is_controller() { # NAME, with settings read
  [[ $1 = slurmctld ]] || grep -qE "^slurmctldhost $1(\(|\$)" <<<"$settings"
}

# local_nodes CONF: "name port" for each configured node whose address is this machine.
local_nodes() {
  local line names ports address host i usual_port= usual_address=
  host=$(hostname -s 2>/dev/null || uname -n)
  usual_port=$(conf slurmdport 6818)
  conf_lines "$1" | { grep -i '^[[:space:]]*NodeName=' || true; } |
    while read -r line; do
      names=$(word "$line" NodeName) ports=$(word "$line" Port) address=$(word "$line" NodeAddr)
      address=${address:-$(word "$line" NodeHostname)}
      if [[ ${names^^} = DEFAULT ]]; then # for the lines after it
        usual_port=${ports:-$usual_port} usual_address=${address:-$usual_address}
        continue
      fi
      address=${address:-$usual_address}
      mapfile -t names < <(expand_hosts "$names")
      mapfile -t ports < <(expand_hosts "${ports:-$usual_port}")
      for i in "${!names[@]}"; do
        case ${address:-${names[i]}} in
          localhost | 127.* | ::1 | "$host" | "$(hostname 2>/dev/null || uname -n)") echo "${names[i]} ${ports[i]:-${ports[0]}}" ;;
          *) echo "headrace: node ${names[i]} is elsewhere (${address:-${names[i]}}), not started here" >&2 ;;
        esac
      done
    done
}

word() { # LINE KEY: the value of KEY= in LINE, nothing if there is none
  printf '%s\n' "$1" | { grep -ioE "(^|[[:space:]])$2=(\"[^\"]*\"|[^[:space:]]+)" || true; } | head -1 | cut -d= -f2- | tr -d '"'
}

# What slurm.conf, lists of sockets or PATH can't hold; blanks can be quoted.
refuse_odd_directory() {
  [[ $dir != *[$'\n\r"#%:,\\[']* && $dir != *']'* ]] ||
    fail "$dir: slurm.conf and PATH can't name a directory with one of \" # % : , \\ [ ] or a line break; choose another by --dir"
}

in_conf() { # PATH: as a value of slurm.conf
  [[ $1 != *[[:space:]]* ]] && printf '%s' "$1" || printf '"%s"' "$1"
}

write_configuration() { # NODES CONTROLLERS
  local nodes=$1 controllers=$2 host memory machine spec first gpu device member= i
  host=$(hostname -s 2>/dev/null || uname -n)
  machine=$("$cluster_dist/sbin/slurmd" -C | head -1)
  # Memory is shared out, so that the nodes together never promise more than the machine has.
  memory=$(($(word "$machine" RealMemory) * 9 / 10 / nodes))
  spec=$(printf '%s\n' "$machine" | sed -e 's/^NodeName=[^ ]* //' -e 's/ Boards=1//' -e 's/SocketsPerBoard/Sockets/' -e "s/RealMemory=.*/RealMemory=$memory/")
  first=$(free_ports $((20 + 2 * nodes)))
  cluster_shell_port=$((first + 19))
  mkdir -p "$dir"/{etc,state,spool,log,run,dev}
  chmod 755 "$dir" "$dir/etc" "$dir/run"
  if [[ ! -s $dir/etc/headrace.key ]]; then
    (umask 077 && od -An -N64 -tx1 /dev/urandom | tr -d ' \n' >"$dir/etc/headrace.key")
  fi
  # Stand-ins for cards, so that GPU jobs can be tried on any machine.
  for gpu in 0 1; do
    device=$dir/dev/gpu$gpu
    [[ -e $device ]] || mknod "$device" c 1 3 2>/dev/null || : >"$device"
  done
  cat >"$dir/etc/gres.conf" <<C
# Two stand-in devices per node (copies of /dev/null).
NodeName=n[1-$nodes] Name=gpu File=$(in_conf "$dir/dev/gpu[0-1]")
C
  # Several controllers on one machine differ by address, and each has its own files.
  [[ $controllers = 1 ]] || member=%n
  {
    cat <<C
# Written by headrace up for $nodes nodes on this machine.
ClusterName=headrace
C
    if [[ $controllers = 1 ]]; then
      echo "SlurmctldHost=$host(127.0.0.1)"
    else
      for ((i = 1; i <= controllers; i++)); do
        echo "SlurmctldHost=ctl$i(127.0.0.$i)"
      done
    fi
    cat <<C
SlurmctldPort=$first
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/key
HeadraceKeyFile=$(in_conf "$dir/etc/headrace.key")
HeadraceSocket=$(in_conf "$dir/run/${member:-headrace}.sock")
StateSaveLocation=$(in_conf "$dir/state${member:+/$member}")
SlurmdSpoolDir=$(in_conf "$dir/spool/%n")
SlurmctldPidFile=$(in_conf "$dir/run/slurmctld${member:+-$member}.pid")
SlurmdPidFile=$(in_conf "$dir/run/slurmd-%n.pid")
SlurmctldLogFile=$(in_conf "$dir/log/slurmctld${member:+-$member}.log")
SlurmdLogFile=$(in_conf "$dir/log/slurmd-%n.log")
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
PriorityType=priority/multifactor
PriorityWeightAge=1000
PriorityWeightJobSize=1000
TopologyPlugin=topology/flat
GresTypes=gpu
AccountingStorageType=accounting_storage/sqlite${member:+
AccountingStorageLoc=$(in_conf "$dir/state/accounting.db")}
AccountingStorageTRES=gres/gpu
ReturnToService=2
SlurmdTimeout=60
KillWait=5
MinJobAge=300
C
    for ((i = 1; i <= nodes; i++)); do
      echo "NodeName=n$i NodeHostname=$host NodeAddr=127.0.0.1 Port=$((first + 18 + 2 * i)) $spec Gres=gpu:2 State=UNKNOWN"
    done
    echo "PartitionName=debug Nodes=n[1-$nodes] Default=YES MaxTime=INFINITE State=UP"
  } >"$dir/etc/slurm.conf"
}

# A running cluster must not change under a rebuild, so in a clone each cluster gets a copy.
place_distribution() {
  cluster_dist=$dist
  if [[ -n $root ]]; then
    cluster_dist=$dir/dist
    if [[ ! -f $cluster_dist/VERSION || $dist/VERSION -nt $cluster_dist/VERSION ]]; then
      rm -rf "$cluster_dist"
      cp -a "$dist" "$cluster_dist"
    fi
  fi
}

verb_up() {
  umask 022 # users go through here to their sockets and scripts; secrets have modes of their own
  local nodes=4 controllers=1 conf_given= name port pid start
  local -a more_lines=() options=()
  while [[ $# -gt 0 ]]; do
    case $1 in
      --nodes=*) nodes=${1#*=}; shift ;;
      --controllers=*) controllers=${1#*=}; shift ;;
      --controllers) [[ $# -gt 1 ]] || fail "--controllers needs a number"; controllers=$2; shift 2 ;;
      --conf=*) conf_given=${1#*=}; shift ;;
      --nodes) [[ $# -gt 1 ]] || fail "--nodes needs a number"; nodes=$2; shift 2 ;;
      --conf) [[ $# -gt 1 ]] || fail "--conf needs a file"; conf_given=$2; shift 2 ;;
      --set) [[ ${2:-} = [A-Za-z]*=* ]] || fail "--set needs KEY=VALUE"; more_lines+=("$2"); shift 2 ;;
      *) fail "up knows no '$1' (headrace up --help)" ;;
    esac
  done
  [[ $nodes =~ ^[1-9][0-9]{0,3}$ ]] || fail "--nodes $nodes: a number from 1 to 9999 is right"
  [[ $controllers =~ ^[1357]$ ]] ||
    fail "--controllers $controllers: 1, 3, 5 or 7 is right; of an even number, half could not go on without the other"
  [[ -z $conf_given || -f $conf_given && -r $conf_given ]] || fail "cannot read $conf_given: no such file, or not for $(id -un)"
  build
  find_java
  refuse_odd_directory
  mkdir -p "$dir" || fail "cannot create $dir; choose another by --dir"
  lock_cluster
  if [[ -f $dir/cluster ]]; then
    local running=0 gone=()
    while read -r name pid start _; do
      runs "$pid" "$start" && running=$((running + 1)) || gone+=("$name")
    done < <(daemons)
    if [[ $running -gt 0 ]]; then
      [[ ${#gone[@]} -gt 0 ]] || fail "all $running daemons already run in $dir; headrace down $(there) ends them"
      bring_back
      return
    fi
  fi
  place_distribution
  local conf_file
  choose_configuration
  start_cluster
}

# Sets conf_file: the one given, the one of an earlier start, or a new one.
choose_configuration() {
  if [[ -n $conf_given ]]; then
    conf_file=$(readlink -f "$conf_given")
    cluster_shell_port=$(free_ports 1)
  elif [[ -f $dir/etc/slurm.conf && $(grep -c '^NodeName=' "$dir/etc/slurm.conf") = "$nodes" &&
    $(grep -c '^SlurmctldHost=' "$dir/etc/slurm.conf") = "$controllers" ]]; then
    # A second start keeps jobs, accounting and what was edited.
    conf_file=$dir/etc/slurm.conf
    cluster_shell_port=
  else
    keep_configuration
    write_configuration "$nodes" "$controllers"
    [[ ${#more_lines[@]} = 0 ]] || printf '%s\n' "${more_lines[@]}" >>"$dir/etc/slurm.conf"
    conf_file=$dir/etc/slurm.conf
  fi
}

# What a configuration for another number of nodes replaces may have been edited.
keep_configuration() {
  local file kept=
  for file in "$dir"/etc/{slurm,gres}.conf; do
    [[ ! -f $file ]] || { cp "$file" "$file.before" && kept+=" $file.before"; }
  done
  [[ -z $kept ]] || echo "A new configuration is written; the one before stays in${kept}"
}

read_settings() { # CONF
  node=
  host=$(hostname -s 2>/dev/null || uname -n)
  settings=$(conf_values "$1") || fail "cannot parse $1"
}

# Starts again what has ended of a cluster of which some still runs, as it was started.
bring_back() {
  local list begun=$SECONDS port place
  read_cluster
  read_settings "$cluster_conf"
  own_socket "$(tr : '\n' <<<"$cluster_state" | wc -l)"
  while read -r name pid start port place; do
    ! runs "$pid" "$start" || continue
    echo "Starting $name again, which has ended"
    node=$name
    if [[ $name = slurmctld ]]; then
      restart_daemon slurmctld
    elif [[ :$cluster_state: = *:$place:* ]]; then
      restart_daemon slurmctld -N "$name"
    else
      restart_daemon slurmd -N "$name"
    fi
  done < <(daemons)
  list=$(local_nodes "$cluster_conf")
  wait_until_idle "$list" "$begun" "$([[ $cluster_state = *:* ]] && echo controllers || echo controller)"
}

restart_daemon() { # PROGRAM OPTION...
  local program=$1
  shift
  "$cluster_dist/sbin/$program" "$@" -f "$cluster_conf" 8>&- </dev/null || fail "$name did not start"
}

# Clusters whose configurations name no socket have each its own, in its directory.
own_socket() { # CONTROLLERS
  local name=headrace
  [[ $1 = 1 ]] || name=%n
  export HEADRACE_UP_SOCKET=$dir/run/$name.sock
}

# Starts all daemons that conf_file places on this machine.
start_cluster() {
  read_settings "$conf_file"
  local members list begun=$SECONDS
  members=$(local_controllers "$conf_file")
  [[ -n $members ]] || fail "$conf_file has no controller on this machine (SlurmctldHost=$host(127.0.0.1) makes it one)"
  cluster_socket= cluster_state=
  own_socket "$(wc -l <<<"$members")"
  while read -r node; do
    cluster_socket+=${cluster_socket:+:}$(expand "$(conf headracesocket "$HEADRACE_UP_SOCKET")")
    cluster_state+=${cluster_state:+:}$(expand "$(conf statesavelocation /var/spool)")
    [[ $(printf '%s' "${cluster_socket##*:}" | wc -c) -lt 108 ]] ||
      fail "the socket path ${cluster_socket##*:} is longer than the 107 characters that the kernel allows; choose a shorter --dir, or set HeadraceSocket in $conf_file"
  done <<<"$members"
  refuse_served_sockets
  list=$(local_nodes "$conf_file")
  [[ -n $list ]] || fail "$conf_file has no node on this machine (NodeAddr=127.0.0.1 makes it one)"
  {
    echo "conf=$conf_file"
    echo "dist=$cluster_dist"
    echo "state=$cluster_state"
    echo "socket=$cluster_socket"
  } >"$dir/cluster"
  port=$(conf slurmctldport 6817)
  if [[ $(wc -l <<<"$members") = 1 ]]; then
    HEADRACE_SHELL_PORT=${cluster_shell_port:-8101} start_daemon slurmctld "$port" "$cluster_state" \
      "$cluster_dist/sbin/slurmctld" -f "$conf_file"
  else
    while read -r node; do
      HEADRACE_SHELL_PORT=${cluster_shell_port:-8101} start_daemon "$node" "$port" \
        "$(expand "$(conf statesavelocation /var/spool)")" \
        "$cluster_dist/sbin/slurmctld" -N "$node" -f "$conf_file"
      cluster_shell_port=$((${cluster_shell_port:-8101} - 1))
    done <<<"$members"
  fi
  while read -r name port; do
    node=$name
    start_daemon "$name" "$port" "$(expand "$(conf slurmdspooldir /var/spool/slurmd)")" \
      "$cluster_dist/sbin/slurmd" -N "$name" -f "$conf_file"
  done <<<"$list"
  wait_until_idle "$list" "$begun" "$([[ $(wc -l <<<"$members") = 1 ]] || echo "$(wc -l <<<"$members") controllers")"
}

# Another cluster at the same socket would answer for this one, which nobody could reach.
refuse_served_sockets() {
  local socket owner place
  local -a sockets
  IFS=: read -ra sockets <<<"$cluster_socket"
  for socket in "${sockets[@]}"; do
    owner=$(cat "$socket.lock" 2>/dev/null) || continue
    place=$(tr '\0' '\n' 2>/dev/null <"/proc/$owner/cmdline" | sed -n 's/^-Dkaraf\.base=\(.*\)\/karaf$/\1/p') || continue
    [[ -z $place ]] || fail "another cluster is at the socket $socket: process $owner, in $place. End that one, or put HeadraceSocket= with another path into $conf_file"
  done
}

start_daemon() { # NAME PORT DIRECTORY COMMAND...
  local name=$1 port=$2 place=$3 pid
  shift 3
  mkdir -p "$place"
  "$@" 8>&- || fail "$name did not start"
  pid=$(cat "$place/karaf/pid")
  echo "$name $pid $(start_time "$pid") $port $place" >>"$dir/cluster"
}

# Ready means: the controller answers and every node has registered. One that the configuration or
# an administrator has taken out of service stays so, and is named.
wait_until_idle() { # LIST BEGUN CONTROLLERS
  local total idle out name pid start answer deadline=$((SECONDS + 60 + 5 * $(wc -l <<<"$1")))
  total=$(wc -l <<<"$1")
  while :; do
    while read -r name pid start _; do
      runs "$pid" "$start" || {
        echo >&2
        show_log "$name"
        fail "$name ended while starting; its log is above. headrace down $(there) ends the rest"
      }
    done < <(daemons)
    answer=$(SLURM_CONF=$(sed -n 's/^conf=//p' "$dir/cluster") HEADRACE_SOCKET=$cluster_socket timeout 10 \
      "$cluster_dist/bin/sinfo" -h -N -o '%N %t' 2>&1) || true
    out=$(sort -u <<<"$answer" | grep -cE ' (down|drain|drng|fail|failg|maint|resv)$' || true)
    idle=$(($(sort -u <<<"$answer" | grep -cE ' (idle|mix|alloc)$' || true) + out))
    [[ ! -t 1 ]] || printf '\r\033[KStarting: %d of %d nodes ready (%d s)' "$idle" "$total" $((SECONDS - $2))
    [[ $idle -lt $total ]] || break
    if [[ $SECONDS -ge $deadline ]]; then
      [[ ! -t 1 ]] || echo
      printf 'sinfo says: %s\n' "$(head -5 <<<"$answer")" >&2
      while read -r name _; do
        ! is_controller "$name" || show_log "$name"
      done < <(daemons)
      fail "only $idle of $total nodes ready after $((SECONDS - $2)) s; the controller's log is above, a node's is $(daemon_log "$(head -1 <<<"$1" | cut -d' ' -f1)"). headrace down $(there) ends it"
    fi
    sleep 0.2
  done
  [[ ! -t 1 ]] || printf '\r\033[K'
  echo "Up: ${3:-controller} and $total nodes ready after $((SECONDS - $2)) s, in $dir"
  [[ $out = 0 ]] || echo "Out of service: $out of these nodes (sinfo -R says why)"
  echo "Use it:  eval \"\$($(typed "$0") env $(there))\""
}

daemon_log() { # NAME: the file that a daemon logs to
  node=$1
  if is_controller "$1"; then
    expand "$(conf slurmctldlogfile "$(conf statesavelocation /var/spool)/karaf/slurmctld.log")"
  else
    expand "$(conf slurmdlogfile "$(conf slurmdspooldir /var/spool/slurmd)/karaf/slurmd.log")"
  fi
}

show_log() { # NAME: the end of a daemon's log
  local file
  file=$(daemon_log "$1")
  [[ ! -r $file ]] || { echo "--- $file" && tail -15 "$file"; } >&2
}

# steps: pids of step supervisors of this cluster. The spawner names its directory in its arguments;
# a supervisor shows its step there instead, and holds its directory open.
steps() {
  local entry spool held
  for entry in /proc/[0-9]*; do
    [[ $(readlink "$entry/exe" 2>/dev/null) = */headrace-stepd* ]] || continue
    held=$(exec 2>/dev/null; tr '\0' ' ' <"$entry/cmdline"; readlink "$entry"/fd/*) || true
    while read -r _ _ _ _ spool; do
      if [[ $held = *"$spool/"* || $held = *"$dir/"* ]]; then
        echo "${entry#/proc/}"
        break
      fi
    done < <(daemons)
  done
}

descendants() { # PID...: all their children's children, without themselves
  sed 's/^\([0-9]*\) (.*) . \([0-9]*\) .*/\1 \2/' /proc/[0-9]*/stat 2>/dev/null | awk -v roots="$*" '
    { parent[$1] = $2 }
    END {
      n = split(roots, r, " "); for (i = 1; i <= n; i++) in_tree[r[i]] = 1
      do { more = 0; for (p in parent) if (!(p in in_tree) && (parent[p] in in_tree)) { in_tree[p] = 1; more = 1; print p } } while (more)
    }'
}

verb_down() {
  local purge= name pid start supervisors tasks deadline
  while [[ $# -gt 0 ]]; do
    case $1 in
      --purge) purge=yes; shift ;;
      *) fail "down knows no '$1' (headrace down --help)" ;;
    esac
  done
  if [[ ! -f $dir/cluster ]]; then
    echo "Nothing is up in $dir"
    [[ -z $purge || ! -f $dir/etc/slurm.conf ]] || rm -rf "$dir"
    return 0
  fi
  lock_cluster
  read_cluster
  local ended=0
  while read -r name pid start _; do
    if runs "$pid" "$start"; then
      kill -TERM "$pid" && ended=$((ended + 1))
    fi
  done < <(daemons)
  deadline=$((SECONDS + 20))
  while read -r name pid start _; do
    while runs "$pid" "$start"; do
      if [[ $SECONDS -ge $deadline ]]; then
        echo "headrace: $name (pid $pid) did not end within 20 s of SIGTERM, killing it" >&2
        kill -KILL "$pid" 2>/dev/null || true
        deadline=$((SECONDS + 5))
      fi
      sleep 0.1
    done
  done < <(daemons)
  supervisors=$(steps)
  if [[ -n $supervisors ]]; then
    # shellcheck disable=SC2086
    tasks=$(descendants $supervisors)
    # shellcheck disable=SC2086
    [[ -z $tasks ]] || kill -TERM $tasks 2>/dev/null || true
    deadline=$((SECONDS + 3))
    # shellcheck disable=SC2086
    while [[ -n $(descendants $supervisors) && $SECONDS -lt $deadline ]]; do sleep 0.1; done
    # shellcheck disable=SC2086
    tasks="$(descendants $supervisors) $supervisors"
    # shellcheck disable=SC2086
    kill -KILL $tasks 2>/dev/null || true
  fi
  rm -f "$dir/cluster"
  tr : '\n' <<<"$cluster_socket" | xargs -d '\n' rm -f
  echo "Down: $ended daemons and $(wc -w <<<"$supervisors") steps ended in $dir"
  if [[ -n $purge ]]; then
    rm -rf "$dir"
  fi
}

verb_env() {
  read_cluster
  printf 'export SLURM_CONF=%q\n' "$cluster_conf"
  printf 'export HEADRACE_SOCKET=%q\n' "$cluster_socket"
  printf 'export HEADRACE_DIR=%q\n' "$dir"
  printf 'export PATH=%q:"$PATH"\n' "$cluster_dist/bin:$cluster_dist/sbin"
}

quoted() { # TEXT: as a string of JSON
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

verb_status() {
  local json= quiet= name pid start port place state memory all=0 first=yes
  while [[ $# -gt 0 ]]; do
    case $1 in
      --json) json=yes; shift ;;
      --quiet) quiet=yes; shift ;;
      *) fail "status knows no '$1' (headrace status --help)" ;;
    esac
  done
  if [[ ! -f $dir/cluster ]]; then
    if [[ -n $json ]]; then
      printf '{"directory":%s,"daemons":[]}\n' "$(quoted "$dir")"
    elif [[ -z $quiet ]]; then
      echo "No cluster in $dir; headrace up $(there) starts one"
    fi
    return 1
  fi
  if [[ -n $json ]]; then
    read_cluster
    printf '{"directory":%s,"conf":%s,"socket":%s,"daemons":[' \
      "$(quoted "$dir")" "$(quoted "$cluster_conf")" "$(quoted "$cluster_socket")"
  elif [[ -z $quiet ]]; then
    printf '%-12s %-8s %8s %6s %9s  %s\n' DAEMON STATE PID PORT RSS_MIB DIRECTORY
  fi
  while read -r name pid start port place; do
    state=running
    memory=$(awk '/^VmRSS:/ { print int($2 / 1024) }' "/proc/$pid/status" 2>/dev/null || true)
    runs "$pid" "$start" || { state=gone memory=0 all=1; }
    if [[ -n $json ]]; then
      [[ -n $first ]] || printf ','
      first=
      printf '{"name":"%s","state":"%s","pid":%s,"port":%s,"rss_mib":%s,"directory":%s}' \
        "$name" "$state" "$pid" "$port" "${memory:-0}" "$(quoted "$place")"
    elif [[ -z $quiet ]]; then
      printf '%-12s %-8s %8s %6s %9s  %s\n' "$name" "$state" "$pid" "$port" "${memory:-0}" "$place"
    fi
  done < <(daemons)
  [[ -z $json ]] || printf ']}\n'
  [[ -n $json || -n $quiet ]] || show_leader
  return "$all"
}

# Of several controllers, who leads and who is behind. One that is cut off doesn't know: the next is asked.
show_leader() {
  read_cluster
  [[ $cluster_state = *:* ]] || return 0
  local socket answer
  while read -r socket; do
    answer=$(SLURM_CONF=$cluster_conf HEADRACE_SOCKET=$socket timeout 5 \
      "$cluster_dist/bin/scontrol" ping 2>/dev/null) || true
    if [[ $answer = *\ leads* ]]; then
      grep -E '^[^ ]+ (leads|is catching up)$' <<<"$answer"
      return
    fi
  done < <(tr : '\n' <<<"$cluster_socket")
  echo "No controller leads, or none can be reached"
}
