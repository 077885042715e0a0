#!/bin/bash
# A task of a parallel program, as far as the process management interface goes: speaks PMI-1 and PMI-2
# over PMI_FD. Sourced by tests, which then call its functions.
LC_ALL=C

# Sends a line of PMI-1 and reads the answer into $answer.
ask() {
  printf '%s\n' "$1" >&"$PMI_FD"
  IFS= read -r answer <&"$PMI_FD"
}

# Sends a message of PMI-2 and reads the answer into $answer.
ask2() {
  local length
  printf '%-6d%s' "${#1}" "$1" >&"$PMI_FD"
  IFS= read -r -N 6 length <&"$PMI_FD"
  IFS= read -r -N $((length)) answer <&"$PMI_FD"
}

# The same, and prints the answer.
say() {
  ask "$1"
  printf '%s\n' "$answer"
}

say2() {
  ask2 "$1"
  printf '%s\n' "$answer"
}
