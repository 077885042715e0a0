/* Which nodes of memory a task's pages come from. */
#define _GNU_SOURCE
#include "stepd.h"

#include <errno.h>
#include <linux/mempolicy.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BITS (MAX_MEMORY_WORDS * 64)
#define LONG_BITS (8 * sizeof(unsigned long))

static void set_bit(unsigned long *set, size_t bit) {
  set[bit / LONG_BITS] |= 1ul << (bit % LONG_BITS);
}

static bool has_bit(const unsigned long *set, size_t bit) {
  return (set[bit / LONG_BITS] >> (bit % LONG_BITS) & 1) != 0;
}

/* Fills the set; of a preference the kernel takes one node alone. Returns how many there are. */
static size_t wanted(const struct memory_policy *policy, unsigned long *set) {
  size_t count = 0;
  for (size_t bit = 0; bit < policy->count * 64; bit++) {
    bool first = count == 0 || policy->mode == MEMORY_BIND;
    if ((policy->words[bit / 64] >> (bit % 64) & 1) != 0 && first) {
      set_bit(set, bit);
      count++;
    }
  }
  return count;
}

static long apply(const struct memory_policy *policy) {
  unsigned long set[BITS / LONG_BITS] = {0};
  switch (policy->mode) {
    case MEMORY_LOCAL: /* as every kernel says it: a preference of no node */
      return syscall(SYS_set_mempolicy, MPOL_PREFERRED, NULL, 0ul);
    case MEMORY_BIND:
    case MEMORY_PREFER:
      if (wanted(policy, set) == 0) {
        errno = EINVAL;
        return -1;
      }
      return syscall(SYS_set_mempolicy,
                     policy->mode == MEMORY_BIND ? MPOL_BIND : MPOL_PREFERRED, set, BITS + 1ul);
    default:
      return 0;
  }
}

/* The nodes that the task may use, as hexadecimal digits. */
static void digits_of(const unsigned long *set, char *digits) {
  size_t length = 0;
  for (size_t nibble = BITS / 4; nibble-- > 0;) {
    unsigned value = 0;
    for (size_t bit = 4; bit-- > 0;) {
      value = value << 1 | (has_bit(set, nibble * 4 + bit) ? 1 : 0);
    }
    if (length > 0 || value != 0) {
      digits[length++] = "0123456789abcdef"[value];
    }
  }
  digits[length] = 0;
}

static bool held_to(const struct memory_policy *policy, char *digits) {
  unsigned long set[BITS / LONG_BITS] = {0};
  bool chosen = policy->mode == MEMORY_BIND || policy->mode == MEMORY_PREFER;
  unsigned long flags = chosen ? 0 : MPOL_F_MEMS_ALLOWED;
  if (syscall(SYS_get_mempolicy, NULL, set, (unsigned long)BITS, NULL, flags) != 0) {
    return false;
  }
  digits_of(set, digits);
  return true;
}

char *memory_bind(const struct step *step, const struct task *task) {
  const struct memory_policy *policy = &task->memory;
  char digits[BITS / 4 + 1] = "";
  bool without = false;
  if (policy->mode != MEMORY_DEFAULT && apply(policy) != 0) {
    without = errno == ENOSYS; /* a kernel that knows of one node only: it is that one anyway */
    if (!without) {
      return format_string(
          "slurmstepd: error: task %u can't be bound to its nodes of memory: %s\n",
          task->global_rank, strerror(errno));
    }
  }
  if (policy->shown[0] == 0) {
    return NULL;
  }
  if (without || !held_to(policy, digits)) {
    snprintf(digits, sizeof(digits), "1");
  }
  return format_string("mem-bind=%s - %s, task %2u %2u [%ld]: mask 0x%s%s%s\n", policy->shown,
                       step->order.node_name, task->global_rank, task->local_rank, (long)getpid(),
                       digits, without ? "" : " set",
                       without ? " (this machine has one node of memory: nothing to bind)" : "");
}
