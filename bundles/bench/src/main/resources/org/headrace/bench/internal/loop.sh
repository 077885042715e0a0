# loop.sh COUNT COMMAND...: runs COMMAND so many times and prints the microseconds of each run, from
# before the fork to after the exit. A small shell forks faster than a large JVM, and measures so.
count=$1
shift
export LC_ALL=C
for ((i = 0; i < count; i++)); do
  begun=${EPOCHREALTIME/./}
  "$@" >/dev/null </dev/null || exit
  ended=${EPOCHREALTIME/./}
  echo $((ended - begun))
done
