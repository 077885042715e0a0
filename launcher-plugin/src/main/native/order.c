/* Reads an order: a sequence of (tag, length, bytes) fields, big-endian, everything bounded. */
#include "stepd.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum tag {
  TAG_VERSION = 1,
  TAG_JOB_ID = 2,
  TAG_STEP_ID = 3,
  TAG_ATTEMPT = 4,
  TAG_NODE_NAME = 5,
  TAG_UID = 6,
  TAG_GID = 7,
  TAG_GROUPS = 8,
  TAG_CWD = 10,
  TAG_UMASK = 11,
  TAG_LIMIT = 12,
  TAG_ENV = 13,
  TAG_ARG = 14,
  TAG_SCRIPT = 15,
  TAG_MEMORY = 17,
  TAG_CPUS = 18,
  TAG_FLAGS = 19,
  TAG_KILL_WAIT = 20,
  TAG_PTY_SIZE = 21,
  TAG_CGROUP_PATH = 22,
  TAG_CGROUP_ROOT = 23,
  TAG_PID_VARIABLE = 24,
  TAG_TASK_PROLOG = 25,
  TAG_TASK_EPILOG = 26,
  TAG_DENIED_DEVICE = 27,
  TAG_WORLD = 28,
  TAG_PATIENCE = 29,
  TAG_TASK = 30,
  TAG_GLOBAL_RANK = 31,
  TAG_LOCAL_RANK = 32,
  TAG_STDIN = 33,
  TAG_STDOUT = 34,
  TAG_STDERR = 35,
  TAG_MEMORY_POLICY = 36,
  TAG_PLACEMENT = 37,
};

enum flag { FLAG_APPEND = 1, FLAG_PTY = 2, FLAG_CORES = 4, FLAG_MEMORY = 8, FLAG_DEVICES = 16 };

/* The fields without which there is nothing to run, one bit each. */
enum required { HAS_VERSION = 1, HAS_JOB = 2, HAS_UID = 4, HAS_GID = 8, HAS_CWD = 16 };

struct reader {
  const uint8_t *at;
  size_t left;
  char *error;
  size_t error_size;
};

static bool fail(struct reader *reader, const char *what, unsigned tag) {
  snprintf(reader->error, reader->error_size, "malformed order: %s (field %u)", what, tag);
  return false;
}

static uint64_t number(const uint8_t *at, size_t length) {
  uint64_t value = 0;
  for (size_t i = 0; i < length; i++) {
    value = value << 8 | at[i];
  }
  return value;
}

static bool take_number(struct reader *reader, const uint8_t *at, size_t length, size_t wanted,
                        uint64_t *value, unsigned tag) {
  if (length != wanted) {
    return fail(reader, "a number has the wrong width", tag);
  }
  *value = number(at, length);
  return true;
}

static char *copy_string(struct reader *reader, const uint8_t *at, size_t length, unsigned tag) {
  if (length > MAX_STRING_BYTES) {
    fail(reader, "a string is longer than 131071 bytes", tag);
    return NULL;
  }
  if (memchr(at, 0, length) != NULL) {
    fail(reader, "a string contains a zero byte", tag);
    return NULL;
  }
  char *copy = checked_alloc(length + 1);
  memcpy(copy, at, length);
  copy[length] = 0;
  return copy;
}

static bool take_string(struct reader *reader, const uint8_t *at, size_t length, char **value,
                        unsigned tag) {
  char *copy = copy_string(reader, at, length, tag);
  if (copy == NULL) {
    return false;
  }
  free(*value);
  *value = copy;
  return true;
}

static bool add_string(struct reader *reader, const uint8_t *at, size_t length,
                       struct strings *strings, unsigned tag) {
  if (strings->count >= MAX_STRINGS) {
    return fail(reader, "more than 65536 strings", tag);
  }
  char *copy = copy_string(reader, at, length, tag);
  if (copy == NULL) {
    return false;
  }
  if (strings->count + 1 >= strings->capacity) {
    uint32_t capacity = strings->capacity == 0 ? 16 : strings->capacity * 2;
    char **items = realloc(strings->items, capacity * sizeof(char *));
    if (items == NULL) {
      free(copy);
      return fail(reader, "out of memory", tag);
    }
    strings->items = items;
    strings->capacity = capacity;
  }
  strings->items[strings->count++] = copy;
  strings->items[strings->count] = NULL;
  return true;
}

static bool take_cpus(struct reader *reader, const uint8_t *at, size_t length,
                      struct cpu_set_words *cpus, unsigned tag) {
  if (length % 8 != 0 || length / 8 > MAX_CPU_WORDS) {
    return fail(reader, "a CPU set must be whole 64-bit words for at most 8192 CPUs", tag);
  }
  cpus->count = (uint32_t)(length / 8);
  for (uint32_t i = 0; i < cpus->count; i++) {
    cpus->words[i] = number(at + 8 * i, 8);
  }
  return true;
}

static bool take_groups(struct reader *reader, const uint8_t *at, size_t length,
                        struct order *order) {
  if (length % 4 != 0 || length / 4 > MAX_GROUPS) {
    return fail(reader, "groups must be 32-bit numbers, at most 65536", TAG_GROUPS);
  }
  free(order->groups);
  order->group_count = (uint32_t)(length / 4);
  order->groups = checked_alloc((order->group_count + 1) * sizeof(gid_t));
  for (uint32_t i = 0; i < order->group_count; i++) {
    order->groups[i] = (gid_t)get32(at + 4 * i);
  }
  return true;
}

static bool take_limit(struct reader *reader, const uint8_t *at, size_t length,
                       struct order *order) {
  static const int resources[] = {RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_DATA,   RLIMIT_STACK,
                                  RLIMIT_CORE, RLIMIT_RSS,  RLIMIT_NPROC,  RLIMIT_NOFILE,
                                  RLIMIT_MEMLOCK, RLIMIT_AS};
  if (length != 12 || order->limit_count >= MAX_LIMITS) {
    return fail(reader, "a limit must be 12 bytes, at most 16 limits", TAG_LIMIT);
  }
  uint32_t index = get32(at);
  if (index >= sizeof(resources) / sizeof(resources[0])) {
    return fail(reader, "unknown resource in a limit", TAG_LIMIT);
  }
  struct resource_limit *limit = &order->limits[order->limit_count++];
  limit->resource = resources[index];
  limit->soft = number(at + 4, 8);
  return true;
}

static bool take_target(struct reader *reader, const uint8_t *at, size_t length,
                        struct io_target *target, unsigned tag) {
  if (length < 1 || at[0] > IO_SAME || (at[0] == IO_SAME && tag != TAG_STDERR)) {
    return fail(reader, "unknown kind of input or output", tag);
  }
  target->kind = (enum io_kind)at[0];
  if (target->kind == IO_FILE) {
    if (length < 2 || at[1] != '/') {
      return fail(reader, "an input or output file needs an absolute path", tag);
    }
    return take_string(reader, at + 1, length - 1, &target->path, tag);
  }
  return true;
}

static bool take_memory_policy(struct reader *reader, const uint8_t *at, size_t length,
                               struct memory_policy *policy) {
  if (length < 2 || at[0] > MEMORY_PREFER || at[1] > MAX_SHOWN_BYTES || at[1] > length - 2) {
    return fail(reader, "how memory is bound makes no sense", TAG_MEMORY_POLICY);
  }
  size_t words = length - 2 - at[1];
  if (words % 8 != 0 || words / 8 > MAX_MEMORY_WORDS) {
    return fail(reader, "a set of more than 1024 nodes of memory", TAG_MEMORY_POLICY);
  }
  policy->mode = (enum memory_mode)at[0];
  memcpy(policy->shown, at + 2, at[1]);
  policy->shown[at[1]] = 0;
  policy->count = (uint32_t)(words / 8);
  at += 2 + at[1];
  for (uint32_t i = 0; i < policy->count; i++, at += 8) {
    policy->words[i] = (uint64_t)get32(at) << 32 | get32(at + 4);
  }
  return true;
}

static bool take_world(struct reader *reader, const uint8_t *at, size_t length,
                       struct order *order) {
  struct world *world = &order->world;
  if (length < 14) {
    return fail(reader, "what parallel tasks are told is cut off", TAG_WORLD);
  }
  world->size = get32(at);
  world->first = get32(at + 4);
  world->nodes = get32(at + 8);
  size_t name = (size_t)(at[12] << 8 | at[13]);
  if (world->size == 0 || name == 0 || name > 128 || name > length - 14
      || length - 14 - name > MAX_MAPPING_BYTES) {
    return fail(reader, "what parallel tasks are told makes no sense", TAG_WORLD);
  }
  return take_string(reader, at + 14, name, &world->name, TAG_WORLD)
      && take_string(reader, at + 14 + name, length - 14 - name, &world->mapping, TAG_WORLD);
}

/* Where all ranks are: longer than what else is a string. */
static bool take_placement(struct reader *reader, const uint8_t *at, size_t length,
                           struct order *order) {
  if (length == 0 || length > MAX_PLACEMENT_BYTES || memchr(at, 0, length) != NULL) {
    return fail(reader, "where parallel tasks are makes no sense", TAG_PLACEMENT);
  }
  free(order->world.placement);
  order->world.placement = checked_alloc(length + 1);
  memcpy(order->world.placement, at, length);
  return true;
}

static bool next_field(struct reader *reader, unsigned *tag, const uint8_t **at, size_t *length) {
  if (reader->left < 6) {
    return fail(reader, "cut off inside a field header", 0);
  }
  *tag = (unsigned)(reader->at[0] << 8 | reader->at[1]);
  *length = get32(reader->at + 2);
  if (*length > reader->left - 6) {
    return fail(reader, "a field is longer than the order", *tag);
  }
  *at = reader->at + 6;
  reader->at += 6 + *length;
  reader->left -= 6 + *length;
  return true;
}

static bool parse_task(struct reader *outer, const uint8_t *bytes, size_t size,
                       struct order *order) {
  if (order->task_count >= MAX_TASKS) {
    return fail(outer, "more than 4096 tasks on one node", TAG_TASK);
  }
  struct task *tasks = realloc(order->tasks, (order->task_count + 1) * sizeof(struct task));
  if (tasks == NULL) {
    return fail(outer, "out of memory", TAG_TASK);
  }
  order->tasks = tasks;
  struct task *task = &tasks[order->task_count++];
  memset(task, 0, sizeof(*task));
  struct reader reader = {bytes, size, outer->error, outer->error_size};
  while (reader.left > 0) {
    unsigned tag = 0;
    const uint8_t *at = NULL;
    size_t length = 0;
    uint64_t value = 0;
    bool good = next_field(&reader, &tag, &at, &length);
    if (!good) {
      return false;
    }
    switch (tag) {
      case TAG_GLOBAL_RANK:
        good = take_number(&reader, at, length, 4, &value, tag);
        task->global_rank = (uint32_t)value;
        break;
      case TAG_LOCAL_RANK:
        good = take_number(&reader, at, length, 4, &value, tag);
        task->local_rank = (uint32_t)value;
        break;
      case TAG_ENV:
        good = add_string(&reader, at, length, &task->env, tag);
        break;
      case TAG_ARG:
        good = add_string(&reader, at, length, &task->argv, tag);
        break;
      case TAG_CPUS:
        good = take_cpus(&reader, at, length, &task->cpus, tag);
        break;
      case TAG_STDIN:
      case TAG_STDOUT:
      case TAG_STDERR:
        good = take_target(&reader, at, length, &task->io[tag - TAG_STDIN], tag);
        break;
      case TAG_MEMORY_POLICY:
        good = take_memory_policy(&reader, at, length, &task->memory);
        break;
      default:
        good = fail(&reader, "unknown field in a task", tag);
    }
    if (!good) {
      return false;
    }
  }
  return true;
}

static bool take_flags(struct reader *reader, const uint8_t *at, size_t length,
                       struct order *order) {
  uint64_t value = 0;
  if (!take_number(reader, at, length, 4, &value, TAG_FLAGS)) {
    return false;
  }
  order->append = (value & FLAG_APPEND) != 0;
  order->pty = (value & FLAG_PTY) != 0;
  order->constrain_cores = (value & FLAG_CORES) != 0;
  order->constrain_memory = (value & FLAG_MEMORY) != 0;
  order->constrain_devices = (value & FLAG_DEVICES) != 0;
  return true;
}

static bool take_script(const uint8_t *at, size_t length, struct order *order) {
  free(order->script);
  order->script = checked_alloc(length + 1);
  memcpy(order->script, at, length);
  order->script_bytes = length;
  return true;
}

/* Numbers of the step itself; *seen collects the required fields. */
static bool parse_number(struct reader *reader, const uint8_t *at, size_t length,
                         struct order *order, unsigned tag, unsigned *seen) {
  uint64_t value = 0;
  size_t width = tag == TAG_JOB_ID || tag == TAG_MEMORY ? 8 : 4;
  if (!take_number(reader, at, length, width, &value, tag)) {
    return false;
  }
  switch (tag) {
    case TAG_VERSION:
      *seen |= HAS_VERSION;
      return value == 1 || fail(reader, "this supervisor reads version 1 only", tag);
    case TAG_JOB_ID:
      *seen |= HAS_JOB;
      order->job_id = value;
      return true;
    case TAG_STEP_ID:
      order->step_id = (uint32_t)value;
      return true;
    case TAG_ATTEMPT:
      order->attempt = (uint32_t)value;
      return true;
    case TAG_UID:
      *seen |= HAS_UID;
      order->uid = (uid_t)value;
      return value != UINT32_MAX || fail(reader, "user number -1 is no user", tag);
    case TAG_GID:
      *seen |= HAS_GID;
      order->gid = (gid_t)value;
      return value != UINT32_MAX || fail(reader, "group number -1 is no group", tag);
    case TAG_UMASK:
      order->umask = (mode_t)value;
      return value <= 0777 || fail(reader, "the umask must be 0 to 0777", tag);
    case TAG_MEMORY:
      order->memory_mib = value;
      return value < (1ull << 40) || fail(reader, "the memory limit is absurd", tag);
    case TAG_KILL_WAIT:
      order->kill_wait_ms = (uint32_t)value;
      return value <= 86400000 || fail(reader, "the kill wait is over a day", tag);
    case TAG_PATIENCE:
      order->world.patience_ms = (uint32_t)value;
      return value <= 86400000 || fail(reader, "the patience with tasks is over a day", tag);
    default: /* TAG_PTY_SIZE */
      order->pty_rows = (uint16_t)(value >> 16);
      order->pty_columns = (uint16_t)value;
      return true;
  }
}

static bool parse_field(struct reader *reader, unsigned tag, const uint8_t *at, size_t length,
                        struct order *order, unsigned *seen) {
  switch (tag) {
    case TAG_NODE_NAME:
      return take_string(reader, at, length, &order->node_name, tag);
    case TAG_GROUPS:
      return take_groups(reader, at, length, order);
    case TAG_CWD:
      *seen |= HAS_CWD;
      return take_string(reader, at, length, &order->cwd, tag);
    case TAG_LIMIT:
      return take_limit(reader, at, length, order);
    case TAG_ENV:
      return add_string(reader, at, length, &order->env, tag);
    case TAG_ARG:
      return add_string(reader, at, length, &order->argv, tag);
    case TAG_SCRIPT:
      return take_script(at, length, order);
    case TAG_CPUS:
      return take_cpus(reader, at, length, &order->cpus, tag);
    case TAG_FLAGS:
      return take_flags(reader, at, length, order);
    case TAG_CGROUP_PATH:
      return take_string(reader, at, length, &order->cgroup_path, tag);
    case TAG_CGROUP_ROOT:
      return take_string(reader, at, length, &order->cgroup_root, tag);
    case TAG_PID_VARIABLE:
      return take_string(reader, at, length, &order->pid_variable, tag);
    case TAG_TASK_PROLOG:
      return add_string(reader, at, length, &order->task_prologs, tag);
    case TAG_TASK_EPILOG:
      return add_string(reader, at, length, &order->task_epilogs, tag);
    case TAG_DENIED_DEVICE:
      return (order->denied_devices.count < MAX_DENIED_DEVICES
              || fail(reader, "more than 512 devices", tag))
          && add_string(reader, at, length, &order->denied_devices, tag);
    case TAG_WORLD:
      return take_world(reader, at, length, order);
    case TAG_PLACEMENT:
      return take_placement(reader, at, length, order);
    case TAG_TASK:
      return parse_task(reader, at, length, order);
    case TAG_VERSION:
    case TAG_JOB_ID:
    case TAG_STEP_ID:
    case TAG_ATTEMPT:
    case TAG_UID:
    case TAG_GID:
    case TAG_UMASK:
    case TAG_MEMORY:
    case TAG_KILL_WAIT:
    case TAG_PATIENCE:
    case TAG_PTY_SIZE:
      return parse_number(reader, at, length, order, tag, seen);
    default:
      return fail(reader, "unknown field", tag);
  }
}

bool order_parse(const uint8_t *bytes, size_t length, struct order *order, char *error,
                 size_t error_size) {
  struct reader reader = {bytes, length, error, error_size};
  unsigned seen = 0;
  memset(order, 0, sizeof(*order));
  while (reader.left > 0) {
    unsigned tag = 0;
    const uint8_t *at = NULL;
    size_t size = 0;
    if (!next_field(&reader, &tag, &at, &size)
        || !parse_field(&reader, tag, at, size, order, &seen)) {
      return false;
    }
  }
  if (seen != (HAS_VERSION | HAS_JOB | HAS_UID | HAS_GID | HAS_CWD)) {
    return fail(&reader, "version, job, user, group or working directory is missing", 0);
  }
  if (order->task_count == 0) {
    return fail(&reader, "no tasks", TAG_TASK);
  }
  for (uint32_t i = 0; i < order->task_count; i++) {
    if (order->script == NULL && order->argv.count == 0 && order->tasks[i].argv.count == 0) {
      return fail(&reader, "a task has neither command nor script", TAG_ARG);
    }
  }
  return true;
}
